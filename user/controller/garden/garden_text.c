/* SPDX-License-Identifier: MIT */
/* garden_text.c - lines of the garden as text: prefixes with or without a service, and names. */
#include <errno.h>
#include <string.h>

#include "base/config_values.h"
#include "controller/garden/garden.h"

/* A name, with a port or without: letters or a star before the first of at most one colon. */
static bool is_domain(const char *text)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ*";
	size_t length = strcspn(text, ":");

	if (text[length] && strchr(text + length + 1, ':'))
		return false; /* IPv6 */
	return strcspn(text, letters) < length && strcspn(text, "/[") >= length;
}

int garden_read_text(const char *text, struct garden_line *line, struct error *error)
{
	char name[DOMAIN_SIZE];
	const char *reason;

	if (!is_domain(text)) {
		line->name[0] = '\0';
		return parse_garden_entry(text, &line->entry, error);
	}
	if (strchr(text, ':'))
		return fail(error, EINVAL,
			    "'%s' has a port, and a name in the garden opens all of them; leave "
			    "it out",
			    text);
	if (parse_domain(text, name, &reason))
		return fail(error, EINVAL, "'%s' is %s", text, reason);
	line->entry = (struct garden_entry){.bits = 0};
	memcpy(line->name, name, sizeof(name));
	return 0;
}

char *garden_format_text(const struct garden_line *line, char *buffer)
{
	if (!line->name[0])
		return format_garden_entry(&line->entry, buffer);
	memcpy(buffer, line->name, sizeof(line->name));
	return buffer;
}

bool garden_same_text(const struct garden_line *a, const struct garden_line *b)
{
	return !strcmp(a->name, b->name) && garden_entry_equal(&a->entry, &b->entry);
}

int garden_compare_lines(const void *left, const void *right)
{
	const struct garden_line *a = left, *b = right;
	int order = strcmp(a->zone, b->zone);

	if (!order)
		order = strcmp(a->name, b->name);
	if (!order)
		order = address_compare(&a->entry.address, &b->entry.address);
	if (!order)
		order = (a->entry.bits > b->entry.bits) - (a->entry.bits < b->entry.bits);
	if (!order)
		order = a->entry.service.protocol - b->entry.service.protocol;
	return order ? order : a->entry.service.port_be - b->entry.service.port_be;
}
