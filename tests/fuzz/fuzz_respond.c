/* SPDX-License-Identifier: MIT */
/*
 * fuzz_respond.c - any frame, and any payload on a proven connection, through the responder.
 * What it sends must be well formed, bounded, and never a page for who hasn't proven itself.
 */
#include <stdlib.h>

#include "repair.h"
#include "responder/tcp.h"
#include "server.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What @frame of a guest may cause: bounded, well formed, and modest for who proved nothing. */
static void check_answers(struct server *server, const struct frame *frame, bool proven)
{
	struct segment segment, asked = {0};
	bool read = !segment_parse(frame->bytes, frame->len, &asked);
	bool data = asked.payload_len || asked.flags & FIN;
	size_t payload = 0;

	if (server->n_sent > (read && proven && data ? 10 : read && !(asked.flags & RST)))
		abort();
	for (size_t i = 0; i < server->n_sent; i++) {
		if (server->sent[i].len > SEGMENT_FRAME_MAX || !repair_is_whole(&server->sent[i]) ||
		    segment_parse(server->sent[i].bytes, server->sent[i].len, &segment) ||
		    segment.partial_checksum)
			abort();
		payload += segment.payload_len;
		if ((asked.flags & SYN || !proven || !data) && server->sent[i].len > frame->len)
			abort();
	}
	if (payload > ANSWER_MAX || (payload && (!proven || asked.flags & SYN)))
		abort();
}

static bool is_proven(const struct server *server, const struct frame *frame)
{
	struct segment segment;
	struct tcp_segment tcp;
	struct cookie cookie;

	if (segment_parse(frame->bytes, frame->len, &segment))
		return false;
	tcp = tcp_segment_of(&segment);
	return cookie_check(&server->cookie_keys, &tcp, server->world.seconds, &cookie);
}

static void give_raw(struct server *server, bool mended, const uint8_t *data, size_t size)
{
	struct frame frame = {.len = size};

	for (size_t i = 0; i < size; i++)
		frame.bytes[i] = data[i];
	if (mended)
		repair(&frame);
	server_give(server, &frame);
	check_answers(server, &frame, is_proven(server, &frame));
}

static void give_payload(struct server *server, uint8_t how, const uint8_t *data, size_t size)
{
	struct path path = {
		.ipv6 = how & 1,
		.tags = (how >> 1) % 3,
		.port = how & 8 ? 443 : 80,
		.mss = (uint16_t)(how & 16 ? 1460 : 256),
	};
	struct tcp got, request = {.seq = 2, .window = 65535, .data = data, .len = size};
	struct frame frame;

	build(&path, &(struct tcp){.seq = 1, .flags = SYN, .mss = path.mss}, &frame);
	server_give(server, &frame);
	if (server->n_sent != 1 || !dissect(&path, &server->sent[0], &got))
		abort();
	request.flags = ACK | (how & 32 ? FIN : 0);
	request.ack = got.seq + 1;
	build(&path, &request, &frame);
	server_give(server, &frame);
	check_answers(server, &frame, true);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct server server;

	if (size < 1 || size > 1500)
		return 0;
	server_init(&server);
	if (data[0] & 0x80)
		give_raw(&server, data[0] & 0x40, data + 1, size - 1);
	else
		give_payload(&server, data[0], data + 1, size - 1);
	return 0;
}
