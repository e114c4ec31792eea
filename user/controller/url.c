/* SPDX-License-Identifier: MIT */
/* url.c - host and port of a URL. */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/units.h"
#include "controller/url.h"

#define PORT_TEXT 8

static const char *after_scheme(const char *url, uint16_t *ret_port)
{
	if (!strncasecmp(url, "https://", 8)) {
		*ret_port = 443;
		return url + 8;
	}
	if (!strncasecmp(url, "http://", 7)) {
		*ret_port = 80;
		return url + 7;
	}
	return NULL;
}

static int parse_port(const char *text, size_t length, uint16_t *port)
{
	char number[PORT_TEXT];
	uint64_t value;

	if (!length)
		return 0; /* the scheme's */
	if (text[0] != ':' || length > sizeof(number))
		return -EINVAL;
	memcpy(number, text + 1, length - 1);
	number[length - 1] = '\0';
	if (parse_number(number, 1, 65535, &value))
		return -EINVAL;
	*port = (uint16_t)value;
	return 0;
}

int url_host(const char *url, struct url_host *ret_host)
{
	struct url_host host = {};
	const char *start = after_scheme(url, &host.port);
	size_t i, length, total;
	const char *rest;

	if (!start)
		return -EINVAL;
	total = strcspn(start, "/?#");
	if (*start == '[') {
		start++;
		total--;
		length = strcspn(start, "]");
		rest = start + length + 1;
		if (length + 1 > total)
			return -EINVAL;
		total--;
	} else {
		length = strcspn(start, ":/?#");
		rest = start + length;
	}
	if (!length || length >= sizeof(host.name) || parse_port(rest, total - length, &host.port))
		return -EINVAL;
	for (i = 0; i < length; i++)
		host.name[i] = (char)tolower((unsigned char)start[i]);
	*ret_host = host;
	return 0;
}
