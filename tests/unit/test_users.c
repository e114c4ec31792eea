/* SPDX-License-Identifier: MIT */
/* test_users.c - users in the database, hashes, and signing in by name and password. */
#include "scratch.h"
#include "table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "portal/web/form.h"
#include "portal/accounts/pool.h"
#include "portal/accounts/users.h"

static struct portal portal;
static struct error error;

static int set_up(void **state)
{
	if (scratch_make(state) || loop_new(&portal.loop))
		return -1;
	return pool_new(portal.loop, &portal.pool) ||
	       accounts_open(scratch, &portal.accounts, &error);
}

static int tear_down(void **state)
{
	portal.pool = pool_free(portal.pool);
	portal.accounts = accounts_close(portal.accounts);
	portal.loop = loop_free(portal.loop);
	return scratch_remove(state);
}

/* --- names and hashes ---------------------------------------------------------------------- */

static void hashes_are_of_their_password_alone(void **state)
{
	char hash[PASSWORD_HASH_SIZE], again[PASSWORD_HASH_SIZE], longest[PASSWORD_SIZE];
	char too_long[PASSWORD_SIZE + 1];

	(void)state;
	assert_int_equal(password_hash("p\xc3\xa4ss word", hash), 0);
	assert_memory_equal(hash, "$y$", 3);
	assert_int_equal(password_hash("p\xc3\xa4ss word", again), 0);
	assert_string_not_equal(hash, again);
	assert_true(password_is("p\xc3\xa4ss word", hash));
	assert_true(password_is("p\xc3\xa4ss word", again));
	assert_false(password_is("pass word", hash));
	assert_false(password_is("", hash));
	assert_false(password_is("*0", "*0"));
	assert_false(password_is("x", ""));
	assert_false(password_is("x", "plain"));
	assert_int_equal(password_hash("", hash), -EINVAL);
	memset(too_long, 'a', PASSWORD_SIZE);
	too_long[PASSWORD_SIZE] = '\0';
	assert_int_equal(password_hash(too_long, hash), -EINVAL);
	memset(longest, 'a', PASSWORD_SIZE - 1);
	longest[PASSWORD_SIZE - 1] = '\0';
	assert_int_equal(password_hash(longest, hash), 0);
	longest[PASSWORD_SIZE - 2] = 'b';
	assert_false(password_is(longest, hash));
}

static void names_have_characters_that_a_path_can_have(void **state)
{
	static const char *const good[] = {"alice", "Alice B.", "a@b.example",
					   "\xc3\xbc"
					   "ber"};
	static const char *const bad[] = {"", " a", "a ", "a/b", "a\nb", "\xff", "a\x7f"};
	char longest[USER_NAME_BYTES + 2] = "";
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(good); i++)
		assert_int_equal(user_check_name(good[i], NULL), 0);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(user_check_name(bad[i], NULL), -EINVAL);
	memset(longest, 'a', USER_NAME_BYTES);
	assert_int_equal(user_check_name(longest, NULL), 0);
	longest[USER_NAME_BYTES] = 'a';
	assert_int_equal(user_check_name(longest, NULL), -EINVAL);
}

/* --- rows ---------------------------------------------------------------------------------- */

static void put(const char *name, const char *password, struct user user)
{
	snprintf(user.name, sizeof(user.name), "%s", name);
	assert_int_equal(password_hash(password, user.hash), 0);
	assert_int_equal(users_put(portal.accounts, &user), 0);
}

static void a_user_comes_back_as_it_was(void **state)
{
	struct user user = {
		.note = "note",
		.zone = "press",
		.timeout_s = {true, 0},
		.up_bps = {true, 5},
		.devices = {true, 2},
		.is_oldest_out = {true, 1},
		.is_disabled = true,
	};
	struct user again, page[4];
	uint64_t count;

	(void)state;
	put("Alice", "x", user);
	put("bob", "x", (struct user){});
	assert_int_equal(users_get(portal.accounts, "aLICE", &again), 0);
	assert_string_equal(again.name, "Alice");
	assert_string_equal(again.zone, "press");
	assert_true(again.is_disabled && again.timeout_s.is_given && !again.idle_s.is_given);
	assert_int_equal(again.devices.value, 2);
	assert_true(again.is_oldest_out.is_given && again.is_oldest_out.value);
	assert_int_equal(users_page(portal.accounts, "", page, 4), 2);
	assert_int_equal(users_page(portal.accounts, "alice", page, 4), 1);
	assert_string_equal(page[0].name, "bob");
	assert_int_equal(users_remove(portal.accounts, "ALICE"), 0);
	assert_int_equal(users_remove(portal.accounts, "ALICE"), -ENOENT);
	assert_int_equal(users_get(portal.accounts, "Alice", &again), -ENOENT);
	assert_int_equal(users_count(portal.accounts, &count), 0);
	assert_int_equal(count, 1);
}

/* --- signing in ---------------------------------------------------------------------------- */

static int n_radius;

void method_radius(struct attempt *attempt)
{
	n_radius++;
	attempt->result = ATTEMPT_UNAVAILABLE;
	attempt->done(attempt);
}

static void on_done(struct attempt *attempt)
{
	attempt->context = NULL;
	loop_stop(portal.loop);
}

static void run_loop(void *context)
{
	(void)context;
	loop_stop(portal.loop);
}

/* What becomes of it; the loop runs until the pool has answered. */
static struct attempt try(const char *form_text, const struct config_zone *zone)
{
	struct form form;
	struct attempt attempt = {
		.portal = &portal,
		.zone = zone,
		.form = &form,
		.done = on_done,
		.context = &form,
	};
	int timer = loop_timer(portal.loop, run_loop, NULL);

	assert_int_equal(form_parse(form_text, strlen(form_text), &form), 0);
	loop_set(portal.loop, timer, 60000);
	method_user(&attempt);
	if (attempt.context)
		(void)loop_run(portal.loop);
	assert_null(attempt.context);
	return attempt;
}

static const struct config_zone list_alone = {
	.name = "default",
	.sign_in = {.methods = METHOD_USER, .devices = 3, .is_oldest_out = true},
};
static const struct config_zone list_and_radius = {
	.name = "default",
	.sign_in = {.methods = METHOD_USER | METHOD_RADIUS},
};

static const struct try_row {
	const char *sentence;
	const char *form;
	const struct config_zone *zone;
	enum attempt_result result;
	const char *problem; /* NULL: none */
	int n_radius;
} try_rows[] = {
	{"user: the right password", "username=alice&password=secret", &list_alone, ATTEMPT_GRANTED,
	 NULL, 0},
	{"user: the name in other letters", "username=ALICE&password=secret", &list_alone,
	 ATTEMPT_GRANTED, NULL, 0},
	{"user: a wrong password", "username=alice&password=Secret", &list_alone, ATTEMPT_REFUSED,
	 "problem.user", 0},
	{"user: no password", "username=alice&password=", &list_alone, ATTEMPT_REFUSED,
	 "problem.user", 0},
	{"user: an unknown name", "username=carol&password=secret", &list_alone, ATTEMPT_REFUSED,
	 "problem.user", 0},
	{"user: no name", "password=secret", &list_alone, ATTEMPT_REFUSED, "problem.user", 0},
	{"user: a disabled one", "username=bob&password=secret", &list_alone, ATTEMPT_REFUSED,
	 "problem.user_disabled", 0},
	{"user: a disabled one with a wrong password", "username=bob&password=x", &list_alone,
	 ATTEMPT_REFUSED, "problem.user", 0},
	{"user: good in another zone only", "username=dave&password=secret", &list_alone,
	 ATTEMPT_REFUSED, "problem.user", 0},
	{"user: an unknown name is RADIUS's", "username=carol&password=secret", &list_and_radius,
	 ATTEMPT_UNAVAILABLE, NULL, 1},
	{"user: a known name is never RADIUS's", "username=alice&password=x", &list_and_radius,
	 ATTEMPT_REFUSED, "problem.user", 0},
};

static void run_try(void **state)
{
	const struct try_row *row = *state;
	struct attempt attempt;

	assert_int_equal(set_up(NULL), 0);
	n_radius = 0;
	put("alice", "secret", (struct user){.timeout_s = {true, 60}});
	put("bob", "secret", (struct user){.is_disabled = true});
	put("dave", "secret", (struct user){.zone = "press"});
	attempt = try(row->form, row->zone);
	assert_int_equal(attempt.result, row->result);
	assert_int_equal(n_radius, row->n_radius);
	if (row->problem)
		assert_string_equal(attempt.problem, row->problem);
	if (row->result == ATTEMPT_GRANTED) {
		assert_string_equal(attempt.grant.user, "alice");
		assert_string_equal(attempt.grant.method, "user");
		assert_int_equal(attempt.grant.timeout_s.value, 60);
		assert_false(attempt.grant.idle_s.is_given);
		assert_int_equal(attempt.grant.max_devices, 3);
		assert_true(attempt.grant.is_oldest_out);
	}
	assert_int_equal(tear_down(NULL), 0);
}

/* --- the pool ------------------------------------------------------------------------------ */

static size_t n_done, n_dropped;

static void no_work(struct pool_job *job)
{
	(void)job;
}

static void count_done(struct pool_job *job)
{
	n_done++;
	n_dropped += job->is_dropped;
}

static void the_pool_is_bounded_and_answers_everybody(void **state)
{
	struct pool_job jobs[POOL_MAX + 1] = {};
	size_t i;

	(void)state;
	n_done = n_dropped = 0;
	for (i = 0; i < POOL_MAX; i++) {
		jobs[i] = (struct pool_job){.work = no_work, .done = count_done};
		assert_int_equal(pool_submit(portal.pool, &jobs[i]), 0);
	}
	assert_int_equal(pool_submit(portal.pool, &jobs[POOL_MAX]), -EBUSY);
	portal.pool = pool_free(portal.pool);
	assert_int_equal(n_done, POOL_MAX);
	assert_true(n_dropped <= POOL_MAX);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	struct CMUnitTest tries[ARRAY_SIZE(try_rows)];
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hashes_are_of_their_password_alone),
		cmocka_unit_test(names_have_characters_that_a_path_can_have),
		TEST(a_user_comes_back_as_it_was),
		TEST(the_pool_is_bounded_and_answers_everybody),
	};
	int failed;

	TABLE_TESTS(tries, try_rows, run_try);
	failed = cmocka_run_group_tests(tries, NULL, NULL);
	return failed + cmocka_run_group_tests(tests, NULL, NULL);
}
