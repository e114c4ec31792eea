// SPDX-License-Identifier: MIT
/* client.c - what a client does with a web connection: opens it, and says the cookie back. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "floor.h"

#define SIZE_SHIFT 30 /* the two highest bits of a cookie say the segment size */

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

/* State cookie:N - the case acknowledges N bytes behind the SYN-ACK of its opener. */
int client_speak(struct bench *bench, struct fixture *fixture)
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
