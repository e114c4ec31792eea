/* SPDX-License-Identifier: MIT */
/* form.h - the fields of a form or a query, decoded. Pure. */
#ifndef XDP511_PORTAL_FORM_H
#define XDP511_PORTAL_FORM_H

#include <stddef.h>

#define FORM_FIELDS 32
#define FORM_SIZE   8192 /* bytes of a form, with NUL */

struct form {
	char text[FORM_SIZE]; /* names and values point into it */
	struct {
		const char *name;
		const char *value; /* UTF-8 without control characters */
	} fields[FORM_FIELDS];
	size_t n;
};

/*
 * Takes application/x-www-form-urlencoded apart. -EMSGSIZE: too long or too many fields;
 * -EINVAL: bad escapes, NULs, control characters, no UTF-8, or a name that comes twice. After a
 * failure the form has no fields. A form stays where it is: its fields point into it.
 */
int form_parse(const char *text, size_t size, struct form *ret_form);

/* The value, or "" when there is none. */
const char *form_value(const struct form *form, const char *name);

#endif /* XDP511_PORTAL_FORM_H */
