/* SPDX-License-Identifier: MIT */
/* sequences.c - what several frames of one device do together: budgets, parking, sign-out. */
#include <errno.h>
#include <string.h>

#include <bpf/bpf.h>

#include "floor.h"

#define THRIFTY_VLAN  500 /* the zone of the fixtures that has a budget: 4 packets at once */
#define THRIFTY_ZONE  3
#define THRIFTY_BURST 4
#define PARK_NS	      (30 * NS_PER_S)
#define QUIC_BURST    100 /* refusals a CPU may send at once, then one a millisecond */
#define PORT_QUIC     443

void expect(struct bench *bench, const struct shot *shot, enum verdict want)
{
	struct outcome outcome;

	if (bench_shoot(bench, shot, &outcome))
		complain("%s", outcome.why);
	else if (outcome.verdict != want)
		complain("%s expected, %s given", verdict_name(want),
			 verdict_name(outcome.verdict));
}

__u32 count_until_other(struct bench *bench, const struct shot *shot, enum verdict want, __u32 max)
{
	struct outcome outcome;
	__u32 count;

	for (count = 0; count < max; count++)
		if (bench_shoot(bench, shot, &outcome) || outcome.verdict != want)
			break;
	return count;
}

static void check_guest(struct bench *bench, const struct session_key *key, __u64 packets,
			__u64 dropped)
{
	struct guest guest;

	if (bpf_map_lookup_elem(bench->guests, key, &guest))
		complain("the guest isn't known");
	else if (guest.packets != packets || guest.dropped != dropped)
		complain("the guest has %llu packets and %llu dropped", guest.packets,
			 guest.dropped);
}

static void run_budget(struct bench *bench, const struct fixtures *fixtures)
{
	struct frame frame = *fixtures_template(fixtures, "tcp4-outside");
	struct shot shot = {.frame = &frame};
	struct session_key key = device_key(&frame, THRIFTY_ZONE, false);
	struct guest guest;
	int i;

	frame_insert_tag(&frame, TPID_8021Q, THRIFTY_VLAN);
	bpf_map_delete_elem(bench->guests, &key);
	for (i = 0; i < THRIFTY_BURST; i++)
		expect(bench, &shot, V_REPLY_SYN);
	expect(bench, &shot, V_DROP_BUDGET);
	expect(bench, &shot, V_DROP_BUDGET);
	check_guest(bench, &key, THRIFTY_BURST, 2);
	report_close("a guest sends its burst, then it is over budget");

	bpf_map_lookup_elem(bench->guests, &key, &guest);
	guest.over_ns = now_ns() - PARK_NS;
	map_put(bench->guests, &key, &guest);
	expect(bench, &shot, V_DROP_BUDGET);
	expect(bench, &shot, V_DROP_PARKED);
	check_guest(bench, &key, THRIFTY_BURST, 4);
	report_close("a guest over budget for too long is parked");

	bpf_map_lookup_elem(bench->guests, &key, &guest);
	if (guest.parked_until_ns < now_ns() + PARK_NS / 2)
		complain("parked for too short a time");
	guest.parked_until_ns = guest.paid_ns = now_ns() - 1;
	map_put(bench->guests, &key, &guest);
	expect(bench, &shot, V_REPLY_SYN);
	report_close("a parked guest is served again when its time is over");

	guest = (struct guest){.over_ns = now_ns() + PARK_NS, .paid_ns = now_ns() + FAR_NS};
	map_put(bench->guests, &key, &guest);
	expect(bench, &shot, V_DROP_BUDGET);
	expect(bench, &shot, V_DROP_BUDGET);
	report_close("a guest found over budget by another CPU a moment later isn't parked");
	bpf_map_delete_elem(bench->guests, &key);
}

static void run_sign_out(struct bench *bench, const struct fixtures *fixtures)
{
	const struct frame *out = fixtures_template(fixtures, "tcp4-outside");
	const struct frame *in = fixtures_template(fixtures, "down-tcp4");
	struct shot up = {.frame = out}, down = {.frame = in, .down = true};
	struct session_key key = device_key(out, 0, false);
	struct session session = session_of_kind("active");
	int i;

	for (i = 0; i < 2; i++) {
		expect(bench, &up, V_REPLY_SYN);
		expect(bench, &down, V_DOWN_DROP_GUEST);
		map_put(bench->sessions, &key, &session);
		expect(bench, &up, V_PASS_SESSION);
		expect(bench, &down, V_DOWN_PASS_SESSION);
		bpf_map_delete_elem(bench->sessions, &key);
	}
	expect(bench, &up, V_REPLY_SYN);
	expect(bench, &down, V_DOWN_DROP_GUEST);
	report_close("sign-in and sign-out count from the next packet on, in both directions");

	session.quota_bytes = out->len + in->len;
	map_put(bench->sessions, &key, &session);
	expect(bench, &up, V_PASS_SESSION);
	expect(bench, &down, V_DOWN_PASS_SESSION);
	expect(bench, &up, V_REPLY_SYN);
	expect(bench, &down, V_DOWN_DROP_GUEST);
	bpf_map_delete_elem(bench->sessions, &key);
	report_close("both directions use up one quota");
}

static void run_vlan_seen(struct bench *bench, const struct fixtures *fixtures)
{
	struct frame frame = *fixtures_template(fixtures, "tcp4-outside");
	struct shot shot = {.frame = &frame};
	struct session_key key = device_key(&frame, 0, false);
	struct session session = session_of_kind("active");

	map_put(bench->sessions, &key, &session);
	frame_tag(&frame, 1);
	expect(bench, &shot, V_PASS_SESSION);
	if (bpf_map_lookup_elem(bench->sessions, &key, &session) || session.vlan != UNNAMED_OUTER)
		complain("the session's VLAN is %u", session.vlan);
	bpf_map_delete_elem(bench->sessions, &key);
	report_close("a session remembers the VLAN it was last seen on");
}

static void run_quic_rate(struct bench *bench, const struct fixtures *fixtures)
{
	struct frame frame = *fixtures_template(fixtures, "udp4-outside");
	struct shot shot = {.frame = &frame};
	struct fixture nothing = {.state = "-"};
	struct scene scene;
	__u64 start, passed_ms;
	__u32 count;

	frame_put16(&frame, ETHER_LEN + 22, PORT_QUIC);
	if (scene_set(bench, &nothing, &scene))
		complain("the rate of refusals can't be reset");
	start = now_ns();
	count = count_until_other(bench, &shot, V_REFUSE_QUIC, 100000);
	passed_ms = (now_ns() - start) / 1000000;
	if (count < QUIC_BURST || count > QUIC_BURST + passed_ms + 1)
		complain("%u refusals in %llu ms", count, passed_ms);
	report_close("refusals of QUIC keep their rate");
}

void run_sequences(struct bench *bench, const struct fixtures *fixtures)
{
	static const char *const needed[] = {"tcp4-outside", "udp4-outside", "down-tcp4"};
	unsigned int i;

	for (i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (!fixtures_template(fixtures, needed[i])) {
			report(false, "there is no template \"%s\"", needed[i]);
			return;
		}
	run_budget(bench, fixtures);
	run_sign_out(bench, fixtures);
	run_vlan_seen(bench, fixtures);
	run_quic_rate(bench, fixtures);
}
