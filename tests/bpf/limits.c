/* SPDX-License-Identifier: MIT */
/* limits.c - rates, quota and ends of a session, and changing them between two of its packets. */
#include <errno.h>
#include <string.h>

#include <bpf/bpf.h>

#include "floor.h"
#include "gate.skel.h"

#define FULL_FRAME   1514
#define BURST_FRAMES 3	   /* of full length, at any rate */
#define TEST_KBPS    12112 /* a full frame takes a millisecond */
#define MS	     1000000ULL
#define BURST_MS     60	 /* who comes out of the blue */
#define BACKLOG_MS   300 /* who was refused and then silent */
#define REFUSED	     1ULL
#define TRIES	     20 /* a machine may stand still between two steps */

/* One session, with a frame of it for either direction. */
struct subject {
	struct bench *bench;
	struct frame out, in;
	struct shot up, down;
	struct session_key key;
};

static void meet(struct subject *subject, struct bench *bench, const struct fixtures *fixtures)
{
	*subject = (struct subject){
		.bench = bench,
		.out = *fixtures_template(fixtures, "tcp4-outside"),
		.in = *fixtures_template(fixtures, "down-tcp4"),
	};
	subject->up = (struct shot){.frame = &subject->out};
	subject->down = (struct shot){.frame = &subject->in, .down = true};
	subject->key = device_key(&subject->out, 0, false);
}

static void put(const struct subject *subject, const struct session *session)
{
	if (map_put(subject->bench->sessions, &subject->key, session))
		complain("the session can't be written");
}

static struct session get(const struct subject *subject)
{
	struct session session = {0};

	if (bpf_map_lookup_elem(subject->bench->sessions, &subject->key, &session))
		complain("the session is gone");
	return session;
}

static void forget(const struct subject *subject)
{
	bpf_map_delete_elem(subject->bench->sessions, &subject->key);
}

static void expect_both(const struct subject *subject, enum verdict up, enum verdict down)
{
	expect(subject->bench, &subject->up, up);
	expect(subject->bench, &subject->down, down);
}

/* As the controller runs them: the program's own answer. */
static int run_program(int fd, const struct session_key *key, const struct session *session)
{
	struct session_change change = {.device = *key, .session = *session};
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = &change, .ctx_size_in = sizeof(change));
	int err = bpf_prog_test_run_opts(fd, &opts);

	return err ? err : (int)opts.retval;
}

static int change(const struct subject *subject, const struct session *session)
{
	return run_program(bpf_program__fd(subject->bench->skel->progs.x511_change), &subject->key,
			   session);
}

static void run_burst(struct subject *subject)
{
	struct session session = session_of_kind("active");
	__u32 count;

	subject->out.len = FULL_FRAME;
	session.up_kbps = 1; /* one such frame takes 12 s: more than this test */
	put(subject, &session);
	count = count_until_other(subject->bench, &subject->up, V_PASS_SESSION, 100);
	if (count != BURST_FRAMES)
		complain("%u frames passed", count);
	expect(subject->bench, &subject->up, V_DROP_RATE);
	session = get(subject);
	if (session.up_packets != count || session.up_bytes != count * FULL_FRAME)
		complain("%llu packets of %llu bytes counted", session.up_packets,
			 session.up_bytes);
	forget(subject);
	report_close("a limited session sends its burst, then it is over its rate");
}

/* How many frames pass at once when the bucket says @paid; what time passes is allowed for. */
static bool burst_is(struct subject *subject, __u64 paid_ns, __u32 wanted_ms)
{
	struct session session = session_of_kind("active");
	__u64 start = now_ns(), passed_ms;
	__u32 count;

	session.up_kbps = TEST_KBPS;
	session.up_paid_ns = paid_ns;
	put(subject, &session);
	count = count_until_other(subject->bench, &subject->up, V_PASS_SESSION, 100000);
	passed_ms = (now_ns() - start) / MS;
	if (count > wanted_ms + passed_ms + 2)
		complain("%u ms of the rate in %llu ms", count, passed_ms);
	return count + 2 >= wanted_ms;
}

/* @ago_ms: since when the bucket has been full. */
static void run_one_silence(struct subject *subject, bool refused, __u32 ago_ms, __u32 wanted_ms)
{
	int i;

	for (i = 0; i < TRIES; i++) {
		__u64 paid_ns = (now_ns() - ago_ms * MS) & ~REFUSED;

		if (burst_is(subject, paid_ns | refused, wanted_ms))
			break;
	}
	if (i == TRIES)
		complain("never as much as %u ms of the rate at once", wanted_ms);
	report_close("%s and silent for %u ms: %u ms of the rate at once",
		     refused ? "refused" : "never refused", ago_ms, wanted_ms);
	forget(subject);
}

static void run_silences(struct subject *subject)
{
	subject->out.len = FULL_FRAME;
	run_one_silence(subject, false, 0, BURST_MS);
	run_one_silence(subject, false, 350, BURST_MS);
	run_one_silence(subject, false, 10000, BURST_MS);
	run_one_silence(subject, true, 0, BURST_MS);
	run_one_silence(subject, true, 100, BURST_MS + 100);
	run_one_silence(subject, true, 350, BACKLOG_MS);
	run_one_silence(subject, true, 10000, BURST_MS);
}

/* 40 segments in one buffer: more than the burst, but not more than an idle bucket owes. */
static void run_big_buffers(struct subject *subject)
{
	struct session session = session_of_kind("active");

	subject->down.wire_len = 60000;
	subject->down.gso_segs = 40;
	session.down_kbps = 1; /* such a buffer takes 480 s */
	put(subject, &session);
	expect(subject->bench, &subject->down, V_DOWN_PASS_SESSION);
	expect(subject->bench, &subject->down, V_DOWN_DROP_RATE);
	session = get(subject);
	if (session.down_packets != 40 || session.down_bytes != 60000)
		complain("%llu packets of %llu bytes counted", session.down_packets,
			 session.down_bytes);
	forget(subject);
	report_close("a buffer of many segments is counted as such and passes a limited session");
}

static void run_wide_counters(struct subject *subject)
{
	struct session session = session_of_kind("forever"), got;

	session.up_bytes = session.down_bytes = 0xffffffff;
	session.up_packets = session.down_packets = 0xffffffff;
	put(subject, &session);
	expect_both(subject, V_PASS_SESSION, V_DOWN_PASS_SESSION);
	got = get(subject);
	if (got.up_bytes != 0xffffffffULL + subject->out.len ||
	    got.down_bytes != 0xffffffffULL + subject->in.len)
		complain("%llu bytes up and %llu down", got.up_bytes, got.down_bytes);
	if (got.up_packets != 1ULL << 32 || got.down_packets != 1ULL << 32)
		complain("%llu packets up and %llu down", got.up_packets, got.down_packets);
	session.quota_bytes = 1ULL << 34;
	session.up_bytes = session.quota_bytes - 1;
	session.down_bytes = 0;
	put(subject, &session);
	expect(subject->bench, &subject->up, V_PASS_SESSION);
	expect_both(subject, V_REPLY_SYN, V_DOWN_DROP_GUEST);
	forget(subject);
	report_close("counters and quota go on beyond 32 bits");
}

/* Frames beyond the end aren't counted; all before are. */
static void run_end(struct subject *subject, const char *sentence, struct session over)
{
	struct session session = session_of_kind("active"), got;
	int i;

	put(subject, &session);
	for (i = 0; i < 5; i++)
		expect_both(subject, V_PASS_SESSION, V_DOWN_PASS_SESSION);
	if (change(subject, &over))
		complain("the session can't be changed");
	for (i = 0; i < 5; i++)
		expect_both(subject, V_REPLY_SYN, V_DOWN_DROP_GUEST);
	got = get(subject);
	if (got.up_packets != 5 || got.up_bytes != 5 * subject->out.len)
		complain("%llu packets of %llu bytes up", got.up_packets, got.up_bytes);
	if (got.down_packets != 5 || got.down_bytes != 5 * subject->in.len)
		complain("%llu packets of %llu bytes down", got.down_packets, got.down_bytes);
	if (change(subject, &session))
		complain("the session can't be changed back");
	expect_both(subject, V_PASS_SESSION, V_DOWN_PASS_SESSION);
	forget(subject);
	report_close("%s: not counted from then on, in neither direction; taken back, it goes on",
		     sentence);
}

static void run_ends(struct subject *subject)
{
	struct session timeout = session_of_kind("expired"), idle = session_of_kind("idle");
	struct session quota = session_of_kind("active"), ended = session_of_kind("ended");

	quota.quota_bytes = 1;
	idle.last_seen_tick = tick_now() - 2 * SECOND_TICKS;
	run_end(subject, "a timeout set to now", timeout);
	run_end(subject, "an idle time that is over", idle);
	run_end(subject, "a quota below what is used", quota);
	run_end(subject, "a session signed out", ended);
}

/* All that a change may write, and nothing else of the entry. */
static void run_change(struct subject *subject)
{
	struct session wanted = {
		.quota_bytes = 0x1122334455667788,
		.expires_tick = 0x11223344,
		.idle_ticks = 0x55667788,
		.up_kbps = 0x19aabbcc, /* lower: a higher one has its bucket emptied */
		.down_kbps = 0x1deeff00,
		.last_seen_tick = 0x12345678,
		.state = SESSION_BLOCKED,
	};
	struct session before, after;

	memset(&before, 0x5a, sizeof(before));
	put(subject, &before);
	if (change(subject, &wanted))
		complain("the session can't be changed");
	before.quota_bytes = wanted.quota_bytes;
	before.expires_tick = wanted.expires_tick;
	before.idle_ticks = wanted.idle_ticks;
	before.up_kbps = wanted.up_kbps;
	before.down_kbps = wanted.down_kbps;
	before.last_seen_tick = wanted.last_seen_tick;
	before.state = wanted.state;
	after = get(subject);
	if (memcmp(&after, &before, sizeof(after)))
		complain("something else of the entry has changed");
	wanted.last_seen_tick = 0;
	change(subject, &wanted);
	after = get(subject);
	if (memcmp(&after, &before, sizeof(after)))
		complain("a change without a moment of use has set one");
	forget(subject);
	if (change(subject, &wanted) != -ENOENT)
		complain("what isn't there could be changed");
	if (!bpf_map_lookup_elem(subject->bench->sessions, &subject->key, &after))
		complain("a change has made an entry");
	report_close("a change writes limits and state, nothing else, and only where an entry is");
}

static void run_change_of_rate(struct subject *subject)
{
	struct session session = session_of_kind("forever"), got;
	struct session limited = {.up_kbps = 1, .down_kbps = 1, .state = SESSION_ACTIVE};
	struct session open = {.state = SESSION_ACTIVE};

	subject->out.len = FULL_FRAME;
	session.up_paid_ns = session.down_paid_ns = now_ns() + FAR_NS;
	put(subject, &session);
	expect_both(subject, V_PASS_SESSION, V_DOWN_PASS_SESSION);
	change(subject, &limited);
	expect_both(subject, V_DROP_RATE, V_DOWN_DROP_RATE);
	change(subject, &open);
	expect_both(subject, V_PASS_SESSION, V_DOWN_PASS_SESSION);
	got = get(subject);
	if (got.up_packets != 2 || got.down_packets != 2)
		complain("%llu packets up and %llu down", got.up_packets, got.down_packets);
	forget(subject);
	report_close("a changed rate holds from the next packet on, in both directions");
}

/* What was paid for at a low rate, minutes of it, isn't owed at a higher one. */
static void run_raised_rate(struct subject *subject)
{
	const struct session same = {.up_kbps = 1, .down_kbps = 1, .state = SESSION_ACTIVE};
	const struct session higher = {
		.up_kbps = TEST_KBPS,
		.down_kbps = TEST_KBPS,
		.state = SESSION_ACTIVE,
	};
	struct session session = same;

	session.up_paid_ns = session.down_paid_ns = now_ns() + FAR_NS;
	put(subject, &session);
	expect_both(subject, V_DROP_RATE, V_DOWN_DROP_RATE);
	change(subject, &same);
	expect_both(subject, V_DROP_RATE, V_DOWN_DROP_RATE);
	change(subject, &higher);
	expect_both(subject, V_PASS_SESSION, V_DOWN_PASS_SESSION);
	put(subject, &session);
	change(subject, &(struct session){.state = SESSION_ACTIVE});
	change(subject, &higher);
	expect_both(subject, V_PASS_SESSION, V_DOWN_PASS_SESSION);
	forget(subject);
	report_close("a raised rate isn't held up by what the lower one was used for");
}

static void run_credit(struct subject *subject)
{
	int fd = bpf_program__fd(subject->bench->skel->progs.x511_credit);
	struct session session = session_of_kind("active"), want, got;
	const struct session more = {
		.up_bytes = 1ULL << 32,
		.up_packets = 2,
		.down_bytes = 1ULL << 33,
		.down_packets = 4,
	};

	put(subject, &session);
	want = session;
	want.up_bytes += more.up_bytes;
	want.up_packets += more.up_packets;
	want.down_bytes += more.down_bytes;
	want.down_packets += more.down_packets;
	if (run_program(fd, &subject->key, &more))
		complain("the session can't be credited");
	got = get(subject);
	if (memcmp(&got, &want, sizeof(got)))
		complain("something else than the counters has changed");
	forget(subject);
	if (run_program(fd, &subject->key, &more) != -ENOENT)
		complain("what isn't there could be credited");
	report_close("what was counted elsewhere is added to the counters, and nothing else");
}

void run_limits(struct bench *bench, const struct fixtures *fixtures)
{
	static void (*const tests[])(struct subject * subject) = {
		run_burst,  run_silences,	run_big_buffers, run_wide_counters, run_ends,
		run_change, run_change_of_rate, run_raised_rate, run_credit,
	};
	struct subject subject;
	unsigned int i;

	if (!fixtures_template(fixtures, "tcp4-outside") ||
	    !fixtures_template(fixtures, "down-tcp4")) {
		report(false, "there are templates for limits");
		return;
	}
	for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		meet(&subject, bench, fixtures);
		tests[i](&subject);
	}
}
