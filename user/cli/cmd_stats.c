/* SPDX-License-Identifier: MIT */
/* cmd_stats.c - `xdp511 stats`: the counters of gate, responder and rings, once or each second. */
#include "cli/commands.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <xdp511/verdict.h>

#include "base/units.h"
#include "cli/client.h"
#include "cli/output.h"
#include "cli/session.h"
#include "cli/table.h"

#define NUMBER		"%" JSON_INTEGER_FORMAT
#define VERDICT_COLUMNS 5
#define CLEAR_SCREEN	"\033[H\033[J"

/* What one page is made of. */
struct page {
	const json_t *stats;
	const json_t *before; /* a round ago; NULL: no rates */
	double seconds;	      /* since then */
	bool all;
};

static const char *verdict_sentence(const char *name)
{
	static const struct {
		const char *name;
		const char *sentence;
	} verdicts[] = {
#define X(verdict, action, text) {#verdict, text},
		X511_VERDICTS(X)
#undef X
	};
	size_t i;

	for (i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++)
		if (!strcmp(verdicts[i].name, name))
			return verdicts[i].sentence;
	return "";
}

static char *format_count(json_int_t count, char *buffer)
{
	snprintf(buffer, FIELD_TEXT, NUMBER, count);
	return buffer;
}

/* How many packets a second there were since the page before. */
static char *format_per_second(const struct page *page, const char *verdict, json_int_t packets,
			       char *buffer)
{
	const json_t *before = json_object_get(json_object_get(page->before, "verdicts"), verdict);
	json_int_t more = packets - field_number(before, "packets");

	snprintf(buffer, FIELD_TEXT, "%.0f", page->seconds > 0 ? (double)more / page->seconds : 0);
	return buffer;
}

static int add_verdict(const struct page *page, struct table *table, const char *name,
		       const json_t *counter)
{
	json_int_t packets = field_number(counter, "packets");
	char count[FIELD_TEXT];
	char size[FIELD_TEXT];
	char rate[FIELD_TEXT];
	const char *cells[VERDICT_COLUMNS];
	size_t n = 0;

	if (!packets && !page->all)
		return 0;
	cells[n++] = name;
	cells[n++] = format_count(packets, count);
	cells[n++] = format_size((uint64_t)field_number(counter, "bytes"), size, sizeof(size));
	if (page->before)
		cells[n++] = format_per_second(page, name, packets, rate);
	cells[n++] = verdict_sentence(name);
	return table_add(table, cells);
}

static int print_verdicts(const struct page *page)
{
	static const struct table_column once[] = {
		{.title = "VERDICT"},
		{.title = "PACKETS", .right = true},
		{.title = "BYTES", .right = true},
		{.title = "MEANING", .flexible = true},
	};
	static const struct table_column again[VERDICT_COLUMNS] = {
		{.title = "VERDICT"},
		{.title = "PACKETS", .right = true},
		{.title = "BYTES", .right = true},
		{.title = "PER-S", .right = true},
		{.title = "MEANING", .flexible = true},
	};
	json_t *verdicts = json_object_get(page->stats, "verdicts");
	struct table *table = page->before ? table_new(again, VERDICT_COLUMNS)
					   : table_new(once, VERDICT_COLUMNS - 1);
	int err = table ? 0 : -ENOMEM;
	const char *name;
	json_t *counter;

	json_object_foreach(verdicts, name, counter) err =
		err ? err : add_verdict(page, table, name, counter);
	if (!err)
		table_print(table, terminal_width(), stdout);
	table_free(table);
	return err;
}

static int print_responder(const struct page *page)
{
	static const struct table_column columns[] = {
		{.title = "RESPONDER"},
		{.title = "COUNT", .right = true},
	};
	json_t *responder = json_object_get(page->stats, "responder");
	struct table *table = table_new(columns, sizeof(columns) / sizeof(columns[0]));
	int err = table ? 0 : -ENOMEM;
	const char *name;
	json_t *counter;

	json_object_foreach(responder, name, counter)
	{
		json_int_t value = json_integer_value(counter);
		char count[FIELD_TEXT];
		const char *cells[] = {name, format_count(value, count)};

		if (!err && (value || page->all))
			err = table_add(table, cells);
	}
	if (!err)
		table_print(table, 0, stdout);
	table_free(table);
	return err;
}

static int print_rings(const struct page *page)
{
	static const struct table_column columns[] = {
		{.title = "RING"},
		{.title = "QUEUE", .right = true},
		{.title = "MODE"},
		{.title = "DROPPED", .right = true},
		{.title = "RX-FULL", .right = true},
		{.title = "NO-FILL", .right = true},
		{.title = "TX-BAD", .right = true},
		{.title = "TX-EMPTY", .right = true},
	};
	json_t *rings = json_object_get(page->stats, "rings");
	struct table *table = table_new(columns, sizeof(columns) / sizeof(columns[0]));
	int err = table ? 0 : -ENOMEM;
	json_t *ring;
	size_t i;

	json_array_foreach(rings, i, ring)
	{
		char queue[FIELD_TEXT], dropped[FIELD_TEXT], full[FIELD_TEXT], fill[FIELD_TEXT];
		char bad[FIELD_TEXT], empty[FIELD_TEXT];
		const char *cells[] = {
			field_text(ring, "interface", NULL),
			format_count(field_number(ring, "queue"), queue),
			field_text(ring, "mode", NULL),
			format_count(field_number(ring, "rx_dropped"), dropped),
			format_count(field_number(ring, "rx_ring_full"), full),
			format_count(field_number(ring, "rx_fill_ring_empty"), fill),
			format_count(field_number(ring, "tx_invalid"), bad),
			format_count(field_number(ring, "tx_ring_empty"), empty),
		};

		err = err ? err : table_add(table, cells);
	}
	if (!err)
		table_print(table, 0, stdout);
	table_free(table);
	return err;
}

static int print_page(const struct page *page)
{
	const json_t *sessions = json_object_get(page->stats, "sessions");
	const json_t *guests = json_object_get(page->stats, "guests");
	int err = print_verdicts(page);

	putchar('\n');
	err = err ? err : print_responder(page);
	putchar('\n');
	err = err ? err : print_rings(page);
	putchar('\n');
	print_line("sessions " NUMBER " of " NUMBER ", guests up to " NUMBER,
		   field_number(sessions, "active"), field_number(sessions, "max"),
		   field_number(guests, "max"));
	return err;
}

/* Asks, prints, and leaves the answer in *stats for the next round's rates. */
static enum outcome show(const struct arguments *arguments, double seconds, json_t **stats,
			 struct error *error)
{
	struct url url;
	struct request request = client_request(arguments, "GET", "/v1/stats", &url);
	struct page page = {.before = *stats, .seconds = seconds, .all = arguments->all};
	json_t *now = NULL;
	enum outcome outcome;
	int err = 0;

	outcome = client_object(&request, &now, NULL, error);
	if (outcome != OUTCOME_DONE)
		return outcome;
	page.stats = now;
	if (*stats && !arguments->json && terminal_width())
		fputs(CLEAR_SCREEN, stdout);
	else if (*stats && !arguments->json)
		putchar('\n');
	if (arguments->json && arguments->watch)
		print_json_line(now);
	else if (arguments->json)
		print_json(now);
	else
		err = print_page(&page);
	json_decref(*stats);
	*stats = now;
	if (!err)
		return flush_output(error);
	fail(error, ENOMEM, "out of memory");
	return OUTCOME_REFUSED;
}

static double seconds_between(const struct timespec *start, const struct timespec *end)
{
	return (double)(end->tv_sec - start->tv_sec) +
	       (double)(end->tv_nsec - start->tv_nsec) / 1e9;
}

enum outcome cmd_stats(const struct arguments *arguments, struct error *error)
{
	static const struct timespec pause = {.tv_sec = 1};
	struct timespec before;
	struct timespec now;
	json_t *stats = NULL;
	enum outcome outcome;

	if (arguments->watch)
		end_at_interrupt();
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	outcome = show(arguments, 0, &stats, error);
	while (outcome == OUTCOME_DONE && arguments->watch) {
		before = now;
		(void)nanosleep(&pause, NULL);
		(void)clock_gettime(CLOCK_MONOTONIC, &now);
		outcome = show(arguments, seconds_between(&before, &now), &stats, error);
	}
	json_decref(stats);
	return outcome;
}
