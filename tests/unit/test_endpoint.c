/* SPDX-License-Identifier: MIT */
/* test_endpoint.c - addresses with ports: what is one, and how it is written. */
#include "table.h"

#include <errno.h>
#include <string.h>

#include "base/address.h"
#include "base/endpoint.h"

static const struct row {
	const char *sentence;
	const char *text;
	const char *written; /* NULL: refused */
} rows[] = {
	{"IPv4 with a port", "198.18.1.1:80", "198.18.1.1:80"},
	{"IPv4 without", "198.18.1.1", "198.18.1.1:7"},
	{"any IPv4", "0.0.0.0:443", "0.0.0.0:443"},
	{"IPv6 with a port", "[fd00::1]:443", "[fd00::1]:443"},
	{"IPv6 in brackets", "[FD00::0001]", "[fd00::1]:7"},
	{"IPv6 without", "fd00::1", "[fd00::1]:7"},
	{"any IPv6", "[::]:80", "[::]:80"},
	{"the last port", "[::1]:65535", "[::1]:65535"},
	{"the longest text", "[1111:2222:3333:4444:5555:6666:7777:8888]:65535",
	 "[1111:2222:3333:4444:5555:6666:7777:8888]:65535"},
	{"an IPv4 in IPv6", "::ffff:198.18.1.1", "[::ffff:198.18.1.1]:7"},

	{"nothing", "", NULL},
	{"a name", "radius.example:1812", NULL},
	{"a port alone", ":80", NULL},
	{"port 0", "198.18.1.1:0", NULL},
	{"port 65536", "198.18.1.1:65536", NULL},
	{"port of letters", "198.18.1.1:http", NULL},
	{"an empty port", "198.18.1.1:", NULL},
	{"an empty port of IPv6", "[fd00::1]:", NULL},
	{"an open bracket", "[fd00::1:80", NULL},
	{"a rest behind the bracket", "[fd00::1]80", NULL},
	{"IPv4 in brackets", "[198.18.1.1]:80", NULL},
	{"empty brackets", "[]:80", NULL},
	{"an interface", "[fe80::1%lan0]:80", NULL},
	{"a prefix", "198.18.1.0/24", NULL},
	{"a number", "3323068417", NULL},
	{"spaces", " 198.18.1.1", NULL},
	{"a long text", "198.18.1.1:000000000000000000000000000000000000000000000000000000000080",
	 NULL},
};

static void test_row(void **state)
{
	const struct row *row = *state;
	struct endpoint endpoint = {.address = {.ss_family = AF_UNIX}};
	char text[ENDPOINT_TEXT];
	int err = parse_endpoint(row->text, 7, &endpoint);

	assert_int_equal(err, row->written ? 0 : -EINVAL);
	if (err) {
		assert_int_equal(endpoint.address.ss_family, AF_UNIX);
		return;
	}
	assert_string_equal(format_endpoint(&endpoint, text), row->written);
}

static void test_equal(void **state)
{
	struct endpoint a, b, c, d;

	(void)state;
	assert_int_equal(parse_endpoint("198.18.1.1:80", 1, &a), 0);
	assert_int_equal(parse_endpoint("198.18.1.1", 80, &b), 0);
	assert_int_equal(parse_endpoint("198.18.1.1:81", 80, &c), 0);
	assert_int_equal(parse_endpoint("::ffff:198.18.1.1", 80, &d), 0);
	assert_true(endpoint_equal(&a, &b));
	assert_memory_equal(&a, &b, sizeof(a));
	assert_false(endpoint_equal(&a, &c));
	assert_true(endpoint_same_address(&a, &c));
	assert_false(endpoint_same_address(&a, &d));
	assert_true(endpoint_length(&a) < endpoint_length(&d));
}

static void test_address(void **state)
{
	static const struct {
		const char *endpoint;
		const char *address; /* NULL: any */
	} cases[] = {
		{"198.18.1.1:80", "198.18.1.1"},
		{"[fd00::1]:80", "fd00::1"},
		{"0.0.0.0:80", NULL},
		{"[::]:80", NULL},
	};
	struct address address, expected;
	struct endpoint endpoint;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(parse_endpoint(cases[i].endpoint, 1, &endpoint), 0);
		assert_int_equal(endpoint_address(&endpoint, &address), cases[i].address != NULL);
		if (!cases[i].address)
			continue;
		assert_int_equal(parse_address(cases[i].address, &expected), 0);
		assert_int_equal(address_compare(&address, &expected), 0);
	}
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(rows) + 2];

	TABLE_TESTS(tests, rows, test_row);
	tests[ARRAY_SIZE(rows)] = (struct CMUnitTest)cmocka_unit_test(test_equal);
	tests[ARRAY_SIZE(rows) + 1] = (struct CMUnitTest)cmocka_unit_test(test_address);
	return cmocka_run_group_tests_name("endpoint", tests, NULL, NULL);
}
