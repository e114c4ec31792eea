/* SPDX-License-Identifier: MIT */
/* voucher.h - what a voucher is, and what it is worth at a time. Pure functions. */
#ifndef XDP511_PORTAL_VOUCHER_H
#define XDP511_PORTAL_VOUCHER_H

#include <stdbool.h>
#include <stdint.h>

#include "portal/attempt.h"
#include "portal/accounts/voucher_code.h"

#define VOUCHER_NOTE_SIZE   129
#define VOUCHER_DEVICES_MAX 1000

/* Times are seconds of the wall clock, 0: never. */
struct voucher {
	char code[VOUCHER_CODE_SIZE];
	uint32_t batch;
	char note[VOUCHER_NOTE_SIZE];
	char zone[ZONE_NAME_SIZE]; /* "": any */
	/* Time runs from the first use on; the quota is of all its sessions together. */
	struct limit timeout_s, idle_s, up_bps, down_bps, quota_bytes;
	uint32_t devices; /* at a time; 0: any number */
	bool is_oldest_out;
	uint64_t created_at;
	uint64_t valid_until;
	uint64_t first_used_at;
	uint64_t revoked_at;
	uint64_t used_bytes; /* of all its sessions, as far as known */
	uint32_t n_sessions; /* those that are known to be there */
};

/* State, and its name in the API. */
#define VOUCHER_STATES(X)                                                                          \
	X(UNUSED, "unused")                                                                        \
	X(IN_USE, "in-use")                                                                        \
	X(USED_UP, "used-up") /* its time or its quota */                                          \
	X(EXPIRED, "expired") /* it is no longer valid */                                          \
	X(REVOKED, "revoked")

enum voucher_state {
#define X(state, name) VOUCHER_##state,
	VOUCHER_STATES(X)
#undef X
};

const char *voucher_state_name(enum voucher_state state);
int parse_voucher_state(const char *text, enum voucher_state *ret_state); /* -EINVAL */

enum voucher_state voucher_state(const struct voucher *voucher, uint64_t now);

/* When its last session ends at the latest; 0: that isn't said. */
uint64_t voucher_end(const struct voucher *voucher);

/* What is left of the quota; false: it has none. */
bool voucher_quota_left(const struct voucher *voucher, uint64_t *ret_bytes);

/*
 * What a voucher that is unused or in use gives to a device in @zone; what it doesn't name is
 * the zone's. @own_bytes: what the device's session, which goes on, has used of it.
 */
void voucher_grant(const struct voucher *voucher, const struct config_zone *zone,
		   uint64_t own_bytes, uint64_t now, struct grant *ret_grant);

#endif /* XDP511_PORTAL_VOUCHER_H */
