/* SPDX-License-Identifier: MIT */
/* sandbox.h - the worker's last step before the first packet: only what its loop calls is left. */
#ifndef XDP511_SANDBOX_H
#define XDP511_SANDBOX_H

/*
 * From here on this process may wait on its socket, kick it, read the clock, give back memory,
 * write to stderr and end. Any other system call kills it. It can't open, fork or grow a file
 * either. Can't be undone. -errno when the kernel doesn't take the filter.
 */
int sandbox_enter(void);

#endif /* XDP511_SANDBOX_H */
