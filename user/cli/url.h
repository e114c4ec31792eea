/* SPDX-License-Identifier: MIT */
/* url.h - paths and queries of the API, escaped. Pure functions. */
#ifndef XDP511_CLI_URL_H
#define XDP511_CLI_URL_H

#include <stdbool.h>
#include <stddef.h>

#define URL_SIZE 4096

struct url {
	char text[URL_SIZE];
	size_t used;
	bool has_query;
	bool overflow; /* client_call() refuses such a one */
};

/* @path as it is, then @last (NULL: nothing) with everything but letters, digits and "-._~:" escaped. */
void url_start(struct url *url, const char *path, const char *last);

/* Adds ?name=value or &name=value; nothing when @value is NULL. */
void url_query(struct url *url, const char *name, const char *value);

#endif /* XDP511_CLI_URL_H */
