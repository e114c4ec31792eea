/* SPDX-License-Identifier: MIT */
/* log_internal.h - what the files of the log share: text, journald, limits. */
#ifndef XDP511_LOG_INTERNAL_H
#define XDP511_LOG_INTERNAL_H

#include <stdint.h>

#include "base/log.h"

#define LOG_LINE_SIZE 1024

/* In place: whatever isn't printable becomes question marks. */
void log_replace_controls(char *text);

/* --- journald (log_journal.c) --- */

#define LOG_JOURNAL_SOCKET "/run/systemd/journal/socket"

/* What $JOURNAL_STREAM says of stderr. */
bool log_is_journal(void);

/* Speaks to journald at @path from now on; NULL: no longer. */
void log_journal_open(const char *path);

/* 0: journald has it. -EAGAIN: it has too much to do. Else there is nobody to take it. */
int log_journal_send(enum log_level level, const struct log_event *event, const char *text);

/* --- limits (log_limit.c): no clock, no output --- */

#define LOG_LIMIT_MS	 10000
#define LOG_LIMIT_LINES	 50   /* of one place in the program in that time */
#define LOG_LIMIT_DEBUG	 1000 /* the same, of what was asked for */
#define LOG_LIMIT_PLACES 64   /* that are told apart */
#define LOG_SAMPLE_SIZE	 120

/* One place that says something, by its address. */
struct log_place {
	const void *address;
	enum log_level level;
	uint64_t since_ms; /* when its time began */
	unsigned int n_said;
	unsigned int n_held;
	char sample[LOG_SAMPLE_SIZE]; /* the first that was not said */
};

struct log_limits {
	struct log_place places[LOG_LIMIT_PLACES];
	size_t n;
};

/*
 * Whether @address may say @text. *ret_held gets what it could not say in the time before, n_held
 * of 0: nothing.
 */
bool log_limit_take(struct log_limits *limits, const struct log_place *asks, const char *text,
		    struct log_place *ret_held);

/* The next that could not say something in its time, which is over; false: there is none. */
bool log_limit_next(struct log_limits *limits, uint64_t now_ms, struct log_place *ret_held);

#endif /* XDP511_LOG_INTERNAL_H */
