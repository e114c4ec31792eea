/* SPDX-License-Identifier: MIT */
/* test_accounting_ends.c - sign-ins, looks and events in any order: one Start and one Stop each. */
#include "table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "portal/nas/accounting_internal.h"
#include "portal/nas/nas.h"

static char directory[64], told[1024];
static struct accounting accounting;
static const uint8_t mac[6] = {2, 5, 0x11, 0, 0, 1};
static uint64_t now;

/* The rest of the part is made up: what would be spooled is told as text. */
void nas_add_device(const struct portal *portal, const struct device *device, struct packet *packet)
{
	(void)portal;
	(void)device;
	(void)packet;
}

/* "a start; a stop 10/20 cause 1;": what the device has sent and got. */
int acct_spool(struct accounting *part, const char *session, enum acct_status status, uint64_t at,
	       const struct packet *packet)
{
	struct attributes attributes;
	uint32_t up = 0, down = 0, cause = 0;
	size_t used = strlen(told);

	(void)at;
	assert_ptr_equal(part, &accounting);
	assert_int_equal(attributes_read(packet->data + RADIUS_MIN, packet->size - RADIUS_MIN,
					 &attributes),
			 0);
	(void)attribute_number(&attributes, ATTR_ACCT_INPUT_OCTETS, &up);
	(void)attribute_number(&attributes, ATTR_ACCT_OUTPUT_OCTETS, &down);
	(void)attribute_number(&attributes, ATTR_ACCT_TERMINATE_CAUSE, &cause);
	if (status == ACCT_START)
		snprintf(told + used, sizeof(told) - used, "%s start;", session);
	else if (status == ACCT_INTERIM)
		snprintf(told + used, sizeof(told) - used, "%s %u/%u;", session, up, down);
	else
		snprintf(told + used, sizeof(told) - used, "%s stop %u/%u cause %u;", session, up,
			 down, cause);
	return 0;
}

void acct_failed(struct accounting *part, int err)
{
	(void)part;
	print_error("%s\n", strerror(-err));
	_fail(__FILE__, __LINE__);
}

static int set_up(void **state)
{
	struct error error;

	(void)state;
	told[0] = '\0';
	now = (uint64_t)time(NULL);
	accounting = (struct accounting){};
	strcpy(directory, "/tmp/x511-acct.XXXXXX");
	return mkdtemp(directory) ? accounts_open(directory, &accounting.accounts, &error) : -1;
}

static int tear_down(void **state)
{
	char command[128];

	(void)state;
	accounting.accounts = accounts_close(accounting.accounts);
	snprintf(command, sizeof(command), "rm -rf '%s'", directory);
	return system(command);
}

static void begin(const char *id, uint64_t started_at, uint64_t interim_s)
{
	struct acct_row row = {
		.user = "ann",
		.method = "radius",
		.zone = "default",
		.interim_s = interim_s,
		.started_at = started_at,
		.seen_at = started_at,
		.look_at = started_at,
	};

	snprintf(row.id, sizeof(row.id), "%s", id);
	memcpy(row.mac, mac, sizeof(mac));
	assert_int_equal(acct_row_put(accounting.accounts, &row), 0);
}

/* Before the daemon is asked. */
static void prepare(const char *id, uint64_t at)
{
	begin(id, at, 0);
	sqlite3_exec(accounting.accounts->db,
		     "UPDATE acct_sessions SET seen_at = 0 WHERE login_at = 0", NULL, NULL, NULL);
}

static struct acct_seen seen_with(uint64_t login_at, uint64_t up, uint64_t down)
{
	return (struct acct_seen){
		.user = "ann",
		.method = "radius",
		.is_active = true,
		.login_at = login_at,
		.counts = {.up_bytes = up, .down_bytes = down},
	};
}

static void see(const char *id, uint64_t login_at, uint64_t up, uint64_t down)
{
	struct acct_seen seen = seen_with(login_at, up, down);

	acct_session_seen(&accounting, id, &seen);
}

static void end(const char *reason, uint64_t login_at, uint64_t up, uint64_t down)
{
	struct acct_end ended = {
		.zone = "default",
		.reason = reason,
		.login_at = login_at,
		.at = now,
		.counts = {.up_bytes = up, .down_bytes = down},
	};

	memcpy(ended.mac, mac, sizeof(mac));
	acct_session_ended(&accounting, &ended);
}

/* As if the time that an event may take were over. */
static void pass_grace(void)
{
	assert_int_equal(sqlite3_exec(accounting.accounts->db,
				      "UPDATE acct_sessions SET lost_at = 1 WHERE lost_at > 0",
				      NULL, NULL, NULL),
			 SQLITE_OK);
	acct_end_lost(&accounting);
}

static uint64_t rows(void)
{
	uint64_t n = 99;

	assert_int_equal(acct_rows_number(accounting.accounts, &n), 0);
	return n;
}

static void a_session_begins_and_ends(void **state)
{
	(void)state;
	begin("a", now - 10, 0);
	see("a", now - 10, 0, 0);
	see("a", now - 10, 5, 7);
	end("logout", now - 10, 10, 20);
	assert_string_equal(told, "a start;a stop 10/20 cause 6;");
	assert_int_equal(rows(), 0);
	/* The event comes twice, or a look comes late. */
	end("logout", now - 10, 10, 20);
	see("a", now - 10, 10, 20);
	acct_session_missing(&accounting, "a");
	assert_string_equal(told, "a start;a stop 10/20 cause 6;");
}

static void an_end_before_the_first_look_has_a_start_too(void **state)
{
	(void)state;
	begin("a", now - 10, 0);
	acct_session_missing(&accounting, "a");
	assert_string_equal(told, "");
	end("idle", now - 11, 10, 20);
	assert_string_equal(told, "a start;a stop 10/20 cause 4;");
}

static void who_is_gone_without_an_event_stops_with_what_is_known(void **state)
{
	(void)state;
	begin("a", now - 10, 0);
	see("a", now - 10, 5, 7);
	acct_session_missing(&accounting, "a");
	acct_end_lost(&accounting);
	assert_string_equal(told, "a start;");
	pass_grace();
	assert_string_equal(told, "a start;a stop 5/7 cause 3;");
}

static void after_a_reboot_the_cause_is_that(void **state)
{
	(void)state;
	begin("a", now - 10, 0);
	see("a", now - 10, 5, 7);
	accounting.booted_at = now + 10;
	acct_session_missing(&accounting, "a");
	pass_grace();
	assert_string_equal(told, "a start;a stop 5/7 cause 11;");
}

static void interims_come_when_they_are_due(void **state)
{
	struct acct_row row;

	(void)state;
	begin("a", now - 100, 60);
	see("a", now - 100, 1, 2);
	see("a", now - 100, 3, 4);
	assert_string_equal(told, "a start;");
	assert_int_equal(acct_row_get(accounting.accounts, "a", &row), 0);
	assert_in_range(row.interim_at, now + 30, now + 65);
	assert_int_equal(row.look_at, row.interim_at);
	row.interim_at = now - 90; /* one was missed */
	assert_int_equal(acct_row_put(accounting.accounts, &row), 0);
	see("a", now - 100, 5, 6);
	assert_string_equal(told, "a start;a 5/6;");
	assert_int_equal(acct_row_get(accounting.accounts, "a", &row), 0);
	assert_in_range(row.interim_at, now + 30, now + 35);
}

/* The daemon keeps the counters of who signs in anew. */
static void a_renewal_divides_the_counters(void **state)
{
	(void)state;
	begin("a", now - 100, 0);
	see("a", now - 100, 0, 0);
	begin("b", now - 10, 0);
	see("b", now - 10, 100, 200);
	pass_grace();
	assert_string_equal(told, "a start;b start;a stop 100/200 cause 1;");
	end("timeout", now - 10, 103, 207);
	assert_string_equal(told, "a start;b start;a stop 100/200 cause 1;b stop 3/7 cause 5;");
}

static void an_end_that_is_heard_of_late_is_no_renewal(void **state)
{
	(void)state;
	begin("a", now - 100, 0);
	see("a", now - 100, 0, 0);
	begin("b", now - 10, 0);
	see("b", now - 10, 1, 2);
	end("logout", now - 100, 100, 200);
	pass_grace();
	end("logout", now - 10, 3, 7);
	assert_string_equal(told, "a start;b start;a stop 100/200 cause 6;b stop 3/7 cause 6;");
}

static void counters_that_went_back_are_another_session(void **state)
{
	(void)state;
	begin("a", now - 100, 0);
	see("a", now - 100, 50, 60);
	begin("b", now - 10, 0);
	see("b", now - 10, 1, 2);
	pass_grace();
	end("logout", now - 10, 3, 7);
	assert_string_equal(told, "a start;b start;a stop 50/60 cause 1;b stop 3/7 cause 6;");
}

static void two_that_were_never_looked_at_end_in_their_order(void **state)
{
	(void)state;
	begin("a", now - 20, 0);
	begin("b", now - 10, 0);
	end("logout", now - 20, 1, 2);
	end("logout", now - 10, 3, 4);
	assert_string_equal(told, "a start;a stop 1/2 cause 6;b start;b stop 3/4 cause 6;");
}

static void another_user_on_the_device_ends_it(void **state)
{
	struct acct_seen seen = seen_with(now, 50, 60);

	(void)state;
	begin("a", now - 100, 0);
	see("a", now - 100, 5, 6);
	strcpy(seen.user, "bob");
	acct_session_seen(&accounting, "a", &seen);
	pass_grace();
	assert_string_equal(told, "a start;a stop 50/60 cause 3;");
}

static void a_renewal_elsewhere_goes_on(void **state)
{
	(void)state;
	begin("a", now - 100, 0);
	see("a", now - 100, 5, 6);
	see("a", now - 50, 7, 8);
	end("quota", now - 50, 9, 10);
	assert_string_equal(told, "a start;a stop 9/10 cause 5;");
}

static void what_the_daemon_has_put_into_force_is_told_without_its_answer(void **state)
{
	(void)state;
	prepare("a", now - 20);
	see("a", now - 20, 1, 2);
	end("logout", now - 20, 3, 4);
	prepare("b", now - 10);
	acct_session_missing(&accounting, "b");
	end("logout", now - 10, 5, 6);
	assert_string_equal(told, "a start;a stop 3/4 cause 6;b start;b stop 5/6 cause 6;");
}

static void what_it_was_never_asked_for_is_told_nobody(void **state)
{
	(void)state;
	begin("a", now - 100, 0);
	see("a", now - 100, 1, 2);
	prepare("b", now - 10);
	see("b", now - 100, 3, 4);
	prepare("c", now - 10);
	acct_session_missing(&accounting, "c");
	pass_grace();
	assert_string_equal(told, "a start;");
}

static void two_sign_ins_at_once_are_one(void **state)
{
	(void)state;
	prepare("a", now - 1);
	prepare("b", now);
	see("b", now, 1, 2);
	see("a", now, 1, 2);
	end("logout", now, 3, 4);
	assert_string_equal(told, "b start;b stop 3/4 cause 6;");
}

static void a_row_comes_back_as_it_was(void **state)
{
	struct acct_row row = {
		.id = "0123456789abcdef0123456789abcdef",
		.mac = {0xfe, 0xff, 3, 4, 5, 6},
		.zone = "press",
		.user = "ann",
		.method = "mac",
		.class_value = {0, 1, 0xff},
		.class_size = 3,
		.ipv4 = "198.18.1.10",
		.ipv6 = "fd00::1",
		.interim_s = 1,
		.started_at = 2,
		.login_at = 3,
		.seen_at = 4,
		.last_seen_at = 5,
		.expires_at = 6,
		.idle_s = 7,
		.look_at = 8,
		.interim_at = 9,
		.lost_at = 10,
		.noted_at = 11,
		.noted = CAUSE_NAS_REQUEST,
		.is_started = true,
		.is_superseded = true,
		.base = {12, 13, 14, 15},
		.last = {1ULL << 60, 17, 18, 19},
	};
	struct acct_row again;

	(void)state;
	assert_int_equal(acct_row_put(accounting.accounts, &row), 0);
	assert_int_equal(acct_row_get(accounting.accounts, row.id, &again), 0);
	assert_memory_equal(&row, &again, sizeof(row));
	assert_int_equal(acct_row_lost(accounting.accounts, 10, &again), 0);
	assert_int_equal(acct_row_due(accounting.accounts, 7, 30, &again), -ENOENT);
	assert_int_equal(acct_row_due(accounting.accounts, 8, 30, &again), 0);
	assert_int_equal(acct_row_due(accounting.accounts, 29, 60, &again), -ENOENT);
	assert_int_equal(acct_row_delete(accounting.accounts, row.id), 0);
	assert_int_equal(acct_row_get(accounting.accounts, row.id, &again), -ENOENT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_session_begins_and_ends),
		TEST(an_end_before_the_first_look_has_a_start_too),
		TEST(who_is_gone_without_an_event_stops_with_what_is_known),
		TEST(after_a_reboot_the_cause_is_that),
		TEST(interims_come_when_they_are_due),
		TEST(a_renewal_divides_the_counters),
		TEST(an_end_that_is_heard_of_late_is_no_renewal),
		TEST(counters_that_went_back_are_another_session),
		TEST(two_that_were_never_looked_at_end_in_their_order),
		TEST(another_user_on_the_device_ends_it),
		TEST(a_renewal_elsewhere_goes_on),
		TEST(what_the_daemon_has_put_into_force_is_told_without_its_answer),
		TEST(what_it_was_never_asked_for_is_told_nobody),
		TEST(two_sign_ins_at_once_are_one),
		TEST(a_row_comes_back_as_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
