/* SPDX-License-Identifier: MIT */
/* layouts.c - values of older ABIs, field by field; bytes in, bytes out. */
#include "gate/layouts.h"

#include <string.h>

#include <xdp511/abi.h>
#include <xdp511/abi2.h>

#define NS_PER_S UINT64_C(1000000000)

static uint32_t clamp(uint64_t ticks)
{
	return ticks > UINT32_MAX ? UINT32_MAX : (uint32_t)ticks;
}

/* Rounded up: nobody loses time, and what is limited doesn't become unlimited. */
static uint32_t ticks_from_ns(uint64_t ns)
{
	return clamp((ns >> X511_TICK_SHIFT) + !!(ns & (X511_TICK_NS - 1)));
}

static uint32_t ticks_from_s(uint64_t seconds)
{
	return ticks_from_ns(seconds * NS_PER_S);
}

static void session_from_abi2(const void *from, void *ret_to)
{
	struct abi2_session old;

	memcpy(&old, from, sizeof(old));
	*(struct session *)ret_to = (struct session){
		.quota_bytes = old.quota_bytes,
		.up_bytes = old.up_bytes,
		.up_packets = old.up_packets,
		.down_bytes = old.down_bytes,
		.down_packets = old.down_packets,
		.up_paid_ns = old.up_paid_ns,
		.down_paid_ns = old.down_paid_ns,
		.expires_tick = ticks_from_ns(old.expires_ns),
		.last_seen_tick = clamp(old.last_seen_ns >> X511_TICK_SHIFT),
		.idle_ticks = ticks_from_s(old.idle_s),
		.up_kbps = old.up_kbps,
		.down_kbps = old.down_kbps,
		.state = old.state,
		.vlan = old.vlan,
	};
}

static void guest_from_abi2(const void *from, void *ret_to)
{
	struct abi2_guest old;

	memcpy(&old, from, sizeof(old));
	*(struct guest *)ret_to = (struct guest){
		.paid_ns = old.paid_ns,
		.over_ns = old.over_ns,
		.parked_until_ns = old.parked_until_ns,
		.https_paid_ns = old.https_paid_ns,
		.packets = old.packets,
		.dropped = old.dropped,
	};
}

static void stats_from_abi2(const void *from, void *ret_to)
{
	const struct abi2_stats *old = from;
	struct stats *new = ret_to;

	memset(new, 0, sizeof(*new));
#define X(name) new->name = old->name;
	ABI2_VERDICTS(X)
#undef X
}

static const struct layout abi2[] = {
	{"x511_sessions", sizeof(struct abi2_session), session_from_abi2},
	{"x511_guests", sizeof(struct abi2_guest), guest_from_abi2},
	{"x511_cookies", sizeof(struct cookie_keys), NULL},
	{"x511_stats", sizeof(struct abi2_stats), stats_from_abi2},
	{},
};

/* Of the same ABI: when the size of a table is another. */
static const struct layout abi3[] = {
	{"x511_sessions", sizeof(struct session), NULL},
	{"x511_addresses", sizeof(struct addresses), NULL},
	{"x511_guests", sizeof(struct guest), NULL},
	{"x511_names", sizeof(struct host_name), NULL},
	{"x511_visits", sizeof(struct syn_ack), NULL},
	{"x511_cookies", sizeof(struct cookie_keys), NULL},
	{"x511_stats", sizeof(struct stats), NULL},
	{},
};

_Static_assert(sizeof(struct session) <= X511_LAYOUT_MAX, "a session fits");
_Static_assert(X511_ABI == 3, "the table of the present ABI is the last one");

const struct layout *layouts_of(uint32_t abi)
{
	switch (abi) {
	case 2:
		return abi2;
	case 3:
		return abi3;
	default:
		return NULL;
	}
}
