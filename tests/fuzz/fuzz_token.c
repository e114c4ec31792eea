/* SPDX-License-Identifier: MIT */
/* fuzz_token.c - any bytes as a token: nothing unsigned is read, and what is written reads again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "portal/web/token.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t key[TOKEN_KEY_SIZE] = {5, 1, 1};

static void write_and_read(const char *text, size_t size)
{
	struct token token = {.use = TOKEN_FORM, .zone = "press"}, read = {.use = TOKEN_FORM};
	char buffer[TOKEN_SIZE];

	if (size < sizeof(token.mac) + sizeof(uint32_t) || size > VISITED_URL_SIZE)
		return;
	memcpy(token.mac, text, sizeof(token.mac));
	memcpy(&token.made_s, text + sizeof(token.mac), sizeof(uint32_t));
	strncpy(token.url, text + sizeof(token.mac) + sizeof(uint32_t), sizeof(token.url) - 1);
	if (token.mac[0] & 1 || !memcmp(token.mac, (uint8_t[6]){}, 6))
		return;
	if (token_read(token_write(&token, key, buffer), key, token.made_s, &read) ||
	    memcmp(read.mac, token.mac, sizeof(token.mac)) != 0 ||
	    strcmp(read.url, token.url) != 0 || strcmp(read.zone, token.zone) != 0 ||
	    read.made_s != token.made_s)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	struct token token = {.use = TOKEN_FORM};

	if (!token_read(text, key, 1795333704, &token))
		abort(); /* signed by nobody */
	write_and_read(text, strlen(text));
	free(text);
	return 0;
}
