/* SPDX-License-Identifier: MIT */
/* options.h - what may stand on the command line: one table a verb makes parsing, help and errors. */
#ifndef XDP511_OPTIONS_H
#define XDP511_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/log.h"
#include "base/mac.h"

/* The exit codes. Whatever is not OUTCOME_DONE leaves one sentence in a struct error. */
enum outcome {
	OUTCOME_DONE = 0,
	OUTCOME_REFUSED = 1, /* or failed */
	OUTCOME_USAGE = 2,
	OUTCOME_UNREACHABLE = 3,
};

#define OPERANDS_MAX 2
#define TOP_MAX	     1000
#define DEVICES_MAX  1000
#define TEXT_MAX     255 /* bytes of a text on the command line that is sent to the daemon */

/* A number that may not have been given; the daemon then takes the zone's default. */
struct amount {
	bool given;
	uint64_t value;
};

/* The command line, read. Texts point into argv; NULL: not given. */
struct arguments {
	const struct verb *verb;
	const char *operands[OPERANDS_MAX];
	size_t n_operands;
	char mac[MAC_TEXT]; /* of a verb with one, canonical; "": not given */
	const char *socket;
	const char *config;
	const char *zone;
	const char *user;
	const char *type;
	const char *admin; /* the portal's socket */
	const char *note;
	const char *state;
	const char *full; /* refuse or oldest */
	const char *sheet;
	struct amount devices;
	struct amount expires;
	struct amount timeout;
	struct amount idle;
	struct amount up;
	struct amount down;
	struct amount quota;
	struct amount top;
	bool json;
	bool help;
	bool version;
	bool all;
	bool watch;
	bool guests;
	bool forget;
	const char *address;
	const char *since;
	const char *until;
	const char *at;
	bool once;
};

/* How the text of an option becomes the value of its field. */
struct option_type {
	int (*parse)(const char *text, void *ret_field); /* NULL: a flag. -EINVAL, -ERANGE */
	const char *wanted;				 /* for -EINVAL: what to write instead */
	const char *range;				 /* for -ERANGE: what is possible */
	const char *kind; /* for completion: "flag", "file", or NULL, any text */
};

extern const struct option_type option_flag;
extern const struct option_type option_text;
extern const struct option_type option_socket;
extern const struct option_type option_admin;
extern const struct option_type option_file;
extern const struct option_type option_duration;
extern const struct option_type option_rate;
extern const struct option_type option_size;
extern const struct option_type option_top;
extern const struct option_type option_devices;
extern const struct option_type option_full;

struct option {
	const char *name;     /* without its hyphens; NULL ends a table */
	const char *argument; /* what help calls it; NULL for a flag */
	const struct option_type *type;
	size_t field; /* offsetof(struct arguments, …) */
	const char *help;
};

/* Those that stand before the verb or behind it. */
extern const struct option global_options[];

struct verb {
	const char *name; /* NULL ends a table */
	const char *alias;
	const char *operands; /* as help shows them; "" for none */
	const char *help;
	size_t min_operands;
	size_t max_operands;
	bool takes_mac; /* the first operand, if there is one */
	const struct option *options;
	enum outcome (*run)(const struct arguments *arguments, struct error *error);
};

/*
 * Reads the whole command line. OUTCOME_USAGE for what no table has, OUTCOME_REFUSED for a bad
 * value; wrong usage wins when there is both. With --help or --version operands may be missing.
 */
enum outcome options_parse(int argc, char *const argv[], const struct verb *verbs,
			   struct arguments *ret_arguments, struct error *error);

/* The sentence for wrong usage that only a verb itself can see. */
enum outcome wrong_usage(struct error *error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* help.c: made from the same tables. */
void help_verbs(const struct verb *verbs, FILE *file);
void help_verb(const struct verb *verb, FILE *file);

/* describe.c: the same tables as JSON, from which manual and completions are made. */
#define DESCRIBE_OPTION "--describe"
enum outcome describe_verbs(const struct verb *verbs, struct error *error);

#endif /* XDP511_OPTIONS_H */
