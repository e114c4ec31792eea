/* SPDX-License-Identifier: MIT */
/* test_fas.c - what portals for openNDS are told, by openssl's bytes, and whose proofs count. */
#include "table.h"

#include <errno.h>

#include "foreign_vectors.h"
#include "portal/foreign/fas_text.h"

#define KEY "c775e7b757ede630cd0aa1113bd102661ab38829ca52a6422ab782862f268646"
#define NOW 1800000000 /* a slot begins */

static const uint8_t own_key[FAS_OWN_KEY] = {1, 2, 3};
static const char *hid(char buffer[FOREIGN_VECTOR_SIZE])
{
	return foreign_vector("hid", buffer);
}

static void test_urls(void **state)
{
	char buffer[FOREIGN_VECTOR_SIZE], wanted[FOREIGN_VECTOR_SIZE];
	struct fas_facts facts = {
		.server = "https://fas.example/",
		.fas_key = KEY,
		.hid = hid(buffer),
		.client_ip = "198.18.1.10",
		.client_mac = "02:05:11:00:00:01",
		.name = "Lab = Wi-Fi, 1",
		.address = "198.18.1.1:2050",
		.gateway_mac = "02:05:11:00:00:fe",
		.origin_url = "http://example.com/a?x=1&y=2 +~*!'()/é",
		.interface = "lan0",
		.version = "xdp511-1",
	};
	char *url = fas_url(&facts);

	(void)state;
	assert_non_null(url);
	assert_string_equal(url, foreign_vector("fas_1", wanted));
	free(url);
	facts.iv = "0123456789abcdef";
	url = fas_url(&facts);
	assert_non_null(url);
	assert_string_equal(url, foreign_vector("fas_2", wanted));
	free(url);
}

static void test_tokens(void **state)
{
	struct device one = {.mac = {2, 5, 0x11, 0, 0, 1}, .zone = "default"}, two = one,
		      other = one;
	char own[FAS_HEX_SIZE], token[FAS_HEX_SIZE], changed[FAS_HEX_SIZE];
	char buffer[FOREIGN_VECTOR_SIZE], wanted[FOREIGN_VECTOR_SIZE];
	uint8_t another_key[FAS_OWN_KEY] = {1, 2, 4};
	size_t i;

	(void)state;
	fas_token(hid(buffer), KEY, token);
	assert_string_equal(token, foreign_vector("token", wanted));
	two.mac[5] = 2;
	strcpy(other.zone, "press");
	fas_hid(&one, own_key, NOW, own);
	fas_token(own, KEY, token);
	assert_int_equal(fas_check(token, &one, own_key, NOW, KEY), 0);
	assert_int_equal(fas_check(token, &one, own_key, NOW + FAS_LIFETIME_S - 1, KEY), 0);
	assert_int_equal(fas_check(token, &one, own_key, NOW + FAS_LIFETIME_S, KEY), -EBADMSG);
	assert_int_equal(fas_check(token, &one, own_key, NOW - 1, KEY), -EBADMSG);
	assert_int_equal(fas_check(token, &two, own_key, NOW, KEY), -EBADMSG);
	assert_int_equal(fas_check(token, &other, own_key, NOW, KEY), -EBADMSG);
	assert_int_equal(fas_check(token, &one, another_key, NOW, KEY), -EBADMSG);
	assert_int_equal(fas_check(token, &one, own_key, NOW, "another"), -EBADMSG);
	assert_int_equal(fas_check(own, &one, own_key, NOW, KEY), -EBADMSG);
	assert_int_equal(fas_check("", &one, own_key, NOW, KEY), -EBADMSG);
	assert_int_equal(fas_check("", &one, own_key, 0, KEY), -EBADMSG);
	for (i = 0; i < FAS_HEX_SIZE - 1; i++) {
		memcpy(changed, token, sizeof(token));
		changed[i] = (char)(changed[i] ^ 1);
		assert_int_equal(fas_check(changed, &one, own_key, NOW, KEY), -EBADMSG);
	}
}

static void test_hosts(void **state)
{
	static const char server[] = "https://fas.example:8443/fas";

	(void)state;
	assert_true(fas_is_same_host("http://fas.example/x", server));
	assert_true(fas_is_same_host("http://FAS.example:8090?y", server));
	assert_true(fas_is_same_host("http://[fd00::1]:80/", "https://[fd00::1]/"));
	assert_false(fas_is_same_host("http://[fd00::2]:80/", "https://[fd00::1]/"));
	assert_false(fas_is_same_host("http://fas.example.evil.example/", server));
	assert_false(fas_is_same_host("http://fas.exampl/", server));
	assert_false(fas_is_same_host("http://fas.example@evil.example/", server));
	assert_false(fas_is_same_host("http://fas.example:x@evil.example/", server));
	assert_false(fas_is_same_host("http://evil.example\\@fas.example/", server));
	assert_false(fas_is_same_host("http://evil.example/://fas.example/", server));
	assert_false(fas_is_same_host("http:///", server));
	assert_false(fas_is_same_host("", ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_urls),
		cmocka_unit_test(test_tokens),
		cmocka_unit_test(test_hosts),
	};

	return cmocka_run_group_tests_name("fas", tests, NULL, NULL);
}
