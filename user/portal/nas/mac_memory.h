/* SPDX-License-Identifier: MIT */
/* mac_memory.h - what RADIUS has said of devices, in the portal's database: bounded, for a while. */
#ifndef XDP511_PORTAL_MAC_MEMORY_H
#define XDP511_PORTAL_MAC_MEMORY_H

#include "portal/accounts/accounts.h"
#include "portal/attempt.h"

#define MAC_MEMORY_MAX 200000 /* devices; then those that would be forgotten first go */

struct mac_answer {
	bool is_accepted;
	uint64_t asked_at, until; /* seconds of the wall clock */
	struct grant grant;	  /* if it was accepted; without its method */
};

/* -ENOENT: nothing is remembered, or no longer at @now. */
int mac_memory_get(struct accounts *accounts, const uint8_t mac[6], const char *zone, uint64_t now,
		   struct mac_answer *ret_answer);

/* Answers with a quota are let be: each time it would be granted anew. */
int mac_memory_put(struct accounts *accounts, const uint8_t mac[6], const char *zone,
		   const struct mac_answer *answer);

/* @only_accepted: a refusal stays. */
int mac_memory_forget(struct accounts *accounts, const uint8_t mac[6], const char *zone,
		      bool only_accepted);

/* To be called now and then: what is over goes, and what is too much. */
int mac_memory_clean(struct accounts *accounts, uint64_t now);

/*
 * What is left of the limits of a grant of @asked_at: a time is counted from there. false: it is
 * over, and RADIUS is to be asked again.
 */
bool mac_memory_age(struct grant *grant, uint64_t asked_at, uint64_t now);

#endif /* XDP511_PORTAL_MAC_MEMORY_H */
