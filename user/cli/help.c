/* SPDX-License-Identifier: MIT */
/* help.c - the pages of --help, made from the tables that parsing uses. */
#include "cli/options.h"

#include <string.h>

#define FLAG_COLUMN 16

static void print_options(const struct option *options, FILE *file)
{
	for (; options && options->name; options++) {
		char flag[64];

		snprintf(flag, sizeof(flag), "--%s%s%s", options->name,
			 options->argument ? " " : "", options->argument ? options->argument : "");
		fprintf(file, "  %-*s %s\n", FLAG_COLUMN, flag, options->help);
	}
}

/* "login MAC [--zone Z] …", wrapped to 80 columns with the next lines under the first option. */
static void print_synopsis(const struct verb *verb, FILE *file)
{
	const struct option *option;
	int indent = (int)strlen("usage: xdp511 ") + (int)strlen(verb->name);
	int column = indent;

	fprintf(file, "usage: xdp511 %s", verb->name);
	if (*verb->operands)
		column += fprintf(file, " %s", verb->operands);
	for (option = verb->options; option && option->name; option++) {
		char word[64];
		int n = snprintf(word, sizeof(word), " [--%s%s%s]", option->name,
				 option->argument ? " " : "",
				 option->argument ? option->argument : "");

		if (column + n > 80) {
			fprintf(file, "\n%*s", indent, "");
			column = indent;
		}
		column += fprintf(file, "%s", word);
	}
	fprintf(file, "\n");
}

void help_verb(const struct verb *verb, FILE *file)
{
	print_synopsis(verb, file);
	if (verb->alias)
		fprintf(file, "       (also: %s)\n", verb->alias);
	fprintf(file, "\n%s\n\n", verb->help);
	print_options(verb->options, file);
	print_options(global_options, file);
}

void help_verbs(const struct verb *verbs, FILE *file)
{
	const struct verb *verb;

	fprintf(file, "usage: xdp511 [--socket PATH] [--json] VERB ...\n\n");
	for (verb = verbs; verb->name; verb++) {
		char head[64];

		snprintf(head, sizeof(head), "%s%s%s", verb->name, *verb->operands ? " " : "",
			 verb->operands);
		fprintf(file, "  %-*s ", FLAG_COLUMN, head);
		if (strlen(head) > FLAG_COLUMN)
			fprintf(file, "\n  %*s ", FLAG_COLUMN, "");
		fprintf(file, "%s", verb->help);
		if (verb->alias)
			fprintf(file, " (also: %s)", verb->alias);
		fprintf(file, "\n");
	}
	fprintf(file, "\n");
	print_options(global_options, file);
	fprintf(file, "\n\"xdp511 VERB --help\" tells what a verb takes.\n"
		      "Exit code: 0 done, 1 refused or failed, 2 wrong usage, "
		      "3 daemon not reachable.\n");
}
