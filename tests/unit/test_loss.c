/* SPDX-License-Identifier: MIT */
/* test_loss.c - whatever the way does to frames, every client gets the whole page and closes. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include "exchange.h"
#include "table.h"

#include <cmocka.h> /* last: it has a macro of the name fail */

#define REQUEST "GET /news?id=1 HTTP/1.1\r\nHost: www.example.com\r\nAccept: text/html\r\n\r\n"

static struct server server;
static unsigned long n_exchanges;
static size_t most_bytes, most_factor;

#define SLOTS	       24
#define COOKIE_LIFE_MS 128000 /* at least */
#define SLOT_SECONDS   128    /* the page tells when its connection began, in steps of so much */

/* The page of each zone at each time, as a client gets it to whom nothing happens. */
static struct exchange pages[2][SLOTS];

static const uint16_t sizes[] = {128, 256, 536, 1220, 1460, 0};

static const struct path paths[] = {
	{.port = 80},
	{.port = 80, .ipv6 = true},
	{.port = 80, .tags = 1},
	{.port = 80, .ipv6 = true, .tags = 2},
};

/* What is wrong with @x: its page is that of the time when its first SYN came through, or later. */
static const char *fault_of(const struct exchange *x)
{
	const struct exchange *page = pages[x->path.tags == 1];
	unsigned int last = (unsigned int)(x->now_ms / 1000 / SLOT_SECONDS);
	const char *fault = exchange_fault(x, &page[0]);

	for (unsigned int slot = 1; fault && slot <= last && slot < SLOTS; slot++)
		fault = exchange_fault(x, &page[slot]);
	return fault;
}

/* Runs @x, a copy, and returns how many frames it took. */
static unsigned int must_get_page(struct exchange x)
{
	const char *fault;

	x.request = REQUEST;
	x.path.client_port = (uint16_t)(1024 + n_exchanges++ % 60000);
	exchange_run(&x, &server);
	if (x.most_bytes > most_bytes)
		most_bytes = x.most_bytes;
	if (x.most_factor > most_factor)
		most_factor = x.most_factor;
	fault = fault_of(&x);
	if (fault) {
		exchange_print(&x, fault);
		_fail(__FILE__, __LINE__);
	}
	return x.channel.n_frames;
}

static int set_up(void **state)
{
	(void)state;
	server_init(&server);
	for (unsigned int i = 0; i < 2 * SLOTS; i++) {
		struct exchange *page = &pages[i % 2][i / 2];

		*page = (struct exchange){
			.path = {.port = 80, .mss = 1460, .tags = i % 2},
			.request = REQUEST,
			.now_ms = i / 2 * SLOT_SECONDS * 1000,
		};
		exchange_run(page, &server);
		assert_null(page->broken);
		assert_true(page->closed);
		assert_memory_equal(page->answer, "HTTP/1.1 511 ", 13);
	}
	assert_non_null(memmem(pages[1][0].answer, pages[1][0].answer_len, "zone=press", 10));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	print_message("%lu exchanges; at most %zu bytes and %zu times as many for one frame\n",
		      n_exchanges, most_bytes, most_factor);
	server_done(&server);
	return 0;
}

typedef void visit(struct exchange exchange);

/* Every kind of client: segment sizes, families, tags, and habits of TCPs. */
static void each_client(visit *do_visit, size_t n_paths)
{
	for (size_t s = 0; s < ARRAY_SIZE(sizes); s++)
		for (size_t p = 0; p < n_paths; p++)
			for (unsigned int habits = 0; habits < N_ACKS * N_REPEATS; habits++)
				for (unsigned int closes = 0; closes < N_CLOSES; closes++) {
					struct exchange x = {
						.path = paths[p],
						.acks = habits % N_ACKS,
						.repeats = habits / N_ACKS,
						.closes = closes,
						.iss = 0xfffffff0U + closes, /* wraps */
					};

					x.path.mss = sizes[s];
					do_visit(x);
				}
}

static void visit_singles(struct exchange x)
{
	unsigned int n = must_get_page(x) + 4; /* what is repeated can be lost as well */

	for (unsigned int i = 0; i < n; i++) {
		struct exchange lost = x, doubled = x, late = x, straggler = x;

		lost.channel.lost = 1ULL << i;
		must_get_page(lost);
		doubled.channel.doubled = 1ULL << i;
		must_get_page(doubled);
		late.channel.late = 1ULL << i;
		must_get_page(late);
		straggler.channel.late = straggler.channel.doubled = 1ULL << i;
		must_get_page(straggler);
	}
}

static void each_frame_may_be_lost_doubled_or_late(void **state)
{
	(void)state;
	each_client(visit_singles, ARRAY_SIZE(paths));
}

static void visit_pairs(struct exchange x)
{
	unsigned int n = must_get_page(x) + 3;

	if (x.acks == ACKS_SECOND && x.repeats != REPEATS_LAST)
		return; /* between its neighbours */
	for (unsigned int i = 0; i < n; i++)
		for (unsigned int j = i + 1; j < n; j++) {
			x.channel.lost = 1ULL << i | 1ULL << j;
			must_get_page(x);
		}
}

static void each_pair_of_frames_may_be_lost(void **state)
{
	(void)state;
	each_client(visit_pairs, 2);
}

static void visit_mixed_pairs(struct exchange x)
{
	unsigned int n = must_get_page(x) + 2;

	if (x.acks == ACKS_SECOND || x.repeats == REPEATS_JOINED || x.path.mss == 256)
		return;
	for (unsigned int i = 0; i < n; i++)
		for (unsigned int j = 0; j < n; j++) {
			struct exchange doubled = x, late = x;

			if (i == j)
				continue;
			doubled.channel.lost = late.channel.lost = 1ULL << i;
			doubled.channel.doubled = 1ULL << j;
			late.channel.late = 1ULL << j;
			must_get_page(doubled);
			must_get_page(late);
		}
}

static void one_frame_may_be_lost_and_another_doubled_or_late(void **state)
{
	(void)state;
	each_client(visit_mixed_pairs, 1);
}

static struct exchange at_random(unsigned int run, unsigned int percent)
{
	struct exchange x = {
		.path = paths[run % ARRAY_SIZE(paths)],
		.channel = {.lost_percent = percent,
			    .doubled_percent = percent / 4,
			    .late_percent = percent / 4,
			    .seed = run * 100 + percent},
		.acks = run / 4 % N_ACKS,
		.repeats = run / 12 % N_REPEATS,
		.closes = run / 48 % N_CLOSES,
		.iss = run * 0x9e3779b9U,
	};

	x.path.mss = sizes[run / 144 % ARRAY_SIZE(sizes)];
	return x;
}

static void frames_may_be_lost_by_chance(void **state)
{
	static const unsigned int percents[] = {1, 5, 20, 50};

	(void)state;
	for (size_t p = 0; p < ARRAY_SIZE(percents); p++)
		for (unsigned int run = 0; run < 2000; run++)
			must_get_page(at_random(run, percents[p]));
}

/* The waits of a real timer: up to a fifth lost, all is over within the life of a cookie. */
static void frames_may_be_lost_by_chance_while_the_timer_backs_off(void **state)
{
	static const unsigned int percents[] = {1, 5, 20};

	(void)state;
	for (size_t p = 0; p < ARRAY_SIZE(percents); p++)
		for (unsigned int run = 0; run < 1000; run++) {
			struct exchange x = at_random(run, percents[p]);

			x.backs_off = true;
			must_get_page(x);
		}
}

/*
 * When half is lost the cookie may grow too old: then there is a reset, or one time in a hundred,
 * when the number looks like one of today's, silence; but no broken page.
 */
static void with_half_the_frames_lost_there_is_a_page_or_a_reset(void **state)
{
	unsigned int n_closed = 0;

	(void)state;
	for (unsigned int run = 0; run < 2000; run++) {
		struct exchange x = at_random(run, 50);

		x.request = REQUEST;
		x.backs_off = true;
		x.path.client_port = (uint16_t)(1024 + n_exchanges++ % 60000);
		exchange_run(&x, &server);
		if (!x.broken && (x.reset || x.now_ms > COOKIE_LIFE_MS))
			continue;
		n_closed += x.closed;
		if (fault_of(&x)) {
			exchange_print(&x, fault_of(&x));
			_fail(__FILE__, __LINE__);
		}
	}
	print_message("half the frames lost: %u of 2000 pages\n", n_closed);
	assert_in_range(n_closed, 1000, 2000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_frame_may_be_lost_doubled_or_late),
		cmocka_unit_test(each_pair_of_frames_may_be_lost),
		cmocka_unit_test(one_frame_may_be_lost_and_another_doubled_or_late),
		cmocka_unit_test(frames_may_be_lost_by_chance),
		cmocka_unit_test(frames_may_be_lost_by_chance_while_the_timer_backs_off),
		cmocka_unit_test(with_half_the_frames_lost_there_is_a_page_or_a_reset),
	};

	return cmocka_run_group_tests_name("loss", tests, set_up, tear_down);
}
