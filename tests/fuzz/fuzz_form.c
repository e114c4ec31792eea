/* SPDX-License-Identifier: MIT */
/* fuzz_form.c - any bytes as a form: what is read is clean, and reads the same when sent again. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "portal/web/escape.h"
#include "portal/web/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The form as a browser would send it. */
static size_t write_form(const struct form *form, char *text)
{
	static char value[ESCAPED_SIZE(FORM_SIZE)];
	size_t i, used = 0;

	for (i = 0; i < form->n; i++) {
		used += (size_t)sprintf(text + used, "%s=",
					escape_query(form->fields[i].name, value, sizeof(value)));
		used += (size_t)sprintf(text + used, "%s&",
					escape_query(form->fields[i].value, value, sizeof(value)));
	}
	return used;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char text[ESCAPED_SIZE(2 * FORM_SIZE)];
	static struct form form, again;
	size_t i;

	if (form_parse((const char *)data, size, &form))
		return form.n ? abort(), 0 : 0;
	for (i = 0; i < form.n; i++) {
		if (!is_printable(form.fields[i].name) || !is_printable(form.fields[i].value))
			abort();
		if (strcmp(form_value(&form, form.fields[i].name), form.fields[i].value) != 0)
			abort();
	}
	size = write_form(&form, text);
	if (size >= FORM_SIZE)
		return 0;
	if (form_parse(text, size, &again) || again.n != form.n)
		abort();
	for (i = 0; i < form.n; i++) {
		if (strcmp(form_value(&again, form.fields[i].name), form.fields[i].value) != 0)
			abort();
	}
	return 0;
}
