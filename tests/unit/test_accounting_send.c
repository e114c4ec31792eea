/* SPDX-License-Identifier: MIT */
/* test_accounting_send.c - records on their way to servers that answer, or not, and a disk that is full. */
#include "table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "portal/nas/accounting_internal.h"
#include "radius/client.h"

static char directory[64];
static struct portal portal;
static struct accounting accounting;
static unsigned int n_asked, n_failed;
static radius_fn asked_fn;
static void *asked_context;

/* The client and the rest of the part are made up. */
void __wrap_radius_begin(struct radius *radius, enum radius_kind kind, struct packet *ret_packet);
int __wrap_radius_ask(struct radius *radius, enum radius_kind kind, const struct packet *packet,
		      radius_fn fn, void *context);

void __wrap_radius_begin(struct radius *radius, enum radius_kind kind, struct packet *ret_packet)
{
	(void)radius;
	assert_int_equal(kind, RADIUS_ACCOUNTING);
	packet_begin(ret_packet, CODE_ACCOUNTING_REQUEST, false, NULL);
}

int __wrap_radius_ask(struct radius *radius, enum radius_kind kind, const struct packet *packet,
		      radius_fn fn, void *context)
{
	(void)radius;
	(void)kind;
	(void)packet;
	n_asked++;
	asked_fn = fn;
	asked_context = context;
	return 0;
}

void nas_add_device(const struct portal *of, const struct device *device, struct packet *packet);
void nas_add_device(const struct portal *of, const struct device *device, struct packet *packet)
{
	(void)of;
	(void)device;
	(void)packet;
}

int acct_spool(struct accounting *part, const char *session, enum acct_status status, uint64_t at,
	       const struct packet *packet)
{
	part->n_spooled++;
	return acct_spool_add(part->accounts, session, status, at, packet);
}

void acct_failed(struct accounting *part, int err)
{
	(void)part;
	assert_true(err < 0);
	n_failed++;
}

static int set_up(void **state)
{
	struct packet packet;
	struct error error;

	(void)state;
	n_asked = n_failed = 0;
	portal = (struct portal){.radius = (struct radius *)&portal}; /* not NULL */
	accounting = (struct accounting){.portal = &portal, .window = 1};
	strcpy(directory, "/tmp/x511-acct.XXXXXX");
	if (!mkdtemp(directory) || accounts_open(directory, &accounting.accounts, &error))
		return -1;
	acct_record_all(&packet, ACCT_ON, 1);
	return acct_spool(&accounting, "", ACCT_ON, 1, &packet);
}

static int tear_down(void **state)
{
	char command[128];

	(void)state;
	accounting.accounts = accounts_close(accounting.accounts);
	snprintf(command, sizeof(command), "rm -rf '%s'", directory);
	return system(command);
}

static void set_read_only(const char *pragma)
{
	assert_int_equal(sqlite3_exec(accounting.accounts->db, pragma, NULL, NULL, NULL),
			 SQLITE_OK);
}

static void answer(void)
{
	const struct received received = {.code = CODE_ACCOUNTING_RESPONSE};

	asked_fn(asked_context, 0, &received);
}

static void a_record_is_sent_until_it_is_confirmed(void **state)
{
	(void)state;
	acct_send(&accounting);
	assert_int_equal(n_asked, 1);
	asked_fn(asked_context, -ETIMEDOUT, NULL);
	assert_int_equal(n_asked, 1); /* it waits for its next turn */
	assert_int_equal(acct_spool_wake(accounting.accounts), 0);
	acct_send(&accounting);
	assert_int_equal(n_asked, 2);
	answer();
	assert_int_equal(accounting.n_spooled, 0);
	acct_send(&accounting);
	assert_int_equal(n_asked, 2);
}

static void what_cannot_be_noted_is_not_sent_on_and_on(void **state)
{
	(void)state;
	acct_send(&accounting);
	set_read_only("PRAGMA query_only = 1");
	answer();
	acct_send(&accounting);
	assert_int_equal(n_asked, 1);
	assert_int_equal(n_failed, 1);
	set_read_only("PRAGMA query_only = 0");
	accounting.pause_until_ms = 0; /* as if it were over */
	acct_send(&accounting);
	assert_int_equal(n_asked, 2);
	answer();
	assert_int_equal(accounting.n_spooled, 0);
}

static void times_move_with_the_clock(void **state)
{
	struct acct_row row = {.id = "a", .started_at = 1000, .seen_at = 1010, .look_at = 1020};

	(void)state;
	assert_int_equal(acct_row_put(accounting.accounts, &row), 0);
	assert_int_equal(acct_rows_shift(accounting.accounts, -500), 0);
	assert_int_equal(acct_row_get(accounting.accounts, "a", &row), 0);
	assert_int_equal(row.started_at, 500);
	assert_int_equal(row.seen_at, 510);
	assert_int_equal(row.look_at, 520);
	assert_int_equal(row.lost_at, 0);
	assert_int_equal(acct_rows_shift(accounting.accounts, -5000), 0);
	assert_int_equal(acct_rows_shift(accounting.accounts, 99), 0);
	assert_int_equal(acct_row_get(accounting.accounts, "a", &row), 0);
	assert_int_equal(row.look_at, 100);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_record_is_sent_until_it_is_confirmed),
		TEST(what_cannot_be_noted_is_not_sent_on_and_on),
		TEST(times_move_with_the_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
