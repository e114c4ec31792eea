/* SPDX-License-Identifier: MIT */
/* options.c - reads a command line by the tables of options.h. Pure functions. */
#include "cli/options.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/un.h>

#include <xdp511/names.h>

#include "base/units.h"

/* One run over argv. A bad value is kept in @refusal until the whole line is known to be usable. */
struct reader {
	struct arguments *arguments;
	char *const *argv;
	int argc;
	int next;
	uint64_t seen_global; /* a bit a row of the table, for options with a value */
	uint64_t seen_own;
	struct error *error;
	struct error refusal;
	bool refused;
};

static int parse_flag(const char *text, void *ret_field)
{
	(void)text;
	*(bool *)ret_field = true;
	return 0;
}

/* Printable, and short enough for a URL. */
static int parse_text(const char *text, void *ret_field)
{
	if (!*text || !is_printable(text))
		return -EINVAL;
	if (strlen(text) > TEXT_MAX)
		return -ERANGE;
	*(const char **)ret_field = text;
	return 0;
}

static int parse_file(const char *text, void *ret_field)
{
	if (!*text)
		return -EINVAL;
	*(const char **)ret_field = text;
	return 0;
}

static int parse_socket(const char *text, void *ret_field)
{
	if (strlen(text) >= sizeof(((struct sockaddr_un *)NULL)->sun_path))
		return -ERANGE;
	return parse_file(text, ret_field);
}

static int parse_amount(const char *text, int (*parse)(const char *, uint64_t *), void *ret_field)
{
	struct amount *amount = ret_field;
	int err = parse(text, &amount->value);

	if (err)
		return err;
	amount->given = true;
	return 0;
}

static int parse_top_number(const char *text, uint64_t *ret_number)
{
	return parse_number(text, 1, TOP_MAX, ret_number);
}

static int parse_devices_number(const char *text, uint64_t *ret_number)
{
	return parse_number(text, 0, DEVICES_MAX, ret_number);
}

static int parse_full(const char *text, void *ret_field)
{
	if (strcmp(text, "refuse") != 0 && strcmp(text, "oldest") != 0)
		return -EINVAL;
	*(const char **)ret_field = text;
	return 0;
}

static int parse_duration_amount(const char *text, void *ret_field)
{
	return parse_amount(text, parse_duration, ret_field);
}

static int parse_rate_amount(const char *text, void *ret_field)
{
	return parse_amount(text, parse_rate, ret_field);
}

static int parse_size_amount(const char *text, void *ret_field)
{
	return parse_amount(text, parse_size, ret_field);
}

static int parse_top(const char *text, void *ret_field)
{
	return parse_amount(text, parse_top_number, ret_field);
}

static int parse_devices(const char *text, void *ret_field)
{
	return parse_amount(text, parse_devices_number, ret_field);
}

const struct option_type option_flag = {.parse = parse_flag, .kind = "flag"};
const struct option_type option_text = {
	.parse = parse_text,
	.wanted = "printable UTF-8 text; write some",
	.range = "give at most 255 bytes",
};
const struct option_type option_file = {
	.parse = parse_file,
	.wanted = "a path; name a file",
	.kind = "file",
};
const struct option_type option_socket = {
	.parse = parse_socket,
	.wanted = "a path; name the daemon's control socket",
	.range = "the path of a socket has at most 107 characters",
	.kind = "file",
};
const struct option_type option_admin = {
	.parse = parse_socket,
	.wanted = "a path; name the portal's socket",
	.range = "the path of a socket has at most 107 characters",
	.kind = "file",
};
const struct option_type option_duration = {
	.parse = parse_duration_amount,
	.wanted = "a duration; write 30s, 15m, 8h or 7d, and 0 for no limit",
	.range = "at most 10 years are possible; write 0 for no limit",
};
const struct option_type option_rate = {
	.parse = parse_rate_amount,
	.wanted = "a rate; write bits a second such as 64k, 10M or 1G, and 0 for no limit",
	.range = "1k to 4000G bits a second are possible; write 0 for no limit",
};
const struct option_type option_size = {
	.parse = parse_size_amount,
	.wanted = "a size; write bytes such as 500M or 5G, and 0 for no limit",
	.range = "that is more than can be counted; write 0 for no limit",
};
const struct option_type option_top = {
	.parse = parse_top,
	.wanted = "a number from 1 to 1000; write one",
	.range = "1 to 1000 are possible",
};
const struct option_type option_devices = {
	.parse = parse_devices,
	.wanted = "a number from 0 to 1000; write one, and 0 for any number",
	.range = "0 to 1000 are possible; write 0 for any number",
};
const struct option_type option_full = {
	.parse = parse_full,
	.wanted = "refuse or oldest; write one of them",
};

const struct option global_options[] = {
	{"socket", "PATH", &option_socket, offsetof(struct arguments, socket),
	 "the daemon's control socket (" X511_CONTROL ")"},
	{"json", NULL, &option_flag, offsetof(struct arguments, json), "print JSON"},
	{"help", NULL, &option_flag, offsetof(struct arguments, help),
	 "print this, or with a verb what it takes"},
	{"version", NULL, &option_flag, offsetof(struct arguments, version), "print the version"},
	{.name = NULL},
};

enum outcome wrong_usage(struct error *error, const char *format, ...)
{
	struct error sentence;
	va_list args;

	va_start(args, format);
	vsnprintf(sentence.text, sizeof(sentence.text), format, args);
	va_end(args);
	fail(error, EINVAL, "%.450s; see xdp511 --help", sentence.text);
	return OUTCOME_USAGE;
}

static const struct option *find_option(const struct option *table, const char *name, size_t length)
{
	for (; table && table->name; table++)
		if (strlen(table->name) == length && !memcmp(table->name, name, length))
			return table;
	return NULL;
}

static const struct verb *find_verb(const struct verb *verbs, const char *name)
{
	for (; verbs->name; verbs++)
		if (!strcmp(verbs->name, name) || (verbs->alias && !strcmp(verbs->alias, name)))
			return verbs;
	return NULL;
}

/* Keeps the first refusal: later ones are often its consequence. */
static void refuse(struct reader *reader, const struct error *sentence)
{
	if (reader->refused)
		return;
	reader->refusal = *sentence;
	reader->refused = true;
}

static void take_value(struct reader *reader, const struct option *option, const char *text)
{
	void *field = (char *)reader->arguments + option->field;
	int err = option->type->parse(text, field);
	struct error sentence;

	if (!err)
		return;
	if (err == -ERANGE)
		fail(&sentence, ERANGE, "--%s '%.200s' is out of range: %s", option->name, text,
		     option->type->range);
	else
		fail(&sentence, EINVAL, "--%s '%.200s' isn't %s", option->name, text,
		     option->type->wanted);
	refuse(reader, &sentence);
}

/* "--name", "--name value" or "--name=value". A value starting with "--" needs the last form. */
static enum outcome read_option(struct reader *reader, const char *word)
{
	const struct verb *verb = reader->arguments->verb;
	const char *name = word + 2;
	size_t length = strcspn(name, "=");
	const char *value = name[length] ? name + length + 1 : NULL;
	const struct option *option = find_option(global_options, name, length);
	uint64_t *seen = option ? &reader->seen_global : &reader->seen_own;
	uint64_t bit;

	if (!option && verb)
		option = find_option(verb->options, name, length);
	if (!option && !verb)
		return wrong_usage(reader->error, "no option '%.200s' stands before a verb", word);
	if (!option)
		return wrong_usage(reader->error, "%s has no option '%.200s'", verb->name, word);
	if (!option->argument && value)
		return wrong_usage(reader->error, "--%s takes no value", option->name);
	bit = 1ULL << (option - (seen == &reader->seen_own ? verb->options : global_options));
	if (option->argument && *seen & bit)
		return wrong_usage(reader->error, "--%s stands twice", option->name);
	if (option->argument && !value) {
		if (reader->next == reader->argc || !strncmp(reader->argv[reader->next], "--", 2))
			return wrong_usage(reader->error, "--%s needs a value %s", option->name,
					   option->argument);
		value = reader->argv[reader->next++];
	}
	*seen |= bit;
	take_value(reader, option, value);
	return OUTCOME_DONE;
}

static enum outcome read_operand(struct reader *reader, const char *word, const struct verb *verbs)
{
	struct arguments *arguments = reader->arguments;

	if (!arguments->verb) {
		arguments->verb = find_verb(verbs, word);
		if (!arguments->verb)
			return wrong_usage(reader->error, "there is no verb '%.200s'", word);
		return OUTCOME_DONE;
	}
	if (arguments->n_operands == arguments->verb->max_operands)
		return wrong_usage(reader->error, "%s has no use for '%.200s'",
				   arguments->verb->name, word);
	arguments->operands[arguments->n_operands++] = word;
	return OUTCOME_DONE;
}

static enum outcome check_operands(struct reader *reader)
{
	struct arguments *arguments = reader->arguments;
	const struct verb *verb = arguments->verb;
	struct error sentence;
	const char *text;
	uint8_t mac[6];
	size_t i;

	if (!verb)
		return wrong_usage(reader->error, "a verb is missing");
	if (arguments->n_operands < verb->min_operands)
		return wrong_usage(reader->error, "%s needs %s", verb->name, verb->operands);
	for (i = 0; i < arguments->n_operands; i++) {
		if (verb->takes_mac && !i) {
			if (parse_mac(arguments->operands[i], mac, &sentence))
				refuse(reader, &sentence);
			else
				format_mac(mac, arguments->mac);
		} else if (parse_text(arguments->operands[i], &text)) {
			fail(&sentence, EINVAL, "'%.200s' isn't up to 255 bytes of printable text",
			     arguments->operands[i]);
			refuse(reader, &sentence);
		}
	}
	return OUTCOME_DONE;
}

static enum outcome read_words(struct reader *reader, const struct verb *verbs)
{
	enum outcome outcome = OUTCOME_DONE;
	bool only_operands = false;

	while (outcome == OUTCOME_DONE && reader->next < reader->argc) {
		const char *word = reader->argv[reader->next++];

		if (!only_operands && !strcmp(word, "--"))
			only_operands = true;
		else if (!only_operands && !strncmp(word, "--", 2))
			outcome = read_option(reader, word);
		else if (!only_operands && word[0] == '-' && word[1])
			outcome = wrong_usage(reader->error, "there is no option '%.200s'", word);
		else
			outcome = read_operand(reader, word, verbs);
	}
	return outcome;
}

enum outcome options_parse(int argc, char *const argv[], const struct verb *verbs,
			   struct arguments *ret_arguments, struct error *error)
{
	struct arguments arguments = {
		.socket = X511_CONTROL,
		.config = X511_CONFIG_FILE,
		.admin = X511_ADMIN,
	};
	struct reader reader = {
		.arguments = &arguments,
		.argv = argv,
		.argc = argc,
		.next = 1,
		.error = error,
	};
	enum outcome outcome = read_words(&reader, verbs);

	if (outcome == OUTCOME_DONE && !arguments.help && !arguments.version)
		outcome = check_operands(&reader);
	if (outcome == OUTCOME_DONE && reader.refused) {
		fail(error, EINVAL, "%s", reader.refusal.text);
		outcome = OUTCOME_REFUSED;
	}
	if (outcome == OUTCOME_DONE)
		*ret_arguments = arguments;
	return outcome;
}
