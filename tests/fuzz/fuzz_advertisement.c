/* SPDX-License-Identifier: MIT */
/* fuzz_advertisement.c - any bytes as a router solicitation, and any text as the URL that is advertised. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "controller/advertise/advertisement.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *url = strndup((const char *)data, size);
	uint8_t message[ADVERTISEMENT_MAX];
	int length = url ? advertisement_write(url, message) : -1;

	if (advertisement_is_asked(data, size, 255) && (size < 8 || size % 8 || data[0] != 133))
		abort();
	if (length > 0 && (length > ADVERTISEMENT_MAX || length != 16 + 8 * message[17] ||
			   (size_t)length < 18 + strlen(url)))
		abort();
	free(url);
	return 0;
}
