/* SPDX-License-Identifier: MIT */
/* config_parser.h - a configuration while it is read: which line said what. */
#ifndef XDP511_CONFIG_PARSER_H
#define XDP511_CONFIG_PARSER_H

#include <stddef.h>

#include "base/config.h"
#include "base/config_keys.h"

/* Lines of the file, counted from 1; 0 where it says nothing. */
struct zone_lines {
	unsigned int header;	    /* of [zone NAME]; for zone 0 of [portal] */
	unsigned int key[KEYS_MAX]; /* first line of each key; for zone 0 those of [gateway] too */
};

struct config_parser {
	const char *file; /* for sentences */
	const char *text; /* what isn't read yet */
	const char *end;
	unsigned int line;
	struct config *config;	  /* owned; its zones have room for X511_MAX_ZONES */
	struct zone_lines *lines; /* owned; by number of zone */
	const char
		*section; /* the current one, "zone" for any [zone NAME]; NULL before the first */
	size_t zone;	  /* its number, 0 in the sections outside zones */
	unsigned int gateway_line; /* of [gateway] */
	int err;		   /* the first refusal ends the reading */
	struct error *error;
};

/* Keeps the refusal, "FILE:LINE: sentence; remedy". Returns -@err. */
int config_refuse(struct config_parser *parser, int err, unsigned int line, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* The key's first line; for a zone that inherits it that of the top sections. 0: nobody names it. */
unsigned int config_line(const struct config_parser *parser, size_t zone, const char *section,
			 const char *name);

/* What must be there for what is there, in sections that zones don't have. 0 or -errno. */
int config_check_services(struct config_parser *parser);

/* After the last line: what is missing, what contradicts, and what zones inherit. 0 or -errno. */
int config_resolve(struct config_parser *parser);

#endif /* XDP511_CONFIG_PARSER_H */
