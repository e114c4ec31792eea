/* SPDX-License-Identifier: MIT */
/* log_limit.c - how much one place in the program may say in a short time. */
#include <stdio.h>
#include <string.h>

#include "base/log_internal.h"

/* Those for whom there is no room share the last. */
static struct log_place *find(struct log_limits *limits, const void *address)
{
	size_t i;

	for (i = 0; i < limits->n; i++) {
		if (limits->places[i].address == address)
			return &limits->places[i];
	}
	if (limits->n < LOG_LIMIT_PLACES)
		limits->n++;
	return &limits->places[limits->n - 1];
}

static bool is_over(const struct log_place *place, uint64_t now_ms)
{
	return now_ms - place->since_ms >= LOG_LIMIT_MS;
}

/* Its time begins anew; what it could not say is told. */
static void renew(struct log_place *place, uint64_t now_ms, struct log_place *ret_held)
{
	*ret_held = *place;
	place->since_ms = now_ms;
	place->n_said = place->n_held = 0;
}

bool log_limit_take(struct log_limits *limits, const struct log_place *asks, const char *text,
		    struct log_place *ret_held)
{
	struct log_place *place = find(limits, asks->address);
	unsigned int most = asks->level == LOG_LEVEL_DEBUG ? LOG_LIMIT_DEBUG : LOG_LIMIT_LINES;

	*ret_held = (struct log_place){};
	if (!place->since_ms || is_over(place, asks->since_ms))
		renew(place, asks->since_ms, ret_held);
	place->address = asks->address;
	place->level = asks->level;
	if (place->n_said < most) {
		place->n_said++;
		return true;
	}
	if (!place->n_held++)
		snprintf(place->sample, sizeof(place->sample), "%s", text);
	return false;
}

bool log_limit_next(struct log_limits *limits, uint64_t now_ms, struct log_place *ret_held)
{
	size_t i;

	for (i = 0; i < limits->n; i++) {
		struct log_place *place = &limits->places[i];

		if (!place->n_held || !is_over(place, now_ms))
			continue;
		renew(place, now_ms, ret_held);
		return true;
	}
	return false;
}
