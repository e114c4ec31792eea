/* SPDX-License-Identifier: MIT */
/* log_query.h - what is looked for in the sign-in log: whom, where and when. Pure functions. */
#ifndef XDP511_CLI_LOG_QUERY_H
#define XDP511_CLI_LOG_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/address.h"
#include "base/signin_record.h"

/* From the first to the last millisecond, both within. */
struct log_period {
	uint64_t since_ms;
	uint64_t until_ms;
};
#define LOG_FOREVER UINT64_MAX

/*
 * A moment as people write it: a day (all of it), "2026-11-21 20:15[:07]" in local time, RFC 3339
 * with its offset, or a duration before @now_ms: "2h". -EINVAL.
 */
int log_moment(const char *text, uint64_t now_ms, struct log_period *ret_period);

struct log_query {
	struct log_period period; /* sessions that were there at some time of it */
	const char *mac;	  /* canonical; NULL: any, as all below */
	const char *user;
	const char *zone;
	const struct address *address; /* one of those it was seen with */
	/* Made by log_query_prepare(). */
	char since_text[RECORD_TIME];
	char until_text[RECORD_TIME];
	char address_text[ADDRESS_TEXT + 2];
};

/* Once the rest is set. */
void log_query_prepare(struct log_query *query);

bool log_matches(const struct log_query *query, const struct signin_record *record);

/* The same for a line as it stands in the file, quickly: false is for sure. */
bool log_may_match(const struct log_query *query, const char *line, size_t size);

/* Which records have been shown; of very many it forgets the oldest. */
struct log_seen; /* opaque */

struct log_seen *log_seen_new(void); /* NULL: out of memory */
struct log_seen *log_seen_free(struct log_seen *seen);
bool log_seen_has(const struct log_seen *seen, uint64_t identity);
void log_seen_add(struct log_seen *seen, uint64_t identity);

#endif /* XDP511_CLI_LOG_QUERY_H */
