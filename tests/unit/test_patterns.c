/* SPDX-License-Identifier: MIT */
/* test_patterns.c - which names the patterns of a zone stand for, and what the gate is told. */
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/dns.h"
#include "controller/garden/patterns.h"

static struct name_pattern list[] = {
	{1, "pay.example"},   {0, "pay.example"}, {0, "*.shop.example"},
	{0, "*.pay.example"}, {2, "*.example"},	  {2, "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.example"},
};

static const struct row {
	const char *sentence;
	uint32_t zone;
	const char *name;
	bool matches;
} rows[] = {
	{"the name itself", 0, "pay.example", true},
	{"a name below a star", 0, "www.shop.example", true},
	{"far below a star", 0, "a.b.c.d.shop.example", true},
	{"the star's own parent", 0, "shop.example", false},
	{"the name that has both", 0, "www.pay.example", true},
	{"another name", 0, "example", false},
	{"one that merely ends alike", 0, "myshop.example", false},
	{"a longer one", 0, "pay.example.org", false},
	{"in a zone that has the name alone", 1, "pay.example", true},
	{"below it, in that zone", 1, "www.pay.example", false},
	{"the other's, in that zone", 1, "www.shop.example", false},
	{"of a zone with a short star", 2, "anything.example", true},
	{"sixteen labels", 2, "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.example", true},
	{"in a zone without any", 3, "pay.example", false},
	{"nothing", 0, "", false},
};

static struct patterns sorted(void)
{
	struct patterns patterns = {list, ARRAY_SIZE(list)};

	patterns_sort(&patterns);
	return patterns;
}

static void test_row(void **state)
{
	const struct row *row = *state;
	struct patterns patterns = sorted();

	assert_int_equal(patterns_match(&patterns, row->zone, row->name), row->matches);
}

static void test_zones(void **state)
{
	struct patterns patterns = sorted(), none = {.n = 0};
	uint32_t zone;

	(void)state;
	for (zone = 0; zone < 5; zone++) {
		assert_int_equal(patterns_has_zone(&patterns, zone), zone < 3);
		assert_false(patterns_has_zone(&none, zone));
		assert_false(patterns_match(&none, zone, "pay.example"));
	}
}

/* The longest name there is, below a star, and one whose every tail is too long for a pattern. */
static void test_long_names(void **state)
{
	struct patterns patterns = sorted();
	char text[DNS_NAME_TEXT];

	(void)state;
	memset(text, 'a', sizeof(text));
	text[63] = text[127] = text[191] = '.';
	strcpy(text + sizeof(text) - sizeof(".shop.example"), ".shop.example");
	assert_int_equal(strlen(text), DNS_NAME_TEXT - 1);
	assert_true(patterns_match(&patterns, 0, text));
	text[sizeof(text) - sizeof(".shop.example")] = '-';
	assert_false(patterns_match(&patterns, 0, text));
}

static void test_hash(void **state)
{
	struct patterns patterns = sorted();
	struct pattern_set set;
	struct dns_name name;
	size_t i, both = 0;

	(void)state;
	assert_int_equal(dns_name_from_text("pay.example", &name), 0);
	assert_int_equal(patterns_hash(&patterns, &set), 0);
	assert_int_equal(set.n, ARRAY_SIZE(list) - 1); /* pay.example and *.pay.example are one */
	for (i = 0; i < set.n; i++) {
		bool is_pay = set.keys[i].hash == name_hash(name.wire, (__u32)name.length);

		assert_int_equal(set.keys[i].unused, 0);
		assert_true(set.flags[i] == PATTERN_NAME || set.flags[i] == PATTERN_BELOW ||
			    is_pay);
		if (is_pay && !set.keys[i].zone) {
			assert_int_equal(set.flags[i], PATTERN_NAME | PATTERN_BELOW);
			both++;
		}
	}
	assert_int_equal(both, 1);
	pattern_set_done(&set);
	patterns.n = 0;
	assert_int_equal(patterns_hash(&patterns, &set), 0);
	assert_int_equal(set.n, 0);
	pattern_set_done(&set);
}

int main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(test_zones),
		cmocka_unit_test(test_long_names),
		cmocka_unit_test(test_hash),
	};
	struct CMUnitTest tests[ARRAY_SIZE(rows)];
	int failed;

	TABLE_TESTS(tests, rows, test_row);
	failed = cmocka_run_group_tests_name("patterns", tests, NULL, NULL);
	failed += cmocka_run_group_tests_name("patterns as a whole", others, NULL, NULL);
	return failed;
}
