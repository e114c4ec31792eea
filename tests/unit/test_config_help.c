/* SPDX-License-Identifier: MIT */
/* test_config_help.c - the manual's table of keys against the parser's: every key, its real default. */
#include "table.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/config_help.h"
#include "base/config_setters.h"

#define BASE "[gateway]\ninterface = lan0\n[portal]\nurl = https://portal.example/login\n"

static void wrong(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

static void wrong(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vprint_error(format, args);
	va_end(args);
	_fail(__FILE__, __LINE__);
	abort();
}

static struct config *parse(const char *text)
{
	struct config *config = NULL;
	struct error error = {.text = ""};

	if (config_parse(text, strlen(text), "test", &config, &error))
		wrong("%s", error.text);
	return config;
}

static void every_key_has_a_row(void **state)
{
	const struct key *key;
	char form[KEY_FORM_SIZE];

	(void)state;
	for (size_t i = 0; (key = key_at(i)); i++) {
		if (!key_help_find(key->section, key->name))
			wrong("config_help.c has no row for '%s' of [%s]; add one", key->name,
			      key->section);
		if (!key_form(key, form)[0])
			wrong("config_forms.c has no words for '%s' of [%s]; add some", key->name,
			      key->section);
	}
}

static const struct key *find_key(const char *section, const char *name)
{
	const struct key *key;

	for (size_t i = 0; (key = key_at(i)); i++) {
		if (!strcmp(key->section, section) && !strcmp(key->name, name))
			return key;
	}
	return NULL;
}

static void every_row_has_a_key(void **state)
{
	const struct key_help *help;

	(void)state;
	for (size_t i = 0; (help = key_help_at(i)); i++) {
		if (!find_key(help->section, help->name))
			wrong("there is no key '%s' of [%s]; remove its row from config_help.c",
			      help->name, help->section);
		if (key_help_find(help->section, help->name) != help)
			wrong("'%s' of [%s] has two rows in config_help.c", help->name,
			      help->section);
	}
}

static void meanings_are_sentences(void **state)
{
	const struct key_help *help;

	(void)state;
	for (size_t i = 0; (help = key_help_at(i)); i++) {
		size_t length = strlen(help->meaning);

		if (!length || !isupper((unsigned char)help->meaning[0]) ||
		    help->meaning[length - 1] != '.')
			wrong("the meaning of '%s' of [%s] is no sentence", help->name,
			      help->section);
	}
}

/* The default, written out, is what the file without the key has. */
static void check_default(const struct key *key, const char *unset, const struct config *bare)
{
	struct config *config;
	char text[512];

	snprintf(text, sizeof(text), BASE "[%s]\n%s = %s\n", key->section, key->name, unset);
	config = parse(text);
	if (!key_is_equal(key, key_owner(key, config, 0), key_owner(key, bare, 0)))
		wrong("the default of '%s' of [%s] isn't '%s'", key->name, key->section, unset);
	config_free(config);
}

/* Nothing is there: no byte of the value, or no element of the list. */
static void check_no_default(const struct key *key, const struct config *bare)
{
	const char *owner = key_owner(key, bare, 0);
	size_t size = key->same ? sizeof(size_t) : key->size;
	size_t offset = key->same ? key->count_offset : key->offset;

	for (size_t i = 0; i < size; i++) {
		if (owner[offset + i])
			wrong("'%s' of [%s] has a default; give it in config_help.c", key->name,
			      key->section);
	}
}

static void defaults_are_the_real_ones(void **state)
{
	struct config *bare = parse(BASE);
	const struct key_help *help;

	(void)state;
	for (size_t i = 0; (help = key_help_at(i)); i++) {
		const struct key *key = find_key(help->section, help->name);

		if (help->unset)
			check_default(key, help->unset, bare);
		else if (strcmp(help->name, "url") != 0 || strcmp(help->section, "portal") != 0)
			check_no_default(key, bare); /* the one value that BASE has to have */
	}
	config_free(bare);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key_has_a_row),
		cmocka_unit_test(every_row_has_a_key),
		cmocka_unit_test(meanings_are_sentences),
		cmocka_unit_test(defaults_are_the_real_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
