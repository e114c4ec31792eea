/* SPDX-License-Identifier: MIT */
/*
 * fuzz_pieces.c - one request in any segments, in any order, again and again, from a client with
 * any part of the answer and any window: no byte of the answer ever changes, and nothing is
 * acknowledged that didn't arrive.
 */
#include <stdlib.h>
#include <string.h>

#include "server.h"

#define REQUEST_MAX 512 /* a head so short is whole or waited for, but for small segments */
#define ANSWER_SIZE 1216
#define ISS	    1000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A segment of the script. */
struct step {
	uint8_t from; /* half of the offset */
	uint8_t len;
	uint8_t received; /* of what the client may have of the answer: so many eighths and one */
	uint8_t window;	  /* half of it; 255: wide open */
};

static struct server server;
static struct path path;
static const uint8_t *request;
static size_t request_len;
static bool arrived[REQUEST_MAX + 1];
static bool have[ANSWER_SIZE];
static uint8_t answer[ANSWER_SIZE];
static uint32_t irs;
static size_t fin_at;

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void take(const struct tcp *got, bool complete)
{
	size_t at = got->seq - (irs + 1), acked = got->ack - (ISS + 1);

	require(got->flags & ACK && !(got->flags & (SYN | RST)));
	require(acked <= request_len + 1);
	for (size_t i = 0; i < acked && !complete; i++)
		require(arrived[i]);
	require(at + got->len <= ANSWER_SIZE - 1 || !got->len);
	for (size_t i = 0; i < got->len; i++) {
		const uint8_t *byte = (const uint8_t *)got->data + i;

		require(!have[at + i] || answer[at + i] == *byte);
		have[at + i] = true;
		answer[at + i] = *byte;
	}
	if (got->flags & FIN) {
		require(fin_at == SIZE_MAX || fin_at == at + got->len);
		fin_at = at + got->len;
	}
}

/* As much of what the client has without a gap as the script wants; never a fraction of a FIN. */
static size_t received(uint8_t eighths)
{
	size_t n = 0;

	while (n < ANSWER_SIZE && have[n])
		n++;
	if (n == fin_at && eighths > 7)
		return n + 1;
	n = n * (eighths % 8) / 7;
	return n % 8 || !n ? n : n - 1; /* real clients acknowledge whole segments */
}

static void give(const struct step *step)
{
	size_t from = step->from * 2U < request_len ? step->from * 2U : request_len;
	size_t len = step->len < request_len - from ? step->len : request_len - from;
	size_t has = received(step->received);
	bool fin = from + len == request_len && step->len > len;
	struct frame frame;
	struct tcp got;

	build(&path,
	      &(struct tcp){
		      .seq = ISS + 1 + (uint32_t)from,
		      .ack = irs + 1 + (uint32_t)has,
		      .flags = ACK | (fin ? FIN : 0),
		      .window = step->window == 255 ? 65535 : step->window * 2,
		      .data = request + from,
		      .len = len,
	      },
	      &frame);
	memset(arrived + from, true, len);
	arrived[request_len] |= fin;
	server_give(&server, &frame);
	require(server.n_sent <= 10);
	for (size_t i = 0; i < server.n_sent; i++) {
		require(dissect(&path, &server.sent[i], &got));
		take(&got, fin_at != SIZE_MAX && has > fin_at);
	}
}

static void start(uint8_t how)
{
	static const uint16_t sizes[] = {1460, 536, 256, 128};
	struct frame frame;
	struct tcp got;

	server_init(&server);
	path = (struct path){.port = 80, .ipv6 = how & 1, .mss = sizes[how >> 1 & 3]};
	build(&path, &(struct tcp){.seq = ISS, .flags = SYN, .window = 9000, .mss = path.mss},
	      &frame);
	server_give(&server, &frame);
	require(server.n_sent == 1 && dissect(&path, &server.sent[0], &got));
	irs = got.seq;
	fin_at = SIZE_MAX;
	memset(arrived, 0, sizeof(arrived));
	memset(have, 0, sizeof(have));
}

/* How, the number of steps, the steps, and the request. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct step step;
	size_t n;

	if (size < 2 || size < 2 + (n = data[1] % 64) * sizeof(step))
		return 0;
	request = data + 2 + n * sizeof(step);
	request_len = size - 2 - n * sizeof(step);
	if (request_len > REQUEST_MAX)
		return 0;
	start(data[0]);
	for (size_t i = 0; i < n; i++) {
		memcpy(&step, data + 2 + i * sizeof(step), sizeof(step));
		give(&step);
	}
	return 0;
}
