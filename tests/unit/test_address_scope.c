/* SPDX-License-Identifier: MIT */
/* test_address_scope.c - which addresses are of the internet, and which of some place beside it. */
#include "table.h"

#include <stdio.h>
#include <string.h>

#include "base/address.h"
#include "base/address_scope.h"

static const struct scope_row {
	const char *sentence;
	const char *addresses; /* separated by blanks */
	bool is_public;
} scope_rows[] = {
	{"of the internet",
	 "1.1.1.1 198.18.0.80 203.0.113.7 2001:db8::80 2606:4700::1 9.255.255.255", true},
	{"beside private ranges",
	 "11.0.0.1 172.15.0.1 172.32.0.1 192.167.0.1 100.63.0.1 100.128.0.1", true},
	{"beside local ranges", "126.0.0.1 128.0.0.1 169.253.0.1 223.255.255.255", true},
	{"private IPv4", "10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.1.1", false},
	{"shared IPv4", "100.64.0.1 100.127.255.255", false},
	{"of this machine", "127.0.0.1 127.53.0.1 ::1", false},
	{"no machine's", "0.0.0.0 0.1.2.3 ::", false},
	{"of the link", "169.254.1.1 fe80::1 febf::1 fec0::1", false},
	{"of groups, and reserved", "224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255 ff02::1", false},
	{"private IPv6", "fc00::1 fd00:511:2::80 fdff::1", false},
	{"IPv4 in other forms", "::10.0.0.1 ::ffff:0:10.0.0.1 2002:a00:1::1 2002:c612:1::1", false},
	{"by NAT64, of the internet", "64:ff9b::198.18.0.80", true},
	{"by NAT64, private", "64:ff9b::10.0.0.1 64:ff9b::127.0.0.1 64:ff9b:1::198.18.0.80", false},
};

static void test_scope(void **state)
{
	const struct scope_row *row = *state;
	char copy[256], *rest = copy, *word;

	snprintf(copy, sizeof(copy), "%s", row->addresses);
	while ((word = strsep(&rest, " "))) {
		struct address address;

		assert_int_equal(parse_address(word, &address), 0);
		if (address_is_public(&address) != row->is_public)
			print_error("%s\n", word);
		assert_int_equal(address_is_public(&address), row->is_public);
	}
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(scope_rows)];

	TABLE_TESTS(tests, scope_rows, test_scope);
	return cmocka_run_group_tests_name("scope of addresses", tests, NULL, NULL);
}
