/* SPDX-License-Identifier: MIT */
/* fuzz_http.c - any bytes as a request's head; what is read must point into the input. */
#include <stdlib.h>

#include "responder/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(struct text text, const uint8_t *data, size_t size)
{
	const char *start = (const char *)data;

	if (text.len && (text.data < start || text.data + text.len > start + size))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct http_request request;

	if (size < 1 || http_parse(data + 1, size - 1, data[0] & 1, &request))
		return 0;
	check(request.host, data, size);
	check(request.port, data, size);
	check(request.path, data, size);
	return 0;
}
