/* SPDX-License-Identifier: MIT */
/* landlock.h - which files a process may still open, as the kernel's Landlock enforces it. */
#ifndef XDP511_LANDLOCK_H
#define XDP511_LANDLOCK_H

/* No file at all, until something is allowed. -ENOSYS: a kernel without Landlock. */
int landlock_new(int *ret_rules);

enum landlock_access {
	LANDLOCK_READ, /* files and directories */
	LANDLOCK_KEEP, /* that, and files made, written, renamed and removed */
};

/* @path, and all below it; -errno, -ENOENT when it isn't there. */
int landlock_allow(int rules, const char *path, enum landlock_access access);

/* From now on, for the calling thread and what it starts; never more again. Closes @rules. */
int landlock_enter(int rules);

#endif /* XDP511_LANDLOCK_H */
