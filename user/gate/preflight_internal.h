/* SPDX-License-Identifier: MIT */
/* preflight_internal.h - what the parts of the preflight check share. */
#ifndef XDP511_PREFLIGHT_INTERNAL_H
#define XDP511_PREFLIGHT_INTERNAL_H

#include "gate/preflight.h"

struct preflight {
	const struct config *config;
	void (*say)(void *ctx, const struct preflight_line *line);
	void *ctx;
	int failed;
};

/* One finding; @remedy as in struct preflight_line. */
void preflight_say(struct preflight *preflight, enum preflight_level level, const char *what,
		   const char *remedy, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* All findings about one configured interface. */
void preflight_interface(struct preflight *preflight, const char *name);

#endif /* XDP511_PREFLIGHT_INTERNAL_H */
