/* SPDX-License-Identifier: MIT */
/* test_layouts.c - values of older ABIs become those of today, field by field. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <xdp511/abi2.h>

#include "gate/layouts.h"

#define NS_PER_S UINT64_C(1000000000)

static const struct layout *layout_of(uint32_t abi, const char *name)
{
	const struct layout *layout = layouts_of(abi);

	while (layout->name && strcmp(layout->name, name) != 0)
		layout++;
	assert_non_null(layout->name);
	return layout;
}

static struct session convert(const struct abi2_session *old)
{
	struct session session;

	memset(&session, 0xff, sizeof(session));
	layout_of(2, "x511_sessions")->convert(old, &session);
	return session;
}

static void counters_and_limits_are_kept(void **state)
{
	const struct abi2_session old = {
		.quota_bytes = 1,
		.up_bytes = UINT64_C(1) << 40,
		.up_packets = 3,
		.down_bytes = UINT64_C(1) << 41,
		.down_packets = 5,
		.up_paid_ns = 6,
		.down_paid_ns = 7,
		.up_kbps = 8,
		.down_kbps = 9,
		.vlan = 4094,
		.state = SESSION_BLOCKED,
	};
	struct session new = convert(&old);

	(void)state;
	assert_int_equal(new.quota_bytes, 1);
	assert_int_equal(new.up_bytes, UINT64_C(1) << 40);
	assert_int_equal(new.up_packets, 3);
	assert_int_equal(new.down_bytes, UINT64_C(1) << 41);
	assert_int_equal(new.down_packets, 5);
	assert_int_equal(new.up_paid_ns, 6);
	assert_int_equal(new.down_paid_ns, 7);
	assert_int_equal(new.up_kbps, 8);
	assert_int_equal(new.down_kbps, 9);
	assert_int_equal(new.vlan, 4094);
	assert_int_equal(new.state, SESSION_BLOCKED);
	assert_int_equal(new.ipv4_be, 0);
	assert_int_equal(new.ipv6_count, 0);
}

static void unlimited_stays_unlimited(void **state)
{
	struct session new = convert(&(struct abi2_session){.state = SESSION_ACTIVE});

	(void)state;
	assert_int_equal(new.expires_tick, 0);
	assert_int_equal(new.idle_ticks, 0);
}

static void limited_stays_limited(void **state)
{
	const struct abi2_session short_one = {.expires_ns = 1, .idle_s = 1};
	const struct abi2_session long_one = {.expires_ns = UINT64_MAX, .idle_s = UINT32_MAX};
	struct session new = convert(&short_one);

	(void)state;
	assert_int_equal(new.expires_tick, 1);
	assert_int_equal(new.idle_ticks, 15);
	new = convert(&long_one);
	assert_int_equal(new.expires_tick, UINT32_MAX);
	assert_int_equal(new.idle_ticks, UINT32_MAX);
}

/* To the tick: not earlier than it was, and later by less than one. */
static void times_are_rounded_in_favour_of_the_device(void **state)
{
	uint64_t ns;

	(void)state;
	for (ns = X511_TICK_NS - 2; ns < 3 * X511_TICK_NS; ns += X511_TICK_NS / 2 + 1) {
		struct session new =
			convert(&(struct abi2_session){.expires_ns = ns, .last_seen_ns = ns});

		assert_true(new.expires_tick *X511_TICK_NS >= ns);
		assert_true(new.expires_tick *X511_TICK_NS < ns + X511_TICK_NS);
		assert_true(new.last_seen_tick *X511_TICK_NS <= ns);
	}
	assert_true(NS_PER_S / X511_TICK_NS < 15);
}

static void parked_guests_stay_parked(void **state)
{
	const struct abi2_guest old = {1, 2, 3, 4, 5, 6};
	struct guest new;

	(void)state;
	memset(&new, 0xff, sizeof(new));
	layout_of(2, "x511_guests")->convert(&old, &new);
	assert_int_equal(new.paid_ns, 1);
	assert_int_equal(new.over_ns, 2);
	assert_int_equal(new.parked_until_ns, 3);
	assert_int_equal(new.https_paid_ns, 4);
	assert_int_equal(new.packets, 5);
	assert_int_equal(new.dropped, 6);
	assert_int_equal(new.ipv4_be, 0);
}

/* Verdicts have been added in between: each keeps its own count. */
static void verdicts_keep_their_names(void **state)
{
	struct abi2_stats old = {.PASS_SESSION = {1, 2}, .DOWN_DROP_GUEST = {3, 4}};
	struct stats new;

	(void)state;
	layout_of(2, "x511_stats")->convert(&old, &new);
	assert_int_equal(new.PASS_SESSION.packets, 1);
	assert_int_equal(new.PASS_SESSION.bytes, 2);
	assert_int_equal(new.DOWN_DROP_GUEST.packets, 3);
	assert_int_equal(new.DOWN_DROP_GUEST.bytes, 4);
	assert_int_equal(new.DROP_BUDGET.packets, 0);
}

static void unknown_versions_have_no_layout(void **state)
{
	(void)state;
	assert_null(layouts_of(0));
	assert_null(layouts_of(1));
	assert_non_null(layouts_of(X511_ABI));
	assert_null(layouts_of(X511_ABI + 1));
	assert_null(layouts_of(UINT32_MAX));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counters_and_limits_are_kept),
		cmocka_unit_test(unlimited_stays_unlimited),
		cmocka_unit_test(limited_stays_limited),
		cmocka_unit_test(times_are_rounded_in_favour_of_the_device),
		cmocka_unit_test(parked_guests_stay_parked),
		cmocka_unit_test(verdicts_keep_their_names),
		cmocka_unit_test(unknown_versions_have_no_layout),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
