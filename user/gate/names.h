/* SPDX-License-Identifier: MIT */
/* names.h - typed access to the maps of the garden's names. */
#ifndef XDP511_GATE_NAMES_H
#define XDP511_GATE_NAMES_H

#include "gate/gate.h"

/* Replaces all patterns; keys are unique. */
int gate_set_patterns(struct gate *gate, const struct pattern_key *keys, const uint32_t *flags,
		      size_t n);

/* Addresses that stand for a name. gate_put_name(): -E2BIG when there are X511_MAX_NAMES. */
int gate_put_name(struct gate *gate, const struct name_key *key, const struct host_name *name);
int gate_delete_name(struct gate *gate, const struct name_key *key); /* not there: 0 */

/* All of them, one by one, until @fn returns another value than 0, which is passed on. */
typedef int (*gate_name_fn)(void *context, const struct name_key *key,
			    const struct host_name *name);
int gate_each_name(struct gate *gate, gate_name_fn fn, void *context);

/* Whether it is an address of the gateway itself. */
bool gate_is_own(struct gate *gate, const struct address *address);

/* Answers of resolvers for the controller to read. */
typedef void (*gate_answer_fn)(void *context, const struct dns_answer *answer);

struct gate_answers; /* opaque */

int gate_open_answers(struct gate *gate, gate_answer_fn fn, void *context,
		      struct gate_answers **ret_answers);
struct gate_answers *
gate_close_answers(struct gate_answers *answers); /* takes NULL, returns NULL */

/* Readable while there are some; gate_read_answers() hands a bounded number of them to @fn. */
int gate_answers_fd(const struct gate_answers *answers);
void gate_read_answers(struct gate_answers *answers);

/* How many found no room on their way since the maps were made. */
uint64_t gate_lost_answers(struct gate *gate);

#endif /* XDP511_GATE_NAMES_H */
