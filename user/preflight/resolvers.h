/* SPDX-License-Identifier: MIT */
/* resolvers.h - whom guests ask for names, by the configuration or else by what this machine has. */
#ifndef XDP511_PREFLIGHT_RESOLVERS_H
#define XDP511_PREFLIGHT_RESOLVERS_H

#include "base/config.h"

#define RESOLVERS_MAX 16

struct resolvers {
	struct endpoint list[RESOLVERS_MAX];
	bool is_own[RESOLVERS_MAX]; /* an address of this machine, where a zone names none */
	size_t n;
	const char *name; /* to ask for: borrowed of the configuration */
	bool is_portals;  /* a portal has it */
};

void resolvers_find(const struct config *config, struct resolvers *ret_resolvers);

#endif /* XDP511_PREFLIGHT_RESOLVERS_H */
