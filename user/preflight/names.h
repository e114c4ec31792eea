/* SPDX-License-Identifier: MIT */
/* names.h - host names looked up while other things go on. */
#ifndef XDP511_PREFLIGHT_NAMES_H
#define XDP511_PREFLIGHT_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include <netdb.h>

struct lookup; /* opaque; libc may hold on to it until the process ends */

/* NULL: there is no memory. */
struct lookup *lookup_start(const char *host);

/* Waits until @until_ms of the monotonic clock. 0 and *ret_list, which stays its own; or why not. */
int lookup_wait(struct lookup *lookup, int64_t until_ms, const struct addrinfo **ret_list,
		const char **ret_why);

/* Takes NULL, returns NULL. One that hasn't ended is left to the end of the process. */
struct lookup *lookup_free(struct lookup *lookup);

#endif /* XDP511_PREFLIGHT_NAMES_H */
