/* SPDX-License-Identifier: MIT */
/* test_bearer.c - tokens of a file, and heads of requests that show one, or don't. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "controller/api/bearer.h"

#include <cmocka.h>

#define ONE   "0123456789abcdef0123456789abcdef"
#define OTHER "fedcba98-76543210.fedcba98_76543210~+/="

static struct bearer parse(const char *text)
{
	struct bearer bearer;
	struct error error;

	if (bearer_parse(text, "tokens", &bearer, &error))
		fail_msg("%s", error.text);
	return bearer;
}

static void refused(const char *text, const char *sentence)
{
	struct bearer bearer;
	struct error error;

	assert_int_equal(bearer_parse(text, "tokens", &bearer, &error), -EINVAL);
	if (!strstr(error.text, sentence))
		fail_msg("'%s' isn't in: %s", sentence, error.text);
	assert_null(strstr(error.text, "0123456789"));
}

static void tokens_stand_on_lines(void **state)
{
	struct bearer bearer = parse("# ours\r\n\r\n " ONE "\t\r\n#" OTHER "\n\n" OTHER);

	(void)state;
	assert_int_equal(bearer.n, 2);
	assert_true(bearer_knows(&bearer, ONE, strlen(ONE)));
	assert_true(bearer_knows(&bearer, OTHER, strlen(OTHER)));
	assert_false(bearer_knows(&bearer, ONE, strlen(ONE) - 1));
	assert_false(bearer_knows(&bearer, ONE "0", strlen(ONE) + 1));
	assert_false(bearer_knows(&bearer, "", 0));
	assert_false(bearer_knows(&bearer, "# ours", 6));
}

static void bad_files_are_refused(void **state)
{
	char *many = calloc(1, (BEARER_MAX + 1) * (sizeof(ONE) + 1) + 1);
	char longest[BEARER_MAX_SIZE + 2] = "";
	int i;

	(void)state;
	assert_non_null(many);
	refused("", "no token");
	refused("# only this\n\n", "no token");
	refused(ONE "\n0123456789", "tokens:2: the token has 10 characters");
	refused("0123456789 0123456789 0123456789 0123456789", "tokens:1: the token has blanks");
	refused(ONE "\x80", "tokens:1: the token has blanks");
	refused(ONE "\x1b[2J", "tokens:1: the token has blanks");
	memset(longest, 'x', BEARER_MAX_SIZE);
	assert_int_equal(parse(longest).n, 1);
	longest[BEARER_MAX_SIZE] = 'x';
	refused(longest, "the token has 257 characters");
	for (i = 0; i < BEARER_MAX; i++)
		strcat(many, ONE "\n");
	assert_int_equal(parse(many).n, BEARER_MAX);
	strcat(many, ONE "\n");
	refused(many, "more than 64");
	free(many);
}

static int pass(const char *head, char *ret_head)
{
	struct bearer bearer = parse(ONE "\n" OTHER "\n");
	size_t size = 0;
	int err = bearer_pass(&bearer, head, strlen(head), ret_head, &size);

	if (!err)
		ret_head[size] = '\0';
	return err;
}

static void the_token_stays_behind(void **state)
{
	char head[BEARER_HEAD_ROOM + 1];

	(void)state;
	assert_int_equal(pass("PUT /x HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " ONE
			      "\r\nconnection: keep-alive\r\nContent-Length: 2\r\n\r\n",
			      head),
			 0);
	assert_string_equal(head, "PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n"
				  "Connection: close\r\n\r\n");
	assert_int_equal(pass("GET / HTTP/1.1\r\nAUTHORIZATION:bearer   " OTHER " \r\n\r\n", head),
			 0);
	assert_string_equal(head, "GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
}

static void whoever_shows_none_stays_out(void **state)
{
	static const char *const values[] = {
		"",
		"Bearer",
		"Bearer ",
		"Bearer x",
		"Basic " ONE,
		ONE,
		"Bearer" ONE,
		"Bearer " ONE ONE,
		"Bearer " ONE " " ONE,
		"Bearer, " ONE,
	};
	char head[BEARER_HEAD_ROOM + 1], text[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		snprintf(text, sizeof(text), "GET / HTTP/1.1\r\nAuthorization: %s\r\n\r\n",
			 values[i]);
		assert_int_equal(pass(text, head), -EACCES);
	}
	assert_int_equal(pass("GET / HTTP/1.1\r\n\r\n", head), -EACCES);
	assert_int_equal(pass("GET / HTTP/1.1\r\nX-Authorization: Bearer " ONE "\r\n\r\n", head),
			 -EACCES);
}

static void ambiguous_heads_are_refused(void **state)
{
	static const char *const heads[] = {
		"\r\n\r\n",
		"GET / HTTP/1.0\r\nAuthorization: Bearer " ONE "\r\n\r\n",
		"GET /\r\nAuthorization: Bearer " ONE "\r\n\r\n",
		"GET / HTTP/1.1\r\nAuthorization: Bearer " ONE "\r\nAuthorization: Bearer " ONE
		"\r\n\r\n",
		"GET / HTTP/1.1\r\nAuthorization: Bearer " ONE "\r\n folded\r\n\r\n",
		"GET / HTTP/1.1\nAuthorization: Bearer " ONE "\r\n\r\n",
		"GET / HTTP/1.1\r\nA: b\nC: d\r\nAuthorization: Bearer " ONE "\r\n\r\n",
		"GET / HTTP/1.1\r\nA: b\rC: d\r\nAuthorization: Bearer " ONE "\r\n\r\n",
		"GET / HTTP/1.1\r\nAuthorization: Bearer " ONE "\r\n\r\nmore",
		"GET / HTTP/1.1\r\nAuthorization: Bearer " ONE "\r\n",
	};
	char head[BEARER_HEAD_ROOM + 1];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		assert_int_equal(pass(heads[i], head), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tokens_stand_on_lines),
		cmocka_unit_test(bad_files_are_refused),
		cmocka_unit_test(the_token_stays_behind),
		cmocka_unit_test(whoever_shows_none_stays_out),
		cmocka_unit_test(ambiguous_heads_are_refused),
	};

	return cmocka_run_group_tests_name("tokens of the API", tests, NULL, NULL);
}
