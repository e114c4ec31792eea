/* SPDX-License-Identifier: MIT */
/* voucher_code.c - codes of vouchers: made, and read as people type them. Pure functions. */
#include <errno.h>
#include <string.h>

#include "portal/accounts/voucher_code.h"

#define DIGITS	   10 /* the last one checks the others */
#define DIGIT_BITS 5
#define GROUP	   5
#define FIELD	   0x25 /* x^5 + x^2 + 1: the field of 32 elements */

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* Each place has another power of x for its weight, so that swapped digits don't add up. */
static unsigned int weigh(unsigned int sum, unsigned int digit)
{
	sum <<= 1;
	if (sum & 1 << DIGIT_BITS)
		sum ^= FIELD;
	return sum ^ digit;
}

static void print(const unsigned int digits[DIGITS], char code[VOUCHER_CODE_SIZE])
{
	size_t i;

	for (i = 0; i < DIGITS; i++) {
		if (i == GROUP)
			*code++ = '-';
		*code++ = alphabet[digits[i]];
	}
	*code = '\0';
}

char *voucher_code_make(uint64_t number, char code[VOUCHER_CODE_SIZE])
{
	unsigned int digits[DIGITS], sum = 0;
	size_t i;

	for (i = 0; i < DIGITS - 1; i++) {
		digits[i] = number >> (VOUCHER_CODE_BITS - DIGIT_BITS * (i + 1)) & 0x1f;
		sum = weigh(sum, digits[i]);
	}
	digits[DIGITS - 1] = weigh(sum, 0); /* the whole comes to nothing */
	print(digits, code);
	return code;
}

/* -1: no digit. */
static int digit_of(char letter)
{
	const char *at;

	if (letter >= 'a' && letter <= 'z')
		letter = (char)(letter - 'a' + 'A');
	if (letter == 'O')
		letter = '0';
	if (letter == 'I' || letter == 'L')
		letter = '1';
	at = letter ? strchr(alphabet, letter) : NULL;
	return at ? (int)(at - alphabet) : -1;
}

int voucher_code_read(const char *text, char ret_code[VOUCHER_CODE_SIZE])
{
	unsigned int digits[DIGITS], sum = 0;
	size_t n = 0;
	int digit;

	for (; *text; text++) {
		if (strchr(" -_.\t", *text))
			continue;
		digit = digit_of(*text);
		if (digit < 0 || n == DIGITS)
			return -EINVAL;
		digits[n++] = (unsigned int)digit;
		sum = weigh(sum, (unsigned int)digit);
	}
	if (n != DIGITS || sum)
		return -EINVAL;
	print(digits, ret_code);
	return 0;
}
