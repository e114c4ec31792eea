/* SPDX-License-Identifier: MIT */
/* test_voucher.c - codes as they are typed, and what a voucher is worth at a time. */
#include "table.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "portal/accounts/voucher.h"

#define NOW 1000000000ULL

/* --- codes --------------------------------------------------------------------------------- */

static const struct read_row {
	const char *sentence;
	const char *text;
	const char *expected; /* NULL: refused */
} read_rows[] = {
	{"code: as it is printed", "00000-00000", "00000-00000"},
	{"code: without a hyphen", "25RQZEBV7H", "25RQZ-EBV7H"},
	{"code: small letters", "25rqz-ebv7h", "25RQZ-EBV7H"},
	{"code: spaces and hyphens anywhere", " 25 RQ-Z.E_BV 7-H\t", "25RQZ-EBV7H"},
	{"code: letters O for zeros", "OoOOO-ooooo", "00000-00000"},
	{"code: one digit is wrong", "25RQZ-EBV7J", NULL},
	{"code: two digits are swapped", "52RQZ-EBV7H", NULL},
	{"code: a digit is missing", "25RQZ-EBV7", NULL},
	{"code: a digit too many", "25RQZ-EBV7H0", NULL},
	{"code: a letter of no code", "25RQZ-EBV7U", NULL},
	{"code: nothing", "", NULL},
	{"code: separators alone", "- - -", NULL},
	{"code: a byte beyond ASCII", "25RQZ-EBV7\xc3\x9c", NULL},
	{"code: markup", "<b>25RQZ-EBV7H", NULL},
};

static void run_read(void **state)
{
	const struct read_row *row = *state;
	char code[VOUCHER_CODE_SIZE] = "untouched";

	if (row->expected) {
		assert_int_equal(voucher_code_read(row->text, code), 0);
		assert_string_equal(code, row->expected);
	} else {
		assert_int_equal(voucher_code_read(row->text, code), -EINVAL);
		assert_string_equal(code, "untouched");
	}
}

static const uint64_t numbers[] = {0, 1, 31, 0x1fffffffffff, 0x123456789abc, 0xfedcba987654321};

static void codes_are_read_as_they_were_made(void **state)
{
	char code[VOUCHER_CODE_SIZE], again[VOUCHER_CODE_SIZE];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		voucher_code_make(numbers[i], code);
		assert_int_equal(strlen(code), VOUCHER_CODE_SIZE - 1);
		assert_int_equal(voucher_code_read(code, again), 0);
		assert_string_equal(code, again);
	}
	voucher_code_make(0x1fffffffffff + 1ULL, code);
	assert_string_equal(code, "00000-00000");
}

static void every_wrong_digit_and_every_swap_is_noticed(void **state)
{
	static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	char code[VOUCHER_CODE_SIZE], wrong[VOUCHER_CODE_SIZE], read[VOUCHER_CODE_SIZE];
	size_t n, i, j;

	(void)state;
	for (n = 0; n < ARRAY_SIZE(numbers); n++) {
		voucher_code_make(numbers[n], code);
		for (i = 0; i < VOUCHER_CODE_SIZE - 1; i++) {
			for (j = 0; code[i] != '-' && alphabet[j]; j++) {
				strcpy(wrong, code);
				wrong[i] = alphabet[j];
				assert_int_equal(voucher_code_read(wrong, read),
						 wrong[i] == code[i] ? 0 : -EINVAL);
			}
			for (j = 0; j < i; j++) {
				strcpy(wrong, code);
				wrong[i] = code[j];
				wrong[j] = code[i];
				if (code[i] != code[j] && code[i] != '-' && code[j] != '-')
					assert_int_equal(voucher_code_read(wrong, read), -EINVAL);
			}
		}
	}
}

/* --- worth --------------------------------------------------------------------------------- */

static const struct worth_row {
	const char *sentence;
	struct voucher voucher;
	uint64_t own_bytes;
	enum voucher_state state;
	uint64_t end;
	uint64_t timeout_s, quota_bytes; /* granted */
} worth_rows[] = {
	{"unused: time and quota are whole",
	 {.timeout_s = {true, 3600}, .quota_bytes = {true, 1000}},
	 0,
	 VOUCHER_UNUSED,
	 0,
	 3600,
	 1000},
	{"unused: what isn't said is the zone's", {}, 0, VOUCHER_UNUSED, 0, 7200, 5000},
	{"unused: unlimited is not the zone's",
	 {.timeout_s = {true, 0}, .quota_bytes = {true, 0}},
	 0,
	 VOUCHER_UNUSED,
	 0,
	 0,
	 0},
	{"unused: no longer valid earlier than its time is up",
	 {.timeout_s = {true, 3600}, .valid_until = NOW + 60, .quota_bytes = {true, 0}},
	 0,
	 VOUCHER_UNUSED,
	 NOW + 60,
	 60,
	 0},
	{"in use: what is left",
	 {.timeout_s = {true, 3600},
	  .first_used_at = NOW - 3000,
	  .quota_bytes = {true, 1000},
	  .used_bytes = 400},
	 0,
	 VOUCHER_IN_USE,
	 NOW + 600,
	 600,
	 600},
	{"in use: the device's session goes on where it is",
	 {.timeout_s = {true, 0},
	  .first_used_at = NOW - 3000,
	  .quota_bytes = {true, 1000},
	  .used_bytes = 400},
	 300,
	 VOUCHER_IN_USE,
	 0,
	 0,
	 900},
	{"in use: without an end",
	 {.timeout_s = {true, 0}, .first_used_at = 1, .quota_bytes = {true, 0}, .used_bytes = 9},
	 0,
	 VOUCHER_IN_USE,
	 0,
	 0,
	 0},
	{"in use: the longest time overflows nothing",
	 {.timeout_s = {true, UINT64_MAX},
	  .first_used_at = NOW,
	  .quota_bytes = {true, UINT64_MAX},
	  .used_bytes = 1},
	 UINT64_MAX,
	 VOUCHER_IN_USE,
	 UINT64_MAX,
	 UINT64_MAX - NOW,
	 UINT64_MAX},
	{"used up: its time",
	 {.timeout_s = {true, 60}, .first_used_at = NOW - 60},
	 0,
	 VOUCHER_USED_UP,
	 NOW,
	 1,
	 5000},
	{"used up: its quota",
	 {.timeout_s = {true, 0}, .first_used_at = 1, .quota_bytes = {true, 10}, .used_bytes = 10},
	 0,
	 VOUCHER_USED_UP,
	 0,
	 0,
	 1},
	{"used up: more than its quota",
	 {.timeout_s = {true, 0}, .first_used_at = 1, .quota_bytes = {true, 10}, .used_bytes = 99},
	 0,
	 VOUCHER_USED_UP,
	 0,
	 0,
	 1},
	{"expired: unused",
	 {.valid_until = NOW, .timeout_s = {true, 9}, .quota_bytes = {true, 0}},
	 0,
	 VOUCHER_EXPIRED,
	 NOW,
	 1,
	 0},
	{"expired: in use",
	 {.valid_until = NOW - 5, .first_used_at = NOW - 10, .quota_bytes = {true, 0}},
	 0,
	 VOUCHER_EXPIRED,
	 NOW - 5,
	 1,
	 0},
	{"revoked: whatever it has left",
	 {.revoked_at = 1, .timeout_s = {true, 0}, .quota_bytes = {true, 0}},
	 0,
	 VOUCHER_REVOKED,
	 0,
	 0,
	 0},
};

static void run_worth(void **state)
{
	static const struct config_zone zone = {
		.session = {.timeout_s = 7200, .quota_bytes = 5000}};
	const struct worth_row *row = *state;
	struct grant grant;

	assert_int_equal(voucher_state(&row->voucher, NOW), row->state);
	assert_int_equal(voucher_end(&row->voucher), row->end);
	voucher_grant(&row->voucher, &zone, row->own_bytes, NOW, &grant);
	assert_true(grant.timeout_s.is_given && grant.quota_bytes.is_given);
	assert_int_equal(grant.timeout_s.value, row->timeout_s);
	assert_int_equal(grant.quota_bytes.value, row->quota_bytes);
	assert_string_equal(grant.method, "voucher");
	assert_false(grant.idle_s.is_given || grant.up_bps.is_given);
}

static void states_have_names(void **state)
{
	enum voucher_state read;
	size_t i;

	(void)state;
	for (i = VOUCHER_UNUSED; i <= VOUCHER_REVOKED; i++) {
		assert_int_equal(
			parse_voucher_state(voucher_state_name((enum voucher_state)i), &read), 0);
		assert_int_equal(read, i);
	}
	assert_int_equal(parse_voucher_state("active", &read), -EINVAL);
}

int main(void)
{
	struct CMUnitTest reads[ARRAY_SIZE(read_rows)], worths[ARRAY_SIZE(worth_rows)];
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_are_read_as_they_were_made),
		cmocka_unit_test(every_wrong_digit_and_every_swap_is_noticed),
		cmocka_unit_test(states_have_names),
	};
	int failed;

	TABLE_TESTS(reads, read_rows, run_read);
	TABLE_TESTS(worths, worth_rows, run_worth);
	failed = cmocka_run_group_tests(reads, NULL, NULL);
	failed += cmocka_run_group_tests(worths, NULL, NULL);
	return failed + cmocka_run_group_tests(tests, NULL, NULL);
}
