/* SPDX-License-Identifier: MIT */
/* fuzz_bearer.c - any bytes as a file of tokens and as a request's head: only what is known passes. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "controller/api/bearer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What passes has no second end, and is for one request. */
static void check(const char *head, size_t size)
{
	static const char last[] = "\r\nConnection: close\r\n\r\n";
	const size_t length = sizeof(last) - 1;

	if (size > BEARER_HEAD_ROOM || bearer_head_size(head, size) != size || size < length ||
	    memcmp(head + size - length, last, length))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size), passed[BEARER_HEAD_ROOM];
	struct bearer bearer, known = {.n = 0};
	size_t head = bearer_head_size((const char *)data, size), passed_size = 0;
	struct error error;

	if (!text || bearer_parse("0123456789abcdef0123456789abcdef", "-", &known, &error))
		abort();
	(void)bearer_parse(text, "-", &bearer, &error);
	if (head && !bearer_pass(&known, (const char *)data, head, passed, &passed_size))
		check(passed, passed_size);
	free(text);
	return 0;
}
