/* SPDX-License-Identifier: MIT */
/* sandbox.h - the worker's last step before the first packet: only what its loop calls is left. */
#ifndef XDP511_SANDBOX_H
#define XDP511_SANDBOX_H

/*
 * No path can be opened any more (Landlock); what is open stays so. -ENOSYS without Landlock in
 * the kernel.
 */
int sandbox_close_files(void);

/*
 * All of it: the above where there is Landlock, limits, and a filter of system calls. From here on
 * this process may wait on its socket, kick it, read the clock, give back memory, write to stderr
 * and end. Any other system call kills it. Can't be undone. -errno when the kernel doesn't take
 * the filter.
 */
int sandbox_enter(void);

#endif /* XDP511_SANDBOX_H */
