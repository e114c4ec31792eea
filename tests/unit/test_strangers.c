/* SPDX-License-Identifier: MIT */
/* test_strangers.c - who isn't a client with a question: other protocols, forged and old numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include "exchange.h"
#include "table.h"

#include <cmocka.h> /* last: it has a macro of the name fail */

#define REQUEST "GET /news?id=1 HTTP/1.1\r\nHost: www.example.com\r\nAccept: text/html\r\n\r\n"
#define HELLO	"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"
#define SSLV2	"\x80\x2e\x01\x03\x01\x00\x15\x00\x00\x00\x10"
#define PREFACE "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
#define ISS	0xfffffff0U

static struct server server;
static unsigned long n_exchanges;
static char text[4096];

static int set_up(void **state)
{
	(void)state;
	server_init(&server);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	print_message("%lu exchanges\n", n_exchanges);
	server_done(&server);
	return 0;
}

static void run(struct exchange *x)
{
	x->path.client_port = (uint16_t)(1024 + n_exchanges++ % 60000);
	exchange_run(x, &server);
}

/* What speaks first on these ports, and isn't HTTP/1. */
static const struct {
	const char *sentence;
	const char *start;
	size_t start_len;
	size_t len; /* with what fills it up; more than a segment for some */
} words[] = {
	{"a ClientHello", HELLO, 11, 517},
	{"a ClientHello of two segments", HELLO, 11, 1800},
	{"a ClientHello of SSLv2", SSLV2, 11, 48},
	{"the preface of HTTP/2", PREFACE, 24, 24},
	{"an SSH banner", "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", 32, 32},
	{"zeros", "\x00", 1, 300},
	{"one byte", "\xff", 1, 1},
	{"random bytes", "\x8f\x01\xd3\x0a\x5e\x99\x20\x2f\xc7", 9, 1000},
	{"more of them than a segment holds", "\x8f\x01\xd3\x0a\x5e\x99\x20\x2f\xc7", 9, 4000},
	{"BitTorrent",
	 "\x13"
	 "BitTorrent protocol",
	 20, 68},
	{"an answer", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 38, 38},
};

static struct exchange speaking(size_t row, uint16_t port)
{
	memcpy(text, words[row].start, words[row].start_len);
	for (size_t i = words[row].start_len; i < words[row].len; i++)
		text[i] = (char)(i * 0x9d ^ i >> 3);
	return (struct exchange){
		.path = {.port = port, .mss = 1460},
		.request = text,
		.len = words[row].len,
		.iss = ISS,
	};
}

/* RFC 8446 6.2: access_denied, fatal; in a record of TLS 1.2. To any word, torn anywhere. */
static void must_get_alert(struct exchange x)
{
	static const uint8_t alert[] = {21, 3, 3, 0, 2, 2, 49};

	run(&x);
	if (x.broken || !x.closed || x.answer_len != sizeof(alert) ||
	    memcmp(x.answer, alert, sizeof(alert))) {
		exchange_print(&x, x.broken ? x.broken : "there is no alert");
		_fail(__FILE__, __LINE__);
	}
}

static void whoever_speaks_on_443_gets_the_alert(void **state)
{
	(void)state;
	for (size_t row = 0; row < ARRAY_SIZE(words); row++)
		for (unsigned int kind = 0; kind < N_REPEATS * N_CLOSES * 2; kind++) {
			struct exchange x = speaking(row, 443);

			x.repeats = kind % N_REPEATS;
			x.closes = kind / N_REPEATS % N_CLOSES;
			x.path.ipv6 = kind / N_REPEATS / N_CLOSES;
			must_get_alert(x);
			for (unsigned int i = 0; i < 14; i++) {
				x.channel.lost = 1ULL << i;
				must_get_alert(x);
			}
		}
}

static void a_client_hello_may_be_torn_anywhere(void **state)
{
	(void)state;
	for (size_t row = 0; row < 3; row++)
		for (size_t cut = 1; cut < words[row].len; cut++) {
			struct exchange x = speaking(row, 443), steps = x;

			x.cut = cut;
			x.repeats = cut % N_REPEATS;
			must_get_alert(x);
			x.channel.lost = 1ULL << (3 + cut / N_REPEATS % 3);
			must_get_alert(x);
			steps.step = cut;
			steps.waits = true;
			if (cut > 16)
				must_get_alert(steps);
		}
}

static void whoever_says_nothing_gets_nothing(void **state)
{
	static const uint16_t ports[] = {80, 443};

	(void)state;
	for (unsigned int kind = 0; kind < 8; kind++) {
		struct exchange x = {
			.path = {.port = ports[kind & 1], .ipv6 = kind & 2, .mss = 1460},
			.request = REQUEST,
			.says_nothing = true,
			.channel.lost = kind & 4,
		};

		run(&x);
		assert_null(x.broken);
		assert_true(x.established && !x.answer_len && !x.reset);
	}
}

/* A browser's spare connection: its close is returned, whatever is lost, and there is no page. */
static void whoever_closes_without_a_word_is_let_go(void **state)
{
	(void)state;
	for (unsigned int kind = 0; kind < N_REPEATS * 2; kind++)
		for (unsigned int i = 0; i < 60; i++) {
			struct exchange x = {
				.path = {.port = 80, .mss = 1460, .ipv6 = kind & 1},
				.request = "",
				.closes = CLOSES_BEHIND,
				.repeats = kind / 2,
				.iss = ISS,
			};

			x.channel.lost = i < 20 ? 1ULL << i : 0;
			x.channel.doubled = i >= 20 && i < 40 ? 1ULL << (i - 20) : 0;
			x.channel.late = i >= 40 ? 1ULL << (i - 40) : 0;
			run(&x);
			if (x.broken || !x.closed)
				exchange_print(&x, x.broken ? x.broken : "it isn't closed");
			assert_true(x.closed && !x.broken);
			assert_int_equal(x.answer_len, 0);
		}
}

/* On port 80 they are left alone, but for the two that are requests of a kind. */
static void whoever_speaks_something_else_on_80_gets_no_page(void **state)
{
	(void)state;
	for (size_t row = 0; row < ARRAY_SIZE(words); row++)
		for (unsigned int kind = 0; kind < N_REPEATS * 3; kind++) {
			struct exchange x = speaking(row, 80);

			x.repeats = kind % N_REPEATS;
			x.step = kind / N_REPEATS * 100;
			run(&x);
			print_message("%s\n", words[row].sentence);
			assert_null(x.broken);
			assert_false(x.reset);
			if (words[row].start[0] == 'P')
				assert_memory_equal(x.answer, "HTTP/1.1 511 ", 13);
			else
				assert_int_equal(x.answer_len, 0);
		}
}

/* One segment by hand, and how many frames come back; the first is in *ret_got. */
static size_t give(const struct path *path, struct tcp tcp, struct tcp *ret_got)
{
	struct frame frame;

	tcp.window = 65535;
	build(path, &tcp, &frame);
	server_give(&server, &frame);
	if (server.n_sent) {
		assert_true(dissect(path, &server.sent[0], ret_got));
		if (tcp.flags & SYN || !tcp.len)
			assert_true(server.sent[0].len <= frame.len);
	}
	return server.n_sent;
}

/* Starts anew: the number is always the same, and pieces of others may be kept for it. */
static uint32_t open_at(const struct path *path, unsigned int seconds)
{
	struct tcp got;

	server_init(&server);
	server_set_time(&server, seconds);
	assert_int_equal(give(path, (struct tcp){.seq = ISS, .flags = SYN, .mss = path->mss}, &got),
			 1);
	assert_int_equal(got.flags, SYN | ACK);
	assert_int_equal(got.ack, ISS + 1);
	return got.seq + 1;
}

static struct tcp request_for(uint32_t ack)
{
	return (struct tcp){
		.seq = ISS + 1,
		.ack = ack,
		.flags = ACK | PSH,
		.data = REQUEST,
		.len = strlen(REQUEST),
	};
}

/* RFC 4987 3.6: a cookie is good in its slot and the next; each second of three slots. */
static void a_cookie_is_good_in_its_slot_and_the_next(void **state)
{
	struct path path = {.port = 80, .mss = 1460};
	struct tcp got;

	(void)state;
	for (unsigned int made = 0; made < 128; made += 9)
		for (unsigned int now = made; now < 320; now++) {
			uint32_t ack = open_at(&path, made);
			size_t n;

			server_set_time(&server, now);
			n = give(&path, request_for(ack), &got);
			if (now / 128 - made / 128 < 2)
				assert_true(n == 1 && got.flags == (ACK | PSH | FIN) && got.len);
			else
				assert_true(n == 0 || (got.flags == RST && got.seq == ack));
		}
}

/*
 * Numbers that nobody was given: silence, a reset (RFC 9293 3.10.7.1), or an acknowledgement,
 * which a guess of a few bits may get; none is longer than what was sent, and none is a page.
 */
static void forged_numbers_never_get_a_page(void **state)
{
	struct path path = {.port = 80, .mss = 1460};
	unsigned int n_resets = 0;
	struct tcp got;

	(void)state;
	for (uint32_t i = 0; i < 60000; i++) {
		struct tcp tcp = request_for(i * 0x9e3779b9U);

		path.port = i & 4 ? 443 : 80;
		path.ipv6 = i & 8;
		path.client_port = (uint16_t)(1024 + i / 16);
		tcp.len = i & 1 ? tcp.len : 0;
		tcp.flags |= i & 2 ? FIN : 0;
		if (!give(&path, tcp, &got))
			continue;
		assert_int_equal(server.n_sent, 1);
		assert_int_equal(got.len, 0);
		n_resets += got.flags == RST;
		assert_true(got.flags == ACK || (got.flags == RST && got.seq == tcp.ack));
	}
	print_message("%u of 60000 forged segments are reset\n", n_resets);
	assert_true(n_resets > 50000);
}

/* A cookie is good for the ends it was made for, and no others. */
static void a_cookie_of_another_connection_gets_no_page(void **state)
{
	struct path path = {.port = 80, .mss = 1460, .client_port = 1024};
	uint32_t ack = open_at(&path, 0);
	struct tcp got;

	(void)state;
	assert_true(give(&path, request_for(ack), &got) == 1 && got.len);
	for (unsigned int port = 1025; port < 65536; port += 13) {
		path.client_port = (uint16_t)port;
		assert_true(!give(&path, request_for(ack), &got) || !got.len);
	}
	path.client_port = 1024;
	path.port = 443;
	assert_true(!give(&path, request_for(ack), &got) || !got.len);
	path.port = 80;
	path.ipv6 = true;
	assert_true(!give(&path, request_for(ack), &got) || !got.len);
	path.ipv6 = false;
	path.tags = 1;
	assert_true(!give(&path, request_for(ack), &got) || !got.len);
}

/*
 * The right number, but not with the first byte: it isn't where the client began. The cookie has
 * fifteen bits to tell, so that one in 32768 is taken for the first.
 */
static void a_request_at_another_number_gets_no_page(void **state)
{
	struct path path = {.port = 80, .mss = 1460, .client_port = 1024};
	uint32_t ack = open_at(&path, 0);
	struct tcp tcp = request_for(ack), got;
	size_t n_pages = 0;

	(void)state;
	for (uint32_t off = 1; off < 2000; off++)
		for (int side = -1; side < 2; side += 2) {
			tcp.seq = ISS + 1 + (uint32_t)side * off;
			n_pages += give(&path, tcp, &got);
		}
	assert_true(n_pages <= 2);
}

/*
 * RFC 9293 3.8.4: a keep-alive repeats the number before the next one, some with a byte of
 * nothing; browsers send them on connections that they open ahead of need.
 */
static void a_keep_alive_is_no_part_of_the_request(void **state)
{
	struct path path = {.port = 80, .mss = 1460, .client_port = 1024};
	struct tcp got, probe = {.seq = ISS, .flags = ACK, .data = "", .len = 1};

	(void)state;
	for (probe.len = 0; probe.len < 2; probe.len++) {
		path.client_port++;
		probe.ack = open_at(&path, 0);
		for (int i = 0; i < 5; i++)
			assert_int_equal(give(&path, probe, &got), 0);
		assert_int_equal(give(&path, request_for(probe.ack), &got), 1);
		assert_memory_equal(got.data, "HTTP/1.1 511 ", 13);
	}
}

/* RFC 9293 3.10.7.4: nothing answers a reset, at any step, and the next connection goes well. */
static void a_reset_at_any_step_is_silently_taken(void **state)
{
	static const uint8_t flags[] = {RST, RST | ACK, RST | SYN, RST | FIN | ACK};
	struct path path = {.port = 80, .mss = 1460, .client_port = 2000};
	struct tcp got, tcp;
	uint32_t ack;

	(void)state;
	for (unsigned int step = 0; step < 5; step++)
		for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
			ack = step ? open_at(&path, 0) : 0;
			tcp = request_for(ack);
			if (step > 1)
				assert_true(give(&path, tcp, &got) == 1 && got.len);
			ack += step > 1 ? (uint32_t)got.len + 1 : 0;
			tcp = (struct tcp){.seq = ISS + 1 + tcp.len, .ack = ack, .flags = ACK};
			if (step > 2)
				assert_true(give(&path, tcp, &got) == 1 && got.flags == ACK);
			tcp.flags |= FIN;
			if (step > 3)
				assert_true(give(&path, tcp, &got) == 1 && got.flags == ACK);
			tcp.flags = flags[i];
			assert_int_equal(give(&path, tcp, &got), 0);
			tcp = request_for(open_at(&path, 0));
			assert_true(give(&path, tcp, &got) == 1 && got.len);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whoever_speaks_on_443_gets_the_alert),
		cmocka_unit_test(a_client_hello_may_be_torn_anywhere),
		cmocka_unit_test(whoever_says_nothing_gets_nothing),
		cmocka_unit_test(whoever_closes_without_a_word_is_let_go),
		cmocka_unit_test(whoever_speaks_something_else_on_80_gets_no_page),
		cmocka_unit_test(a_cookie_is_good_in_its_slot_and_the_next),
		cmocka_unit_test(forged_numbers_never_get_a_page),
		cmocka_unit_test(a_cookie_of_another_connection_gets_no_page),
		cmocka_unit_test(a_request_at_another_number_gets_no_page),
		cmocka_unit_test(a_keep_alive_is_no_part_of_the_request),
		cmocka_unit_test(a_reset_at_any_step_is_silently_taken),
	};

	return cmocka_run_group_tests_name("strangers", tests, set_up, tear_down);
}
