/* SPDX-License-Identifier: MIT */
/* form.c - takes a form or a query apart into names and values, decoded and checked. */
#include "portal/web/form.h"

#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"

/* Decodes in place; a broken escape, or one of NUL, is refused. */
static int decode(char *text)
{
	const char *from = text;
	char *to = text;

	while (*from) {
		int high, low;

		if (*from != '%') {
			*to++ = *from == '+' ? ' ' : *from;
			from++;
			continue;
		}
		high = hex_digit(from[1]);
		low = high < 0 ? -1 : hex_digit(from[2]);
		if (low < 0 || !(high | low))
			return -EINVAL;
		*to++ = (char)(high << 4 | low);
		from += 3;
	}
	*to = '\0';
	return is_printable(text) ? 0 : -EINVAL;
}

static int add_field(struct form *form, char *text)
{
	char *value = strchr(text, '=');
	size_t i;

	if (form->n == FORM_FIELDS)
		return -EMSGSIZE;
	if (value)
		*value++ = '\0';
	else
		value = text + strlen(text);
	if (decode(text) || decode(value))
		return -EINVAL;
	for (i = 0; i < form->n; i++) {
		if (!strcmp(form->fields[i].name, text))
			return -EINVAL;
	}
	form->fields[form->n].name = text;
	form->fields[form->n++].value = value;
	return 0;
}

int form_parse(const char *text, size_t size, struct form *ret_form)
{
	struct form *form = ret_form;
	char *at = form->text, *end;
	int err = 0;

	form->n = 0;
	if (size >= sizeof(form->text))
		return -EMSGSIZE;
	if (memchr(text, '\0', size))
		return -EINVAL;
	memcpy(form->text, text, size);
	form->text[size] = '\0';
	while (*at && !err) {
		end = at + strcspn(at, "&");
		if (*end)
			*end++ = '\0';
		if (*at)
			err = add_field(form, at);
		at = end;
	}
	if (err)
		form->n = 0;
	return err;
}

const char *form_value(const struct form *form, const char *name)
{
	size_t i;

	for (i = 0; i < form->n; i++) {
		if (!strcmp(form->fields[i].name, name))
			return form->fields[i].value;
	}
	return "";
}
