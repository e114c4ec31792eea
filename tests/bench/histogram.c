/* SPDX-License-Identifier: MIT */
/* histogram.c - buckets grow with the value: five bits behind the leading one are kept. */
#include "histogram.h"

#define STEP_BITS 5

_Static_assert(1 << STEP_BITS == HISTOGRAM_STEPS, "bits");

static uint32_t bucket_of(uint64_t ns)
{
	uint32_t shift = 0, bucket;

	while (ns >> shift >= 2 * HISTOGRAM_STEPS)
		shift++;
	bucket = shift * HISTOGRAM_STEPS + (uint32_t)(ns >> shift);
	return bucket < HISTOGRAM_BUCKETS ? bucket : HISTOGRAM_BUCKETS - 1;
}

/* The largest value of a bucket. */
static uint64_t value_of(uint32_t bucket)
{
	uint32_t shift = bucket < 2 * HISTOGRAM_STEPS ? 0 : bucket / HISTOGRAM_STEPS - 1;
	uint64_t first = bucket - shift * HISTOGRAM_STEPS;

	return ((first + 1) << shift) - 1;
}

void histogram_add(struct histogram *histogram, uint64_t ns)
{
	histogram->counts[bucket_of(ns)]++;
	histogram->n++;
	if (ns > histogram->max_ns)
		histogram->max_ns = ns;
}

uint64_t histogram_quantile(const struct histogram *histogram, double share)
{
	uint64_t wanted = (uint64_t)((double)histogram->n * share), seen = 0;

	for (uint32_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
		seen += histogram->counts[i];
		if (seen > wanted || (seen && seen == histogram->n))
			return value_of(i) < histogram->max_ns ? value_of(i) : histogram->max_ns;
	}
	return 0;
}
