/* SPDX-License-Identifier: MIT */
/* fuzz_voucher.c - any text as a voucher's code: what is read is a code, and read again the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "portal/accounts/voucher_code.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	char code[VOUCHER_CODE_SIZE], again[VOUCHER_CODE_SIZE];
	uint64_t number = 0;

	if (text && !voucher_code_read(text, code) &&
	    (strlen(code) != VOUCHER_CODE_SIZE - 1 || code[5] != '-' ||
	     voucher_code_read(code, again) || strcmp(code, again) != 0))
		abort();
	memcpy(&number, data, size < sizeof(number) ? size : sizeof(number));
	if (voucher_code_read(voucher_code_make(number, code), again) || strcmp(code, again) != 0)
		abort();
	free(text);
	return 0;
}
