/* SPDX-License-Identifier: MIT */
/* test_signed_link.c - links as the responder signs them, read by the portal; and forged ones. */
#include "table.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "portal/web/signed_link.h"
#include "responder/link.h"

#define NOW 1795333704

static const uint8_t key[LINK_KEY_SIZE] = {1, 2, 3};
static const uint8_t mac[6] = {2, 5, 0x11, 0, 0, 1};

/* The responder's link for a page, as a query. */
static const char *make(const char *portal_url, uint64_t made, const char *host, const char *path)
{
	static struct config_zone zone = {.name = "press"};
	static struct link link;
	const struct visit visit = {
		.zone = &zone,
		.mac = mac,
		.unix_seconds = made,
		.host = {host, strlen(host)},
		.path = {path, strlen(path)},
	};
	struct hmac_sha256_ctx keyed;

	snprintf(zone.portal.url, sizeof(zone.portal.url), "%s", portal_url);
	assert_int_equal(link_write(&visit, LINK_MAX, &link), 0);
	hmac_sha256_set_key(&keyed, sizeof(key), key);
	link_sign(&keyed, &link);
	return strchr(link.text, '?') + 1;
}

static void test_what_the_responder_signs(void **state)
{
	struct signed_link link;

	(void)state;
	assert_int_equal(
		signed_link_read(make("http://p/login", NOW, "shop.example", "/a?b=c&d=%20"), key,
				 NOW, &link),
		0);
	assert_memory_equal(link.mac, mac, sizeof(mac));
	assert_string_equal(link.zone, "press");
	assert_string_equal(link.url, "http://shop.example/a?b=c&d=%20");
	/* The portal's own query comes before it. */
	assert_int_equal(signed_link_read(make("http://p/?mac=1&zone=2&mac=3", NOW, "h", "/"), key,
					  NOW, &link),
			 0);
	assert_string_equal(link.url, "http://h/");
	assert_int_equal(signed_link_read(make("http://p/", NOW, "", ""), key, NOW, &link), 0);
	assert_string_equal(link.url, "");
}

static void test_age(void **state)
{
	static const struct {
		int64_t age;
		int expected;
	} ages[] = {
		{0, 0},
		{LINK_LIFETIME_S, 0},
		{LINK_LIFETIME_S + 1, -ETIME},
		{-LINK_AHEAD_S, 0},
		{-LINK_AHEAD_S - 1, -ETIME},
		{NOW, -ETIME},
	};
	struct signed_link link;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(ages); i++)
		assert_int_equal(
			signed_link_read(make("http://p/", (uint64_t)(NOW - ages[i].age), "h", "/"),
					 key, NOW, &link),
			ages[i].expected);
}

/* Every byte of it counts. */
static void test_changed(void **state)
{
	char query[LINK_MAX];
	struct signed_link link;
	size_t i;

	(void)state;
	snprintf(query, sizeof(query), "%s", make("http://p/", NOW, "shop.example", "/"));
	for (i = 0; query[i]; i++) {
		char kept = query[i];

		query[i] = kept == '1' ? '2' : '1';
		assert_true(signed_link_read(query, key, NOW, &link) < 0);
		query[i] = kept;
	}
	assert_int_equal(signed_link_read(query, key, NOW, &link), 0);
	query[i - 1] = '\0';
	assert_int_equal(signed_link_read(query, key, NOW, &link), -EBADMSG);
	assert_int_equal(signed_link_read(query,
					  (const uint8_t *)"another key of thirty-two bytes..", NOW,
					  &link),
			 -EBADMSG);
}

static const struct row {
	const char *sentence;
	const char *query;
	int expected;
} rows[] = {
	{"nothing", "", -ENOENT},
	{"no link", "a=b", -ENOENT},
	{"no signature", "mac=02:05:11:00:00:01&zone=default&url=&t=1", -ENOENT},
	{"an empty signature", "mac=02:05:11:00:00:01&zone=default&url=&t=1&sig=", -EBADMSG},
	{"no digits", "mac=0&sig=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
	 -EBADMSG},
	{"spaces for digits",
	 "mac=0&sig=                                                                ", -EBADMSG},
	{"mac within another name", "xmac=0&sig=0", -ENOENT},
};

static void test_row(void **state)
{
	const struct row *row = *state;
	struct signed_link link;

	assert_int_equal(signed_link_read(row->query, key, NOW, &link), row->expected);
}

static void test_urls(void **state)
{
	static const char *const good[] = {"http://a/", "https://a.example:8443/b?c#d",
					   "http://[::1]/", "http://a/{b}|c"};
	static const char *const bad[] = {
		"",
		"http://",
		"http:///a",
		"https://?a",
		"http://#",
		"javascript:",
		"data:text/",
		"//a.example/",
		"ftp://a/",
		"http:a",
		"HTTP//a",
		"http://a\\b",
		"http://a\"",
		"http://a/<script>",
		"http://a b",
		"http://a\n",
		" http://a/",
		"http://a/\x1b",
		"http://a/\xff",
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(good); i++)
		assert_true(is_web_url(good[i]));
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		assert_false(is_web_url(bad[i]));
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(rows)];
	const struct CMUnitTest others[] = {
		cmocka_unit_test(test_what_the_responder_signs),
		cmocka_unit_test(test_age),
		cmocka_unit_test(test_changed),
		cmocka_unit_test(test_urls),
	};

	TABLE_TESTS(tests, rows, test_row);
	return cmocka_run_group_tests_name("signed link", tests, NULL, NULL) +
	       cmocka_run_group_tests_name("signed link, the rest", others, NULL, NULL);
}
