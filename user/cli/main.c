/* SPDX-License-Identifier: MIT */
/* main.c - the way from the command line to an exit code. */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/text.h"

/*
 * A closed descriptor would be given to the next socket, and the output would go there. What
 * takes its place can't be written to, so that the loss is noticed.
 */
static void keep_standard_descriptors(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

static enum outcome run(const struct arguments *arguments, struct error *error)
{
	enum outcome outcome = OUTCOME_DONE;
	struct error unwritten;

	if (arguments->version)
		puts("xdp511 " X511_VERSION);
	else if (arguments->help && arguments->verb)
		help_verb(arguments->verb, stdout);
	else if (arguments->help)
		help_verbs(all_verbs, stdout);
	else
		outcome = arguments->verb->run(arguments, error);
	if (flush_output(&unwritten) != OUTCOME_DONE && outcome == OUTCOME_DONE) {
		*error = unwritten;
		outcome = OUTCOME_REFUSED;
	}
	return outcome;
}

int main(int argc, char **argv)
{
	struct error error = {.text = ""};
	struct arguments arguments;
	enum outcome outcome;

	keep_standard_descriptors();
	(void)setlocale(LC_CTYPE, "");
	(void)signal(SIGPIPE, SIG_IGN); /* a closed pipe is a failed write, told at the end */
	if (argc == 2 && !strcmp(argv[1], DESCRIBE_OPTION)) {
		outcome = describe_verbs(all_verbs, &error);
	} else {
		outcome = options_parse(argc, argv, all_verbs, &arguments, &error);
		if (outcome == OUTCOME_DONE)
			outcome = run(&arguments, &error);
	}
	if (outcome != OUTCOME_DONE) {
		char sentence[sizeof(error.text)];

		fprintf(stderr, "xdp511: %s\n", clean_text(error.text, sentence, sizeof(sentence)));
	}
	return outcome;
}
