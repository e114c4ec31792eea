/* SPDX-License-Identifier: MIT */
/* test_mac.c - hardware addresses in every usual notation, and text that is none. */
#include "table.h"

#include <errno.h>
#include <string.h>

#include "base/mac.h"

static const struct row {
	const char *sentence;
	const char *input;
	const char *expected;	       /* canonical; NULL: refused */
	const char *expected_sentence; /* part of the refusal */
} rows[] = {
	{"colons", "02:00:5e:10:00:01", "02:00:5e:10:00:01", NULL},
	{"capitals", "AA:BB:CC:DD:EE:FF", "aa:bb:cc:dd:ee:ff", NULL},
	{"mixed case", "aA:Bb:cC:Dd:eE:Ff", "aa:bb:cc:dd:ee:ff", NULL},
	{"dashes", "AA-BB-CC-DD-EE-FF", "aa:bb:cc:dd:ee:ff", NULL},
	{"three groups with dots", "aabb.ccdd.eeff", "aa:bb:cc:dd:ee:ff", NULL},
	{"three groups with dashes", "aabb-ccdd-eeff", "aa:bb:cc:dd:ee:ff", NULL},
	{"two groups", "aabbcc-ddeeff", "aa:bb:cc:dd:ee:ff", NULL},
	{"bare digits", "aabbccddeeff", "aa:bb:cc:dd:ee:ff", NULL},
	{"a digit short", "aa:bb:cc:dd:ee:f", NULL, "write it like aa:bb:cc:dd:ee:ff"},
	{"a digit too many", "aa:bb:cc:dd:ee:fff", NULL, "not a MAC"},
	{"a byte short", "aa:bb:cc:dd:ee", NULL, "not a MAC"},
	{"a byte too many", "aa:bb:cc:dd:ee:ff:00", NULL, "not a MAC"},
	{"thirteen bare digits", "aabbccddeeff0", NULL, "not a MAC"},
	{"one group alone", "aabb", NULL, "not a MAC"},
	{"half of bare digits", "aabbcc", NULL, "not a MAC"},
	{"mixed separators", "aa:bb-cc:dd-ee:ff", NULL, "not a MAC"},
	{"separator at the end", "aa:bb:cc:dd:ee:ff:", NULL, "not a MAC"},
	{"separator at the start", ":aa:bb:cc:dd:ee:ff", NULL, "not a MAC"},
	{"single digits", "a:b:c:d:e:f", NULL, "not a MAC"},
	{"groups of four and two", "aabb:cc:dd:ee:ff", NULL, "not a MAC"},
	{"unknown separator", "aa bb cc dd ee ff", NULL, "not a MAC"},
	{"not hexadecimal", "gg:bb:cc:dd:ee:ff", NULL, "not a MAC"},
	{"space before", " aa:bb:cc:dd:ee:ff", NULL, "not a MAC"},
	{"newline behind", "aa:bb:cc:dd:ee:ff\n", NULL, "'aa:bb:cc:dd:ee:ff?' is not a MAC"},
	{"empty", "", NULL, "'' is not a MAC"},
	{"an IPv6 address", "2001:db8::1", NULL, "not a MAC"},
	{"escape sequence", "\033[2J\033[1;1H", NULL, "'?[2J?[1;1H' is not a MAC"},
	{"C1 control in UTF-8",
	 "\xc2\x9b"
	 "31m",
	 NULL, "'??31m' is not a MAC"},
	{"letters beyond ASCII", "t\xc3\xa9l\xc3\xa9", NULL, "'t\xc3\xa9l\xc3\xa9' is not a MAC"},
	{"multicast", "01:00:5e:00:00:fb", NULL, "is a multicast MAC"},
	{"broadcast", "ffff.ffff.ffff", NULL, "is a multicast MAC"},
	{"all zeroes", "000000000000", NULL, "no device's MAC"},
};

static void test_row(void **state)
{
	const struct row *row = *state;
	const uint8_t untouched[6] = {1, 2, 3, 4, 5, 6};
	struct error error = {""};
	char buffer[MAC_TEXT];
	uint8_t mac[6];
	int err;

	memcpy(mac, untouched, sizeof(mac));
	err = parse_mac(row->input, mac, &error);
	assert_int_equal(err, row->expected ? 0 : -EINVAL);
	assert_int_equal(parse_mac(row->input, mac, NULL), err);
	if (row->expected) {
		assert_string_equal(format_mac(mac, buffer), row->expected);
		return;
	}
	assert_memory_equal(mac, untouched, sizeof(mac));
	assert_non_null(strstr(error.text, row->expected_sentence));
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(rows)];

	TABLE_TESTS(tests, rows, test_row);
	return cmocka_run_group_tests_name("mac", tests, NULL, NULL);
}
