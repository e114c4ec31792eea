/* SPDX-License-Identifier: MIT */
/* theme_template.c - reads a page of a theme, and refuses what would not be one. */
#include "portal/pages/theme_template.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "portal/pages/theme_values.h"

#define OPEN	  "{{"
#define CLOSE	  "}}"
#define BRACES	  2
#define DEPTH_MAX 8
#define TAG_MAX	  40 /* bytes of a placeholder that are told */

/* Where in HTML the reader is: a value is safe in text and within quotes. */
enum place { IN_TEXT, IN_TAG, IN_DOUBLE_QUOTES, IN_SINGLE_QUOTES, IN_COMMENT };

struct reader {
	const char *at; /* NUL-terminated */
	const char *file;
	unsigned int line;
	enum place place;
	struct error *error;
	const struct theme_messages *messages;
	struct theme_template *template;
	struct {
		size_t step;
		unsigned int line;
	} open[DEPTH_MAX]; /* parts that have begun */
	size_t n_open;
};

/* A placeholder without its braces. */
struct tag {
	const char *text;
	size_t len;
};

static int refuse(const struct reader *reader, const char *sentence)
{
	return fail(reader->error, EINVAL, "%s:%u: %s", reader->file, reader->line, sentence);
}

static int refuse_tag(const struct reader *reader, struct tag tag, const char *sentence)
{
	int len = (int)(tag.len < TAG_MAX ? tag.len : TAG_MAX);

	return fail(reader->error, EINVAL, "%s:%u: '{{%.*s%s}}' %s", reader->file, reader->line,
		    len, tag.text, tag.len > TAG_MAX ? "…" : "", sentence);
}

static int refuse_name(const struct reader *reader, struct tag tag)
{
	struct error list;

	(void)fail(&list, EINVAL,
		   "names no value; the values are:%s (and { { is written with a space)",
		   theme_value_list);
	return refuse_tag(reader, tag, list.text);
}

/* The array doubles whenever the number of its steps is a power of two. */
static int add_step(struct theme_template *template, struct theme_step step)
{
	if ((template->n & (template->n - 1)) == 0) {
		size_t room = template->n ? 2 * template->n : 1;
		struct theme_step *steps = reallocarray(template->steps, room, sizeof(*steps));

		if (!steps)
			return -ENOMEM;
		template->steps = steps;
	}
	template->steps[template->n++] = step;
	return 0;
}

static int add(struct reader *reader, struct theme_step step)
{
	return add_step(reader->template, step)
		       ? fail(reader->error, ENOMEM, "%s: no memory; free some", reader->file)
		       : 0;
}

/* Values and sentences are escaped, which helps nothing outside text and quotes. */
static int check_place(const struct reader *reader, struct tag tag, bool is_markup)
{
	if (reader->place == IN_TAG)
		return refuse_tag(reader, tag,
				  "stands in a tag without quotes; put it in quotes, as in "
				  "lang=\"{{lang}}\"");
	if (is_markup && reader->place != IN_TEXT)
		return refuse_tag(reader, tag, "is HTML; move it out of the tag or comment");
	return 0;
}

static int read_sentence(struct reader *reader, struct tag tag)
{
	size_t number = theme_messages_find(reader->messages, tag.text + 2, tag.len - 2);
	int err = check_place(reader, tag, false);

	if (err)
		return err;
	if (number == MESSAGE_NONE)
		return refuse_tag(reader, tag,
				  "names no sentence of messages/en.ini; correct it, or write the "
				  "sentence there");
	return add(reader, (struct theme_step){.kind = STEP_SENTENCE, .what = number});
}

static int read_value(struct reader *reader, struct tag tag)
{
	int value = theme_value_find(tag.text, tag.len);
	int err;

	if (value < 0)
		return refuse_name(reader, tag);
	err = check_place(reader, tag, value == VALUE_TERMS_TEXT);
	return err ? err
		   : add(reader, (struct theme_step){.kind = STEP_VALUE, .what = (size_t)value});
}

/* "#name", "#name=word" or "^name". */
static int begin_part(struct reader *reader, struct tag tag)
{
	struct theme_step step = {.kind = tag.text[0] == '#' ? STEP_IF : STEP_UNLESS};
	const char *name = tag.text + 1;
	size_t len = tag.len - 1, name_len = len;
	const char *equals = memchr(name, '=', len);
	int value;

	if (equals) {
		name_len = (size_t)(equals - name);
		step.text = equals + 1;
		step.size = len - name_len - 1;
	}
	value = theme_value_find(name, name_len);
	if (value < 0)
		return refuse_name(reader, tag);
	if (reader->n_open == DEPTH_MAX)
		return refuse_tag(reader, tag, "stands within 8 others; take it out of some");
	step.what = (size_t)value;
	reader->open[reader->n_open].step = reader->template->n;
	reader->open[reader->n_open++].line = reader->line;
	return add(reader, step);
}

static int end_part(struct reader *reader, struct tag tag)
{
	struct theme_step *step;
	const char *name;

	if (!reader->n_open)
		return refuse_tag(reader, tag, "ends what has not begun; remove it");
	step = &reader->template->steps[reader->open[reader->n_open - 1].step];
	name = theme_value_names[step->what];
	if (tag.len - 1 != strlen(name) || memcmp(tag.text + 1, name, tag.len - 1) != 0)
		return fail(reader->error, EINVAL,
			    "%s:%u: '{{%.*s}}' stands where '%s', begun in line %u, has to end; "
			    "write {{/%s}} before it",
			    reader->file, reader->line,
			    (int)(tag.len < TAG_MAX ? tag.len : TAG_MAX), tag.text, name,
			    reader->open[reader->n_open - 1].line, name);
	step->next = reader->template->n;
	reader->n_open--;
	return 0;
}

static int read_tag(struct reader *reader)
{
	const char *close = strstr(reader->at + BRACES, CLOSE);
	struct tag tag = {.text = reader->at + BRACES, .len = strcspn(reader->at, "\r\n") - BRACES};

	if (!close || (size_t)(close - tag.text) > tag.len)
		return refuse(reader, "'{{' without '}}' in the same line; close it, or write { { "
				      "with a space");
	tag.len = (size_t)(close - tag.text);
	reader->at = close + BRACES;
	switch (tag.text[0]) {
	case '#':
	case '^':
		return begin_part(reader, tag);
	case '/':
		return end_part(reader, tag);
	case 't':
		if (tag.text[1] == ':')
			return read_sentence(reader, tag);
		/* fallthrough */
	default:
		return read_value(reader, tag);
	}
}

static bool begins_tag(const char *at)
{
	char letter = (char)(at[1] | 0x20);

	return *at == '<' && at[1] && (strchr("/!?", at[1]) || (letter >= 'a' && letter <= 'z'));
}

/* Steps over one character of text, and keeps track of where in HTML this is. */
static void follow(struct reader *reader, size_t len)
{
	const char *at = reader->at;

	switch (reader->place) {
	case IN_TEXT:
		if (!strncmp(at, "<!--", 4))
			reader->place = IN_COMMENT;
		else if (begins_tag(at))
			reader->place = IN_TAG;
		break;
	case IN_TAG:
		if (*at == '>')
			reader->place = IN_TEXT;
		else if (*at == '"')
			reader->place = IN_DOUBLE_QUOTES;
		else if (*at == '\'')
			reader->place = IN_SINGLE_QUOTES;
		break;
	case IN_DOUBLE_QUOTES:
	case IN_SINGLE_QUOTES:
		if (*at == (reader->place == IN_DOUBLE_QUOTES ? '"' : '\''))
			reader->place = IN_TAG;
		break;
	case IN_COMMENT:
		if (!strncmp(at, "-->", 3))
			reader->place = IN_TEXT;
		break;
	}
	reader->line += *at == '\n';
	reader->at += len;
}

static size_t character_length(const char *at)
{
	return *at == '\n' || *at == '\r' || *at == '\t' ? 1 : printable_length(at);
}

/* What a browser would ignore in silence, as the server's Content-Security-Policy forbids it. */
static bool is_ignored(const struct reader *reader)
{
	return reader->place == IN_TEXT &&
	       (!strncasecmp(reader->at, "<script", 7) || !strncasecmp(reader->at, "<style", 6));
}

/* Text up to the next placeholder. */
static int read_text(struct reader *reader)
{
	struct theme_step step = {.kind = STEP_TEXT, .text = reader->at};

	while (*reader->at && strncmp(reader->at, OPEN, BRACES) != 0) {
		size_t len = character_length(reader->at);

		if (!len)
			return refuse(reader, "a control character, or a byte that is no UTF-8; "
					      "save the page as UTF-8 text");
		if (is_ignored(reader))
			return refuse(reader, "scripts and styles within a page have no effect "
					      "here; remove them, or use style.css");
		follow(reader, len);
	}
	step.size = (size_t)(reader->at - step.text);
	return add(reader, step);
}

static int read_page(struct reader *reader)
{
	while (*reader->at) {
		int err = strncmp(reader->at, OPEN, BRACES) ? read_text(reader) : read_tag(reader);

		if (err)
			return err;
	}
	if (reader->n_open) {
		size_t step = reader->open[reader->n_open - 1].step;

		reader->line = reader->open[reader->n_open - 1].line;
		return fail(reader->error, EINVAL,
			    "%s:%u: what begins here is not ended; write {{/%s}} where it ends",
			    reader->file, reader->line,
			    theme_value_names[reader->template->steps[step].what]);
	}
	return 0;
}

/* What holds of each file; *ret_template has its source alone. */
static int take_source(const char *source, size_t size, const char *file,
		       struct theme_template **ret_template, struct error *error)
{
	struct theme_template *template;

	if (!size)
		return fail(error, EINVAL, "%s is empty; write a page, or remove the file", file);
	if (size > THEME_FILE_MAX)
		return fail(error, EINVAL, "%s has more than 64 kB; shorten it", file);
	if (memchr(source, '\0', size))
		return fail(error, EINVAL, "%s has a NUL byte; save it as UTF-8 text", file);
	template = calloc(1, sizeof(*template));
	if (template)
		template->source = strndup(source, size);
	if (!template || !template->source) {
		theme_template_free(template);
		return fail(error, ENOMEM, "%s: no memory; free some", file);
	}
	*ret_template = template;
	return 0;
}

int theme_template_parse(const char *source, size_t size, const char *file,
			 const struct theme_messages *messages,
			 struct theme_template **ret_template, struct error *error)
{
	struct reader reader = {.file = file, .line = 1, .error = error, .messages = messages};
	int err = take_source(source, size, file, &reader.template, error);

	if (err)
		return err;
	reader.at = reader.template->source;
	err = read_page(&reader);
	if (err)
		theme_template_free(reader.template);
	else
		*ret_template = reader.template;
	return err;
}

int theme_template_literal(const char *source, size_t size, const char *file,
			   struct theme_template **ret_template, struct error *error)
{
	struct theme_template *template;
	int err = take_source(source, size, file, &template, error);

	if (err)
		return err;
	err = add_step(template, (struct theme_step){.kind = STEP_TEXT,
						     .text = template->source,
						     .size = size});
	if (err) {
		theme_template_free(template);
		return fail(error, ENOMEM, "%s: no memory; free some", file);
	}
	*ret_template = template;
	return 0;
}

struct theme_template *theme_template_free(struct theme_template *template)
{
	if (!template)
		return NULL;
	free(template->steps);
	free(template->source);
	free(template);
	return NULL;
}
