/* SPDX-License-Identifier: MIT */
/* clock.c - between the wall clock of the database and the monotonic one of the gate's maps. */
#include <time.h>

#include "controller/clock.h"
#include "gate/gate.h"

uint64_t clock_wall_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * MS_PER_S + (uint64_t)now.tv_nsec / NS_PER_MS;
}

struct clock_pair clock_read(void)
{
	return (struct clock_pair){.wall_ms = clock_wall_ms(), .ns = gate_now_ns()};
}

static uint64_t ns_at(const struct clock_pair *now, uint64_t wall_ms)
{
	uint64_t ago_ns;

	if (!wall_ms)
		return 0;
	if (wall_ms >= now->wall_ms &&
	    wall_ms - now->wall_ms >= (UINT64_MAX / 2 - now->ns) / NS_PER_MS)
		return UINT64_MAX / 2; /* in three centuries; the sum would start at zero again */
	if (wall_ms >= now->wall_ms)
		return now->ns + (wall_ms - now->wall_ms) * NS_PER_MS;
	ago_ns = (now->wall_ms - wall_ms) * NS_PER_MS;
	return ago_ns < now->ns ? now->ns - ago_ns : 1;
}

uint64_t clock_wall_ms_from_ns(uint64_t ns)
{
	uint64_t now_ms = clock_wall_ms();
	uint64_t now_ns = gate_now_ns();

	if (!ns)
		return 0;
	if (ns >= now_ns)
		return now_ms + (ns - now_ns) / NS_PER_MS;
	return now_ms - (now_ns - ns) / NS_PER_MS;
}

uint32_t clock_tick_at(const struct clock_pair *now, uint64_t wall_ms)
{
	return wall_ms ? gate_tick(ns_at(now, wall_ms) + X511_TICK_NS - 1) : 0;
}

uint64_t clock_wall_ms_from_tick(uint32_t tick)
{
	return clock_wall_ms_from_ns(tick * X511_TICK_NS);
}
