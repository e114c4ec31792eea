/* SPDX-License-Identifier: MIT */
/* accounting_facts.c - rules of accounting: causes, counters, and when to try again. */
#include "portal/nas/accounting_facts.h"

#include <string.h>

#define MAX_PATIENCE_S 60
#define MIN_GRANTED_S  60 /* RFC 2869 5.16 */

bool acct_goes_on(const struct acct_counts *now, const struct acct_counts *before)
{
	return now->up_bytes >= before->up_bytes && now->up_packets >= before->up_packets &&
	       now->down_bytes >= before->down_bytes && now->down_packets >= before->down_packets;
}

static uint64_t since(uint64_t now, uint64_t base)
{
	return now > base ? now - base : 0;
}

struct acct_counts acct_since(const struct acct_counts *now, const struct acct_counts *base)
{
	return (struct acct_counts){
		.up_bytes = since(now->up_bytes, base->up_bytes),
		.up_packets = since(now->up_packets, base->up_packets),
		.down_bytes = since(now->down_bytes, base->down_bytes),
		.down_packets = since(now->down_packets, base->down_packets),
	};
}

enum acct_cause acct_cause(const char *reason, enum acct_cause noted)
{
	static const struct {
		const char *reason;
		enum acct_cause cause;
	} causes[] = {
		{"idle", CAUSE_IDLE_TIMEOUT},
		{"timeout", CAUSE_SESSION_TIMEOUT},
		/* As CoovaChilli has it: what was granted is used up, be it time or bytes. */
		{"quota", CAUSE_SESSION_TIMEOUT},
		{"blocked", CAUSE_ADMIN_RESET},
	};
	unsigned int i;

	for (i = 0; i < sizeof(causes) / sizeof(causes[0]); i++) {
		if (!strcmp(reason, causes[i].reason))
			return causes[i].cause;
	}
	return noted ? noted : CAUSE_ADMIN_RESET;
}

enum acct_cause acct_cause_of_loss(const struct acct_loss *loss, uint64_t *ret_at)
{
	*ret_at = loss->seen_at;
	if (loss->is_superseded)
		return loss->noted ? loss->noted : CAUSE_USER_REQUEST;
	if (loss->noted)
		return loss->noted;
	if (loss->expires_at && loss->expires_at <= loss->now) {
		*ret_at = loss->expires_at;
		return CAUSE_SESSION_TIMEOUT;
	}
	if (loss->has_rebooted)
		return CAUSE_NAS_REBOOT;
	if (loss->idle_s && loss->last_seen_at && loss->last_seen_at + loss->idle_s <= loss->now) {
		*ret_at = loss->last_seen_at + loss->idle_s;
		return CAUSE_IDLE_TIMEOUT;
	}
	return CAUSE_LOST_SERVICE;
}

uint64_t acct_patience_s(uint32_t tries)
{
	uint64_t seconds = tries < 7 ? 1ULL << tries : MAX_PATIENCE_S;

	return seconds < MAX_PATIENCE_S ? seconds : MAX_PATIENCE_S;
}

uint64_t acct_interim_s(uint64_t configured_s, uint64_t granted_s)
{
	if (configured_s || !granted_s)
		return configured_s;
	return granted_s < MIN_GRANTED_S ? MIN_GRANTED_S : granted_s;
}

uint64_t acct_first_interim(uint64_t now, uint64_t interim_s, uint32_t random)
{
	uint64_t least = interim_s - interim_s / 2;

	return now + least + random % (interim_s / 2 + 1);
}
