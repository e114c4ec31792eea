/* SPDX-License-Identifier: MIT */
/* theme.c - a theme as a whole: its files read in order, and the values that every page has. */
#include "portal/pages/theme.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/languages.h"
#include "base/units.h"
#include "portal/pages/theme_files.h"
#include "portal/pages/theme_template.h"
#include "portal/pages/theme_values.h"

#define NAME_SIZE 32 /* of a file within the theme */

struct theme {
	struct theme_messages *messages;
	struct theme_template *pages[THEME_PAGE_COUNT];
};

static const char *const page_files[THEME_PAGE_COUNT] = {
#define X(page, file) [PAGE_##page] = file,
	THEME_PAGES(X)
#undef X
};

struct theme *theme_free(struct theme *theme)
{
	if (!theme)
		return NULL;
	for (size_t i = 0; i < THEME_PAGE_COUNT; i++)
		theme_template_free(theme->pages[i]);
	theme_messages_free(theme->messages);
	free(theme);
	return NULL;
}

/* The built-in file first, and then the directory's, which may have some of the sentences. */
static int load_language(struct theme *theme, size_t language, const char *directory,
			 struct error *error)
{
	char name[NAME_SIZE], path[THEME_PATH_SIZE];
	const struct theme_file *built_in;
	char *text = NULL;
	size_t size;
	int err = 0;

	(void)snprintf(name, sizeof(name), "messages/%s.ini", languages[language].tag);
	built_in = theme_files_find(name);
	if (built_in)
		err = theme_messages_read(theme->messages, language, built_in->text, built_in->size,
					  name, error);
	if (err || !*directory)
		return err;
	err = theme_files_read(directory, name, path, &text, &size, error);
	if (!err && text)
		err = theme_messages_read(theme->messages, language, text, size, path, error);
	free(text);
	return err;
}

static int parse_page(struct theme *theme, enum theme_page page, const struct theme_file *file,
		      struct error *error)
{
	if (page == PAGE_STYLE)
		return theme_template_literal(file->text, file->size, file->name,
					      &theme->pages[page], error);
	return theme_template_parse(file->text, file->size, file->name, theme->messages,
				    &theme->pages[page], error);
}

static int load_page(struct theme *theme, enum theme_page page, const char *directory,
		     struct error *error)
{
	const struct theme_file *file = theme_files_find(page_files[page]);
	struct theme_file own = {0};
	char path[THEME_PATH_SIZE];
	char *text = NULL;
	int err = 0;

	if (*directory)
		err = theme_files_read(directory, page_files[page], path, &text, &own.size, error);
	if (text) {
		own.name = path;
		own.text = text;
		file = &own;
	}
	if (!err)
		err = parse_page(theme, page, file, error);
	free(text);
	return err;
}

/* English comes first in the table: it says which sentences there are. */
static int load_all(struct theme *theme, const char *directory, struct error *error)
{
	int err = *directory ? theme_files_check(directory, error) : 0;

	if (!err && theme_messages_new(&theme->messages))
		err = fail(error, ENOMEM, "the theme: no memory; free some");
	for (size_t i = 0; !err && i < n_languages; i++)
		err = load_language(theme, i, directory, error);
	for (int i = 0; !err && i < THEME_PAGE_COUNT; i++)
		err = load_page(theme, (enum theme_page)i, directory, error);
	return err;
}

int theme_load(const char *directory, struct theme **ret_theme, struct error *error)
{
	struct theme *theme = calloc(1, sizeof(*theme));
	int err;

	if (!theme)
		return fail(error, ENOMEM, "the theme: no memory; free some");
	err = load_all(theme, directory, error);
	if (err)
		theme_free(theme);
	else
		*ret_theme = theme;
	return err;
}

size_t theme_language(const struct theme *theme, const char *accept_language)
{
	const char *value = accept_language ? accept_language : "";

	(void)theme; /* all of them have all languages */
	return (size_t)(language_find((struct text){value, strlen(value)}) - languages);
}

const char *theme_sentence(const struct theme *theme, size_t language, const char *key)
{
	size_t number = theme_messages_find(theme->messages, key, strlen(key));

	return number == MESSAGE_NONE ? key
				      : theme_messages_text(theme->messages, language, number);
}

/* Often near the end, which one wants to see; else now and then, for a sign-out by others. */
static unsigned long refresh_after(const char *seconds_left)
{
	uint64_t left, after;

	if (parse_number(seconds_left, 0, UINT32_MAX, &left))
		return 300;
	after = left / 10 < 30 ? 30 : left / 10 > 300 ? 300 : left / 10;
	return (unsigned long)(after > left + 1 ? left + 1 : after);
}

char *theme_render(const struct theme *theme, enum theme_page page, size_t language,
		   const char *const values[THEME_VALUE_COUNT], size_t *ret_size)
{
	const char *all[THEME_VALUE_COUNT];
	char base[256], refresh[24];
	size_t len;

	for (size_t i = 0; i < THEME_VALUE_COUNT; i++)
		all[i] = values[i] ? values[i] : "";
	len = strlen(all[VALUE_PATH]);
	while (len && all[VALUE_PATH][len - 1] == '/')
		len--;
	(void)snprintf(base, sizeof(base), "%.*s", (int)len, all[VALUE_PATH]);
	(void)snprintf(refresh, sizeof(refresh), "%lu", refresh_after(all[VALUE_SECONDS_LEFT]));
	all[VALUE_BASE] = base;
	all[VALUE_REFRESH] = refresh;
	all[VALUE_LANG] = languages[language].tag;
	all[VALUE_DIR] = languages[language].right_to_left ? "rtl" : "ltr";
	if (!theme_url_is_web(all[VALUE_URL]))
		all[VALUE_URL] = "";
	if (!theme_url_is_web(all[VALUE_VENUE_URL]))
		all[VALUE_VENUE_URL] = "";
	return theme_template_write(theme->pages[page], theme->messages, language, all, ret_size);
}
