/* SPDX-License-Identifier: MIT */
/* test_accounting.c - causes, counters beyond 4 GiB, and the order in which records are sent. */
#include "scratch_accounts.h"
#include "table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "portal/nas/accounting_internal.h"
#include "portal/nas/nas.h"

/* The rest of the part is made up. */
void nas_add_device(const struct portal *portal, const struct device *device, struct packet *packet)
{
	(void)portal;
	packet_add_text(packet, ATTR_FRAMED_IP_ADDRESS, device->address);
}

int acct_spool(struct accounting *accounting, const char *session, enum acct_status status,
	       uint64_t at, const struct packet *packet)
{
	(void)accounting;
	return acct_spool_add(accounts, session, status, at, packet) < 0 ? -EIO : 0;
}

void acct_failed(struct accounting *accounting, int err)
{
	(void)accounting;
	(void)err;
	_fail(__FILE__, __LINE__);
}

static void a_reason_has_its_cause(void **state)
{
	(void)state;
	assert_int_equal(acct_cause("idle", CAUSE_NONE), CAUSE_IDLE_TIMEOUT);
	assert_int_equal(acct_cause("timeout", CAUSE_USER_REQUEST), CAUSE_SESSION_TIMEOUT);
	assert_int_equal(acct_cause("quota", CAUSE_NONE), CAUSE_SESSION_TIMEOUT);
	assert_int_equal(acct_cause("blocked", CAUSE_NONE), CAUSE_ADMIN_RESET);
	assert_int_equal(acct_cause("logout", CAUSE_NONE), CAUSE_ADMIN_RESET);
	assert_int_equal(acct_cause("logout", CAUSE_USER_REQUEST), CAUSE_USER_REQUEST);
	assert_int_equal(acct_cause("logout", CAUSE_NAS_REQUEST), CAUSE_NAS_REQUEST);
	assert_int_equal(acct_cause("", CAUSE_NONE), CAUSE_ADMIN_RESET);
}

static void a_loss_has_the_likeliest_cause(void **state)
{
	static const struct {
		struct acct_loss loss;
		enum acct_cause cause;
		uint64_t at;
	} cases[] = {
		{{.seen_at = 50, .now = 100}, CAUSE_LOST_SERVICE, 50},
		{{.expires_at = 90, .seen_at = 50, .now = 100}, CAUSE_SESSION_TIMEOUT, 90},
		{{.expires_at = 190, .seen_at = 50, .now = 100}, CAUSE_LOST_SERVICE, 50},
		{{.idle_s = 20, .last_seen_at = 45, .seen_at = 50, .now = 100},
		 CAUSE_IDLE_TIMEOUT,
		 65},
		{{.idle_s = 60, .last_seen_at = 45, .seen_at = 50, .now = 100},
		 CAUSE_LOST_SERVICE,
		 50},
		{{.has_rebooted = true,
		  .idle_s = 20,
		  .last_seen_at = 45,
		  .seen_at = 50,
		  .now = 100},
		 CAUSE_NAS_REBOOT,
		 50},
		{{.noted = CAUSE_ADMIN_RESET, .has_rebooted = true, .seen_at = 50, .now = 100},
		 CAUSE_ADMIN_RESET,
		 50},
		{{.is_superseded = true, .expires_at = 90, .seen_at = 50, .now = 100},
		 CAUSE_USER_REQUEST,
		 50},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t at = 0;

		assert_int_equal(acct_cause_of_loss(&cases[i].loss, &at), cases[i].cause);
		assert_int_equal(at, cases[i].at);
	}
}

static void sessions_of_one_moment_leave_their_step(void **state)
{
	uint64_t least = UINT64_MAX, most = 0;
	uint32_t i;

	(void)state;
	for (i = 0; i < 1000; i++) {
		uint64_t at = acct_first_interim(1000, 600, i * 2654435761U);

		least = at < least ? at : least;
		most = at > most ? at : most;
	}
	assert_in_range(least, 1300, 1310);
	assert_in_range(most, 1590, 1600);
	assert_int_equal(acct_first_interim(1000, 1, 7), 1001);
	assert_int_equal(acct_interim_s(0, 0), 0);
	assert_int_equal(acct_interim_s(0, 5), 60);
	assert_int_equal(acct_interim_s(5, 600), 5);
}

static void patience_has_a_bound(void **state)
{
	(void)state;
	assert_int_equal(acct_patience_s(0), 1);
	assert_int_equal(acct_patience_s(3), 8);
	assert_int_equal(acct_patience_s(6), 60);
	assert_int_equal(acct_patience_s(UINT32_MAX), 60);
}

static uint32_t number_in(const struct packet *packet, enum attribute attribute)
{
	struct attributes attributes;
	uint32_t number = UINT32_MAX;

	assert_int_equal(attributes_read(packet->data + RADIUS_MIN, packet->size - RADIUS_MIN,
					 &attributes),
			 0);
	assert_true(attribute_number(&attributes, attribute, &number));
	return number;
}

static void counters_are_split_at_4_gib(void **state)
{
	static const uint64_t sizes[] = {
		0, 1, 0xffffffffULL, 0x100000000ULL, 0x100000001ULL, 0x1234567890abcdefULL};
	const struct acct_row row = {.id = "abc", .user = "ann", .started_at = 100};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		const struct acct_what what = {
			.status = ACCT_STOP,
			.at = 160,
			.counts = {.up_bytes = sizes[i],
				   .down_bytes = ~sizes[i],
				   .up_packets = 7,
				   .down_packets = 9},
			.cause = CAUSE_IDLE_TIMEOUT,
		};
		struct packet packet;

		acct_record(NULL, &row, &what, &packet);
		assert_false(packet.is_full);
		assert_int_equal(number_in(&packet, ATTR_ACCT_INPUT_OCTETS), (uint32_t)sizes[i]);
		assert_int_equal(number_in(&packet, ATTR_ACCT_INPUT_GIGAWORDS), sizes[i] >> 32);
		assert_int_equal(number_in(&packet, ATTR_ACCT_OUTPUT_OCTETS), (uint32_t)~sizes[i]);
		assert_int_equal(number_in(&packet, ATTR_ACCT_OUTPUT_GIGAWORDS), ~sizes[i] >> 32);
		assert_int_equal(number_in(&packet, ATTR_ACCT_INPUT_PACKETS), 7);
		assert_int_equal(number_in(&packet, ATTR_ACCT_OUTPUT_PACKETS), 9);
		assert_int_equal(number_in(&packet, ATTR_ACCT_SESSION_TIME), 60);
		assert_int_equal(number_in(&packet, ATTR_ACCT_TERMINATE_CAUSE), 4);
		assert_int_equal(number_in(&packet, ATTR_EVENT_TIMESTAMP), 160);
	}
}

static void class_is_copied_as_it_is(void **state)
{
	struct acct_row row = {.id = "abc", .class_size = CLASS_SIZE};
	const struct acct_what what = {.status = ACCT_START, .at = 1};
	struct attributes attributes;
	struct packet packet;
	size_t i;

	(void)state;
	for (i = 0; i < CLASS_SIZE; i++)
		row.class_value[i] = (uint8_t)(i * 7);
	acct_record(NULL, &row, &what, &packet);
	assert_int_equal(attributes_read(packet.data + RADIUS_MIN, packet.size - RADIUS_MIN,
					 &attributes),
			 0);
	assert_int_equal(attributes.values[ATTR_CLASS].size, CLASS_SIZE);
	assert_memory_equal(attributes.values[ATTR_CLASS].data, row.class_value, CLASS_SIZE);
	assert_null(attributes.values[ATTR_ACCT_TERMINATE_CAUSE].data);
	assert_null(attributes.values[ATTR_ACCT_INPUT_OCTETS].data);
}

/* --- the spool -------------------------------------------------------------------------------- */

static void add(const char *session, enum acct_status status, uint64_t at)
{
	struct packet packet;

	acct_record_all(&packet, status, at);
	assert_true(acct_spool_add(accounts, session, status, at, &packet) >= 0);
}

/* "a1" is session a's Start; "-": nothing is to be sent. */
static const char *next(uint64_t now_ms, struct acct_spooled *record)
{
	static char text[ACCT_ID_SIZE + 8];
	int err = acct_spool_next(accounts, now_ms, NULL, 0, record);

	if (err == -ENOENT)
		return "-";
	assert_int_equal(err, 0);
	snprintf(text, sizeof(text), "%s%d", record->session, record->status);
	return text;
}

static void done(const struct acct_spooled *record)
{
	assert_int_equal(acct_spool_done(accounts, record), 0);
}

static uint64_t number(void)
{
	uint64_t n = 0;

	assert_int_equal(acct_spool_number(accounts, &n), 0);
	return n;
}

static void records_of_a_session_keep_their_order(void **state)
{
	struct acct_spooled record, other;
	uint64_t on_way[1];

	(void)state;
	add("a", ACCT_START, 1);
	add("a", ACCT_STOP, 2);
	add("b", ACCT_START, 3);
	assert_string_equal(next(0, &record), "a1");
	on_way[0] = record.seq;
	/* While it is on its way only another session's may go. */
	assert_int_equal(acct_spool_next(accounts, 0, on_way, 1, &other), 0);
	assert_string_equal(other.session, "b");
	done(&other);
	assert_int_equal(acct_spool_next(accounts, 0, on_way, 1, &other), -ENOENT);
	/* Put off, it holds up those behind it. */
	assert_int_equal(acct_spool_later(accounts, &record, 5000), 0);
	assert_string_equal(next(4999, &record), "-");
	assert_string_equal(next(5000, &record), "a1");
	assert_int_equal(record.tries, 1);
	done(&record);
	assert_string_equal(next(0, &record), "a2");
	assert_int_equal(record.at, 2);
	done(&record);
	assert_int_equal(number(), 0);
}

static void a_newer_interim_takes_the_place_of_one_that_waits(void **state)
{
	struct acct_spooled record;

	(void)state;
	add("a", ACCT_START, 1);
	add("a", ACCT_INTERIM, 2);
	add("a", ACCT_INTERIM, 3);
	add("b", ACCT_INTERIM, 4);
	add("a", ACCT_INTERIM, 5);
	add("a", ACCT_STOP, 6);
	assert_int_equal(number(), 4);
	assert_string_equal(next(0, &record), "a1");
	done(&record);
	assert_string_equal(next(0, &record), "b3");
	done(&record);
	assert_string_equal(next(0, &record), "a3");
	assert_int_equal(record.at, 5);
	/* The first may be on its way: it stays. */
	add("a", ACCT_INTERIM, 7);
	done(&record);
	assert_string_equal(next(0, &record), "a2");
	done(&record);
	assert_string_equal(next(0, &record), "a3");
	done(&record);
	assert_int_equal(number(), 0);
}

static void nothing_overtakes_an_accounting_on(void **state)
{
	struct acct_spooled record;
	int i;

	(void)state;
	add("a", ACCT_STOP, 1);
	add("", ACCT_ON, 2);
	add("b", ACCT_START, 3);
	assert_string_equal(next(0, &record), "a2");
	done(&record);
	assert_string_equal(next(0, &record), "7");
	assert_int_equal(acct_spool_later(accounts, &record, 5000), 0);
	assert_string_equal(next(0, &record), "-");
	assert_string_equal(next(5000, &record), "7");
	/* Without an answer it doesn't hold up the others for ever. */
	for (i = 1; i <= 10; i++) {
		assert_string_equal(next(5000, &record), "7");
		assert_int_equal(acct_spool_later(accounts, &record, 5000), 0);
	}
	assert_string_equal(next(5000, &record), "b1");
	done(&record);
}

static void a_full_spool_loses_the_oldest_interims_first(void **state)
{
	struct acct_spooled record;
	uint64_t n_removed = 0;

	(void)state;
	add("a", ACCT_START, 1);
	add("a", ACCT_INTERIM, 2);
	add("b", ACCT_INTERIM, 3);
	add("b", ACCT_STOP, 4);
	add("c", ACCT_INTERIM, 5);
	assert_int_equal(acct_spool_shrink(accounts, 2, &n_removed), 0);
	assert_int_equal(n_removed, 2);
	assert_int_equal(number(), 3);
	/* Whose first record has gone isn't stuck. */
	assert_string_equal(next(0, &record), "a1");
	done(&record);
	assert_string_equal(next(0, &record), "b2");
	assert_int_equal(acct_spool_shrink(accounts, 2, &n_removed), 0);
	assert_int_equal(n_removed, 2);
	assert_int_equal(number(), 0);
}

/* As after a kill: nothing that was put off is forgotten, and all of it is due. */
static void records_outlive_the_program(void **state)
{
	struct acct_spooled record;
	struct error error;

	(void)state;
	add("a", ACCT_START, 1);
	add("a", ACCT_STOP, 2);
	assert_string_equal(next(0, &record), "a1");
	assert_int_equal(acct_spool_later(accounts, &record, 999999), 0);
	accounts = accounts_close(accounts);
	assert_int_equal(accounts_open(scratch, &accounts, &error), 0);
	assert_int_equal(acct_spool_wake(accounts), 0);
	assert_string_equal(next(0, &record), "a1");
	assert_true(record.size > 0);
	done(&record);
	assert_string_equal(next(0, &record), "a2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reason_has_its_cause),
		cmocka_unit_test(a_loss_has_the_likeliest_cause),
		cmocka_unit_test(sessions_of_one_moment_leave_their_step),
		cmocka_unit_test(patience_has_a_bound),
		cmocka_unit_test(counters_are_split_at_4_gib),
		cmocka_unit_test(class_is_copied_as_it_is),
		cmocka_unit_test_setup_teardown(records_of_a_session_keep_their_order,
						accounts_set_up, accounts_tear_down),
		cmocka_unit_test_setup_teardown(a_newer_interim_takes_the_place_of_one_that_waits,
						accounts_set_up, accounts_tear_down),
		cmocka_unit_test_setup_teardown(nothing_overtakes_an_accounting_on, accounts_set_up,
						accounts_tear_down),
		cmocka_unit_test_setup_teardown(a_full_spool_loses_the_oldest_interims_first,
						accounts_set_up, accounts_tear_down),
		cmocka_unit_test_setup_teardown(records_outlive_the_program, accounts_set_up,
						accounts_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
