/* SPDX-License-Identifier: MIT */
/* talkers.h - of many guests, those that send the most. Pure functions. */
#ifndef XDP511_TALKERS_H
#define XDP511_TALKERS_H

#include <stddef.h>
#include <stdint.h>

#include <xdp511/abi.h>

struct talker {
	struct session_key device;
	struct guest guest;
};

struct talkers; /* opaque; holds as many as it was made for, and no more */

struct talkers *talkers_new(size_t max);	       /* NULL: out of memory */
struct talkers *talkers_free(struct talkers *talkers); /* takes NULL, returns NULL */

/* Keeps the guest if it is among the loudest so far. */
void talkers_offer(struct talkers *talkers, const struct session_key *device,
		   const struct guest *guest);

/* Turns what is kept into a list, the loudest first; nothing may be offered any more. */
const struct talker *talkers_list(struct talkers *talkers, size_t *ret_n);

#endif /* XDP511_TALKERS_H */
