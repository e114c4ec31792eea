/* SPDX-License-Identifier: MIT */
/* cases.c - every frame of the table: its verdict, its counters, its answer; whole, tagged, cut. */
#include <string.h>

#include "floor.h"

/* A frame without a tag is judged alike in VLANs that no zone names, unless those are dropped. */
static int most_tags(const struct fixture *fixture)
{
	return frame_is_tagged(&fixture->frame) || fixture->port == PORT_STRICT ? 0 : 2;
}

static bool same_frame(const struct frame *a, const struct frame *b)
{
	return a->len == b->len && !memcmp(a->bytes, b->bytes, a->len);
}

static void complain_of_answer(const struct frame *want, const struct frame *got)
{
	__u32 at = 0, shorter = want->len < got->len ? want->len : got->len;

	while (at < shorter && want->bytes[at] == got->bytes[at])
		at++;
	complain("answer differs at byte %u: %02x expected, %02x made; %u bytes expected, %u made",
		 at, at < want->len ? want->bytes[at] : 0, at < got->len ? got->bytes[at] : 0,
		 want->len, got->len);
}

/* Whole frames are compared; of a SYN-ACK nobody but the gate knows the number beforehand. */
static void check_answer(const struct fixture *fixture, const struct outcome *outcome)
{
	struct frame want = fixture->answer;

	if (outcome->verdict == V_REPLY_SYN)
		client_hear(&want, &outcome->frame);
	if (!same_frame(&want, &outcome->frame))
		complain_of_answer(&want, &outcome->frame);
	else if (!client_check_size(fixture, &outcome->frame))
		complain("the cookie says another segment size: %08x",
			 frame_get32(&want, frame_tcp(&want) + TCP_SEQ));
}

/* One frame; @cut: it is shorter than it should be, and must never get anywhere. */
static void check(struct bench *bench, const struct fixture *fixture, bool cut)
{
	struct shot shot = {
		.frame = &fixture->frame,
		.port = fixture->port,
		.down = fixture->down,
	};
	struct outcome outcome;
	struct scene scene;
	__u32 len = fixture->frame.len;

	if (scene_set(bench, fixture, &scene)) {
		complain("the state \"%s\" can't be set", fixture->state);
	} else if (bench_shoot(bench, &shot, &outcome)) {
		complain("%u bytes: %s", len, outcome.why);
	} else if (cut) {
		if (verdict_action(outcome.verdict) != ACTION_DROP)
			complain("%s, cut to %u bytes: %s given", fixture->sentence, len,
				 verdict_name(outcome.verdict));
	} else {
		if (outcome.verdict != fixture->verdict)
			complain("%s, %u bytes: %s expected, %s given", fixture->sentence, len,
				 verdict_name(fixture->verdict), verdict_name(outcome.verdict));
		else if (fixture->answer.len)
			check_answer(fixture, &outcome);
		else if (!same_frame(&fixture->frame, &outcome.frame))
			complain("%u bytes: the frame was changed", len);
		if (!scene_check(bench, fixture, &scene))
			complain("%u bytes: the session's counters are wrong", len);
	}
	scene_clear(bench, &scene);
}

/* The case within @tags, and with the cookie that it says back. */
static struct fixture prepare(struct bench *bench, const struct fixture *fixture, int tags)
{
	struct fixture tagged = *fixture;

	frame_tag(&tagged.frame, tags);
	frame_tag(&tagged.answer, tags);
	frame_tag(&tagged.opener, tags);
	tagged.need += tags * TAG_LEN;
	if (client_speak(bench, &tagged))
		complain("%s: its connection can't be opened", fixture->sentence);
	return tagged;
}

void run_cases(struct bench *bench, const struct fixtures *fixtures)
{
	size_t i;
	int tags;

	for (i = 0; i < fixtures->case_count; i++) {
		const struct fixture *fixture = &fixtures->cases[i];

		for (tags = 0; tags <= most_tags(fixture); tags++) {
			struct fixture tagged = prepare(bench, fixture, tags);

			check(bench, &tagged, false);
		}
		report_close("%s: %s", fixture->sentence, verdict_name(fixture->verdict));
	}
}

/* A signed-in device may send what it likes, as soon as it is known whose frame it is. */
static bool is_open_session(const struct fixture *fixture)
{
	return fixture->verdict == V_PASS_SESSION || fixture->verdict == V_PASS_TRUSTED ||
	       fixture->verdict == V_DOWN_PASS_SESSION || fixture->verdict == V_DOWN_PASS_TRUSTED;
}

static bool is_bound(const struct fixture *fixture)
{
	return strstr(fixture->state, "bound@");
}

/* Of a signed-in device: what is cut off behind its addresses may be what it was refused for. */
static bool is_refused_source(const struct fixture *fixture)
{
	return strstr(fixture->state, "session:") &&
	       (fixture->verdict == V_DROP_ADDRESS || fixture->verdict == V_DROP_SPOOF ||
		fixture->verdict == V_DROP_EXT_HEADERS);
}

/* The shortest frame that the kernel runs: to tc, an untagged IP header must be whole. */
static __u32 shortest_run(const struct fixture *fixture)
{
	__u16 ethertype = fixture->frame.bytes[12] << 8 | fixture->frame.bytes[13];

	if (!fixture->down)
		return ETHER_LEN;
	if (ethertype == 0x0800)
		return ETHER_LEN + 20;
	return ethertype == 0x86dd ? ETHER_LEN + 40 : ETHER_LEN + 1;
}

/* Bytes of the frame up to the end of its ARP or IP header. */
static __u32 l3_end(const struct fixture *fixture)
{
	__u32 l2_len = frame_l2_len(&fixture->frame);
	const __u8 *ethertype = fixture->frame.bytes + l2_len - 2;

	switch (ethertype[0] << 8 | ethertype[1]) {
	case 0x0800:
		return l2_len + 20;
	case 0x0806:
		return l2_len + 28;
	case 0x86dd:
		return l2_len + 40;
	default:
		return l2_len;
	}
}

/* Where a session is bound to its addresses, they must be there to be seen. */
static __u32 least_needed(const struct fixture *fixture)
{
	if (!is_open_session(fixture))
		return fixture->need;
	return is_bound(fixture) ? l3_end(fixture) : frame_l2_len(&fixture->frame);
}

static void check_lengths(struct bench *bench, const struct fixture *full)
{
	__u32 shortest = shortest_run(full), needed = least_needed(full);
	__u32 end = is_refused_source(full) ? l3_end(full) : full->frame.len;
	bool is_use = !strcmp(full->effect, "up+seen");
	struct fixture part = *full;

	for (part.frame.len = shortest; part.frame.len < end; part.frame.len++) {
		bool cut = part.frame.len < needed;

		part.answer = cut ? (struct frame){0} : full->answer;
		if (is_use)
			part.effect = part.frame.len < l3_end(full) + 8 ? "up" : "up+seen";
		check(bench, &part, cut);
	}
}

void run_truncations(struct bench *bench, const struct fixtures *fixtures)
{
	static const char *const sentences[] = {"without a tag", "with one tag", "with two tags"};
	size_t i;
	int tags;

	for (tags = 0; tags <= 2; tags++) {
		for (i = 0; i < fixtures->case_count; i++) {
			struct fixture tagged;

			if (tags > most_tags(&fixtures->cases[i]) ||
			    (is_refused_source(&fixtures->cases[i]) &&
			     !is_bound(&fixtures->cases[i])))
				continue;
			tagged = prepare(bench, &fixtures->cases[i], tags);
			check_lengths(bench, &tagged);
		}
		report_close("every frame of the table %s, cut to every length, gets nowhere",
			     sentences[tags]);
	}
}
