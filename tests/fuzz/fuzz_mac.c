/* SPDX-License-Identifier: MIT */
/* fuzz_mac.c - any text as a MAC: what is read is a device's and is read again the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mac.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	struct error error = {""};
	uint8_t mac[6], again[6];
	char buffer[MAC_TEXT];

	if (text && !parse_mac(text, mac, &error) &&
	    (mac[0] & 1 || parse_mac(format_mac(mac, buffer), again, NULL) ||
	     memcmp(mac, again, 6)))
		abort();
	free(text);
	return 0;
}
