/* SPDX-License-Identifier: MIT */
/* test_address.c - addresses, prefixes and services of the garden, read and written. */
#include "table.h"

#include <errno.h>
#include <string.h>

#include "base/address.h"

static const struct address_row {
	const char *sentence;
	const char *input;
	const char *expected; /* canonical; NULL: refused */
} address_rows[] = {
	{"IPv4", "198.51.100.7", "198.51.100.7"},
	{"IPv4 zero", "0.0.0.0", "0.0.0.0"},
	{"IPv6", "2001:DB8:0:0::1", "2001:db8::1"},
	{"IPv6 zero", "::", "::"},
	{"IPv6 all bits", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	 "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
	{"mapped IPv4 is IPv4", "::ffff:198.51.100.7", "198.51.100.7"},
	{"three parts", "198.51.100", NULL},
	{"five parts", "198.51.100.7.8", NULL},
	{"part over 255", "198.51.100.256", NULL},
	{"leading zero", "198.51.100.07", NULL},
	{"scope", "fe80::1%lan0", NULL},
	{"brackets", "[2001:db8::1]", NULL},
	{"prefix length", "198.51.100.7/32", NULL},
	{"space", "198.51.100.7 ", NULL},
	{"two double colons", "2001::db8::1", NULL},
	{"empty", "", NULL},
};

static const struct entry_row {
	const char *sentence;
	const char *input;
	const char *expected; /* canonical; NULL: refused */
	unsigned int expected_bits;
	const char *expected_sentence; /* part of the refusal */
} entry_rows[] = {
	{"IPv4 prefix", "198.51.100.0/24", "198.51.100.0/24", 120, NULL},
	{"IPv4 host", "198.51.100.7", "198.51.100.7", 128, NULL},
	{"IPv4 host with its length", "198.51.100.7/32", "198.51.100.7", 128, NULL},
	{"IPv4 prefix and port", "198.51.100.0/24:443/tcp", "198.51.100.0/24:443/tcp", 120, NULL},
	{"IPv4 host and port", "198.51.100.7:53/udp", "198.51.100.7:53/udp", 128, NULL},
	{"all of IPv4", "0.0.0.0/0", "0.0.0.0/0", 96, NULL},
	{"all of IPv4, one port", "0.0.0.0/0:443/tcp", "0.0.0.0/0:443/tcp", 96, NULL},
	{"odd prefix length", "198.51.100.128/25", "198.51.100.128/25", 121, NULL},
	{"IPv6 prefix", "2001:db8::/32", "2001:db8::/32", 32, NULL},
	{"IPv6 host", "2001:db8::7", "2001:db8::7", 128, NULL},
	{"IPv6 prefix and port", "[2001:db8::/32]:443/tcp", "[2001:db8::/32]:443/tcp", 32, NULL},
	{"IPv6 host and port", "[2001:db8::7]:53/udp", "[2001:db8::7]:53/udp", 128, NULL},
	{"IPv6 in brackets without port", "[2001:db8::/32]", "2001:db8::/32", 32, NULL},
	{"most of IPv6", "2000::/3", "2000::/3", 3, NULL},
	{"mapped IPv4 prefix", "::ffff:198.51.100.0/120", "198.51.100.0/24", 120, NULL},
	{"the longest canonical entry", "[2001:db8:aaaa:bbbb:cccc:dddd:eeee:fffe/127]:65535/udp",
	 "[2001:db8:aaaa:bbbb:cccc:dddd:eeee:fffe/127]:65535/udp", 127, NULL},
	{"IPv6 that holds IPv4 too", "::/0", NULL, 0, "write 2000::/3"},
	{"IPv6 that holds IPv4 too, longer", "::/80", NULL, 0, "every IPv4 address too"},
	{"IPv6 that holds IPv4 too, longest", "::fffe:0:0/95", NULL, 0, "every IPv4 address too"},
	{"IPv6 beside IPv4", "::/96", "::/96", 96, NULL},
	{"IPv4 host bits", "198.51.100.7/24", NULL, 0, "write 198.51.100.0/24"},
	{"IPv4 host bits with port", "198.51.100.7/24:80/tcp", NULL, 0,
	 "write 198.51.100.0/24:80/tcp"},
	{"IPv6 host bits", "2001:db8::1/32", NULL, 0, "write 2001:db8::/32"},
	{"IPv4 length over 32", "198.51.100.0/33", NULL, 0, "is not a prefix"},
	{"IPv6 length over 128", "2001:db8::/129", NULL, 0, "is not a prefix"},
	{"negative length", "198.51.100.0/-1", NULL, 0, "is not a prefix"},
	{"empty length", "198.51.100.0/", NULL, 0, "is not a prefix"},
	{"netmask", "198.51.100.0/255.255.255.0", NULL, 0, "is not a prefix"},
	{"two lengths", "198.51.100.0/24/24", NULL, 0, "is not a prefix"},
	{"port without protocol", "198.51.100.0/24:443", NULL, 0, "no valid port"},
	{"port zero", "198.51.100.0/24:0/tcp", NULL, 0, "no valid port"},
	{"port over 65535", "198.51.100.0/24:65536/tcp", NULL, 0, "no valid port"},
	{"port of many digits", "198.51.100.0/24:00000000443/tcp", NULL, 0, "no valid port"},
	{"unknown protocol", "198.51.100.0/24:443/sctp", NULL, 0, "no valid port"},
	{"protocol with a rest", "198.51.100.0/24:443/tcp ", NULL, 0, "no valid port"},
	{"colon alone", "198.51.100.0/24:", NULL, 0, "no valid port"},
	{"IPv4 in brackets", "[198.51.100.0/24]:443/tcp", NULL, 0, "is not a prefix"},
	{"no closing bracket", "[2001:db8::/32:443/tcp", NULL, 0, "is not a prefix"},
	{"text behind the bracket", "[2001:db8::/32]443/tcp", NULL, 0, "is not a prefix"},
	{"empty brackets", "[]:443/tcp", NULL, 0, "is not a prefix"},
	{"a domain", "pay.example", NULL, 0, "is not a prefix"},
	{"empty", "", NULL, 0, "is not a prefix"},
	{"much too long",
	 "[2001:db8:0000000000000000000000000000000000000000000000000000000000000"
	 "0000000000000000000000000000000000000000000000000::/32]:443/tcp",
	 NULL, 0, "too long"},
	{"control characters", "\033]0;x\007", NULL, 0, "'?]0;x?' is not a prefix"},
};

static void test_address(void **state)
{
	const struct address_row *row = *state;
	struct address address;
	struct address untouched;
	char buffer[ADDRESS_TEXT];
	int err;

	memset(&address, 0x55, sizeof(address));
	untouched = address;
	err = parse_address(row->input, &address);
	assert_int_equal(err, row->expected ? 0 : -EINVAL);
	if (!row->expected) {
		assert_int_equal(address_compare(&address, &untouched), 0);
		return;
	}
	assert_string_equal(format_address(&address, buffer), row->expected);
	assert_int_equal(address_is_ipv4(&address), !strchr(row->expected, ':'));
}

static void test_entry(void **state)
{
	const struct entry_row *row = *state;
	struct garden_entry entry, again;
	struct error error = {""};
	char buffer[GARDEN_ENTRY_TEXT];
	int err = parse_garden_entry(row->input, &entry, &error);

	assert_int_equal(err, row->expected ? 0 : -EINVAL);
	assert_int_equal(parse_garden_entry(row->input, &again, NULL), err);
	if (!row->expected) {
		assert_non_null(strstr(error.text, row->expected_sentence));
		return;
	}
	assert_string_equal(format_garden_entry(&entry, buffer), row->expected);
	assert_int_equal(entry.bits, row->expected_bits);
	assert_int_equal(parse_garden_entry(buffer, &again, &error), 0);
	assert_true(garden_entry_equal(&entry, &again));
}

/* Each length of a prefix of ones is taken as it is and refused one bit shorter. */
static void test_all_lengths(void **state)
{
	unsigned int bits;

	(void)state;
	for (bits = 1; bits <= 128; bits++) {
		struct garden_entry entry = {.bits = bits};
		char text[GARDEN_ENTRY_TEXT];
		unsigned int i;

		for (i = 0; i < bits; i++)
			entry.address.bytes[i / 8] |= (uint8_t)(0x80 >> i % 8);
		format_garden_entry(&entry, text);
		assert_int_equal(parse_garden_entry(text, &entry, NULL), 0);
		assert_int_equal(entry.bits, bits);
		entry.bits--;
		format_garden_entry(&entry, text);
		assert_int_equal(parse_garden_entry(text, &entry, NULL), -EINVAL);
	}
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(address_rows) + ARRAY_SIZE(entry_rows) + 1];

	TABLE_TESTS(tests, address_rows, test_address);
	TABLE_TESTS(tests + ARRAY_SIZE(address_rows), entry_rows, test_entry);
	tests[ARRAY_SIZE(tests) - 1] = (struct CMUnitTest)cmocka_unit_test(test_all_lengths);
	return cmocka_run_group_tests_name("address", tests, NULL, NULL);
}
