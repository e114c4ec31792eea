/* SPDX-License-Identifier: MIT */
/*
 * cookies.c - what the numbers of the gate's SYN-ACKs prove: the bytes, slots and keys they are of.
 *
 * The clock can't be moved, so a cookie of another slot than the current one is made here, with
 * the product's own <xdp511/cookie.h>; of the current slot it is compared with the gate's. What
 * depends on the slot is tried again when the slot ended meanwhile.
 */
#include <string.h>

#include <bpf/bpf.h>

#include <xdp511/cookie.h>

#include "strangers.h"

#define WORDS  65536
#define NO_KEY (-1)
#define TRIES  5

/* @request as the SYN of its connection; its data are then those of a Fast Open. */
static struct frame syn_of(const struct frame *request)
{
	struct frame syn = *request;

	syn.bytes[frame_tcp(&syn) + TCP_FLAGS_AT] = FLAG_SYN;
	return syn;
}

/* A cookie says how much is received: every number from -9 on, with data and without. */
static void try_numbers(struct bench *bench, const struct frame *template, bool with_data)
{
	struct frame syn = syn_of(template), frame = *template;
	struct shot open = {.frame = &syn}, say = {.frame = &frame};
	__u32 cookie, bit;
	int received;

	if (client_open(bench, &open, &cookie)) {
		complain("the connection can't be opened");
		return;
	}
	for (received = -9; received <= 1216 + 9; received++) {
		enum verdict want = with_data ? V_STEER_HTTP : V_DROP_ACK;

		if (received < 0 || received > 1216)
			want = V_REFUSE_STRAY;
		else if (received && received % 8 == 0)
			want = V_REPLY_ACK;
		client_acknowledge(&frame, cookie + 1 + received);
		expect(bench, &say, want);
	}
	for (bit = 11; bit < 32; bit++) { /* less is within the answer; the slot's: strangers.c */
		if (bit == COOKIE_SLOT_SHIFT)
			continue;
		client_acknowledge(&frame, (cookie ^ 1U << bit) + 1);
		expect(bench, &say,
		       bit < COOKIE_FIRST_SHIFT ? V_REFUSE_STRAY
		       : with_data		? V_STEER_HTTP
						: V_DROP_ACK);
	}
}

static void run_numbers(struct bench *bench, const struct fixtures *fixtures)
{
	static const char *const names[] = {"web4-request", "web6-request", "web4-ack", "web6-ack"};
	unsigned int i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct frame *template = fixtures_template(fixtures, names[i]);

		if (template)
			try_numbers(bench, template, i < 2);
		else
			complain("there is no template \"%s\"", names[i]);
		report_close("%s: its number says what is received, and every other is a stray",
			     names[i]);
	}
}

/* The largest of the four sizes that isn't above; none is 536 (RFC 9293 3.7.1). */
static __u32 size_of(__u32 mss)
{
	static const __u32 sizes[] = {0, 256, 536, 1220};
	__u32 size = 3;

	while (sizes[size] > (mss ?: 536))
		size--;
	return size;
}

static void run_sizes(struct bench *bench, const struct fixtures *fixtures, const char *name)
{
	struct frame syn = *fixtures_template(fixtures, name);
	struct shot open = {.frame = &syn};
	__u32 mss, cookie;

	for (mss = 0; mss < WORDS; mss++) {
		frame_put16(&syn, frame_tcp(&syn) + 22, mss);
		if (client_open(bench, &open, &cookie))
			complain("size %u: the connection can't be opened", mss);
		else if (cookie >> COOKIE_MSS_SHIFT != size_of(mss))
			complain("size %u: cookie %08x", mss, cookie);
	}
	report_close("%s: all %u segment sizes", name, WORDS);
}

static struct flow flow_of(const struct frame *frame)
{
	const __u8 *tcp = frame->bytes + frame_tcp(frame);
	const __u8 *ip = frame->bytes + ETHER_LEN;
	struct flow flow = {0};

	memcpy(flow.link.mac, frame->bytes + 6, sizeof(flow.link.mac));
	if (ip[0] >> 4 == 4) {
		memset(flow.src.bytes + 10, 0xff, 2);
		memset(flow.dst.bytes + 10, 0xff, 2);
		memcpy(flow.src.bytes + 12, ip + 12, 4);
		memcpy(flow.dst.bytes + 12, ip + 16, 4);
	} else {
		memcpy(flow.src.bytes, ip + 8, 16);
		memcpy(flow.dst.bytes, ip + 24, 16);
	}
	memcpy(&flow.sport_be, tcp, 2);
	memcpy(&flow.dport_be, tcp + 2, 2);
	return flow;
}

struct age {
	const char *sentence;
	int age;     /* of the cookie, in slots */
	int changed; /* the key of the slot so far ahead of the current one is another now */
	bool valid;
};

static const struct age ages[] = {
	{"of the current slot", 0, NO_KEY, true},
	{"of the last slot", 1, NO_KEY, true},
	{"of the slot before the last", 2, NO_KEY, false},
	{"three slots old", 3, NO_KEY, false},
	{"as old as its key's last use", COOKIE_KEYS, NO_KEY, false},
	{"of the next slot", -1, NO_KEY, false},
	{"of the current slot, whose key changed", 0, 0, false},
	{"of the current slot, the next key changed", 0, 1, true},
	{"of the current slot, the key after next changed", 0, 2, true},
	{"of the current slot, the last key changed", 0, 3, true},
	{"of the last slot, the current key changed", 1, 0, true},
	{"of the last slot, the next key changed", 1, 1, true},
	{"of the last slot, the key after next changed", 1, 2, true},
	{"of the last slot, whose key changed", 1, 3, false},
};

/* False when something else than the cookie failed. The keys are new. */
static bool try_age(struct bench *bench, const struct frame *template, const struct age *age,
		    enum verdict *ret_verdict)
{
	__u64 slot = slot_now();
	struct frame syn = syn_of(template), frame = *template;
	struct shot open = {.frame = &syn}, say = {.frame = &frame};
	struct cookie_syn kept = {.seq = frame_get32(&syn, frame_tcp(&syn) + TCP_SEQ)};
	struct flow flow = flow_of(template);
	struct outcome outcome;
	struct cookie_keys keys;
	__u32 zero = 0, cookie, heard;

	if (bench_rekey(bench) || bpf_map_lookup_elem(bench->cookies, &zero, &keys) ||
	    client_open(bench, &open, &heard))
		return false;
	cookie = cookie_make(&keys, &flow, &kept, (slot - age->age) * COOKIE_SLOT_SECONDS);
	if (!age->age && cookie != heard)
		return false;
	if (age->changed != NO_KEY)
		keys.words[(slot + age->changed) % COOKIE_KEYS][0] ^= 1;
	client_acknowledge(&frame, cookie + 1);
	if (map_put(bench->cookies, &zero, &keys) || bench_shoot(bench, &say, &outcome))
		return false;
	*ret_verdict = outcome.verdict;
	return slot == slot_now();
}

static void run_age(struct bench *bench, const struct frame *template, const struct age *age)
{
	struct tally tally = {0};
	enum verdict verdict;
	unsigned int i, try;

	for (i = 0; i < STRANGERS; i++) {
		for (try = 0; try < TRIES; try++)
			if (try_age(bench, template, age, &verdict))
				break;
		if (try == TRIES) {
			complain("the cookie isn't that of <xdp511/cookie.h>, or the slots fly by");
			return;
		}
		tally_add(&tally, verdict, V_STEER_HTTP);
	}
	if (!age->valid)
		tally_check(&tally);
	else if (tally.later < STRANGERS)
		complain("%u of %u are strays, %u are something else", tally.strays, STRANGERS,
			 tally.others);
}

static void run_ages(struct bench *bench, const struct frame *template, const char *name)
{
	unsigned int i;

	for (i = 0; i < sizeof(ages) / sizeof(ages[0]); i++) {
		run_age(bench, template, &ages[i]);
		report_close("%s with a cookie %s: %s", name, ages[i].sentence,
			     ages[i].valid ? "valid" : "mostly a stray");
	}
}

void run_cookies(struct bench *bench, const struct fixtures *fixtures)
{
	static const char *const needed[] = {"web4-request", "web6-request", "web4-mss",
					     "web6-mss"};
	unsigned int i;

	for (i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (!fixtures_template(fixtures, needed[i])) {
			report(false, "there is no template \"%s\"", needed[i]);
			return;
		}
	run_numbers(bench, fixtures);
	run_sizes(bench, fixtures, "web4-mss");
	run_sizes(bench, fixtures, "web6-mss");
	run_ages(bench, fixtures_template(fixtures, "web4-request"), "web4-request");
	run_ages(bench, fixtures_template(fixtures, "web6-request"), "web6-request");
}
