/* SPDX-License-Identifier: MIT */
/* clock.h - between the wall clock of the database and the monotonic one of the gate's maps. */
#ifndef XDP511_CLOCK_H
#define XDP511_CLOCK_H

#include <stdint.h>

#define MS_PER_S  1000ULL
#define NS_PER_MS 1000000ULL
#define NS_PER_S  1000000000ULL

uint64_t clock_wall_ms(void);

/* Both clocks at the same time, for those who convert many. */
struct clock_pair {
	uint64_t wall_ms;
	uint64_t ns;
};

struct clock_pair clock_read(void);

/* All keep 0, which means "never". A time before the machine's start becomes the earliest one. */
uint64_t clock_wall_ms_from_ns(uint64_t ns);

/* The first tick of the gate's clock that isn't before that moment. */
uint32_t clock_tick_at(const struct clock_pair *now, uint64_t wall_ms);
uint64_t clock_wall_ms_from_tick(uint32_t tick);

#endif /* XDP511_CLOCK_H */
