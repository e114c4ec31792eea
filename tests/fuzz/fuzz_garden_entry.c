/* SPDX-License-Identifier: MIT */
/* fuzz_garden_entry.c - any text as a line of the garden: what is read is read again the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/address.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	struct garden_entry entry, again;
	char buffer[GARDEN_ENTRY_TEXT];
	struct error error = {""};

	if (text && !parse_garden_entry(text, &entry, &error) &&
	    (entry.bits > 128 || (address_is_ipv4(&entry.address) && entry.bits < 96) ||
	     parse_garden_entry(format_garden_entry(&entry, buffer), &again, NULL) ||
	     !garden_entry_equal(&entry, &again)))
		abort();
	free(text);
	return 0;
}
