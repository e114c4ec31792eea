/* SPDX-License-Identifier: MIT */
/* test_radius_packet.c - RADIUS packets as the RFCs and other programs make them, and broken ones. */
#include "table.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "vectors.h"

#define SECRET	   "testing123"
#define RFC_SECRET "xyzzy5461"

enum direction {
	ANSWER,	 /* to the vector named second */
	REQUEST, /* of CoA and Disconnect, and accounts */
};

static const struct row {
	const char *sentence;
	const char *vector;
	enum direction direction;
	const char *request;
	const char *secret;
	bool must_authenticate;
	enum packet_fault fault;
} rows[] = {
	{"RFC 2865 7.1: the answer to PAP", "rfc2865_pap_accept", ANSWER, "rfc2865_pap", RFC_SECRET,
	 false, PACKET_OK},
	{"RFC 2865 7.2: the answer to CHAP", "rfc2865_chap_accept", ANSWER, "rfc2865_chap",
	 RFC_SECRET, false, PACKET_OK},
	{"without Message-Authenticator it is none where one must be", "rfc2865_pap_accept", ANSWER,
	 "rfc2865_pap", RFC_SECRET, true, PACKET_UNAUTHENTICATED},
	{"an Access-Accept", "accept", ANSWER, "pap", SECRET, true, PACKET_OK},
	{"an Access-Accept without Message-Authenticator", "accept_unsigned", ANSWER, "pap", SECRET,
	 true, PACKET_UNAUTHENTICATED},
	{"an Access-Reject", "reject", ANSWER, "pap", SECRET, true, PACKET_OK},
	{"an Access-Challenge", "challenge", ANSWER, "pap", SECRET, true, PACKET_OK},
	{"an answer with another secret", "accept", ANSWER, "pap", "testing124", true,
	 PACKET_FORGED},
	{"an answer to another request", "accept", ANSWER, "rfc2865_pap", SECRET, true,
	 PACKET_FORGED},
	{"an Accounting-Response", "account_answer", ANSWER, "account", SECRET, false, PACKET_OK},
	{"an Accounting-Request", "account", REQUEST, NULL, SECRET, false, PACKET_OK},
	{"a Disconnect-Request", "disconnect", REQUEST, NULL, SECRET, true, PACKET_OK},
	{"a Disconnect-Request with another secret", "disconnect", REQUEST, NULL, "x", true,
	 PACKET_FORGED},
	{"a Disconnect-Request without Message-Authenticator", "disconnect_unsigned", REQUEST, NULL,
	 SECRET, true, PACKET_UNAUTHENTICATED},
	{"a CoA-Request", "coa", REQUEST, NULL, SECRET, true, PACKET_OK},
	{"a CoA-Request by proxies", "coa_proxied", REQUEST, NULL, SECRET, true, PACKET_OK},
	{"a Disconnect-ACK", "disconnect_ack", ANSWER, "disconnect", SECRET, true, PACKET_OK},
	{"a CoA-NAK", "coa_nak", ANSWER, "coa", SECRET, true, PACKET_OK},
};

static enum packet_fault judge(const struct row *row, const uint8_t *data, size_t size)
{
	const struct secret secret = secret_of(row->secret);
	struct received received;
	enum packet_fault fault = packet_read(data, size, &received);
	struct vector request;

	if (fault != PACKET_OK)
		return fault;
	if (row->direction == REQUEST)
		return packet_check_request(&received, &secret, row->must_authenticate);
	request = vector_load(row->request);
	return packet_check_answer(&received, request.data, &secret, row->must_authenticate);
}

static void run(void **state)
{
	const struct row *row = *state;
	const struct vector vector = vector_load(row->vector);

	assert_string_equal(packet_fault_text(judge(row, vector.data, vector.size)),
			    packet_fault_text(row->fault));
}

/* No packet that is right stays right with a bit of it changed, or a piece of it missing. */
static void changed_everywhere(void **state)
{
	size_t i, bit;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct vector vector = vector_load(rows[i].vector);

		if (rows[i].fault != PACKET_OK)
			continue;
		for (bit = 0; bit < vector.size * 8; bit++) {
			vector.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
			assert_int_not_equal(judge(&rows[i], vector.data, vector.size), PACKET_OK);
			vector.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
		for (bit = 0; bit < vector.size; bit++)
			assert_int_equal(judge(&rows[i], vector.data, bit), PACKET_SHORT);
	}
}

static void padding_is_no_part_of_it(void **state)
{
	struct vector vector = vector_load("accept");

	(void)state;
	assert_int_equal(judge(&rows[3], vector.data, vector.size + 30), PACKET_OK);
}

static void lengths(void **state)
{
	uint8_t data[RADIUS_MAX] = {CODE_ACCESS_ACCEPT, 0, RADIUS_MAX >> 8, RADIUS_MAX & 0xff};
	struct received received;
	size_t i;

	(void)state;
	for (i = RADIUS_MIN; i + 2 <= sizeof(data); i += 2)
		data[i + 1] = 2; /* attributes without a value */
	assert_int_equal(packet_read(data, sizeof(data), &received), PACKET_OK);
	data[3]++;
	assert_int_equal(packet_read(data, sizeof(data), &received), PACKET_LONG);
	data[2] = 0;
	data[3] = RADIUS_MIN - 1;
	assert_int_equal(packet_read(data, sizeof(data), &received), PACKET_SHORT);
	data[3] = RADIUS_MIN + 1; /* half an attribute */
	assert_int_equal(packet_read(data, sizeof(data), &received), PACKET_MALFORMED);
	data[3] = RADIUS_MIN + 2;
	data[RADIUS_MIN + 1] = 1; /* one that ends before it begins */
	assert_int_equal(packet_read(data, sizeof(data), &received), PACKET_MALFORMED);
	data[RADIUS_MIN + 1] = 3; /* one that ends behind the packet */
	assert_int_equal(packet_read(data, sizeof(data), &received), PACKET_MALFORMED);
}

static void assert_made(const struct packet *packet, const char *name)
{
	const struct vector vector = vector_load(name);

	assert_int_equal(packet->size, vector.size);
	assert_memory_equal(packet->data, vector.data, vector.size);
}

static void builds_pap(void **state)
{
	static const struct {
		const char *vector, *password;
	} passwords[] = {{"pap", "hello"}, {"pap_long", "a password of forty-one characters, see"}};
	const struct secret secret = secret_of(SECRET);
	const struct vector wanted = vector_load("pap");
	struct packet packet;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(passwords); i++) {
		packet_begin(&packet, CODE_ACCESS_REQUEST, true, wanted.data + 4);
		packet_add_text(&packet, ATTR_NAS_IDENTIFIER, "venue-1");
		packet_add_text(&packet, ATTR_USER_NAME, "bob");
		packet_add_password(&packet, &secret, passwords[i].password);
		assert_int_equal(packet_sign_request(&packet, 7, &secret), 0);
		assert_made(&packet, passwords[i].vector);
	}
}

static void builds_rfc2865_chap(void **state)
{
	const struct vector wanted = vector_load("rfc2865_chap");
	uint8_t response[16];

	(void)state;
	chap_response(0x16, "arctangent", wanted.data + 4, response);
	assert_memory_equal(response, wanted.data + 31, sizeof(response));
}

static void builds_accounts(void **state)
{
	const struct secret secret = secret_of(SECRET);
	struct packet packet;

	(void)state;
	packet_begin(&packet, CODE_ACCOUNTING_REQUEST, false, NULL);
	packet_add_number(&packet, ATTR_ACCT_STATUS_TYPE, 1);
	packet_add_text(&packet, ATTR_ACCT_SESSION_ID, "5f1");
	assert_int_equal(packet_sign_request(&packet, 3, &secret), 0);
	assert_made(&packet, "account");
}

static void builds_answers(void **state)
{
	const struct secret secret = secret_of(SECRET);
	struct packet packet;

	(void)state;
	packet_begin(&packet, CODE_COA_NAK, true, NULL);
	packet_add_number(&packet, ATTR_ERROR_CAUSE, 503);
	assert_int_equal(packet_sign_answer(&packet, vector_load("coa").data, &secret), 0);
	assert_made(&packet, "coa_nak");
	packet_begin(&packet, CODE_DISCONNECT_ACK, true, NULL);
	assert_int_equal(packet_sign_answer(&packet, vector_load("disconnect").data, &secret), 0);
	assert_made(&packet, "disconnect_ack");
}

static void builds_within_bounds(void **state)
{
	const struct secret secret = secret_of(SECRET);
	char text[256] = "";
	struct packet packet;

	(void)state;
	memset(text, 'x', 254);
	packet_begin(&packet, CODE_ACCESS_REQUEST, true, NULL);
	packet_add_text(&packet, ATTR_USER_NAME, "");
	assert_int_equal(packet.size, RADIUS_MIN + 18);
	packet_add_text(&packet, ATTR_USER_NAME, text);
	assert_int_equal(packet_sign_request(&packet, 0, &secret), -EMSGSIZE);
	packet_begin(&packet, CODE_ACCESS_REQUEST, true, NULL);
	packet_add_text(&packet, ATTR_USER_NAME, text + 1); /* 253 */
	packet_add_text(&packet, ATTR_WISPR_TERMINATE_TIME, text + 7);
	assert_int_equal(packet_sign_request(&packet, 0, &secret), 0);
	packet_add_text(&packet, ATTR_WISPR_TERMINATE_TIME, text + 6);
	assert_true(packet.is_full);
	packet_begin(&packet, CODE_ACCESS_REQUEST, true, NULL);
	packet_add_password(&packet, &secret, text + 126); /* 128 */
	assert_int_equal(packet.size, RADIUS_MIN + 18 + 130);
	packet_add_password(&packet, &secret, text + 125);
	assert_true(packet.is_full);
	packet_begin(&packet, CODE_ACCESS_REQUEST, false, NULL);
	while (!packet.is_full)
		packet_add_text(&packet, ATTR_USER_NAME, text + 1);
	assert_true(packet.size <= RADIUS_MAX && packet.size > RADIUS_MAX - 255);
}

/* What the gateway knows of is what it says to know of. */
static void the_page_names_them_all(void **state)
{
	static char text[1 << 18];
	FILE *file = fopen("docs/radius.md", "re");
	enum attribute attribute;
	size_t size;

	(void)state;
	assert_non_null(file);
	size = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	assert_true(size > 0 && size < sizeof(text) - 1);
	for (attribute = 0; attribute < ATTRIBUTE_COUNT; attribute++) {
		if (!strstr(text, attribute_facts(attribute)->name))
			print_error("docs/radius.md doesn't name %s\n",
				    attribute_facts(attribute)->name);
		assert_non_null(strstr(text, attribute_facts(attribute)->name));
	}
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(rows)];
	const struct CMUnitTest others[] = {
		cmocka_unit_test(changed_everywhere),
		cmocka_unit_test(padding_is_no_part_of_it),
		cmocka_unit_test(lengths),
		cmocka_unit_test(builds_pap),
		cmocka_unit_test(builds_rfc2865_chap),
		cmocka_unit_test(builds_accounts),
		cmocka_unit_test(builds_answers),
		cmocka_unit_test(builds_within_bounds),
		cmocka_unit_test(the_page_names_them_all),
	};
	int failed;

	TABLE_TESTS(tests, rows, run);
	failed = cmocka_run_group_tests_name("packets", tests, NULL, NULL);
	return failed + cmocka_run_group_tests_name("bytes", others, NULL, NULL);
}
