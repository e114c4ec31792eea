/* SPDX-License-Identifier: MIT */
/* test_pieces.c - torn requests, segment by segment: what is kept, acknowledged, answered. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include "client.h"
#include "server.h"

#include <cmocka.h> /* last: it has a macro of the name fail */

#define REQUEST "GET /news HTTP/1.1\r\nHost: www.example.com\r\nAccept: text/html\r\n\r\n"
#define ISS	0xfffffffcU /* wraps within the method */

static struct server server;
static struct path path = {.port = 80, .mss = 1460};

/* One segment of @from up to @to within REQUEST, and what comes back: 0 without an answer. */
static bool send_part(uint32_t ack, size_t from, size_t to, uint8_t flags, struct tcp *ret_got)
{
	struct tcp tcp = {
		.seq = ISS + 1 + (uint32_t)from,
		.ack = ack,
		.flags = ACK | flags,
		.window = 65535,
		.data = REQUEST + from,
		.len = to - from,
	};
	struct frame frame;

	build(&path, &tcp, &frame);
	server_give(&server, &frame);
	return server.n_sent && dissect(&path, &server.sent[0], ret_got);
}

static uint32_t open_connection(void)
{
	struct frame frame;
	struct tcp got;

	build(&path, &(struct tcp){.seq = ISS, .flags = SYN, .mss = 1460, .window = 9000}, &frame);
	server_give(&server, &frame);
	assert_true(dissect(&path, &server.sent[0], &got));
	return got.seq + 1;
}

static uint32_t start(void)
{
	server_init(&server);
	return open_connection();
}

/* Both pieces are repeated as one: what most kernels do. Until then there is no answer. */
static void a_request_torn_anywhere_gets_one_answer(void **state)
{
	size_t len = strlen(REQUEST);
	struct tcp got;

	(void)state;
	for (size_t cut = 1; cut < len; cut++) {
		uint32_t ack = start();

		assert_false(send_part(ack, 0, cut, 0, &got));
		assert_false(send_part(ack, cut, len, PSH, &got));
		assert_true(send_part(ack, 0, len, PSH, &got));
		assert_memory_equal(got.data, "HTTP/1.1 511 ", 13);
		assert_non_null(memmem(got.data, got.len, "www.example.com%2Fnews", 22));
		assert_int_equal(got.seq, ack);
		assert_int_equal(got.ack, ISS + 1);
	}
}

static void a_first_piece_is_kept_when_it_is_repeated(void **state)
{
	uint32_t ack = start();
	struct tcp got;

	(void)state;
	assert_false(send_part(ack, 0, 3, 0, &got));
	assert_true(send_part(ack, 0, 3, 0, &got));
	assert_int_equal(got.ack, ISS + 4);
	assert_int_equal(got.flags, ACK);
}

static void the_pieces_behind_it_are_acknowledged_at_once(void **state)
{
	uint32_t ack = start();
	struct tcp got;

	(void)state;
	send_part(ack, 0, 1, 0, &got);
	assert_true(send_part(ack, 0, 1, 0, &got));
	for (size_t i = 1; i + 1 < strlen(REQUEST); i++) {
		assert_true(send_part(ack, i, i + 1, 0, &got));
		assert_int_equal(got.ack, ISS + 2 + (uint32_t)i);
	}
	assert_true(send_part(ack, strlen(REQUEST) - 1, strlen(REQUEST), PSH, &got));
	assert_memory_equal(got.data, "HTTP/1.1 511 ", 13);
	assert_non_null(memmem(got.data, got.len, "www.example.com%2Fnews", 22));
}

/* A client that doesn't wait repeats from the first byte on, each time with more behind it. */
static void a_repeated_first_piece_may_have_grown(void **state)
{
	uint32_t ack = start();
	struct tcp got;

	(void)state;
	for (size_t i = 0; i < 10; i++)
		assert_false(send_part(ack, i, i + 1, 0, &got));
	assert_true(send_part(ack, 0, 10, 0, &got));
	assert_int_equal(got.ack, ISS + 11);
	assert_true(send_part(ack, 10, strlen(REQUEST), PSH, &got));
	assert_memory_equal(got.data, "HTTP/1.1 511 ", 13);
}

static void a_late_copy_takes_nothing_back(void **state)
{
	uint32_t ack = start();
	struct tcp got;

	(void)state;
	send_part(ack, 0, 1, 0, &got);
	send_part(ack, 0, 1, 0, &got);
	assert_true(send_part(ack, 1, 20, 0, &got));
	send_part(ack, 0, 1, 0, &got); /* a third copy, overtaken by what follows it */
	send_part(ack, 1, 5, 0, &got);
	assert_true(send_part(ack, 20, strlen(REQUEST), PSH, &got));
	assert_memory_equal(got.data, "HTTP/1.1 511 ", 13);
	assert_non_null(memmem(got.data, got.len, "www.example.com%2Fnews", 22));
}

static void behind_a_gap_nothing_is_acknowledged(void **state)
{
	uint32_t ack = start();
	struct tcp got;

	(void)state;
	send_part(ack, 0, 1, 0, &got);
	send_part(ack, 0, 1, 0, &got);
	assert_false(send_part(ack, 2, 3, 0, &got));
	assert_false(send_part(ack, 2, 3, 0, &got));
	assert_true(send_part(ack, 1, 3, 0, &got));
	assert_int_equal(got.ack, ISS + 4);
}

static void pieces_that_overtake_each_other_are_kept_in_order(void **state)
{
	uint32_t ack = start();
	struct tcp got;

	(void)state;
	assert_false(send_part(ack, 1, 2, 0, &got));
	assert_false(send_part(ack, 0, 1, 0, &got));
	assert_false(send_part(ack, 1, 2, 0, &got));
	assert_true(send_part(ack, 0, 2, 0, &got));
	assert_int_equal(got.ack, ISS + 3);
}

static void a_close_behind_kept_pieces_ends_the_question(void **state)
{
	uint32_t ack = start();
	struct tcp got;

	(void)state;
	send_part(ack, 0, 20, 0, &got);
	assert_true(send_part(ack, 0, 20, 0, &got));
	assert_true(send_part(ack, 20, 20, FIN, &got));
	assert_memory_equal(got.data, "HTTP/1.1 511 ", 13);
}

static void a_close_without_a_question_is_returned_when_it_is_repeated(void **state)
{
	uint32_t ack = start();
	struct tcp got;

	(void)state;
	assert_false(send_part(ack, 0, 0, FIN, &got));
	assert_false(send_part(ack, 0, 0, FIN, &got)); /* a tail loss probe repeats it, too */
	assert_true(send_part(ack, 0, 0, FIN, &got));
	assert_int_equal(got.flags, FIN | ACK);
	assert_int_equal(got.seq, ack);
	assert_int_equal(got.ack, ISS + 2);
	assert_int_equal(got.len, 0);
	assert_int_equal(server.counters.closes, 1);
	assert_false(send_part(ack + 1, 1, 1, 0, &got));
}

/* The request was lost, its FIN wasn't: the client repeats the request first. */
static void a_close_that_overtook_its_question_waits_for_it(void **state)
{
	uint32_t ack = start();
	struct tcp got;

	(void)state;
	assert_false(send_part(ack, strlen(REQUEST), strlen(REQUEST), FIN, &got));
	assert_true(send_part(ack, 0, strlen(REQUEST), PSH, &got));
	assert_memory_equal(got.data, "HTTP/1.1 511 ", 13);
	assert_true(got.flags & FIN);
}

/* All of them at the same time, acknowledged piece by piece. */
static void torn_requests_leave_each_other_alone(void **state)
{
	static uint32_t acks[PIECES_PLACES / 16];
	const size_t n = sizeof(acks) / sizeof(acks[0]);
	struct tcp got;

	(void)state;
	server_init(&server);
	for (size_t i = 0; i < n; i++) {
		path.client_port = (uint16_t)(1024 + i);
		acks[i] = open_connection();
	}
	for (size_t from = 0; from < 4; from++) {
		for (size_t i = 0; i < n; i++) {
			path.client_port = (uint16_t)(1024 + i);
			send_part(acks[i], from, from + 1, 0, &got);
			assert_true(send_part(acks[i], from, from + 1, 0, &got));
		}
	}
	for (size_t i = 0; i < n; i++) {
		path.client_port = (uint16_t)(1024 + i);
		assert_true(send_part(acks[i], 4, strlen(REQUEST), PSH, &got));
		assert_memory_equal(got.data, "HTTP/1.1 511 ", 13);
	}
	path.client_port = 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_torn_anywhere_gets_one_answer),
		cmocka_unit_test(a_first_piece_is_kept_when_it_is_repeated),
		cmocka_unit_test(the_pieces_behind_it_are_acknowledged_at_once),
		cmocka_unit_test(a_repeated_first_piece_may_have_grown),
		cmocka_unit_test(a_late_copy_takes_nothing_back),
		cmocka_unit_test(behind_a_gap_nothing_is_acknowledged),
		cmocka_unit_test(pieces_that_overtake_each_other_are_kept_in_order),
		cmocka_unit_test(a_close_behind_kept_pieces_ends_the_question),
		cmocka_unit_test(a_close_without_a_question_is_returned_when_it_is_repeated),
		cmocka_unit_test(a_close_that_overtook_its_question_waits_for_it),
		cmocka_unit_test(torn_requests_leave_each_other_alone),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	server_done(&server);
	return failed;
}
