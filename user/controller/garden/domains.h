/* SPDX-License-Identifier: MIT */
/*
 * domains.h - host names in the gardens: learns their addresses from the answers that resolvers
 * give to guests, and forgets them in time.
 */
#ifndef XDP511_DOMAINS_H
#define XDP511_DOMAINS_H

#include "base/address.h"
#include "base/dns.h"
#include "controller/sessions/learned.h"
#include "base/loop.h"
#include "controller/garden/patterns.h"
#include "gate/gate.h"
#include "gate/names.h"

/* An address that a name may not open, for the status. */
struct domain_refusal {
	char name[DNS_NAME_TEXT]; /* "": there was none */
	char address[ADDRESS_TEXT];
};

struct domains {
	struct gate *gate;
	struct gate_answers *answers;
	struct patterns patterns;
	struct learned_table *learned;
	size_t slice;	    /* of the table, to be swept next */
	uint64_t n_refused; /* addresses for which there was no room */
	uint64_t n_lost;    /* answers that came too fast, as far as they have been told of */
	struct domain_refusal refusal;
};

/* Takes over what the gate knows already, and learns on @loop from then on. */
int domains_start(struct domains *domains, struct gate *gate, struct loop *loop,
		  struct error *error);
void domains_done(struct domains *domains); /* before the gate and the loop go */

/*
 * Replaces all patterns by @patterns, whose list it takes unless it fails; addresses of names that
 * no pattern is left for are forgotten at once.
 */
int domains_set(struct domains *domains, struct patterns *patterns, struct error *error);

/* Forgets what has expired, a part of the table at a time; to be called once a second. */
void domains_sweep(struct domains *domains);

#endif /* XDP511_DOMAINS_H */
