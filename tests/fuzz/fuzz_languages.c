/* SPDX-License-Identifier: MIT */
/* fuzz_languages.c - any bytes as Accept-Language; the answer is always a row of the table. */
#include <stdint.h>
#include <stdlib.h>

#include "base/languages.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct language *language = language_find((struct text){(const char *)data, size});

	if (language < languages || language >= languages + n_languages)
		abort();
	return 0;
}
