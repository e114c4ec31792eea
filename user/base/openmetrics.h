/* SPDX-License-Identifier: MIT */
/*
 * openmetrics.h - counters and gauges as text for Prometheus: OpenMetrics 1.0, or the older text
 * format 0.0.4 for who doesn't take that. Pure.
 *
 *   openmetrics_begin() ─► family ─► samples … ─► family ─► samples … ─► openmetrics_end()
 */
#ifndef XDP511_OPENMETRICS_H
#define XDP511_OPENMETRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OPENMETRICS_MAX ((size_t)4 << 20) /* of a whole text */

enum metric_type {
	METRIC_COUNTER, /* its samples get "_total" behind the family's name */
	METRIC_GAUGE,
	METRIC_INFO, /* "_info", and the value 1 */
	METRIC_HISTOGRAM,
};

/* Values may be any text: what can't be printed becomes "?". An array of them ends with {}. */
struct metric_label {
	const char *name;
	const char *value;
};
#define METRIC_LABELS(...) ((const struct metric_label[]){__VA_ARGS__, {NULL, NULL}})

/* How long things took. */
#define METRIC_BOUNDS 12
struct metric_histogram {
	uint64_t counts[METRIC_BOUNDS +
			1]; /* up to each bound, but not to the one before; the rest */
	uint64_t sum_us;
};

void metric_observe(struct metric_histogram *histogram, uint64_t us);

struct openmetrics {
	bool is_open; /* OpenMetrics 1.0 */
	int err;      /* the first; then nothing more is written */
	char *text;
	size_t size, room;
	const char *name; /* of the family */
	enum metric_type type;
};

void openmetrics_begin(struct openmetrics *out, bool is_open);

/*
 * @name has no suffix of its type; one that ends in "_seconds" or "_bytes" has that unit. Both
 * texts are to be constants, the name of [a-z0-9_] alone. Each family comes once.
 */
void openmetrics_family(struct openmetrics *out, enum metric_type type, const char *name,
			const char *help);

/* Samples of the family; @labels may be NULL: none. A number that isn't finite is left out. */
void openmetrics_add(struct openmetrics *out, const struct metric_label *labels, uint64_t value);
void openmetrics_add_real(struct openmetrics *out, const struct metric_label *labels, double value);
void openmetrics_add_histogram(struct openmetrics *out, const struct metric_label *labels,
			       const struct metric_histogram *histogram);

/* The whole text is the caller's to free(). -ENOMEM, or -E2BIG: it would be too long. */
int openmetrics_end(struct openmetrics *out, char **ret_text, size_t *ret_size);

/* Whether who sent that Accept header (NULL: none) is to get OpenMetrics 1.0. */
bool openmetrics_is_accepted(const char *accept);

/* The Content-Type of either. */
const char *openmetrics_content_type(bool is_open);

#endif /* XDP511_OPENMETRICS_H */
