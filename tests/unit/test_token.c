/* SPDX-License-Identifier: MIT */
/* test_token.c - tokens of pages: read as they were written, and no other way. */
#include "table.h"

#include <errno.h>
#include <string.h>

#include "portal/web/token.h"

#define NOW 1795333704

static const uint8_t key[TOKEN_KEY_SIZE] = {1, 2, 3};
static const struct token sample = {
	.use = TOKEN_FORM,
	.mac = {2, 5, 0x11, 0, 0, 1},
	.zone = "press",
	.url = "http://shop.example/a.b.c?d=e",
	.made_s = NOW,
};

static void test_as_written(void **state)
{
	struct token read = {.use = TOKEN_FORM};
	char text[TOKEN_SIZE];

	(void)state;
	assert_int_equal(token_read(token_write(&sample, key, text), key, NOW, &read), 0);
	assert_memory_equal(read.mac, sample.mac, sizeof(sample.mac));
	assert_string_equal(read.zone, sample.zone);
	assert_string_equal(read.url, sample.url);
	assert_int_equal(read.made_s, NOW);
}

static void test_longest(void **state)
{
	struct token token = sample, read = {.use = TOKEN_FORM};
	char text[TOKEN_SIZE];

	(void)state;
	memset(token.url, 'u', sizeof(token.url) - 1);
	memset(token.zone, 'z', sizeof(token.zone) - 1);
	token.made_s = UINT64_MAX / 2;
	assert_int_equal(token_read(token_write(&token, key, text), key, token.made_s, &read), 0);
	assert_string_equal(read.url, token.url);
	strcat(text, "u");
	assert_int_equal(token_read(text, key, token.made_s, &read), -EBADMSG);
}

static void test_changed(void **state)
{
	struct token read = {.use = TOKEN_FORM};
	char text[TOKEN_SIZE];
	size_t i;

	(void)state;
	token_write(&sample, key, text);
	for (i = 0; text[i]; i++) {
		char kept = text[i];

		text[i] = kept == '1' ? '2' : '1';
		assert_int_equal(token_read(text, key, NOW, &read), -EBADMSG);
		text[i] = '\0';
		assert_int_equal(token_read(text, key, NOW, &read), -EBADMSG);
		text[i] = kept;
	}
	strcat(text, "/");
	assert_int_equal(token_read(text, key, NOW, &read), -EBADMSG);
}

/* Moving a border between two fields makes another token. */
static void test_other_owner(void **state)
{
	struct token read = {.use = TOKEN_ONWARD};
	uint8_t other_key[TOKEN_KEY_SIZE];
	char text[TOKEN_SIZE];

	(void)state;
	token_write(&sample, key, text);
	assert_int_equal(token_read(text, key, NOW, &read), -EBADMSG);
	read.use = TOKEN_FORM;
	assert_int_equal(token_key(other_key), 0);
	assert_int_equal(token_read(text, other_key, NOW, &read), -EBADMSG);
}

static void test_age(void **state)
{
	struct token read = {.use = TOKEN_FORM};
	char text[TOKEN_SIZE];

	(void)state;
	token_write(&sample, key, text);
	assert_int_equal(token_read(text, key, NOW + TOKEN_LIFETIME_S, &read), 0);
	assert_int_equal(token_read(text, key, NOW + TOKEN_LIFETIME_S + 1, &read), -ETIME);
	assert_int_equal(token_read(text, key, NOW - 1, &read), -ETIME);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_as_written), cmocka_unit_test(test_longest),
		cmocka_unit_test(test_changed),	   cmocka_unit_test(test_other_owner),
		cmocka_unit_test(test_age),
	};

	return cmocka_run_group_tests_name("token", tests, NULL, NULL);
}
