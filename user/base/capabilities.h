/* SPDX-License-Identifier: MIT */
/* capabilities.h - what a process may still do once it has started. */
#ifndef XDP511_CAPABILITIES_H
#define XDP511_CAPABILITIES_H

#include <stdint.h>

#include <linux/capability.h>

#define CAPABILITY(number) (1ULL << (number))

/*
 * Of its capabilities the calling thread keeps those in @kept, a set of CAPABILITY()s, and can get
 * no other again: the bounding set is emptied, and no program it runs has more. -errno.
 */
int capabilities_limit(uint64_t kept);

#endif /* XDP511_CAPABILITIES_H */
