/* SPDX-License-Identifier: MIT */
/* mac_auth_internal.h - what the files of MAC authentication share. */
#ifndef XDP511_PORTAL_MAC_AUTH_INTERNAL_H
#define XDP511_PORTAL_MAC_AUTH_INTERNAL_H

#include <time.h>

#include "portal/nas/mac_auth.h"
#include "portal/nas/mac_memory.h"
#include "portal/portal.h"

#define MAC_METHOD "mac"

struct question; /* of one device */

struct question_list {
	struct question *first, **last;
	size_t n;
};

struct mac_auth {
	struct portal *portal;
	int timer;
	struct question_list waiting, asked;
	uint64_t silent_until; /* RADIUS doesn't answer */
	uint64_t told_at;      /* that too many wait */
};

/* mac_auth.c: the database is not worth a guest's page. */
void mac_tell_database(struct portal *portal, int err);

/*
 * mac_questions.c: the attempt is done when RADIUS has answered for its device, or not. false:
 * it isn't asked for.
 */
bool mac_ask(struct mac_auth *mac_auth, struct attempt *attempt);
void mac_questions_end(struct mac_auth *mac_auth);

#endif /* XDP511_PORTAL_MAC_AUTH_INTERNAL_H */
