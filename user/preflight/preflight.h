/* SPDX-License-Identifier: MIT */
/* preflight.h - looks whether this machine can do what the configuration asks; changes nothing. */
#ifndef XDP511_PREFLIGHT_H
#define XDP511_PREFLIGHT_H

#include "base/config.h"
#include "preflight/checks.h"

enum preflight_level { PREFLIGHT_OK, PREFLIGHT_WARN, PREFLIGHT_FAIL };

struct preflight_line {
	enum preflight_check check;
	enum preflight_level level;
	const char *what;    /* short: "kernel", an interface's name */
	const char *finding; /* a sentence */
	const char *remedy;  /* a command or an advice, "" when there is nothing to do */
};

/* The strings of a line live as long as the call. */
typedef void (*preflight_fn)(void *ctx, const struct preflight_line *line);

/*
 * Calls @say for each finding. Returns how many of them are PREFLIGHT_FAIL. Works without rights,
 * then says so, and beside running programs. Ends within PREFLIGHT_LIMIT_MS.
 */
#define PREFLIGHT_LIMIT_MS 5000
int preflight_run(const struct config *config, preflight_fn say, void *ctx);

/* The part of it that changes while everything runs, for `status`: clock and certificates. */
void preflight_health(const struct config *config, preflight_fn say, void *ctx);

/* "mtu": of the table in checks.h. */
const char *preflight_check_name(enum preflight_check check);

#endif /* XDP511_PREFLIGHT_H */
