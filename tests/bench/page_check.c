/* SPDX-License-Identifier: MIT */
/* page_check.c - reads status line and Content-Length. */
#include <stdio.h>
#include <string.h>

#include "page_check.h"

static bool has_status(const uint8_t *page, size_t len, unsigned int status)
{
	char wanted[32];
	int n = snprintf(wanted, sizeof(wanted), "HTTP/1.1 %u ", status);

	return len >= (size_t)n && !memcmp(page, wanted, (size_t)n);
}

static bool read_length(const uint8_t *head, size_t len, size_t *ret_length)
{
	static const char name[] = "\r\nContent-Length: ";
	const uint8_t *p = memmem(head, len, name, sizeof(name) - 1), *end = head + len;
	size_t length = 0;

	if (!p)
		return false;
	for (p += sizeof(name) - 1; p < end && *p >= '0' && *p <= '9' && length < 1 << 20; p++)
		length = length * 10 + (size_t)(*p - '0');
	*ret_length = length;
	return p < end && *p == '\r';
}

bool page_check(const uint8_t *page, size_t len, unsigned int status, size_t *ret_head_len,
		size_t *ret_body_len)
{
	const uint8_t *blank = memmem(page, len, "\r\n\r\n", 4);
	size_t head_len, body_len;

	if (!blank || !has_status(page, len, status))
		return false;
	head_len = (size_t)(blank - page) + 4;
	if (!read_length(page, head_len, &body_len) || head_len + body_len != len)
		return false;
	*ret_head_len = head_len;
	*ret_body_len = body_len;
	return true;
}
