/* SPDX-License-Identifier: MIT */
/* client.c - what a client does with a web connection: opens it, and says the cookie back. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <xdp511/cookie.h>

#include "floor.h"

#define SIZE_SHIFT 30 /* the two highest bits of a cookie say the segment size */
#define REKEYS_MAX 20
#define MARGIN_S   5 /* what depends on the slot is over by then */

/* Shoots a SYN; *ret_cookie is the number of the SYN-ACK. */
int client_open(struct bench *bench, const struct shot *syn, __u32 *ret_cookie)
{
	struct outcome outcome;
	int err = bench_shoot(bench, syn, &outcome);

	if (err)
		return err;
	if (outcome.verdict != V_REPLY_SYN)
		return -EPROTO;
	*ret_cookie = frame_get32(&outcome.frame, frame_tcp(&outcome.frame) + TCP_SEQ);
	return 0;
}

void client_acknowledge(struct frame *frame, __u32 number)
{
	frame_put_tcp(frame, TCP_ACK_SEQ, number);
}

/* Waits for the next slot if this one ends soon: with it, numbers get another meaning. */
static void await_slot(void)
{
	__u64 end_s = (slot_now() + 1) * COOKIE_SLOT_SECONDS;
	struct timespec end = {.tv_sec = end_s};

	if (now_ns() / NS_PER_S >= end_s - MARGIN_S)
		while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &end, NULL) == EINTR)
			;
}

/* False for what the present keys take for a later segment of a connection, or when they fail. */
static bool is_stray(struct bench *bench, const struct shot *shot)
{
	struct outcome outcome;

	if (bench_shoot(bench, shot, &outcome)) {
		complain("%s", outcome.why);
		return false;
	}
	switch (outcome.verdict) {
	case V_REFUSE_STRAY:
		return true;
	case V_DROP_ACK:
	case V_REPLY_ACK:
	case V_STEER_HTTP:
	case V_STEER_HTTPS:
		return false;
	default:
		complain("%s given to a segment that nothing proves",
			 verdict_name(outcome.verdict));
		return false;
	}
}

/*
 * Of segments that nothing proves, 8 of 100 look like later ones of a connection by chance, see
 * strangers.c. Takes keys by which this one, as an ACK, doesn't.
 */
int client_estrange(struct bench *bench, const struct frame *frame)
{
	struct frame ack = *frame;
	struct shot shot = {.frame = &ack};
	int i, err = 0;

	ack.bytes[frame_tcp(&ack) + TCP_FLAGS_AT] = FLAG_ACK;
	await_slot();
	for (i = 0; i < REKEYS_MAX && !err; i++) {
		if (is_stray(bench, &shot))
			return 0;
		err = bench_rekey(bench);
	}
	return err ?: -EPROTO;
}

/* State cookie:N - the case acknowledges N bytes behind the SYN-ACK of its opener. */
static int speak(struct bench *bench, struct fixture *fixture)
{
	struct shot syn = {.frame = &fixture->opener, .port = fixture->port};
	const char *word = strstr(fixture->state, "cookie:");
	int received, err;
	__u32 cookie;

	if (!fixture->opener.len)
		return word ? -EINVAL : 0;
	if (!word || sscanf(word, "cookie:%d", &received) != 1)
		return -EINVAL;
	err = client_open(bench, &syn, &cookie);
	if (err)
		return err;
	client_acknowledge(&fixture->frame, cookie + 1 + received);
	if (fixture->answer.len)
		frame_put_tcp(&fixture->answer, TCP_SEQ, cookie + 1 + received);
	return 0;
}

/* The case's segment, as its connection has it; by keys that make it a stray if it has to be one. */
int client_speak(struct bench *bench, struct fixture *fixture)
{
	struct shot shot = {.frame = &fixture->frame, .port = fixture->port};
	int i, err;

	await_slot();
	err = speak(bench, fixture);
	if (fixture->verdict != V_REFUSE_STRAY)
		return err;
	for (i = 0; i < REKEYS_MAX && !err && !is_stray(bench, &shot); i++) {
		err = bench_rekey(bench);
		if (!err)
			err = speak(bench, fixture);
	}
	return err; /* if it isn't a stray by any keys, the case fails by itself */
}

/* Takes the number of the SYN-ACK that came over into the one that was expected. */
void client_hear(struct frame *syn_ack, const struct frame *heard)
{
	__u32 at = frame_tcp(syn_ack) + TCP_SEQ;

	if (heard->len >= at + 4)
		frame_put_tcp(syn_ack, TCP_SEQ, frame_get32(heard, at));
}

/* Effect size:N - the cookie says size N of four. */
bool client_check_size(const struct fixture *fixture, const struct frame *syn_ack)
{
	unsigned int size;

	if (sscanf(fixture->effect, "size:%u", &size) != 1)
		return true;
	return frame_get32(syn_ack, frame_tcp(syn_ack) + TCP_SEQ) >> SIZE_SHIFT == size;
}
