/* SPDX-License-Identifier: MIT */
/* voucher.c - what a voucher is worth at a time. Pure functions. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "portal/accounts/voucher.h"

static const char *const names[] = {
#define X(state, name) [VOUCHER_##state] = name,
	VOUCHER_STATES(X)
#undef X
};

const char *voucher_state_name(enum voucher_state state)
{
	return names[state];
}

int parse_voucher_state(const char *text, enum voucher_state *ret_state)
{
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!strcmp(text, names[i])) {
			*ret_state = (enum voucher_state)i;
			return 0;
		}
	}
	return -EINVAL;
}

static uint64_t add(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

uint64_t voucher_end(const struct voucher *voucher)
{
	uint64_t end = voucher->valid_until;
	uint64_t used_up = 0;

	if (voucher->first_used_at && voucher->timeout_s.is_given && voucher->timeout_s.value)
		used_up = add(voucher->first_used_at, voucher->timeout_s.value);
	return used_up && (!end || used_up < end) ? used_up : end;
}

bool voucher_quota_left(const struct voucher *voucher, uint64_t *ret_bytes)
{
	uint64_t quota = voucher->quota_bytes.value;

	if (!voucher->quota_bytes.is_given || !quota)
		return false;
	*ret_bytes = quota > voucher->used_bytes ? quota - voucher->used_bytes : 0;
	return true;
}

enum voucher_state voucher_state(const struct voucher *voucher, uint64_t now)
{
	uint64_t end = voucher_end(voucher), left = 0;

	if (voucher->revoked_at)
		return VOUCHER_REVOKED;
	if (voucher->valid_until && now >= voucher->valid_until)
		return VOUCHER_EXPIRED;
	if (!voucher->first_used_at)
		return VOUCHER_UNUSED;
	if ((end && now >= end) || (voucher_quota_left(voucher, &left) && !left))
		return VOUCHER_USED_UP;
	return VOUCHER_IN_USE;
}

static struct limit limit_or(const struct limit *limit, uint64_t otherwise)
{
	return limit->is_given ? *limit : (struct limit){.is_given = true, .value = otherwise};
}

void voucher_grant(const struct voucher *voucher, const struct config_zone *zone,
		   uint64_t own_bytes, uint64_t now, struct grant *ret_grant)
{
	struct voucher used = *voucher;
	uint64_t end, left;

	if (!used.first_used_at)
		used.first_used_at = now;
	used.timeout_s = limit_or(&voucher->timeout_s, zone->session.timeout_s);
	used.quota_bytes = limit_or(&voucher->quota_bytes, zone->session.quota_bytes);
	end = voucher_end(&used);
	memset(ret_grant, 0, sizeof(*ret_grant));
	snprintf(ret_grant->user, sizeof(ret_grant->user), "%s", voucher->code);
	snprintf(ret_grant->method, sizeof(ret_grant->method), "voucher");
	ret_grant->timeout_s.is_given = true;
	ret_grant->timeout_s.value = !end ? 0 : end > now ? end - now : 1;
	ret_grant->idle_s = voucher->idle_s;
	ret_grant->up_bps = voucher->up_bps;
	ret_grant->down_bps = voucher->down_bps;
	ret_grant->quota_bytes.is_given = true;
	/* The gateway counts on where the device's session has come to. */
	if (voucher_quota_left(&used, &left))
		ret_grant->quota_bytes.value = add(left, own_bytes) ? add(left, own_bytes) : 1;
	ret_grant->max_devices = voucher->devices;
	ret_grant->is_oldest_out = voucher->is_oldest_out;
}
