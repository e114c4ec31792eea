/* SPDX-License-Identifier: MIT */
/* test_http.c - request heads: what is read out of them, and what is not taken for one. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include "responder/http.h"

#include <cmocka.h>

static const struct {
	const char *sentence;
	const char *input;
	bool full;
	int result;
	enum http_method method;
	const char *host, *port, *path;
	bool html, json;
} cases[] = {
	{"a browser's request",
	 "GET /a HTTP/1.1\r\nHost: x.example\r\nAccept: text/html,*/*\r\n\r\n", false, 0, HTTP_GET,
	 "x.example", "", "/a", true, false},
	{"line feeds alone end lines, too", "GET / HTTP/1.1\nHost: x\n\n", false, 0, HTTP_GET, "x",
	 "", "/", false, false},
	{"field names in any case, values trimmed", "GET / HTTP/1.1\r\nhOsT:\t x \t\r\n\r\n", false,
	 0, HTTP_GET, "x", "", "/", false, false},
	{"an empty line ahead is allowed", "\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", false, 0,
	 HTTP_GET, "x", "", "/", false, false},
	{"HTTP/1.0 without a host", "GET / HTTP/1.0\r\n\r\n", false, 0, HTTP_GET, "", "", "/",
	 false, false},
	{"HEAD", "HEAD /x HTTP/1.1\r\nHost: x\r\n\r\n", false, 0, HTTP_HEAD, "x", "", "/x", false,
	 false},
	{"methods are case-sensitive", "get / HTTP/1.1\r\nHost: x\r\n\r\n", false, 0, HTTP_OTHER,
	 "x", "", "/", false, false},
	{"POST with a body behind the head", "POST /f HTTP/1.1\r\nHost: x\r\n\r\na=b", false, 0,
	 HTTP_OTHER, "x", "", "/f", false, false},
	{"a port in the host", "GET / HTTP/1.1\r\nHost: x.example:8080\r\n\r\n", false, 0, HTTP_GET,
	 "x.example", "8080", "/", false, false},
	{"an IPv6 host with a port", "GET / HTTP/1.1\r\nHost: [2001:db8::1]:80\r\n\r\n", false, 0,
	 HTTP_GET, "[2001:db8::1]", "80", "/", false, false},
	{"absolute form wins over Host", "GET http://a.example/p HTTP/1.1\r\nHost: b\r\n\r\n",
	 false, 0, HTTP_GET, "a.example", "", "/p", false, false},
	{"absolute form without a path", "GET http://a.example HTTP/1.1\r\n\r\n", false, 0,
	 HTTP_GET, "a.example", "", "", false, false},
	{"OPTIONS of the server", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", false, 0, HTTP_OTHER,
	 "x", "", "*", false, false},
	{"CONNECT has no page", "CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\n\r\n", false, 0,
	 HTTP_OTHER, "x", "443", "", false, false},
	{"the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", false, 0, HTTP_OTHER, "", "",
	 "*", false, false},
	{"Upgrade-Insecure-Requests is a browser",
	 "GET / HTTP/1.1\r\nUpgrade-Insecure-Requests: 1\r\n\r\n", false, 0, HTTP_GET, "", "", "/",
	 true, false},
	{"a program that reads JSON", "GET / HTTP/1.1\r\nAccept: application/json\r\n\r\n", false,
	 0, HTTP_GET, "", "", "/", false, true},
	{"a program that reads problem details",
	 "GET / HTTP/1.1\r\nAccept: application/problem+json\r\n\r\n", false, 0, HTTP_GET, "", "",
	 "/", false, true},
	{"a host with a space is none", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", false, 0, HTTP_GET,
	 "", "", "/", false, false},
	{"a host with markup is none", "GET / HTTP/1.1\r\nHost: <b>\r\n\r\n", false, 0, HTTP_GET,
	 "", "", "/", false, false},
	{"a host with a huge port is none", "GET / HTTP/1.1\r\nHost: x:123456\r\n\r\n", false, 0,
	 HTTP_GET, "", "", "/", false, false},
	{"an unfinished line waits", "GET / HT", false, -EAGAIN, 0, "", "", "", false, false},
	{"an unfinished head waits", "GET / HTTP/1.1\r\nHost: x\r\n", false, -EAGAIN, 0, "", "", "",
	 false, false},
	{"a full segment is answered by what it has", "GET / HTTP/1.1\r\nHost: x\r\nCoo", true, 0,
	 HTTP_GET, "x", "", "/", false, false},
	{"a full segment of request line", "GET /aaaaaaaa", true, 0, HTTP_GET, "", "", "/aaaaaaaa",
	 false, false},
	{"the tail of GET", "ET / HTTP/1.1\r\nHost: x\r\n\r\n", false, -EBADMSG, 0, "", "", "",
	 false, false},
	{"the tail of HEAD", "EAD / HTTP/1.1\r\nHost: x\r\n\r\n", false, -EBADMSG, 0, "", "", "",
	 false, false},
	{"the tail of a header", "1 HTTP/1.1\r\nHost: x\r\n\r\n", false, -EBADMSG, 0, "", "", "",
	 false, false},
	{"a TLS hello", "\x16\x03\x01\x02\n", false, -EBADMSG, 0, "", "", "", false, false},
	{"an SSH banner", "SSH-2.0-OpenSSH\r\n", false, -EBADMSG, 0, "", "", "", false, false},
	{"nothing but a line end", "\r\n", false, -EAGAIN, 0, "", "", "", false, false},
};

static void assert_text(struct text text, const char *expected)
{
	assert_int_equal(text.len, strlen(expected));
	if (text.len)
		assert_memory_equal(text.data, expected, text.len);
}

static void heads_are_read_as_the_table_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct http_request request;
		size_t len = strlen(cases[i].input);

		print_message("%s\n", cases[i].sentence);
		assert_int_equal(http_parse((const uint8_t *)cases[i].input, len, cases[i].full,
					    &request),
				 cases[i].result);
		if (cases[i].result)
			continue;
		assert_int_equal(request.method, cases[i].method);
		assert_text(request.host, cases[i].host);
		assert_text(request.port, cases[i].port);
		assert_text(request.path, cases[i].path);
		assert_int_equal(request.wants_html, cases[i].html);
		assert_int_equal(request.wants_json, cases[i].json);
	}
}

static void patterns_match_at_one_end(void **state)
{
	(void)state;
	assert_true(text_match((struct text){"a.b.c", 5}, ""));
	assert_true(text_match((struct text){"A.B.C", 5}, "a.b.c"));
	assert_true(text_match((struct text){"a.b.c", 5}, "*.b.c"));
	assert_false(text_match((struct text){"b.c", 3}, "*.b.c"));
	assert_true(text_match((struct text){"/x/y", 4}, "/x/*"));
	assert_false(text_match((struct text){"/z/y", 4}, "/x/*"));
	assert_false(text_match((struct text){NULL, 0}, "x"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(heads_are_read_as_the_table_says),
		cmocka_unit_test(patterns_match_at_one_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
