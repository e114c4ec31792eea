/* SPDX-License-Identifier: MIT */
/* test_options.c - command lines, read or refused; the help made from the same table; URLs. */
#include "table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xdp511/names.h>

#include "cli/elements.h"
#include "cli/options.h"
#include "cli/url.h"

#define WORDS_MAX   12
#define FIELD(name) offsetof(struct arguments, name)

static const struct option lend_options[] = {
	{"zone", "Z", &option_text, FIELD(zone), "which shelf"},
	{"user", "U", &option_text, FIELD(user), "who"},
	{"timeout", "D", &option_duration, FIELD(timeout), "how long"},
	{"up", "R", &option_rate, FIELD(up), "how fast"},
	{"quota", "B", &option_size, FIELD(quota), "how much"},
	{"top", "N", &option_top, FIELD(top), "how many"},
	{"all", NULL, &option_flag, FIELD(all), "everything"},
	{.name = NULL},
};

static const struct verb verbs[] = {
	{"lend", "give", "MAC", "hand a book out", 1, 1, true, lend_options, NULL},
	{"shelf", NULL, "add|del [BOOK]", "order the shelf", 1, 2, false, NULL, NULL},
	{"count", NULL, "", "count the books", 0, 0, false, NULL, NULL},
	{.name = NULL},
};

/* What a good line leaves behind: only the fields that the row names are compared. */
struct line_row {
	const char *sentence;
	const char *words; /* separated by one '|', so that a word can be empty or have spaces */
	enum outcome outcome;
	const char *expected; /* part of the sentence, or the fields as summarise() writes them */
};

/* clang-format off */
static const struct line_row line_rows[] = {
	{ "a verb alone", "count", OUTCOME_DONE, "count json=0" },
	{ "a MAC of any notation is made canonical", "lend|02-AA-BB-cc-dd-ee", OUTCOME_DONE,
	  "lend json=0 mac=02:aa:bb:cc:dd:ee" },
	{ "an alias is its verb", "give|02aabbccddee", OUTCOME_DONE, "lend json=0 mac=02:aa:bb:cc:dd:ee" },
	{ "a global option before the verb", "--json|count", OUTCOME_DONE, "count json=1" },
	{ "a global option behind the verb", "count|--json", OUTCOME_DONE, "count json=1" },
	{ "a flag twice is a flag", "count|--json|--json", OUTCOME_DONE, "count json=1" },
	{ "options before the operand", "lend|--zone|press|02aabbccddee", OUTCOME_DONE,
	  "lend json=0 mac=02:aa:bb:cc:dd:ee zone=press" },
	{ "options behind the operand", "lend|02aabbccddee|--zone|press|--all", OUTCOME_DONE,
	  "lend json=0 mac=02:aa:bb:cc:dd:ee zone=press all" },
	{ "a value behind an equals sign", "lend|02aabbccddee|--user=--J=D", OUTCOME_DONE,
	  "lend json=0 mac=02:aa:bb:cc:dd:ee user=--J=D" },
	{ "units", "lend|02aabbccddee|--timeout|8h|--up|10M|--quota|5G", OUTCOME_DONE,
	  "lend json=0 mac=02:aa:bb:cc:dd:ee timeout=28800 up=10000000 quota=5000000000" },
	{ "zero is given, not absent", "lend|02aabbccddee|--timeout|0", OUTCOME_DONE,
	  "lend json=0 mac=02:aa:bb:cc:dd:ee timeout=0" },
	{ "another socket", "--socket|/tmp/s|count", OUTCOME_DONE, "count json=0 socket=/tmp/s" },
	{ "two hyphens end the options", "shelf|--|add|--json", OUTCOME_DONE,
	  "shelf json=0 operands=add,--json" },
	{ "a hyphen alone is an operand", "shelf|-", OUTCOME_DONE, "shelf json=0 operands=-" },
	{ "a number", "lend|02aabbccddee|--top|1000", OUTCOME_DONE,
	  "lend json=0 mac=02:aa:bb:cc:dd:ee top=1000" },
	{ "names beyond ASCII", "lend|02aabbccddee|--user|Jos\xc3\xa9", OUTCOME_DONE,
	  "lend json=0 mac=02:aa:bb:cc:dd:ee user=Jos\xc3\xa9" },
	{ "help needs no operand", "lend|--help", OUTCOME_DONE, "lend json=0 help" },
	{ "help needs no verb", "--help", OUTCOME_DONE, "- json=0 help" },
	{ "the version needs no verb", "--version", OUTCOME_DONE, "- json=0 version" },

	{ "nothing at all", "", OUTCOME_USAGE, "there is no verb ''; see xdp511 --help" },
	{ "an option but no verb", "--json", OUTCOME_USAGE, "a verb is missing; see xdp511 --help" },
	{ "an unknown verb", "borrow", OUTCOME_USAGE, "there is no verb 'borrow'; see xdp511 --help" },
	{ "a verb is not abbreviated", "coun", OUTCOME_USAGE, "there is no verb 'coun'" },
	{ "an option is not abbreviated", "lend|02aabbccddee|--zon|x", OUTCOME_USAGE,
	  "lend has no option '--zon'" },
	{ "a longer name is another option", "count|--jsonx", OUTCOME_USAGE, "count has no option '--jsonx'" },
	{ "an option of another verb", "count|--zone|x", OUTCOME_USAGE, "count has no option '--zone'" },
	{ "an option of the verb before it", "--zone|x|lend", OUTCOME_USAGE,
	  "no option '--zone' stands before a verb" },
	{ "one hyphen", "count|-j", OUTCOME_USAGE, "there is no option '-j'" },
	{ "an operand too many", "count|books", OUTCOME_USAGE, "count has no use for 'books'" },
	{ "an operand missing", "lend", OUTCOME_USAGE, "lend needs MAC; see xdp511 --help" },
	{ "a value missing at the end", "lend|02aabbccddee|--zone", OUTCOME_USAGE, "--zone needs a value Z" },
	{ "a value missing before an option", "lend|--zone|--json|02aabbccddee", OUTCOME_USAGE,
	  "--zone needs a value Z" },
	{ "a value for a flag", "count|--json=1", OUTCOME_USAGE, "--json takes no value" },
	{ "an option twice", "lend|02aabbccddee|--zone|a|--zone|b", OUTCOME_USAGE, "--zone stands twice" },
	{ "a global option twice", "--socket|a|count|--socket|b", OUTCOME_USAGE, "--socket stands twice" },
	{ "wrong usage behind a bad value", "lend|xx|--timeout|-5|--bogus", OUTCOME_USAGE,
	  "lend has no option '--bogus'" },
	{ "controls in a wrong word are not repeated", "co\033[31munt", OUTCOME_USAGE, "'co?[31munt'" },

	{ "a bad MAC", "lend|zz", OUTCOME_REFUSED, "zz" },
	{ "a multicast MAC", "lend|01:00:5e:00:00:01", OUTCOME_REFUSED, "01:00:5e:00:00:01" },
	{ "a negative duration", "lend|02aabbccddee|--timeout|-5", OUTCOME_REFUSED,
	  "--timeout '-5' isn't a duration; write 30s, 15m, 8h or 7d, and 0 for no limit" },
	{ "a duration beyond the limit", "lend|02aabbccddee|--timeout|4000d", OUTCOME_REFUSED,
	  "--timeout '4000d' is out of range: at most 10 years" },
	{ "a bad rate", "lend|02aabbccddee|--up|fast", OUTCOME_REFUSED, "--up 'fast' isn't a rate" },
	{ "a number beyond the limit", "lend|02aabbccddee|--top|1001", OUTCOME_REFUSED,
	  "--top '1001' is out of range: 1 to 1000" },
	{ "no number", "lend|02aabbccddee|--top|all", OUTCOME_REFUSED, "--top 'all' isn't a number" },
	{ "a bad size", "lend|02aabbccddee|--quota|5X", OUTCOME_REFUSED, "--quota '5X' isn't a size" },
	{ "an empty text", "lend|02aabbccddee|--user|", OUTCOME_REFUSED, "--user '' isn't printable" },
	{ "controls in a text", "lend|02aabbccddee|--user|a\033[31m", OUTCOME_REFUSED,
	  "--user 'a?[31m' isn't printable" },
	{ "text that isn't UTF-8", "lend|02aabbccddee|--user|a\xff", OUTCOME_REFUSED, "isn't printable" },
	{ "controls in an operand", "shelf|add|b\nk", OUTCOME_REFUSED, "'b?k' isn't" },
	{ "an empty socket", "--socket||count", OUTCOME_REFUSED, "--socket '' isn't a path" },
	{ "the first bad value is told", "lend|zz|--timeout|x|--up|y", OUTCOME_REFUSED, "--timeout 'x'" },
};
/* clang-format on */

static void add_text(char *text, size_t size, const char *name, const char *value)
{
	size_t used = strlen(text);

	if (value && *value)
		snprintf(text + used, size - used, " %s=%s", name, value);
}

static void add_number(char *text, size_t size, const char *name, const struct amount *amount)
{
	size_t used = strlen(text);

	if (amount->given)
		snprintf(text + used, size - used, " %s=%llu", name,
			 (unsigned long long)amount->value);
}

static void summarise(const struct arguments *arguments, char *text, size_t size)
{
	bool other = strcmp(arguments->socket, X511_CONTROL);
	char operands[128] = "";

	if (arguments->n_operands && !*arguments->mac)
		snprintf(operands, sizeof(operands), "%s%s%s", arguments->operands[0],
			 arguments->n_operands > 1 ? "," : "",
			 arguments->n_operands > 1 ? arguments->operands[1] : "");
	snprintf(text, size, "%s json=%d", arguments->verb ? arguments->verb->name : "-",
		 arguments->json);
	add_text(text, size, "mac", arguments->mac);
	add_text(text, size, "operands", operands);
	add_text(text, size, "socket", other ? arguments->socket : NULL);
	add_text(text, size, "zone", arguments->zone);
	add_text(text, size, "user", arguments->user);
	add_number(text, size, "timeout", &arguments->timeout);
	add_number(text, size, "up", &arguments->up);
	add_number(text, size, "quota", &arguments->quota);
	add_number(text, size, "top", &arguments->top);
	strcat(text, arguments->all ? " all" : "");
	strcat(text, arguments->help ? " help" : "");
	strcat(text, arguments->version ? " version" : "");
}

static void test_line(void **state)
{
	const struct line_row *row = *state;
	struct arguments arguments = {.socket = "untouched"};
	struct error error = {.text = ""};
	char *words = strdup(row->words);
	char *rest = words;
	char *argv[WORDS_MAX + 1] = {"xdp511"};
	char summary[512];
	int argc = 1;

	assert_non_null(words);
	while (rest && argc < WORDS_MAX)
		argv[argc++] = strsep(&rest, "|");
	assert_null(rest);

	assert_int_equal(options_parse(argc, argv, verbs, &arguments, &error), row->outcome);
	if (row->outcome == OUTCOME_DONE) {
		summarise(&arguments, summary, sizeof(summary));
		assert_string_equal(summary, row->expected);
	} else {
		assert_string_equal(arguments.socket, "untouched");
		if (!strstr(error.text, row->expected))
			assert_string_equal(error.text, row->expected);
		assert_null(strchr(error.text, '\n'));
	}
	free(words);
}

static void test_no_words(void **state)
{
	char *argv[] = {"xdp511", NULL};
	struct arguments arguments;
	struct error error;

	(void)state;
	assert_int_equal(options_parse(1, argv, verbs, &arguments, &error), OUTCOME_USAGE);
	assert_string_equal(error.text, "a verb is missing; see xdp511 --help");
}

static void test_long_texts(void **state)
{
	char text[400];
	char *argv[] = {"xdp511", "lend", "02aabbccddee", "--user", text, NULL};
	struct arguments arguments;
	struct error error;
	size_t length;

	(void)state;
	for (length = 250; length < 260; length++) {
		memset(text, 'a', length);
		text[length] = '\0';
		assert_int_equal(options_parse(5, argv, verbs, &arguments, &error),
				 length <= TEXT_MAX ? OUTCOME_DONE : OUTCOME_REFUSED);
	}
	argv[1] = "--socket";
	argv[2] = text;
	argv[3] = "count";
	for (length = 100; length < 120; length++) {
		memset(text, 'a', length);
		text[length] = '\0';
		assert_int_equal(options_parse(4, argv, verbs, &arguments, &error),
				 length <= 107 ? OUTCOME_DONE : OUTCOME_REFUSED);
	}
}

/* Whatever parsing knows, help tells. */
static void test_help(void **state)
{
	const struct option *option;
	const struct verb *verb;
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	(void)state;
	assert_non_null(file);
	help_verbs(verbs, file);
	help_verb(&verbs[0], file);
	fclose(file);
	for (verb = verbs; verb->name; verb++) {
		assert_non_null(strstr(text, verb->name));
		assert_non_null(strstr(text, verb->help));
	}
	assert_non_null(strstr(text, "usage: xdp511 lend MAC [--zone Z]"));
	assert_non_null(strstr(text, "(also: give)"));
	for (option = lend_options; option->name; option++)
		assert_non_null(strstr(text, option->help));
	for (option = global_options; option->name; option++)
		assert_non_null(strstr(text, option->help));
	free(text);
}

static void test_url(void **state)
{
	char long_text[TEXT_MAX + 1];
	struct url url;
	size_t i;

	(void)state;
	url_start(&url, "/v1/sessions/", "02:aa:bb:cc:dd:ee");
	url_query(&url, "zone", NULL);
	assert_string_equal(url.text, "http://xdp511/v1/sessions/02:aa:bb:cc:dd:ee");
	url_query(&url, "zone", "a b/&?#%");
	url_query(&url, "user", "\xc3\xa9");
	assert_string_equal(url.text, "http://xdp511/v1/sessions/02:aa:bb:cc:dd:ee"
				      "?zone=a%20b%2F%26%3F%23%25&user=%C3%A9");
	assert_false(url.overflow);

	memset(long_text, ' ', TEXT_MAX);
	long_text[TEXT_MAX] = '\0';
	for (i = 0; i < 5; i++) /* as many texts as a request can have fit, and some */
		url_query(&url, "text", long_text);
	assert_false(url.overflow);
	url_query(&url, "text", long_text);
	assert_true(url.overflow);
}

/* The elements, each as compact JSON, separated by a space; "!" at the end: not an array. */
static const struct elements_row {
	const char *sentence;
	const char *text;
	const char *expected;
} elements_rows[] = {
	{"array: empty", "[]", ""},
	{"array: empty with spaces", " \n[ ]\t ", ""},
	{"array: one element", "[1]", "1"},
	{"array: several", "[ {\"a\":1} , [2,3],\"x\" ]", "{\"a\":1} [2,3] \"x\""},
	{"array: brackets in a string", "[\"]\\\"[\",\"}\\\\\"]", "\"]\\\"[\" \"}\\\\\""},
	{"array: nested", "[{\"a\":[{\"b\":[]}]},[[]]]", "{\"a\":[{\"b\":[]}]} [[]]"},
	{"array: no text", "", "!"},
	{"array: an object", "{}", "!"},
	{"array: not closed", "[1,2", "1 !"},
	{"array: not closed after a comma", "[1,", "1 !"},
	{"array: no element after a comma", "[1,]", "1 !"},
	{"array: no element before a comma", "[,1]", "!"},
	{"array: no comma", "[1 2]", "!"},
	{"array: more behind it", "[1] 2", "1 !"},
	{"array: brackets of two kinds", "[{\"a\":[1}]]", "!"},
	{"array: closed too often", "[1}]", "!"},
	{"array: a string not closed", "[\"a]", "!"},
	{"array: a backslash at the end", "[\"a\\", "!"},
	{"array: a key twice", "[{\"a\":1,\"a\":2}]", "!"},
};

static void test_elements(void **state)
{
	const struct elements_row *row = *state;
	struct elements elements;
	char summary[256] = "";
	json_t *element;
	int more;

	elements_start(&elements, row->text, strlen(row->text));
	while ((more = elements_next(&elements, &element)) > 0) {
		char *text = json_dumps(element, JSON_COMPACT | JSON_ENCODE_ANY);

		if (*summary)
			strcat(summary, " ");
		strcat(summary, text);
		free(text);
		json_decref(element);
	}
	if (more < 0)
		strcat(summary, *summary ? " !" : "!");
	assert_string_equal(summary, row->expected);
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(line_rows) + ARRAY_SIZE(elements_rows)];
	const struct CMUnitTest others[] = {
		cmocka_unit_test(test_no_words),
		cmocka_unit_test(test_long_texts),
		cmocka_unit_test(test_help),
		cmocka_unit_test(test_url),
	};

	TABLE_TESTS(tests, line_rows, test_line);
	TABLE_TESTS(tests + ARRAY_SIZE(line_rows), elements_rows, test_elements);
	return cmocka_run_group_tests_name("options: lines", tests, NULL, NULL) +
	       cmocka_run_group_tests_name("options: others", others, NULL, NULL);
}
