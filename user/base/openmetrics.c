/* SPDX-License-Identifier: MIT */
/* openmetrics.c - counters and gauges as text for Prometheus, in one of two formats. */
#include "base/openmetrics.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

#define FIRST_ROOM ((size_t)16 * 1024)

/* In microseconds, and as the label has it. */
static const struct {
	uint64_t us;
	const char *text;
} bounds[METRIC_BOUNDS] = {
	{1000, "0.001"},  {2500, "0.0025"}, {5000, "0.005"},  {10000, "0.01"},
	{25000, "0.025"}, {50000, "0.05"},  {100000, "0.1"},  {250000, "0.25"},
	{500000, "0.5"},  {1000000, "1.0"}, {2500000, "2.5"}, {5000000, "5.0"},
};

void metric_observe(struct metric_histogram *histogram, uint64_t us)
{
	size_t i = 0;

	while (i < METRIC_BOUNDS && us > bounds[i].us)
		i++;
	histogram->counts[i]++;
	histogram->sum_us += us;
}

/* --- text ----------------------------------------------------------------------------------- */

static void put_bytes(struct openmetrics *out, const char *bytes, size_t size)
{
	size_t room = out->room ? out->room : FIRST_ROOM;
	char *larger;

	if (!out->err && size > OPENMETRICS_MAX - out->size)
		out->err = -E2BIG;
	if (out->err)
		return;
	while (room < out->size + size)
		room *= 2;
	if (room != out->room) {
		larger = realloc(out->text, room);
		if (!larger) {
			out->err = -ENOMEM;
			return;
		}
		out->text = larger;
		out->room = room;
	}
	memcpy(out->text + out->size, bytes, size);
	out->size += size;
}

static void put(struct openmetrics *out, const char *text)
{
	put_bytes(out, text, strlen(text));
}

/* A sentence of help, or a label's value; @specials get a backslash. */
static void put_escaped(struct openmetrics *out, const char *text, const char *specials)
{
	while (*text) {
		size_t length = printable_length(text);

		if (*text == '\n')
			put(out, "\\n");
		else if (!length)
			put(out, "?");
		else if (strchr(specials, *text))
			put(out, "\\");
		if (length)
			put_bytes(out, text, length);
		text += length ? length : 1;
	}
}

static void put_label(struct openmetrics *out, bool is_first, const char *name, const char *value)
{
	put(out, is_first ? "{" : ",");
	put(out, name);
	put(out, "=\"");
	put_escaped(out, value, "\\\"");
	put(out, "\"");
}

/* "name_suffix{label="value"} ", with "le" as one label more if there is one. */
static void put_head(struct openmetrics *out, const char *suffix, const struct metric_label *labels,
		     const char *le)
{
	bool is_first = true;

	put(out, out->name);
	put(out, suffix);
	for (; labels && labels->name; labels++) {
		put_label(out, is_first, labels->name, labels->value);
		is_first = false;
	}
	if (le) {
		put_label(out, is_first, "le", le);
		is_first = false;
	}
	put(out, is_first ? " " : "} ");
}

static void put_number(struct openmetrics *out, uint64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64 "\n", number);
	put(out, text);
}

static void put_real(struct openmetrics *out, double number)
{
	char text[40];

	snprintf(text, sizeof(text), "%.15g\n", number);
	put(out, text);
}

/* --- families and samples ------------------------------------------------------------------- */

static const char *suffix_of(const struct openmetrics *out)
{
	switch (out->type) {
	case METRIC_COUNTER:
		return "_total";
	case METRIC_INFO:
		return "_info";
	default:
		return "";
	}
}

static const char *type_word(const struct openmetrics *out)
{
	static const char *const words[] = {
		[METRIC_COUNTER] = "counter",
		[METRIC_GAUGE] = "gauge",
		[METRIC_INFO] = "info",
		[METRIC_HISTOGRAM] = "histogram",
	};

	if (!out->is_open && out->type == METRIC_INFO)
		return "gauge";
	return words[out->type];
}

static const char *unit_of(const char *name)
{
	static const char *const units[] = {"seconds", "bytes"};
	size_t i, length = strlen(name);

	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		size_t end = strlen(units[i]);

		if (length > end && name[length - end - 1] == '_' &&
		    !strcmp(name + length - end, units[i]))
			return units[i];
	}
	return NULL;
}

/* The older format calls a family by the name of its samples. */
static void put_comment(struct openmetrics *out, const char *word)
{
	put(out, "# ");
	put(out, word);
	put(out, " ");
	put(out, out->name);
	if (!out->is_open)
		put(out, suffix_of(out));
	put(out, " ");
}

void openmetrics_begin(struct openmetrics *out, bool is_open)
{
	*out = (struct openmetrics){.is_open = is_open, .name = ""};
}

void openmetrics_family(struct openmetrics *out, enum metric_type type, const char *name,
			const char *help)
{
	const char *unit = unit_of(name);

	out->type = type;
	out->name = name;
	put_comment(out, "TYPE");
	put(out, type_word(out));
	put(out, "\n");
	if (out->is_open && unit) {
		put_comment(out, "UNIT");
		put(out, unit);
		put(out, "\n");
	}
	put_comment(out, "HELP");
	put_escaped(out, help, out->is_open ? "\\\"" : "\\");
	put(out, "\n");
}

void openmetrics_add(struct openmetrics *out, const struct metric_label *labels, uint64_t value)
{
	put_head(out, suffix_of(out), labels, NULL);
	put_number(out, value);
}

void openmetrics_add_real(struct openmetrics *out, const struct metric_label *labels, double value)
{
	if (!isfinite(value))
		return;
	put_head(out, suffix_of(out), labels, NULL);
	put_real(out, value);
}

void openmetrics_add_histogram(struct openmetrics *out, const struct metric_label *labels,
			       const struct metric_histogram *histogram)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i <= METRIC_BOUNDS; i++) {
		n += histogram->counts[i];
		put_head(out, "_bucket", labels, i < METRIC_BOUNDS ? bounds[i].text : "+Inf");
		put_number(out, n);
	}
	put_head(out, "_count", labels, NULL);
	put_number(out, n);
	put_head(out, "_sum", labels, NULL);
	put_real(out, (double)histogram->sum_us / 1e6);
}

int openmetrics_end(struct openmetrics *out, char **ret_text, size_t *ret_size)
{
	if (out->is_open)
		put(out, "# EOF\n");
	if (out->err) {
		free(out->text);
		out->text = NULL;
		return out->err;
	}
	*ret_text = out->text;
	*ret_size = out->size;
	out->text = NULL;
	return 0;
}

const char *openmetrics_content_type(bool is_open)
{
	return is_open ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
		       : "text/plain; version=0.0.4; charset=utf-8";
}
