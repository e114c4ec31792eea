/* SPDX-License-Identifier: MIT */
/*
 * log.h - one line an event: for journald with its fields, else on stderr as a sentence.
 *
 *   log_…() ─► level ─► limit of this call ─┬─► journald's socket, when stderr is the journal
 *                                           └─► stderr: "xdp511d: warning: …"
 */
#ifndef XDP511_LOG_H
#define XDP511_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/log_events.h"

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/* By level, NULL at the end. */
extern const char *const log_level_words[];

/*
 * Only main.c, cmd_*.c and a worker's edge log; libraries return -errno or fill a struct error.
 * The format is one sentence that names the thing, and for errors the remedy. No newline.
 */
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* What journald is told besides the sentence; NULL or "": nothing of that. */
struct log_event {
	enum log_kind kind;
	const char *mac;
	const char *zone;
	const char *user;
	const char *interface;
};

void log_event(enum log_level level, const struct log_event *event, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Whether lines of @level are said: for what is dear to put together. */
bool log_says(enum log_level level);

/* What is less important isn't said. LOG_LEVEL_INFO until somebody calls it. */
void log_set_level(enum log_level level);

/* Of an option: holds whatever the configuration says. -EINVAL: there is no such level. */
int log_force_level(const char *word);

/*
 * For a program that runs on and on: from now on what one place in it says in a short time is
 * limited, and journald is spoken to by its own protocol. Before it forks or has threads.
 */
void log_start(void);

/* To be called about once a second, and log_finish() at the end: how many lines were not said. */
void log_tick(void);
void log_finish(void);

/* For a process that may not use sockets: from now on it writes to stderr, and has no limits. */
void log_use_stderr(void);

/* The sentence a failed call leaves for whoever prints it. Never secret, never a newline. */
struct error {
	char text[512];
};

/* Fills @error (unless NULL) and returns -@err, so that `return fail(error, EINVAL, …)` reads well. */
int fail(struct error *error, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Bytes (1-4) of the printable UTF-8 character at @text; 0: a control, a broken one, or its end. */
size_t printable_length(const char *text);

/* Nothing but such characters; true of "". */
bool is_printable(const char *text);

#endif /* XDP511_LOG_H */
