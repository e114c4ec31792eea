/* SPDX-License-Identifier: MIT */
/* hooks_try.h - XDP, tc egress and AF_XDP tried on the loopback of an empty network namespace. */
#ifndef XDP511_PREFLIGHT_HOOKS_TRY_H
#define XDP511_PREFLIGHT_HOOKS_TRY_H

#define HOOK_TRIES 3

struct hook_try {
	const char *name;
	int (*run)(void); /* 0 or more; -errno */
};

/* What they make is left to the end of process and namespace. */
extern const struct hook_try hook_tries[HOOK_TRIES];

#endif /* XDP511_PREFLIGHT_HOOKS_TRY_H */
