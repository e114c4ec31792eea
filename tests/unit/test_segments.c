/* SPDX-License-Identifier: MIT */
/* test_segments.c - requests in many segments: torn anywhere, written byte by byte, very long. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "exchange.h"
#include "table.h"

#include <cmocka.h> /* last: it has a macro of the name fail */

#define REQUEST "GET /news?id=1 HTTP/1.1\r\nHost: www.example.com\r\nAccept: text/html\r\n\r\n"

static struct server server;
static unsigned long n_exchanges;

/* Long requests are made here. */
static char text[EXCHANGE_REQUEST_MAX];

static const char *run(struct exchange *x, const struct exchange *page)
{
	x->path.client_port = (uint16_t)(1024 + n_exchanges++ % 60000);
	exchange_run(x, &server);
	return exchange_fault(x, page ? page : x);
}

/* Runs @x, a copy, and returns how many frames it took. */
static unsigned int must_get_page(struct exchange x, const struct exchange *page)
{
	const char *fault = run(&x, page);

	if (fault) {
		exchange_print(&x, fault);
		_fail(__FILE__, __LINE__);
	}
	return x.channel.n_frames;
}

/* The page that @x gets when nothing happens to it. */
static struct exchange page_for(struct exchange x)
{
	const char *fault = run(&x, NULL);

	if (fault) {
		exchange_print(&x, fault);
		_fail(__FILE__, __LINE__);
	}
	assert_memory_equal(x.answer, "HTTP/1.1 ", 9);
	return x;
}

/* Each of the first @n frames lost, doubled or late. */
static void with_faults(struct exchange x, const struct exchange *page, unsigned int n)
{
	for (unsigned int i = 0; i < n && i < 64; i++) {
		struct exchange lost = x, doubled = x, late = x, straggler = x;

		lost.channel.lost = 1ULL << i;
		must_get_page(lost, page);
		doubled.channel.doubled = 1ULL << i;
		must_get_page(doubled, page);
		late.channel.late = 1ULL << i;
		must_get_page(late, page);
		straggler.channel.late = straggler.channel.doubled = 1ULL << i;
		must_get_page(straggler, page);
	}
}

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

static void a_request_may_be_torn_anywhere(void **state)
{
	struct exchange page;

	(void)state;
	page = page_for((struct exchange){.path = {.port = 80, .mss = 1460}, .request = REQUEST});
	for (size_t cut = 1; cut < strlen(REQUEST); cut++)
		for (unsigned int kind = 0; kind < N_REPEATS * 2 * N_CLOSES; kind++) {
			struct exchange x = {
				.path = {.port = 80, .ipv6 = cut & 1, .mss = cut & 2 ? 1440 : 536},
				.request = REQUEST,
				.cut = cut,
				.repeats = kind % N_REPEATS,
				.waits = kind / N_REPEATS % 2,
				.closes = kind / N_REPEATS / 2,
				.iss = (uint32_t) - (int32_t)cut, /* wraps at the cut */
			};

			with_faults(x, &page, must_get_page(x, &page) + 2);
		}
}

static void two_pieces_may_be_lost_or_change_places(void **state)
{
	struct exchange page;

	(void)state;
	page = page_for((struct exchange){.path = {.port = 80, .mss = 1460}, .request = REQUEST});
	for (size_t step = 5; step < 40; step += 7)
		for (unsigned int pair = 0; pair < 16 * 16; pair++)
			for (unsigned int repeats = 0; repeats < N_REPEATS; repeats++) {
				struct exchange x = {
					.path = {.port = 80, .mss = 1460},
					.request = REQUEST,
					.step = step,
					.repeats = repeats,
				};
				uint64_t both = 1ULL << pair / 16 | 1ULL << pair % 16;

				x.channel.lost = both << 2;
				must_get_page(x, &page);
				x.channel.lost = 0;
				x.channel.late = both << 2;
				must_get_page(x, &page);
				x.channel.lost = 1ULL << (pair / 16 + 2);
				must_get_page(x, &page);
			}
}

static void a_request_may_come_in_the_smallest_pieces(void **state)
{
	struct exchange page;

	(void)state;
	page = page_for((struct exchange){.path = {.port = 80, .mss = 1460}, .request = REQUEST});
	for (size_t step = 1; step <= 8; step++)
		for (unsigned int kind = 0; kind < N_REPEATS * 2; kind++) {
			struct exchange x = {
				.path = {.port = 80, .ipv6 = kind & 1, .mss = 1220},
				.request = REQUEST,
				.step = step,
				.repeats = kind % N_REPEATS,
				.waits = kind / N_REPEATS,
			};
			unsigned int n = must_get_page(x, &page);

			with_faults(x, &page, n < 40 ? n : 40);
			for (x.channel.seed = 0; x.channel.seed < 6; x.channel.seed++) {
				struct exchange y = x;

				y.channel.lost_percent = 20;
				y.channel.late_percent = 20;
				must_get_page(y, &page);
			}
		}
}

/* All of a head counts, also when it comes in pieces longer than small segments. */
static void the_last_field_of_a_torn_head_counts(void **state)
{
	static const char request[] = "GET /a HTTP/1.1\r\nHost: a.example\r\nAccept: "
				      "text/html\r\nAccept-Language: fr\r\n\r\n";

	(void)state;
	for (size_t cut = 1; cut < sizeof(request) - 1; cut++) {
		struct exchange page = page_for((struct exchange){
			.path = {.port = 80, .mss = 1220},
			.request = request,
			.cut = cut,
		});

		assert_non_null(memmem(page.answer, page.answer_len, "<html lang=fr", 13));
	}
}

static size_t fill(size_t at, size_t len, const char *pattern)
{
	for (size_t i = 0; i < len; i++)
		text[at + i] = pattern[i % strlen(pattern)];
	text[at + len] = '\0';
	return at + len;
}

/* Requests of several segments; what comes behind the head must never be taken for one. */
static const struct {
	const char *sentence;
	const char *head;
	size_t len; /* of what follows */
	const char *pattern;
	const char *tail;
	const char *status;
} longs[] = {
	{"a POST of 64 kB", "POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 65536\r\n\r\n",
	 65536, "a=b&", "", "511"},
	{"a POST whose body is requests",
	 "POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 8192\r\n\r\n", 8192,
	 "GET /other HTTP/1.1\r\nHost: y\r\n\r\n", "", "511"},
	{"a POST of no text", "POST / HTTP/1.1\r\nContent-Length: 9999\r\n\r\n", 9999, "\xff\x01",
	 "", "511"},
	{"a request line of 8 kB", "GET /", 8192, "abc", " HTTP/1.1\r\nHost: x\r\n\r\n", "511"},
	{"a cookie of 8 kB", "GET / HTTP/1.1\r\nHost: x\r\nCookie: ", 8192, "GET / ", "\r\n\r\n",
	 "511"},
	{"requests in a pipeline", "GET /first HTTP/1.1\r\nHost: x\r\n\r\n", 31 * 20,
	 "GET /next HTTP/1.1\r\nHost: y\r\n\r\n", "", "511"},
	{"probes in a pipeline", "GET /generate_204 HTTP/1.1\r\nHost: x\r\n\r\n", 31 * 20,
	 "GET /next HTTP/1.1\r\nHost: y\r\n\r\n", "", "302"},
};

static size_t make_long(size_t row)
{
	size_t len = strlen(longs[row].head);

	memcpy(text, longs[row].head, len);
	len = fill(len, longs[row].len, longs[row].pattern);
	memcpy(text + len, longs[row].tail, strlen(longs[row].tail));
	return len + strlen(longs[row].tail);
}

static void long_requests_get_the_page_of_their_head(void **state)
{
	static const uint16_t sizes[] = {128, 536, 1220, 1460, 0};

	(void)state;
	for (size_t row = 0; row < ARRAY_SIZE(longs); row++)
		for (size_t s = 0; s < ARRAY_SIZE(sizes); s++)
			for (unsigned int kind = 0; kind < N_REPEATS * N_CLOSES; kind++) {
				struct exchange page, x = {
							      .path = {.port = 80,
								       .mss = sizes[s],
								       .ipv6 = kind & 1},
							      .request = text,
							      .len = make_long(row),
							      .repeats = kind % N_REPEATS,
							      .closes = kind / N_REPEATS,
							      .iss = 0xffffff00U,
						      };

				page = page_for(x);
				assert_memory_equal(page.answer + 9, longs[row].status, 3);
				if (kind % 5 == 0)
					with_faults(x, &page, 8);
			}
}

/*
 * Two requests in a pipeline, each in a segment of its own: the second one isn't the start, and
 * what is lost of the first one's page is never mended with pieces of the second one's.
 */
static void pages_of_pipelined_requests_are_never_mixed(void **state)
{
	static const char requests[] = "GET /first HTTP/1.1\r\nHost: x\r\n\r\n"
				       "GET /second HTTP/1.1\r\nHost: y\r\n\r\n";
	static const uint16_t sizes[] = {128, 256, 536, 1460};

	(void)state;
	for (size_t s = 0; s < ARRAY_SIZE(sizes); s++)
		for (unsigned int repeats = 0; repeats < N_REPEATS; repeats++) {
			struct exchange page,
				x = {
					.path = {.port = 80, .mss = sizes[s]},
					.request = requests,
					.cut = strlen("GET /first HTTP/1.1\r\nHost: x\r\n\r\n"),
					.repeats = repeats,
				};

			page = page_for(x);
			assert_non_null(memmem(page.answer, page.answer_len, "first", 5));
			with_faults(x, &page, page.channel.n_frames);
		}
}

/*
 * The answer to a head that is longer than small segments is of its start alone: the client may
 * repeat that with more behind it, when part of the answer is there already.
 */
static void a_growing_head_never_changes_its_answer(void **state)
{
	static const uint16_t sizes[] = {536, 700, 1000, 1219, 1220, 1460};
	size_t len = (size_t)snprintf(text, sizeof(text), "GET / HTTP/1.1\r\nHost: x\r\nCookie: ");

	(void)state;
	len = fill(len, 900, "0123456789abcdef");
	strcpy(text + len, "\r\nAccept: text/html\r\nAccept-Language: fr\r\n\r\n");
	for (size_t s = 0; s < ARRAY_SIZE(sizes); s++)
		for (size_t cut = 500; cut < strlen(text); cut += 3) {
			struct exchange page, x = {
						      .path = {.port = 80, .mss = sizes[s]},
						      .request = text,
						      .cut = cut,
						      .repeats = REPEATS_JOINED,
					      };

			page = page_for(x);
			for (unsigned int i = 3; i < 9; i++) {
				struct exchange lost = x;

				lost.channel.lost = 1ULL << i;
				must_get_page(lost, &page);
			}
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_may_be_torn_anywhere),
		cmocka_unit_test(two_pieces_may_be_lost_or_change_places),
		cmocka_unit_test(a_request_may_come_in_the_smallest_pieces),
		cmocka_unit_test(the_last_field_of_a_torn_head_counts),
		cmocka_unit_test(long_requests_get_the_page_of_their_head),
		cmocka_unit_test(pages_of_pipelined_requests_are_never_mixed),
		cmocka_unit_test(a_growing_head_never_changes_its_answer),
	};

	return cmocka_run_group_tests_name("segments", tests, set_up, tear_down);
}
