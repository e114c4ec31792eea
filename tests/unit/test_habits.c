/* SPDX-License-Identifier: MIT */
/* test_habits.c - windows, numbers that wrap, options and flags: TCPs of every kind get the page. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <xdp511/cookie.h>

#include "exchange.h"
#include "table.h"

#include <cmocka.h> /* last: it has a macro of the name fail */

#define REQUEST "GET /news?id=1 HTTP/1.1\r\nHost: www.example.com\r\nAccept: text/html\r\n\r\n"

static struct server server;
static struct exchange page;
static unsigned long n_exchanges;

static void must_get_page(struct exchange x)
{
	const char *fault;

	x.request = REQUEST;
	if (!x.path.port)
		x.path.port = 80;
	if (!x.path.client_port)
		x.path.client_port = (uint16_t)(1024 + n_exchanges++ % 60000);
	exchange_run(&x, &server);
	fault = exchange_fault(&x, &page);
	if (fault) {
		exchange_print(&x, fault);
		_fail(__FILE__, __LINE__);
	}
}

/* The same with each of the first frames lost. */
static void must_get_page_through_loss(struct exchange x)
{
	must_get_page(x);
	for (unsigned int i = 0; i < 10; i++) {
		x.channel.lost = 1ULL << i;
		must_get_page(x);
	}
}

static int set_up(void **state)
{
	(void)state;
	server_init(&server);
	page = (struct exchange){.path = {.port = 80, .mss = 1460}, .request = REQUEST};
	exchange_run(&page, &server);
	assert_null(page.broken);
	assert_true(page.closed);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	print_message("%lu exchanges\n", n_exchanges);
	server_done(&server);
	return 0;
}

/*
 * A window of one byte for ever is the one that can't be served: the byte that would end at a
 * multiple of eight can't be told from the end of the answer. With two, the cookie grows old
 * before the page is whole. No TCP keeps it so (RFC 9293 3.8.6.2.2 has it opened by a segment).
 */
static void any_window_from_three_bytes_on_is_kept_to(void **state)
{
	(void)state;
	for (uint16_t window = 3; window < 1400; window++)
		must_get_page((struct exchange){
			.path = {.ipv6 = window & 1, .mss = window & 2 ? 1440 : 536},
			.window = window,
		});
	for (uint16_t window = 50; window < 1400; window += 50)
		must_get_page_through_loss((struct exchange){
			.path = {.mss = 1460},
			.window = window,
			.acks = window / 50 % N_ACKS,
		});
}

/* RFC 9293 3.8.6.1: the client says when it has room again, and repeats its request. */
static void a_window_may_be_shut_and_open_later(void **state)
{
	(void)state;
	for (uint16_t first = 0; first < 64; first++)
		for (unsigned int opens = 1; opens < 6; opens++)
			for (unsigned int repeats = 0; repeats < N_REPEATS; repeats++)
				must_get_page_through_loss((struct exchange){
					.path = {.mss = 1460, .ipv6 = first & 1},
					.first_window = first,
					.opens = opens,
					.repeats = repeats,
				});
}

/* RFC 9293 3.4: all arithmetic is modulo 2^32. */
static void the_clients_numbers_may_wrap_anywhere(void **state)
{
	(void)state;
	for (uint32_t before = 0; before < 80; before++)
		for (unsigned int closes = 0; closes < N_CLOSES; closes++) {
			struct exchange x = {
				.path = {.mss = closes ? 1460 : 256},
				.closes = closes,
				.iss = 0 - before,
			};

			must_get_page(x);
			x.path.client_port = 0;
			x.iss = 0x80000000U - before;
			must_get_page(x);
		}
}

static uint32_t server_number(const struct path *path, uint32_t iss)
{
	struct frame frame;
	struct tcp got;

	build(path, &(struct tcp){.seq = iss, .flags = SYN, .window = 65535, .mss = path->mss},
	      &frame);
	server_set_time(&server, 0); /* a slot whose bit is set */
	server_give(&server, &frame);
	assert_true(server.n_sent == 1 && dissect(path, &server.sent[0], &got));
	return got.seq;
}

/*
 * The server's numbers are cookies; so the client's port is looked for by which their low bits
 * are all but over, and then its number by which the rest is. At most the last one is 0.
 */
static void the_servers_numbers_may_be_the_last_there_are(void **state)
{
	struct path path = {.port = 80, .mss = 1460, .client_port = 1024};
	struct exchange later = page;
	uint32_t iss = 0;

	(void)state;
	while ((server_number(&path, 0) & COOKIE_LOW_MASK) < COOKIE_LOW_MASK - ANSWER_MAX - 900)
		path.client_port++;
	while (server_number(&path, iss) < 0U - ANSWER_MAX - 2 - 900) {
		iss++;
		assert_true(iss < 1000000);
	}
	later = (struct exchange){.path = {.port = 80, .mss = 1460}, .request = REQUEST};
	exchange_run(&later, &server);
	for (unsigned int lost = 0; lost < 16; lost++) {
		struct exchange x = {
			.path = path,
			.request = REQUEST,
			.channel.lost = lost ? 1ULL << lost : 0,
			.window = lost & 1 ? 300 : 0,
			.iss = iss,
		};

		exchange_run(&x, &server);
		assert_null(exchange_fault(&x, &later));
		assert_true(x.irs >= 0U - ANSWER_MAX - 2 - 900);
	}
}

#define NOP	  "\x01"
#define MSS_1460  "\x02\x04\x05\xb4"
#define TIMESTAMP "\x08\x0a\x12\x34\x56\x78\x00\x00\x00\x00"

/* Options of a SYN, and of what follows. Lengths are multiples of four. */
static const struct {
	const char *sentence;
	const char *bytes;
	size_t len;
	uint16_t mss; /* what the client takes by them */
} options[] = {
	{"MSS alone", MSS_1460, 4, 1460},
	{"Linux: MSS, SACK permitted, timestamps, window scale (RFC 7323, 2018)",
	 MSS_1460 "\x04\x02" TIMESTAMP NOP "\x03\x03\x07", 20, 1460},
	{"Windows: MSS, window scale, SACK permitted",
	 MSS_1460 NOP "\x03\x03\x08" NOP NOP "\x04\x02", 12, 1460},
	{"timestamps, and MSS last", NOP NOP TIMESTAMP MSS_1460, 16, 1460},
	{"Fast Open asks for a cookie (RFC 7413)", MSS_1460 "\x22\x02" NOP NOP, 8, 1460},
	{"Fast Open has a cookie", MSS_1460 "\x22\x0a\x01\x02\x03\x04\x05\x06\x07\x08" NOP NOP, 16,
	 1460},
	{"Multipath TCP (RFC 8684)", MSS_1460 "\x1e\x0c\x01\x81\x01\x02\x03\x04\x05\x06\x07\x08",
	 16, 1460},
	{"an unknown option (RFC 6994)", "\xfd\x06\xaa\xbb\xcc\xdd" NOP NOP MSS_1460, 12, 1460},
	{"end of options ahead of all", "\x00\x02\x04\x05", 4, 0},
	{"end of options ahead of an MSS", "\x00" NOP NOP NOP MSS_1460, 8, 0},
	{"an option of length 0", "\xfd\x00" NOP NOP MSS_1460, 8, 0},
	{"an option of length 1", "\xfd\x01" NOP NOP MSS_1460, 8, 0},
	{"an option beyond the header", "\xfd\x28" NOP NOP MSS_1460, 8, 0},
	{"an option cut off behind its kind", NOP NOP NOP "\x02", 4, 0},
	{"an MSS cut off", NOP NOP "\x02\x04", 4, 0},
	{"an MSS of length 3", "\x02\x03\x05" NOP, 4, 0},
	{"an MSS of length 6", "\x02\x06\x05\xb4\x05\xb4" NOP NOP, 8, 0},
	{"an MSS of none", "\x02\x04\x00\x00", 4, 0},
	{"an MSS of all", "\x02\x04\xff\xff", 4, 65535},
	{"forty bytes of nothing",
	 NOP NOP NOP NOP NOP NOP NOP NOP NOP NOP NOP NOP NOP NOP NOP NOP NOP NOP NOP NOP NOP NOP NOP
		 NOP NOP NOP NOP NOP NOP NOP NOP NOP NOP NOP NOP NOP MSS_1460,
	 40, 1460},
	{"forty bytes of 0xff",
	 "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
	 "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
	 40, 0},
};

static void any_options_of_a_syn_are_lived_with(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		for (unsigned int kind = 0; kind < 4; kind++) {
			print_message("%s\n", options[i].sentence);
			must_get_page_through_loss((struct exchange){
				.path = {.ipv6 = kind & 1,
					 .tags = kind & 2,
					 .mss = options[i].mss > 1460 ? 1460 : options[i].mss},
				.syn = {.options = options[i].bytes, .options_len = options[i].len},
			});
		}
}

/* Timestamps and SACK blocks that nobody agreed on, and all of the above, on later segments. */
static void any_options_behind_it_too(void **state)
{
	static const char sack[] =
		NOP NOP TIMESTAMP NOP NOP "\x05\x12\1\2\3\4\1\2\3\5\1\2\3\6\1\2\3\7" NOP NOP;

	(void)state;
	must_get_page_through_loss((struct exchange){
		.path.mss = 1460, .options = sack, .options_len = sizeof(sack) / 4 * 4});
	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		must_get_page_through_loss((struct exchange){
			.path = {.ipv6 = i & 1, .mss = 1460},
			.options = options[i].bytes,
			.options_len = options[i].len,
		});
}

/* RFC 3168 6.1.1: a SYN with ECE and CWR; then packets marked ECT(1), ECT(0), CE. */
static void congestion_marks_change_nothing(void **state)
{
	(void)state;
	for (uint8_t ecn = 0; ecn < 4; ecn++)
		for (unsigned int flags = 0; flags < 4; flags++)
			must_get_page_through_loss((struct exchange){
				.path = {.ipv6 = ecn & 1, .mss = 1460, .ecn = ecn},
				.syn.flags = ECE | CWR,
				.flags = (uint8_t)(flags * ECE),
			});
}

/* RFC 7413 4.1.3: what isn't acknowledged of a SYN's data is sent again. */
static void data_in_a_syn_is_sent_again(void **state)
{
	(void)state;
	for (size_t len = 1; len <= strlen(REQUEST); len++)
		must_get_page_through_loss((struct exchange){
			.path = {.ipv6 = len & 1, .mss = 1460},
			.syn = {.data = REQUEST, .len = len},
		});
}

/* RFC 9293 3.8.5: urgent data is data. A SYN with FIN (RFC 1644) or PSH or URG is a SYN. */
static void odd_flags_change_nothing(void **state)
{
	static const uint8_t flags[] = {FIN, PSH, URG, FIN | PSH | URG, ECE, CWR};

	(void)state;
	must_get_page_through_loss((struct exchange){.path.mss = 1460, .flags = URG});
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++)
		must_get_page_through_loss(
			(struct exchange){.path.mss = 1460, .syn.flags = flags[i]});
}

static void checksums_left_to_hardware_are_taken(void **state)
{
	(void)state;
	for (unsigned int kind = 0; kind < 4; kind++)
		must_get_page_through_loss((struct exchange){
			.path = {.ipv6 = kind & 1, .tags = kind & 2, .mss = 1460, .partial = true},
		});
	assert_true(server.counters.partial_checksums > 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_window_from_three_bytes_on_is_kept_to),
		cmocka_unit_test(a_window_may_be_shut_and_open_later),
		cmocka_unit_test(the_clients_numbers_may_wrap_anywhere),
		cmocka_unit_test(the_servers_numbers_may_be_the_last_there_are),
		cmocka_unit_test(any_options_of_a_syn_are_lived_with),
		cmocka_unit_test(any_options_behind_it_too),
		cmocka_unit_test(congestion_marks_change_nothing),
		cmocka_unit_test(data_in_a_syn_is_sent_again),
		cmocka_unit_test(odd_flags_change_nothing),
		cmocka_unit_test(checksums_left_to_hardware_are_taken),
	};

	return cmocka_run_group_tests_name("habits", tests, set_up, tear_down);
}
