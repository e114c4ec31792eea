/* SPDX-License-Identifier: MIT */
/* preflight.h - looks whether this machine can run the gate, without changing anything. */
#ifndef XDP511_PREFLIGHT_H
#define XDP511_PREFLIGHT_H

#include "base/config.h"

enum preflight_level { PREFLIGHT_OK, PREFLIGHT_WARN, PREFLIGHT_FAIL };

struct preflight_line {
	enum preflight_level level;
	const char *what;    /* short: "kernel", an interface's name */
	const char *finding; /* a sentence */
	const char *remedy;  /* a command or an advice, "" when there is nothing to do */
};

/*
 * Calls @say for each finding; the strings live as long as the call. Returns how many of them
 * are PREFLIGHT_FAIL. Works without rights, then says so, and beside a running daemon.
 */
int preflight_run(const struct config *config,
		  void (*say)(void *ctx, const struct preflight_line *line), void *ctx);

#endif /* XDP511_PREFLIGHT_H */
