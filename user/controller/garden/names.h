/* SPDX-License-Identifier: MIT */
/*
 * names.h - addresses of the portals' host names, asked for in the background.
 *
 * The resolver of libc runs in threads of its own (getaddrinfo_a()), so start it after
 * privileges have been dropped: only the calling thread gives them up.
 */
#ifndef XDP511_NAMES_RESOLVER_H
#define XDP511_NAMES_RESOLVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xdp511/abi.h>

struct names; /* opaque */

int names_new(struct names **ret_names);
struct names *names_free(struct names *names); /* requests under way are left to the exit */

/* Exactly these hosts are wanted from now on; addresses already known are kept. */
int names_want(struct names *names, const char *const *hosts, size_t n);

/*
 * Takes in finished requests and starts those that are due. True when addresses have changed;
 * *ret_next_ms says when to call again.
 */
bool names_tick(struct names *names, uint64_t *ret_next_ms);

/* Known addresses of the host: their number, 0 when there are none (yet). */
size_t names_addresses(const struct names *names, const char *host,
		       const struct address **ret_addresses);

/* The @n-th host whose last answer was a failure, or NULL; *ret_why is libc's word for it. */
const char *names_failed(const struct names *names, size_t n, const char **ret_why);

#endif /* XDP511_NAMES_RESOLVER_H */
