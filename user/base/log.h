/* SPDX-License-Identifier: MIT */
/* log.h - one line an event on stderr, with journald's level prefix when systemd reads it. */
#ifndef XDP511_LOG_H
#define XDP511_LOG_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Only main.c, cmd_*.c and a worker's edge log; libraries return -errno or fill a struct error.
 * The format is one sentence that names the thing, and for errors the remedy. No newline.
 */
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));

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
