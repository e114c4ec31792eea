/* SPDX-License-Identifier: MIT */
/* test_feed.c - the hub of events: framing, filters, floods, slow readers and those that come back. */
#include "table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "controller/events/feed.h"

#define NOW_MS	 1000000000000ULL /* 2001-09-09T01:46:40Z */
#define FIRST_ID (NOW_MS * 1000)

/* A reader with what it has got so far. */
struct peer {
	struct feed_reader *reader;
	int woken;
	bool is_gone;
	char text[1 << 21];
	size_t size;
	bool has_ended;
};

static void wake(void *context)
{
	((struct peer *)context)->woken++;
}

static bool is_gone(void *context)
{
	return ((struct peer *)context)->is_gone;
}

static int join(struct feed *feed, const struct feed_filter *filter, const uint64_t *last_id,
		struct peer *peer)
{
	struct feed_setup setup = {.wake = wake, .is_gone = is_gone, .context = peer};

	if (filter)
		setup.filter = *filter;
	setup.has_last_id = last_id;
	setup.last_id = last_id ? *last_id : 0;
	return feed_join(feed, &setup, &peer->reader);
}

/* Everything there is, in pieces of @max bytes; in peer->text from its start. */
static const char *take(struct peer *peer, size_t max)
{
	ssize_t n;

	peer->size = 0;
	while ((n = feed_take(peer->reader, peer->text + peer->size, max)) > 0) {
		peer->size += (size_t)n;
		assert_true(peer->size < sizeof(peer->text) - max);
	}
	peer->has_ended = n < 0;
	peer->text[peer->size] = '\0';
	return peer->text;
}

static struct peer *new_peer(struct feed *feed, const struct feed_filter *filter,
			     const uint64_t *last_id)
{
	struct peer *peer = calloc(1, sizeof(*peer));

	assert_non_null(peer);
	assert_int_equal(join(feed, filter, last_id, peer), 0);
	return peer;
}

static struct peer *free_peer(struct peer *peer)
{
	feed_leave(peer->reader);
	free(peer);
	return NULL;
}

static json_t *device(const char *mac, const char *zone)
{
	return json_pack("{s:s, s:s}", "mac", mac, "zone", zone);
}

static void publish(struct feed *feed, enum event_type type, uint64_t now_ms, const char *mac)
{
	if (feed_wants(feed, type, now_ms))
		feed_publish(feed, type, now_ms, device(mac, "default"));
}

static size_t count(const char *text, const char *word)
{
	size_t n = 0;

	for (text = strstr(text, word); text; text = strstr(text + 1, word))
		n++;
	return n;
}

static void test_framing(void **state)
{
	struct feed *feed = feed_new(NOW_MS);
	struct peer *peer = new_peer(feed, NULL, NULL);
	size_t max;

	(void)state;
	assert_string_equal(take(peer, 4096), "retry: 1000\n\n");
	for (max = 1; max < 200; max += 7) {
		publish(feed, EVENT_SIGN_IN, NOW_MS + 5, "02:00:00:00:00:01");
		take(peer, max);
		assert_non_null(strstr(peer->text, "event: sign-in\ndata: {\"type\":\"sign-in\","
						   "\"at\":\"2001-09-09T01:46:40.005Z\","
						   "\"mac\":\"02:00:00:00:00:01\","
						   "\"zone\":\"default\"}\n\n"));
		assert_int_equal(strncmp(peer->text, "id: 1000000000000", 17), 0);
	}
	assert_int_equal(peer->woken, 29);
	free_peer(peer);
	feed_free(feed);
}

static void test_text_of_others_stays_on_its_line(void **state)
{
	struct feed *feed = feed_new(NOW_MS);
	struct peer *peer = new_peer(feed, NULL, NULL);

	(void)state;
	feed_publish(feed, EVENT_SIGN_IN, NOW_MS,
		     json_pack("{s:s}", "user", "a\n\ndata: {}\r\nevent: x\033[31m"));
	take(peer, 4096);
	assert_int_equal(count(peer->text, "\ndata:"), 1);
	assert_int_equal(count(peer->text, "\nevent:"), 1);
	assert_null(strchr(peer->text, '\r'));
	assert_null(strchr(peer->text, '\033'));
	free_peer(peer);
	feed_free(feed);
}

static const struct filter_row {
	const char *sentence;
	struct feed_filter filter;
	size_t expected; /* of the four events */
} filter_rows[] = {
	{"filter: none", {.types = 0}, 4},
	{"filter: one type", {.types = 1U << EVENT_SIGN_IN}, 2},
	{"filter: two types", {.types = 1U << EVENT_SIGN_IN | 1U << EVENT_WORKER_RESTARTED}, 3},
	{"filter: a zone", {.zone = "press"}, 1},
	{"filter: a device", {.mac = "02:00:00:00:00:01"}, 2},
	{"filter: a device in a zone", {.zone = "press", .mac = "02:00:00:00:00:01"}, 0},
	{"filter: a zone nobody is in", {.zone = "stage"}, 0},
};

static void test_filter(void **state)
{
	const struct filter_row *row = *state;
	struct feed *feed = feed_new(NOW_MS);
	struct peer *peer = new_peer(feed, &row->filter, NULL);
	struct peer *waiting = new_peer(feed, &row->filter, NULL);

	take(waiting, 4096);
	feed_publish(feed, EVENT_SIGN_IN, NOW_MS, device("02:00:00:00:00:01", "default"));
	feed_publish(feed, EVENT_SIGN_OUT, NOW_MS, device("02:00:00:00:00:01", "default"));
	feed_publish(feed, EVENT_SIGN_IN, NOW_MS, device("02:00:00:00:00:02", "press"));
	feed_publish(feed, EVENT_WORKER_RESTARTED, NOW_MS, json_pack("{s:i}", "queue", 0));
	assert_int_equal(count(take(peer, 4096), "data:"), row->expected);
	assert_int_equal(waiting->woken, row->expected ? 1 : 0);
	assert_int_equal(count(take(waiting, 4096), "data:"), row->expected);
	free_peer(peer);
	free_peer(waiting);
	feed_free(feed);
}

static void test_slow_reader_is_cut_off(void **state)
{
	struct feed *feed = feed_new(NOW_MS);
	struct peer *slow = new_peer(feed, NULL, NULL), *quick = new_peer(feed, NULL, NULL);
	size_t i, seen = 0;
	struct feed_numbers numbers;

	(void)state;
	take(slow, 4096);
	for (i = 0; i <= FEED_RING; i++) {
		feed_publish(feed, EVENT_SIGN_IN, NOW_MS, device("02:00:00:00:00:01", "a"));
		seen += count(take(quick, 4096), "data:");
	}
	assert_int_equal(seen, FEED_RING + 1);
	assert_false(quick->has_ended);
	assert_int_equal(slow->woken, 1);
	assert_non_null(strstr(take(slow, 4096), "event: dropped\ndata: {\"type\":\"dropped\""));
	assert_int_equal(count(slow->text, "data:"), 1);
	assert_null(strstr(slow->text, "id:")); /* so that it may come back for the rest */
	assert_true(slow->has_ended);
	feed_read_numbers(feed, &numbers);
	assert_int_equal(numbers.n_dropped, 1);
	assert_int_equal(numbers.n_readers, 2);
	assert_int_equal(numbers.published[EVENT_SIGN_IN], FEED_RING + 1);
	free_peer(slow);
	free_peer(quick);
	feed_free(feed);
}

static void test_reader_that_comes_back(void **state)
{
	struct feed *feed = feed_new(NOW_MS);
	uint64_t id;
	struct peer *peer;
	size_t i;

	(void)state;
	for (i = 0; i < FEED_RING + 10; i++)
		feed_publish(feed, EVENT_SIGN_IN, NOW_MS, device("02:00:00:00:00:01", "a"));

	id = FIRST_ID + FEED_RING + 4; /* the fifth of the last ten */
	peer = new_peer(feed, NULL, &id);
	assert_int_equal(count(take(peer, 4096), "data:"), 5);
	assert_null(strstr(peer->text, "event: gap"));
	peer = free_peer(peer);

	id = FIRST_ID + FEED_RING + 9; /* the last one */
	peer = new_peer(feed, NULL, &id);
	assert_int_equal(count(take(peer, 4096), "data:"), 0);
	peer = free_peer(peer);

	id = FIRST_ID + 9; /* the first that is gone */
	peer = new_peer(feed, NULL, &id);
	assert_int_equal(count(take(peer, 4096), "data:"), FEED_RING);
	peer = free_peer(peer);

	for (i = 0; i < 3; i++) {
		static const uint64_t ids[] = {FIRST_ID + 8, 0, UINT64_MAX};

		peer = new_peer(feed, NULL, &ids[i]);
		assert_int_equal(count(take(peer, 4096), "data:"), FEED_RING + 1);
		assert_non_null(
			strstr(peer->text, "retry: 1000\n\nevent: gap\ndata: {\"type\":\"gap\""));
		peer = free_peer(peer);
	}
	feed_free(feed);
}

static void test_flood_of_one_type_is_counted(void **state)
{
	struct feed *feed = feed_new(NOW_MS);
	struct feed_filter parked = {.types = 1U << EVENT_PARKED, .zone = "press"};
	struct peer *peer = new_peer(feed, NULL, NULL), *other = new_peer(feed, &parked, NULL);
	struct feed_numbers numbers;
	size_t i;

	(void)state;
	for (i = 0; i < 1000; i++)
		publish(feed, EVENT_PARKED, NOW_MS, "02:00:00:00:00:01");
	publish(feed, EVENT_SIGN_IN, NOW_MS, "02:00:00:00:00:02");
	take(peer, 4096);
	assert_int_equal(count(peer->text, "event: parked"), 200);
	assert_int_equal(count(peer->text, "event: sign-in"), 1);
	feed_tick(feed, NOW_MS + 999);
	assert_int_equal(peer->woken, 0);
	feed_tick(feed, NOW_MS + 1000);
	take(peer, 4096);
	assert_int_equal(count(peer->text, "data:"), 1);
	assert_non_null(strstr(peer->text, "\"type\":\"suppressed\""));
	assert_non_null(strstr(peer->text, "\"of\":\"parked\",\"events\":800}"));
	assert_int_equal(count(take(other, 4096), "event: suppressed"), 1);
	feed_read_numbers(feed, &numbers);
	assert_int_equal(numbers.suppressed[EVENT_PARKED], 800);
	publish(feed, EVENT_PARKED, NOW_MS + 1000, "02:00:00:00:00:01");
	assert_int_equal(count(take(peer, 4096), "event: parked"), 1);
	feed_tick(feed, NOW_MS + 2000);
	assert_int_equal(count(take(peer, 4096), "data:"), 0);
	free_peer(peer);
	free_peer(other);
	feed_free(feed);
}

static void test_sixteen_readers(void **state)
{
	struct feed *feed = feed_new(NOW_MS);
	struct peer *peers[FEED_READERS], *more = calloc(1, sizeof(*more));
	size_t i;

	(void)state;
	for (i = 0; i < FEED_READERS; i++)
		peers[i] = new_peer(feed, NULL, NULL);
	assert_int_equal(join(feed, NULL, NULL, more), -ENOSPC);
	free_peer(peers[3]);
	assert_int_equal(join(feed, NULL, NULL, more), 0);
	free_peer(more);
	for (i = 0; i < FEED_READERS; i++) {
		if (i != 3)
			free_peer(peers[i]);
	}
	feed_free(feed);
}

static void test_silence(void **state)
{
	struct feed *feed = feed_new(NOW_MS);
	struct peer *peer = new_peer(feed, NULL, NULL), *gone = new_peer(feed, NULL, NULL);

	(void)state;
	take(peer, 4096);
	take(gone, 4096);
	feed_tick(feed, NOW_MS + 1000);
	assert_int_equal(peer->woken + gone->woken, 0);
	gone->is_gone = true;
	feed_tick(feed, NOW_MS + 2000);
	assert_int_equal(gone->woken, 1);
	take(gone, 4096);
	assert_true(gone->has_ended);
	feed_tick(feed, NOW_MS + FEED_KEEP_ALIVE_MS);
	assert_string_equal(take(peer, 4096), ": keep-alive\n\n");
	feed_tick(feed, NOW_MS + FEED_KEEP_ALIVE_MS + 1000);
	assert_string_equal(take(peer, 4096), "");
	assert_int_equal(peer->woken, 1);
	free_peer(gone);
	free_peer(peer);
	feed_free(feed);
}

static void test_end_of_the_feed(void **state)
{
	struct feed *feed = feed_new(NOW_MS);
	struct peer *waiting = new_peer(feed, NULL, NULL), *busy = new_peer(feed, NULL, NULL);

	(void)state;
	take(waiting, 4096);
	feed_close(feed);
	assert_int_equal(waiting->woken, 1);
	assert_int_equal(busy->woken, 0);
	take(waiting, 4096);
	take(busy, 4096);
	assert_true(waiting->has_ended && busy->has_ended);
	free_peer(waiting);
	free_peer(busy);
	feed_free(feed);
	feed_close(NULL);
	assert_null(feed_free(NULL));
	assert_null(feed_leave(NULL));
}

static const struct types_row {
	const char *sentence;
	const char *text;
	uint32_t types; /* 0: refused */
	const char *bad;
} types_rows[] = {
	{"types: one", "sign-in", 1U << EVENT_SIGN_IN, ""},
	{"types: two", "parked,sign-out", 1U << EVENT_PARKED | 1U << EVENT_SIGN_OUT, ""},
	{"types: one twice", "parked,parked", 1U << EVENT_PARKED, ""},
	{"types: unknown", "sign-in,party", 0, "party"},
	{"types: none", "", 0, ""},
	{"types: none behind a comma", "sign-in,", 0, ""},
	{"types: with a space", "sign-in, parked", 0, " parked"},
	{"types: too short", "sign", 0, "sign"},
	{"types: another case", "Sign-In", 0, "Sign-In"},
};

static void test_types(void **state)
{
	const struct types_row *row = *state;
	const char *bad = "";
	uint32_t types = 0;

	assert_int_equal(parse_event_types(row->text, &types, &bad), row->types ? 0 : -EINVAL);
	assert_int_equal(types, row->types);
	assert_string_equal(bad, row->bad);
}

static void test_names(void **state)
{
	char names[EVENT_NAMES_SIZE];

	(void)state;
	assert_string_equal(event_names(names), "sign-in, sign-out, limit-hit, parked, "
						"spoof-suspected, table-full, worker-restarted and "
						"suppressed");
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(filter_rows) + ARRAY_SIZE(types_rows)];
	const struct CMUnitTest others[] = {
		cmocka_unit_test(test_framing),
		cmocka_unit_test(test_text_of_others_stays_on_its_line),
		cmocka_unit_test(test_slow_reader_is_cut_off),
		cmocka_unit_test(test_reader_that_comes_back),
		cmocka_unit_test(test_flood_of_one_type_is_counted),
		cmocka_unit_test(test_sixteen_readers),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_end_of_the_feed),
		cmocka_unit_test(test_names),
	};

	TABLE_TESTS(tests, filter_rows, test_filter);
	TABLE_TESTS(tests + ARRAY_SIZE(filter_rows), types_rows, test_types);
	return cmocka_run_group_tests_name("feed: rows", tests, NULL, NULL) +
	       cmocka_run_group_tests_name("feed: others", others, NULL, NULL);
}
