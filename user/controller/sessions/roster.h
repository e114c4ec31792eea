/* SPDX-License-Identifier: MIT */
/*
 * roster.h - who has an entry in the gate, and a hash of the user's name: so that the kernel isn't
 * asked for those who are new, and sessions of a user are found without an index of the database,
 * which costs more than the rows when they come a million at a time.
 *
 * Each keeps its place as long as it is there, so a reader can go on where it was.
 */
#ifndef XDP511_ROSTER_H
#define XDP511_ROSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xdp511/abi.h>

#include "controller/sessions/session_method.h"

struct roster {
	uint64_t *ids;	  /* by place, from 1 on; 0: nobody's */
	uint32_t *users;  /* a hash; 0: no name */
	uint8_t *methods; /* enum session_method */
	uint32_t *next;	  /* the place behind, of the same chain or of the free ones; 0: none */
	uint32_t *first;  /* of each chain */
	uint32_t n_chains;
	uint32_t n_places;
	uint32_t end;	 /* places behind were never taken */
	uint32_t free;	 /* the first of them */
	bool is_partial; /* somebody has no place; then nothing is known for sure */
	uint32_t n[X511_MAX_ZONES][SESSION_METHOD_COUNT]; /* of those who have a place */
};

/* For @max entries; without memory it is partial. */
void roster_init(struct roster *roster, uint32_t max);
void roster_done(struct roster *roster);

/* Anew, or with another user. @user: "" for none; @method: how the session came about. */
void roster_put(struct roster *roster, uint64_t id, const char *user, const char *method);
void roster_remove(struct roster *roster, uint64_t id);

/* It will be asked for soon. */
void roster_expect(const struct roster *roster, uint64_t id);

/* False: for sure not. */
bool roster_may_have(const struct roster *roster, uint64_t id);

/*
 * Those who may be the user's, behind the place @at, which goes on: at most @max into @ids, and
 * no more places than a turn of the loop has time for. For a roster that is whole, and a name.
 */
size_t roster_find(const struct roster *roster, const char *user, uint32_t *at, uint64_t *ids,
		   size_t max);
bool roster_is_over(const struct roster *roster, uint32_t at);

#endif /* XDP511_ROSTER_H */
