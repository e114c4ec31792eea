/* SPDX-License-Identifier: MIT */
/* histogram.h - counts durations in buckets of 3 % width, from one nanosecond to half an hour. */
#ifndef BENCH_HISTOGRAM_H
#define BENCH_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_STEPS	  32 /* buckets from one power of two to the next */
#define HISTOGRAM_BUCKETS (HISTOGRAM_STEPS * 36)

struct histogram {
	uint64_t counts[HISTOGRAM_BUCKETS];
	uint64_t n;
	uint64_t max_ns;
};

void histogram_add(struct histogram *histogram, uint64_t ns);

/* The duration that @share (0 to 1) of all do not exceed; 0 when there are none. */
uint64_t histogram_quantile(const struct histogram *histogram, double share);

#endif /* BENCH_HISTOGRAM_H */
