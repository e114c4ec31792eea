/* SPDX-License-Identifier: MIT */
/* test_advertisement.c - router advertisements byte by byte, and which solicitations count. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "controller/advertise/advertisement.h"

#define HEAD 16

static void only_the_url_is_said(void **state)
{
	/* RFC 4861 4.2: type, code, checksum, hop limit, flags, lifetime, two timers. */
	static const uint8_t head[HEAD] = {134};
	uint8_t message[ADVERTISEMENT_MAX];
	char url[64];
	size_t length;

	(void)state;
	for (length = 1; length < sizeof(url); length++) {
		size_t i, units = (2 + length + 7) / 8;

		memset(url, 'u', length);
		url[length] = '\0';
		memset(message, 0xff, sizeof(message));
		assert_int_equal(advertisement_write(url, message), HEAD + 8 * units);
		assert_memory_equal(message, head, HEAD);
		assert_int_equal(message[HEAD], 37);
		assert_int_equal(message[HEAD + 1], units);
		assert_memory_equal(message + HEAD + 2, url, length);
		for (i = HEAD + 2 + length; i < HEAD + 8 * units; i++)
			assert_int_equal(message[i], 0);
		assert_int_equal(message[i], 0xff);
	}
}

static void the_longest_url_fits(void **state)
{
	uint8_t message[ADVERTISEMENT_MAX];
	char url[ADVERTISEMENT_MAX + 1] = "";

	(void)state;
	memset(url, 'u', ADVERTISEMENT_MAX - HEAD - 2);
	assert_int_equal(advertisement_write(url, message), ADVERTISEMENT_MAX);
	url[ADVERTISEMENT_MAX - HEAD - 2] = 'u';
	assert_int_equal(advertisement_write(url, message), -EMSGSIZE);
}

static void the_source_is_of_the_link_and_of_no_host(void **state)
{
	static const uint8_t mac[6] = {0x02, 0x05, 0x11, 0xaa, 0xbb, 0xcc};
	static const uint8_t expected[16] = {0xfe, 0x80, 0,    0,    0,	   0,	 0,    0,
					     0x05, 0x11, 0x02, 0x05, 0x11, 0xaa, 0xbb, 0xcc};
	struct in6_addr source = advertisement_source(mac);

	(void)state;
	assert_memory_equal(&source, expected, sizeof(expected));
}

static void solicitations_are_checked(void **state)
{
	static const uint8_t plain[] = {133, 0, 0, 0, 0, 0, 0, 0};
	static const uint8_t with_mac[] = {133, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 5, 17, 0, 0, 1};
	static const uint8_t other[] = {134, 0, 0, 0, 0, 0, 0, 0};
	static const uint8_t code[] = {133, 1, 0, 0, 0, 0, 0, 0};
	static const uint8_t no_length[] = {133, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 5, 17, 0, 0, 1};
	static const uint8_t too_long[] = {133, 0, 0, 0, 0, 0, 0, 0, 1, 2, 2, 5, 17, 0, 0, 1};
	size_t size;

	(void)state;
	assert_true(advertisement_is_asked(plain, sizeof(plain), 255));
	assert_true(advertisement_is_asked(with_mac, sizeof(with_mac), 255));
	assert_false(advertisement_is_asked(plain, sizeof(plain), 254));
	assert_false(advertisement_is_asked(other, sizeof(other), 255));
	assert_false(advertisement_is_asked(code, sizeof(code), 255));
	assert_false(advertisement_is_asked(no_length, sizeof(no_length), 255));
	assert_false(advertisement_is_asked(too_long, sizeof(too_long), 255));
	for (size = 0; size < sizeof(with_mac); size++)
		assert_int_equal(advertisement_is_asked(with_mac, size, 255), size == 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_the_url_is_said),
		cmocka_unit_test(the_longest_url_fits),
		cmocka_unit_test(the_source_is_of_the_link_and_of_no_host),
		cmocka_unit_test(solicitations_are_checked),
	};

	return cmocka_run_group_tests_name("router advertisements", tests, NULL, NULL);
}
