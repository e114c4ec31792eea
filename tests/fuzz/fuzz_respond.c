// SPDX-License-Identifier: MIT
/*
 * fuzz_respond.c - any frame, and any payload on a proven connection, through the responder.
 * What it sends must be well formed, bounded, and never a page for who hasn't proven itself.
 */
#include <stdlib.h>

#include "responder/tcp.h"
#include "server.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_answers(struct server *server, bool proven)
{
	size_t payload = 0;

	for (size_t i = 0; i < server->n_sent; i++) {
		struct segment segment;

		if (segment_parse(server->sent[i].bytes, server->sent[i].len, &segment) ||
		    segment.partial_checksum)
			abort();
		payload += segment.payload_len;
	}
	if (payload > ANSWER_MAX || (payload && !proven))
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

static void give_raw(struct server *server, const uint8_t *data, size_t size)
{
	struct frame frame = {.len = size};

	for (size_t i = 0; i < size; i++)
		frame.bytes[i] = data[i];
	server_give(server, &frame);
	check_answers(server, is_proven(server, &frame));
}

static void give_payload(struct server *server, uint8_t how, const uint8_t *data, size_t size)
{
	struct path path = {
		.ipv6 = how & 1,
		.tags = (how >> 1) % 3,
		.port = how & 8 ? 443 : 80,
		.mss = (uint16_t)(how & 16 ? 1460 : 256),
	};
	struct tcp got,
		request = {.seq = 2, .flags = ACK, .window = 65535, .data = data, .len = size};
	struct frame frame;

	build(&path, &(struct tcp){.seq = 1, .flags = SYN, .mss = path.mss}, &frame);
	server_give(server, &frame);
	if (server->n_sent != 1 || !dissect(&path, &server->sent[0], &got))
		abort();
	request.ack = got.seq + 1;
	build(&path, &request, &frame);
	server_give(server, &frame);
	check_answers(server, true);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct server server;

	if (size < 1 || size > 1500)
		return 0;
	server_init(&server);
	if (data[0] & 0x80)
		give_raw(&server, data + 1, size - 1);
	else
		give_payload(&server, data[0], data + 1, size - 1);
	return 0;
}
