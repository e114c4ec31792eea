/* SPDX-License-Identifier: MIT */
/* test_dns.c - DNS answers byte by byte: what is learned from them, and what never is. */
#include "table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/address.h"
#include "base/dns.h"

#define WWW	 "\3www\3pay\7example\0"
#define QUESTION WWW "\0\1\0\1"
#define AT_WWW	 "\300\14" /* pointers to the question's name, and to its tail */
#define AT_PAY	 "\300\20"
#define A(ttl)	 "\0\1\0\1\0\0" ttl "\0\4"
#define AAAA	 "\0\34\0\1\0\0\0\74\0\20"
#define CNAME	 "\0\5\0\1\0\0\0\144"
#define MINUTE	 "\0\74"
#define WEB6	 "\40\1\15\270\0\0\0\0\0\0\0\0\0\0\0\200"
#define OK	 "\201\200"
#define NOWHERE	 "\201\203"
#define CUT	 "\203\200"
#define ASKED	 "\1\0"

/* A header with one question, and what follows it. The first two bytes are anybody's. */
#define MESSAGE(flags, answers, rest)                                                              \
	"id" flags "\0\1\0" answers "\0\0\0\0" rest,                                               \
		sizeof("id" flags "\0\1\0" answers "\0\0\0\0" rest) - 1

#define BAD (-EBADMSG)

static const struct row {
	const char *sentence;
	const char *bytes;
	size_t size;
	int err;
	const char *name;
	const char *addresses; /* "ADDRESS TTL, …" */
} rows[] = {
	{"one IPv4 address", MESSAGE(OK, "\1", QUESTION AT_WWW A(MINUTE) "\306\22\0\120"), 0,
	 "www.pay.example", "198.18.0.80 60"},
	{"one IPv6 address", MESSAGE(OK, "\1", WWW "\0\34\0\1" AT_WWW AAAA WEB6), 0,
	 "www.pay.example", "2001:db8::80 60"},
	{"both families, as some resolvers give them",
	 MESSAGE(OK, "\2", QUESTION AT_WWW A(MINUTE) "\306\22\0\120" AT_WWW AAAA WEB6), 0,
	 "www.pay.example", "198.18.0.80 60, 2001:db8::80 60"},
	{"letters of both cases are the same",
	 MESSAGE(OK, "\1", "\3wWw\3PAY\7exAmple\0\0\1\0\1" WWW A(MINUTE) "\306\22\0\120"), 0,
	 "www.pay.example", "198.18.0.80 60"},
	{"an alias is followed, and the shortest time counts",
	 MESSAGE(OK, "\2",
		 QUESTION AT_WWW CNAME "\0\6\3cdn" AT_PAY
				       "\3cdn" AT_PAY A("\1\54") "\306\22\0\121"),
	 0, "www.pay.example", "198.18.0.81 100"},
	{"aliases in any order",
	 MESSAGE(OK, "\3",
		 QUESTION "\1b\0" A(MINUTE) "\306\22\0\122"
					    "\1a\0" CNAME "\0\3\1b\0" AT_WWW CNAME "\0\3\1a\0"),
	 0, "www.pay.example", "198.18.0.82 60"},
	{"a name beside the chain doesn't count",
	 MESSAGE(OK, "\2",
		 QUESTION "\4evil\0" A(MINUTE) "\306\22\0\146" AT_WWW A(MINUTE) "\306\22\0\120"),
	 0, "www.pay.example", "198.18.0.80 60"},
	{"nor does the question's parent",
	 MESSAGE(OK, "\1", QUESTION AT_PAY A(MINUTE) "\306\22\0\120"), 0, "www.pay.example", ""},
	{"an address of the question's name beside its alias doesn't count",
	 MESSAGE(OK, "\2", QUESTION AT_WWW CNAME "\0\3\1a\0" AT_WWW A(MINUTE) "\306\22\0\120"), 0,
	 "www.pay.example", ""},
	{"records of another class don't count",
	 MESSAGE(OK, "\1", QUESTION AT_WWW "\0\1\0\3\0\0\0\74\0\4\306\22\0\120"), 0,
	 "www.pay.example", ""},
	{"records of other types are passed over",
	 MESSAGE(OK, "\2",
		 QUESTION AT_WWW "\0\20\0\1\0\0\0\74\0\3\2hi" AT_WWW A(MINUTE) "\306\22\0\120"),
	 0, "www.pay.example", "198.18.0.80 60"},
	{"records behind those of the answer aren't read",
	 MESSAGE(OK, "\1",
		 QUESTION AT_WWW A(MINUTE) "\306\22\0\120" AT_WWW A(MINUTE) "\306\22\0\146"),
	 0, "www.pay.example", "198.18.0.80 60"},
	{"a time with its highest bit is none",
	 MESSAGE(OK, "\1", QUESTION AT_WWW "\0\1\0\1\200\0\0\74\0\4\306\22\0\120"), 0,
	 "www.pay.example", "198.18.0.80 0"},
	{"an IPv6 address that would pass for an IPv4 one is left out",
	 MESSAGE(OK, "\1", WWW "\0\34\0\1" AT_WWW AAAA "\0\0\0\0\0\0\0\0\0\0\377\377\12\0\0\1"), 0,
	 "www.pay.example", ""},
	{"no such name", MESSAGE(NOWHERE, "\0", QUESTION), 0, "www.pay.example", ""},
	{"no such name, and an address all the same",
	 MESSAGE(NOWHERE, "\1", QUESTION AT_WWW A(MINUTE) "\306\22\0\120"), 0, "www.pay.example",
	 ""},
	{"a refusal", MESSAGE("\201\205", "\1", QUESTION AT_WWW A(MINUTE) "\306\22\0\120"), 0,
	 "www.pay.example", ""},
	{"nothing in it", MESSAGE(OK, "\0", QUESTION), 0, "www.pay.example", ""},
	{"cut, as it says: what is whole counts",
	 MESSAGE(CUT, "\2", QUESTION AT_WWW A(MINUTE) "\306\22\0\120" AT_WWW "\0\1\0"), 0,
	 "www.pay.example", "198.18.0.80 60"},
	{"cut, and it doesn't say so",
	 MESSAGE(OK, "\2", QUESTION AT_WWW A(MINUTE) "\306\22\0\120" AT_WWW "\0\1\0"), BAD, NULL,
	 NULL},
	{"fewer records than it says", MESSAGE(OK, "\2", QUESTION AT_WWW A(MINUTE) "\306\22\0\120"),
	 BAD, NULL, NULL},
	{"a record longer than the message",
	 MESSAGE(OK, "\1", QUESTION AT_WWW A(MINUTE) "\306\22\0"), BAD, NULL, NULL},
	{"an IPv4 address of five bytes",
	 MESSAGE(OK, "\1", QUESTION AT_WWW "\0\1\0\1\0\0\0\74\0\5\306\22\0\120\1"), BAD, NULL,
	 NULL},
	{"an IPv6 address of four bytes",
	 MESSAGE(OK, "\1", QUESTION AT_WWW "\0\34\0\1\0\0\0\74\0\4\306\22\0\120"), BAD, NULL, NULL},
	{"an alias for itself", MESSAGE(OK, "\1", QUESTION AT_WWW CNAME "\0\2" AT_WWW), -ELOOP,
	 NULL, NULL},
	{"two aliases for each other",
	 MESSAGE(OK, "\2", QUESTION AT_WWW CNAME "\0\3\1a\0\1a\0" CNAME "\0\2" AT_WWW), -ELOOP,
	 NULL, NULL},
	{"an alias longer than its record says",
	 MESSAGE(OK, "\1", QUESTION AT_WWW CNAME "\0\2\1a\0"), BAD, NULL, NULL},
	{"an alias shorter than its record says",
	 MESSAGE(OK, "\1", QUESTION AT_WWW CNAME "\0\4\1a\0\0"), BAD, NULL, NULL},
	{"a pointer to itself", MESSAGE(OK, "\0", "\300\14\0\1\0\1"), BAD, NULL, NULL},
	{"a pointer forwards", MESSAGE(OK, "\0", "\300\20\0\1\3www\0\0\1\0\1"), BAD, NULL, NULL},
	{"two pointers to each other",
	 MESSAGE(OK, "\1", QUESTION "\300\43\300\41" A(MINUTE) "\306\22\0\120"), BAD, NULL, NULL},
	{"half a pointer", MESSAGE(OK, "\0", "\300"), BAD, NULL, NULL},
	{"a label of 64 bytes", MESSAGE(OK, "\0", "\100\0\0\1\0\1"), BAD, NULL, NULL},
	{"a name that doesn't end", MESSAGE(OK, "\0", "\3www\3pay"), BAD, NULL, NULL},
	{"a question for the root", MESSAGE(OK, "\0", "\0\0\1\0\1"), BAD, NULL, NULL},
	{"a name with a control character", MESSAGE(OK, "\0", "\3w\33w\0\0\1\0\1"), BAD, NULL,
	 NULL},
	{"a name with a dot within a label", MESSAGE(OK, "\0", "\3w.w\0\0\1\0\1"), BAD, NULL, NULL},
	{"a question for another type", MESSAGE(OK, "\0", WWW "\0\17\0\1"), BAD, NULL, NULL},
	{"a question of another class", MESSAGE(OK, "\0", WWW "\0\1\0\3"), BAD, NULL, NULL},
	{"a question that is cut", MESSAGE(CUT, "\0", WWW "\0\1\0"), BAD, NULL, NULL},
	{"a question, not an answer", MESSAGE(ASKED, "\0", QUESTION), BAD, NULL, NULL},
	{"another kind of message", MESSAGE("\241\200", "\0", QUESTION), BAD, NULL, NULL},
	{"no question", "id" OK "\0\0\0\0\0\0\0\0", 12, BAD, NULL, NULL},
	{"two questions", "id" OK "\0\2\0\0\0\0\0\0" QUESTION QUESTION, 12 + 2 * 21, BAD, NULL,
	 NULL},
	{"nothing", "", 0, BAD, NULL, NULL},
	{"less than a header", "id" OK "\0\1\0\0\0\0\0", 11, BAD, NULL, NULL},
};

/* On the heap, so that ASan sees every byte beyond. */
static int read_copy(const char *bytes, size_t size, struct dns_reply *ret_reply)
{
	uint8_t *copy = test_malloc(size + !size);
	int err;

	memcpy(copy, bytes, size);
	err = dns_read_reply(copy, size, ret_reply);
	test_free(copy);
	return err;
}

static void test_row(void **state)
{
	const struct row *row = *state;
	struct dns_reply reply = {.n = 77};
	char text[512] = "", address[ADDRESS_TEXT];
	size_t i, length = 0;

	assert_int_equal(read_copy(row->bytes, row->size, &reply), row->err);
	if (row->err) {
		assert_int_equal(reply.n, 77);
		return;
	}
	assert_string_equal(reply.name, row->name);
	for (i = 0; i < reply.n; i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%s %u",
					   i ? ", " : "",
					   format_address(&reply.addresses[i].address, address),
					   reply.addresses[i].ttl_s);
	assert_string_equal(text, row->addresses);
}

/* Every message, cut at every byte: none is read beyond its end, and none says more for it. */
static void test_truncations(void **state)
{
	size_t i, size;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct dns_reply reply, whole = {.n = 0};

		(void)read_copy(rows[i].bytes, rows[i].size, &whole);
		for (size = 0; size < rows[i].size; size++) {
			if (!read_copy(rows[i].bytes, size, &reply))
				assert_true(reply.n <= whole.n);
		}
	}
}

/* A chain of @n aliases, c1 of the question's name, c2 of c1, …, and an address at its end. */
static size_t write_chain(unsigned int n, uint8_t *bytes)
{
	static const char start[] = "id" OK "\0\1\0\0\0\0\0\0" QUESTION;
	uint8_t *at = bytes + sizeof(start) - 1;
	unsigned int i;

	memcpy(bytes, start, sizeof(start) - 1);
	bytes[7] = (uint8_t)(n + 1);
	for (i = 0; i <= n; i++) {
		if (i)
			at += sprintf((char *)at, "\1%c", 'a' + i) + 1;
		else
			at = (uint8_t *)mempcpy(at, AT_WWW, 2);
		if (i == n)
			at = (uint8_t *)mempcpy(at, A(MINUTE) "\306\22\0\120", 14);
		else
			at = (uint8_t *)mempcpy(at, CNAME "\0\3", 10);
		if (i < n)
			at += sprintf((char *)at, "\1%c", 'a' + i + 1) + 1;
	}
	return (size_t)(at - bytes);
}

static void test_chains(void **state)
{
	uint8_t bytes[1024];
	unsigned int n;

	(void)state;
	for (n = 0; n <= DNS_MAX_ALIASES + 2; n++) {
		struct dns_reply reply = {.n = 0};
		int err = dns_read_reply(bytes, write_chain(n, bytes), &reply);

		assert_int_equal(err, n <= DNS_MAX_ALIASES ? 0 : -ELOOP);
		assert_int_equal(reply.n, n <= DNS_MAX_ALIASES);
	}
}

static void test_many_addresses(void **state)
{
	static const char start[] = "id" OK "\0\1\0\132\0\0\0\0" QUESTION;
	static const char record[] = AT_WWW A(MINUTE) "\306\22\0\120";
	uint8_t bytes[1500], *at = (uint8_t *)mempcpy(bytes, start, sizeof(start) - 1);
	struct dns_reply reply;
	unsigned int i;

	(void)state;
	for (i = 0; i < 90; i++)
		at = (uint8_t *)mempcpy(at, record, sizeof(record) - 1);
	assert_int_equal(dns_read_reply(bytes, (size_t)(at - bytes), &reply), 0);
	assert_int_equal(reply.n, DNS_MAX_ADDRESSES);
}

/* The longest name there is has 253 characters; one of 254 has no room to travel. */
static void test_long_names(void **state)
{
	char text[256], label[64];
	struct dns_name name;

	(void)state;
	memset(label, 'a', 63);
	label[63] = '\0';
	snprintf(text, sizeof(text), "%s.%s.%s.%.61s", label, label, label, label);
	assert_int_equal(strlen(text), 253);
	assert_int_equal(dns_name_from_text(text, &name), 0);
	assert_int_equal(name.length, NAME_WIRE_MAX - 1);
	snprintf(text, sizeof(text), "%s.%s.%s.%.62s", label, label, label, label);
	assert_int_equal(dns_name_from_text(text, &name), -EINVAL);
	snprintf(text, sizeof(text), "%sa.example", label);
	assert_int_equal(dns_name_from_text(text, &name), -EINVAL);
}

static const struct text_row {
	const char *sentence;
	const char *text;
	const char *wire; /* NULL: refused */
} text_rows[] = {
	{"a name as it travels", "pay.example", "\3pay\7example"},
	{"one label", "example", "\7example"},
	{"in lower case", "PAY.Example", "\3pay\7example"},
	{"digits, - and _", "_a-1.b2", "\4_a-1\2b2"},
	{"no name", "", NULL},
	{"a dot alone", ".", NULL},
	{"a dot at the end", "pay.example.", NULL},
	{"two dots", "pay..example", NULL},
	{"a dot in front", ".pay.example", NULL},
	{"a star", "*.pay.example", NULL},
	{"a blank", "pay example", NULL},
};

static void test_text(void **state)
{
	const struct text_row *row = *state;
	struct dns_name name = {.length = 77};

	assert_int_equal(dns_name_from_text(row->text, &name), row->wire ? 0 : -EINVAL);
	if (row->wire) {
		assert_int_equal(name.length, strlen(row->wire));
		assert_memory_equal(name.wire, row->wire, name.length);
	} else {
		assert_int_equal(name.length, 77);
	}
}

static const struct match_row {
	const char *sentence;
	const char *pattern;
	const char *name;
	bool matches;
} match_rows[] = {
	{"itself", "pay.example", "pay.example", true},
	{"no name below it", "pay.example", "www.pay.example", false},
	{"no other name", "pay.example", "pay.examples", false},
	{"a name below the star", "*.pay.example", "www.pay.example", true},
	{"far below the star", "*.pay.example", "a.b.c.pay.example", true},
	{"not the star's own parent", "*.pay.example", "pay.example", false},
	{"not what merely ends alike", "*.pay.example", "mypay.example", false},
	{"not a longer name", "*.pay.example", "www.pay.example.org", false},
};

static void test_match(void **state)
{
	const struct match_row *row = *state;

	assert_int_equal(dns_matches(row->pattern, row->name), row->matches);
}

static uint64_t hash_of(const char *text)
{
	struct dns_name name;

	assert_int_equal(dns_name_from_text(text, &name), 0);
	return name_hash(name.wire, (__u32)name.length);
}

/* What the gate relies on: on the way from the end to the start lie the hashes of all tails. */
static void test_hash(void **state)
{
	static const char www[] = "\3wWw\3pAy\7exaMPLE";
	uint64_t hash = NAME_HASH_NONE;
	size_t i;

	(void)state;
	for (i = sizeof(www) - 1; i--;) {
		hash = name_hash_step(hash, (__u8)www[i]);
		if (i == 8)
			assert_true(hash == hash_of("example"));
		else if (i == 4)
			assert_true(hash == hash_of("pay.example"));
		else
			assert_true(hash != hash_of("pay.example"));
	}
	assert_true(hash == hash_of("www.pay.example"));
	assert_true(hash_of("ab.example") != hash_of("ba.example"));
	assert_true(hash_of("a.b") != hash_of("a-b"));
}

int main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(test_truncations),    cmocka_unit_test(test_chains),
		cmocka_unit_test(test_many_addresses), cmocka_unit_test(test_long_names),
		cmocka_unit_test(test_hash),
	};
	struct CMUnitTest tests[ARRAY_SIZE(rows)], texts[ARRAY_SIZE(text_rows)];
	struct CMUnitTest matches[ARRAY_SIZE(match_rows)];
	int failed;

	TABLE_TESTS(tests, rows, test_row);
	TABLE_TESTS(texts, text_rows, test_text);
	TABLE_TESTS(matches, match_rows, test_match);
	failed = cmocka_run_group_tests_name("DNS answer", tests, NULL, NULL);
	failed += cmocka_run_group_tests_name("DNS name as text", texts, NULL, NULL);
	failed += cmocka_run_group_tests_name("pattern of names", matches, NULL, NULL);
	failed += cmocka_run_group_tests_name("DNS as a whole", others, NULL, NULL);
	return failed;
}
