/* SPDX-License-Identifier: MIT */
/* test_vouchers.c - vouchers in the database: batches, lists, and what sessions use of a quota. */
#include "scratch_accounts.h"
#include "table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "portal/accounts/vouchers.h"

#define NOW 1000000000ULL

static void reopen(void)
{
	struct error error;

	accounts = accounts_close(accounts);
	assert_int_equal(accounts_open(scratch, &accounts, &error), 0);
}

static void write_file(const char *text)
{
	char name[128];
	FILE *file;

	accounts = accounts_close(accounts);
	snprintf(name, sizeof(name), "%s/portal.db", scratch);
	file = fopen(name, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static uint32_t make(struct voucher like, size_t n)
{
	like.devices = like.devices ? like.devices : 1;
	like.created_at = NOW;
	assert_int_equal(vouchers_begin_batch(accounts, &like.batch), 0);
	assert_int_equal(vouchers_make(accounts, &like, n), 0);
	assert_int_equal(vouchers_end_batch(accounts, like.batch, true), 0);
	return like.batch;
}

static struct voucher make_one(struct voucher like)
{
	struct voucher_place place = {.batch = 0};
	struct voucher voucher;

	assert_int_equal(vouchers_page(accounts, make(like, 1), &place, &voucher, 1), 1);
	return voucher;
}

static struct voucher get(const char *code)
{
	struct voucher voucher;

	assert_int_equal(vouchers_get(accounts, code, &voucher), 0);
	return voucher;
}

/* --- the file ------------------------------------------------------------------------------ */

static void a_damaged_file_is_refused(void **state)
{
	struct error error = {""};

	(void)state;
	write_file("this is no database, and long enough to be looked at as if it were one of them "
		   "by whoever reads the first hundred bytes of it");
	assert_int_equal(accounts_open(scratch, &accounts, &error), -EBADMSG);
	assert_non_null(strstr(error.text, "damaged"));
	accounts = NULL;
}

static void a_file_of_a_newer_version_is_refused(void **state)
{
	struct error error = {""};

	(void)state;
	assert_int_equal(sqlite3_exec(accounts->db, "PRAGMA user_version = 2", NULL, NULL, NULL),
			 0);
	accounts = accounts_close(accounts);
	assert_int_equal(accounts_open(scratch, &accounts, &error), -EPROTO);
	assert_non_null(strstr(error.text, "newer version"));
	accounts = NULL;
}

static void a_place_that_can_not_be_written_is_refused(void **state)
{
	struct accounts *other = NULL;
	struct error error = {""};

	(void)state;
	assert_true(accounts_open("/proc/nowhere", &other, &error) < 0);
	assert_non_null(strstr(error.text, "state-dir"));
}

static void a_file_that_was_removed_takes_nothing_of_an_operator(void **state)
{
	char name[128];
	uint32_t batch;

	(void)state;
	snprintf(name, sizeof(name), "%s/portal.db", scratch);
	assert_int_equal(remove(name), 0);
	assert_int_equal(vouchers_begin_batch(accounts, &batch), -ESTALE);
}

/* --- batches ------------------------------------------------------------------------------- */

static void a_batch_is_listed_page_by_page(void **state)
{
	struct voucher like = {.note = "a 'note'", .timeout_s = {true, 60}, .devices = 3};
	struct voucher page[VOUCHERS_PAGE];
	struct voucher_place place = {.batch = 0};
	uint32_t first = make(like, 100), second = make((struct voucher){}, 7);
	uint64_t count = 0;
	int n, total = 0;

	(void)state;
	while ((n = vouchers_page(accounts, first, &place, page, VOUCHERS_PAGE)) > 0) {
		total += n;
		assert_int_equal(page[0].batch, first);
		assert_string_equal(page[0].note, "a 'note'");
		assert_int_equal(page[n - 1].timeout_s.value, 60);
		assert_false(page[n - 1].quota_bytes.is_given);
		assert_int_equal(page[n - 1].devices, 3);
	}
	assert_int_equal(total, 100);
	place = (struct voucher_place){.batch = 0};
	for (total = 0; (n = vouchers_page(accounts, 0, &place, page, VOUCHERS_PAGE)) > 0;)
		total += n;
	assert_int_equal(total, 107);
	assert_int_equal(vouchers_revoke_batch(accounts, second, NOW, &count), 0);
	assert_int_equal(count, 7);
	assert_int_equal(vouchers_revoke_batch(accounts, second, NOW, &count), 0);
	assert_int_equal(count, 0);
	assert_int_equal(vouchers_forget_batch(accounts, second, &count), 0);
	assert_int_equal(count, 7);
	assert_int_equal(vouchers_count(accounts, &count), 0);
	assert_int_equal(count, 100);
}

static void a_batch_that_was_cut_off_is_cleaned_up(void **state)
{
	struct voucher like = {.devices = 1};
	uint64_t count;

	(void)state;
	(void)make(like, 5);
	assert_int_equal(vouchers_begin_batch(accounts, &like.batch), 0);
	assert_int_equal(vouchers_make(accounts, &like, 10), 0);
	reopen();
	assert_int_equal(vouchers_clean_up(accounts), 0);
	assert_int_equal(vouchers_count(accounts, &count), 0);
	assert_int_equal(count, 5);
}

/* --- sessions ------------------------------------------------------------------------------ */

static struct voucher_session device(unsigned int n, uint64_t bytes)
{
	struct voucher_session session = {.bytes = bytes, .zone = "default"};

	snprintf(session.mac, sizeof(session.mac), "02:05:11:00:00:%02x", n & 0xff);
	return session;
}

static void begin(const char *code, unsigned int n, uint64_t now)
{
	struct voucher_session session = device(n, 0);

	assert_int_equal(voucher_session_begin(accounts, code, &session, now), 0);
}

static void end(const char *code, unsigned int n, uint64_t bytes)
{
	struct voucher_session session = device(n, bytes);

	assert_int_equal(voucher_session_end(accounts, code, &session), 0);
}

/* What the daemon has: @bytes of the devices 1 … 3; 0: it has no such session. */
static void look(const char *code, const uint64_t bytes[3], uint64_t now)
{
	json_t *list = json_array();
	unsigned int i;

	for (i = 0; i < 3; i++) {
		struct voucher_session session = device(i + 1, bytes[i]);

		if (bytes[i])
			json_array_append_new(list,
					      json_pack("{s:s, s:s, s:s, s:I, s:I}", "mac",
							session.mac, "zone", session.zone, "method",
							"voucher", "up_bytes", (json_int_t)1,
							"down_bytes", (json_int_t)(bytes[i] - 1)));
	}
	assert_int_equal(voucher_sessions_take(accounts, code, list, now), 0);
	json_decref(list);
}

static void time_runs_from_the_first_use(void **state)
{
	struct voucher voucher = make_one((struct voucher){.timeout_s = {true, 60}});

	(void)state;
	begin(voucher.code, 1, NOW);
	begin(voucher.code, 2, NOW + 30);
	voucher = get(voucher.code);
	assert_int_equal(voucher.first_used_at, NOW);
	assert_int_equal(voucher.n_sessions, 2);
	assert_int_equal(voucher_end(&voucher), NOW + 60);
}

static void devices_use_one_quota_together(void **state)
{
	struct voucher voucher = make_one((struct voucher){.quota_bytes = {true, 1000}});
	uint64_t left;

	(void)state;
	begin(voucher.code, 1, NOW);
	begin(voucher.code, 2, NOW);
	look(voucher.code, (uint64_t[]){100, 200, 0}, NOW);
	assert_int_equal(get(voucher.code).used_bytes, 300);
	end(voucher.code, 1, 150);
	assert_int_equal(get(voucher.code).used_bytes, 350);
	assert_int_equal(voucher_session_bytes(accounts, voucher.code, device(2, 0).mac, "default"),
			 200);
	end(voucher.code, 2, 700);
	reopen();
	voucher = get(voucher.code);
	assert_int_equal(voucher.used_bytes, 850);
	assert_int_equal(voucher.n_sessions, 0);
	assert_true(voucher_quota_left(&voucher, &left));
	assert_int_equal(left, 150);
}

static void an_end_is_counted_once(void **state)
{
	struct voucher voucher = make_one((struct voucher){.quota_bytes = {true, 1000}});

	(void)state;
	begin(voucher.code, 1, NOW);
	end(voucher.code, 1, 100);
	end(voucher.code, 1, 100);
	assert_int_equal(get(voucher.code).used_bytes, 100);
}

static void a_missed_end_is_what_was_known_last(void **state)
{
	struct voucher voucher = make_one((struct voucher){.quota_bytes = {true, 1000}});

	(void)state;
	begin(voucher.code, 1, NOW);
	look(voucher.code, (uint64_t[]){300, 0, 0}, NOW);
	/* It may be that its event is still to come. */
	look(voucher.code, (uint64_t[]){0, 0, 0}, NOW + 10);
	assert_int_equal(get(voucher.code).n_sessions, 1);
	assert_int_equal(voucher_session_bytes(accounts, voucher.code, device(1, 0).mac, "default"),
			 0);
	look(voucher.code, (uint64_t[]){0, 0, 0}, NOW + 20);
	assert_int_equal(get(voucher.code).n_sessions, 0);
	assert_int_equal(get(voucher.code).used_bytes, 300);
	end(voucher.code, 1, 350);
	assert_int_equal(get(voucher.code).used_bytes, 300);
}

static void a_session_in_the_place_of_another_is_counted_on_top(void **state)
{
	struct voucher voucher = make_one((struct voucher){.quota_bytes = {true, 1000}});

	(void)state;
	begin(voucher.code, 1, NOW);
	look(voucher.code, (uint64_t[]){300, 0, 0}, NOW);
	begin(voucher.code, 1, NOW + 5);
	look(voucher.code, (uint64_t[]){50, 0, 0}, NOW + 6);
	assert_int_equal(get(voucher.code).used_bytes, 350);
	end(voucher.code, 1, 20);
	assert_int_equal(get(voucher.code).used_bytes, 370);
}

static void sessions_of_unknown_codes_are_let_be(void **state)
{
	char codes[4][VOUCHER_CODE_SIZE];

	(void)state;
	begin("00000-00000", 1, NOW);
	end("00000-00000", 1, 5);
	assert_int_equal(voucher_sessions_due(accounts, NOW + 999, codes, 4), 0);
}

static void codes_are_due_in_their_turn(void **state)
{
	struct voucher a = make_one((struct voucher){}), b = make_one((struct voucher){});
	char codes[4][VOUCHER_CODE_SIZE];

	(void)state;
	begin(a.code, 1, NOW);
	begin(a.code, 2, NOW);
	begin(b.code, 3, NOW + 100);
	assert_int_equal(voucher_sessions_due(accounts, NOW, codes, 4), 0);
	assert_int_equal(voucher_sessions_due(accounts, NOW + 50, codes, 4), 1);
	assert_string_equal(codes[0], a.code);
	assert_int_equal(voucher_sessions_set_due(accounts, a.code, NOW + 1000), 0);
	assert_int_equal(voucher_sessions_due(accounts, NOW + 999, codes, 4), 1);
	assert_string_equal(codes[0], b.code);
	assert_int_equal(voucher_sessions_set_all_due(accounts), 0);
	assert_int_equal(voucher_sessions_due(accounts, 1, codes, 4), 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, accounts_set_up, accounts_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_damaged_file_is_refused),
		TEST(a_file_of_a_newer_version_is_refused),
		TEST(a_place_that_can_not_be_written_is_refused),
		TEST(a_file_that_was_removed_takes_nothing_of_an_operator),
		TEST(a_batch_is_listed_page_by_page),
		TEST(a_batch_that_was_cut_off_is_cleaned_up),
		TEST(time_runs_from_the_first_use),
		TEST(devices_use_one_quota_together),
		TEST(an_end_is_counted_once),
		TEST(a_missed_end_is_what_was_known_last),
		TEST(a_session_in_the_place_of_another_is_counted_on_top),
		TEST(sessions_of_unknown_codes_are_let_be),
		TEST(codes_are_due_in_their_turn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
