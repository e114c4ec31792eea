/* SPDX-License-Identifier: MIT */
/* accounting.c - accounting as a part of the portal: its start and stop, and what others tell it. */
#include "portal/nas/accounting.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sys/random.h>

#include "portal/nas/accounting_internal.h"
#include "portal/nas/mac_auth.h"

#define TICK_MS	       1000
#define FIRST_WINDOW   8
#define SPOOL_RECORDS  1000000 /* at most: then a hundredth of it is given up */
#define FAREWELL_MS    2000    /* for an Accounting-Off to be answered */
#define PAUSE_S	       60      /* of who pressed the button, in signing in without a page */
#define TELL_FAILURE_S 60
#define CLOCK_STEP_S   3 /* less is taken for its drift */

void acct_failed(struct accounting *accounting, int err)
{
	static uint64_t told_at;
	uint64_t now = (uint64_t)time(NULL);

	if (now < told_at + TELL_FAILURE_S)
		return;
	told_at = now;
	log_error("accounting: the database '%s' can't be used (%s: %s); see to the disk",
		  accounting->accounts->file, strerror(-err),
		  accounts_problem(accounting->accounts));
}

static int shrink(struct accounting *accounting)
{
	uint64_t n_removed;
	int err = acct_spool_shrink(accounting->accounts, SPOOL_RECORDS / 100, &n_removed);

	if (err)
		return err;
	accounting->n_spooled -=
		n_removed < accounting->n_spooled ? n_removed : accounting->n_spooled;
	log_error("accounting: %llu records are given up, for %d wait already and no server in "
		  "[radius] `accounting` answers",
		  (unsigned long long)n_removed, SPOOL_RECORDS);
	return 0;
}

int acct_spool(struct accounting *accounting, const char *session, enum acct_status status,
	       uint64_t at, const struct packet *packet)
{
	int n_dropped = acct_spool_add(accounting->accounts, session, status, at, packet);

	if (n_dropped < 0)
		return n_dropped;
	accounting->n_spooled += 1 - (uint64_t)n_dropped;
	return accounting->n_spooled > SPOOL_RECORDS ? shrink(accounting) : 0;
}

static uint64_t boot_time(void)
{
	uint64_t now = (uint64_t)time(NULL);
	struct timespec up = {};

	clock_gettime(CLOCK_BOOTTIME, &up);
	return now > (uint64_t)up.tv_sec ? now - (uint64_t)up.tv_sec : 0;
}

/* Else an hour would be added to all sessions, or nothing would be due for one. */
static void follow_clock(struct accounting *accounting)
{
	uint64_t booted_at = boot_time();
	int64_t by = (int64_t)(booted_at - accounting->booted_at);
	int err = 0;

	if (by > CLOCK_STEP_S || by < -CLOCK_STEP_S) {
		err = acct_rows_shift(accounting->accounts, by);
		if (!err)
			err = acct_spool_wake(accounting->accounts);
	}
	if (err)
		acct_failed(accounting, err);
	else
		accounting->booted_at = booted_at;
}

static void on_tick(void *context)
{
	struct accounting *accounting = context;

	follow_clock(accounting);
	acct_end_lost(accounting);
	acct_look(accounting);
	acct_send(accounting);
}

/*
 * On and Off say that no session goes on, and servers close all they know of. Sessions outlive
 * this program, the daemon and even the machine's run; so that is only said when it is true.
 */
static int tell_all(struct accounting *accounting, enum acct_status status)
{
	uint64_t n, now = (uint64_t)time(NULL);
	struct packet packet;
	int err = acct_rows_number(accounting->accounts, &n);

	if (err)
		return err;
	if (n)
		return -EBUSY;
	acct_record_all(&packet, status, now);
	return acct_spool(accounting, "", status, now, &packet);
}

static int begin_work(struct accounting *accounting)
{
	struct portal *portal = accounting->portal;
	int err = acct_spool_wake(accounting->accounts);

	if (!err)
		err = tell_all(accounting, ACCT_ON);
	if (!err || err == -EBUSY)
		err = acct_spool_number(accounting->accounts, &accounting->n_spooled);
	if (err)
		return err;
	accounting->timer = loop_timer(portal->loop, on_tick, accounting);
	if (accounting->timer < 0)
		return accounting->timer;
	loop_set_every(portal->loop, accounting->timer, TICK_MS);
	return control_follow(portal->control, acct_on_event, accounting);
}

int accounting_start(struct portal *portal, struct error *error)
{
	struct accounting *accounting;
	int err;

	if (!portal->config->radius.accounting.n)
		return 0;
	accounting = calloc(1, sizeof(*accounting));
	if (!accounting)
		return fail(error, ENOMEM, "out of memory");
	portal->accounting = accounting;
	accounting->portal = portal;
	accounting->accounts = portal->accounts;
	accounting->window = FIRST_WINDOW;
	accounting->booted_at = boot_time();
	err = begin_work(accounting);
	return err ? fail(error, -err, "accounting can't begin with the database '%s': %s",
			  portal->accounts->file, strerror(-err))
		   : 0;
}

static void on_farewell(void *context)
{
	struct accounting *accounting = context;

	loop_stop(accounting->portal->loop);
}

/* What isn't answered in time is no loss: the next start says the same with Accounting-On. */
static void say_farewell(struct accounting *accounting)
{
	struct portal *portal = accounting->portal;
	int timer;

	if (!portal->radius || tell_all(accounting, ACCT_OFF))
		return;
	timer = loop_timer(portal->loop, on_farewell, accounting);
	if (timer < 0)
		return;
	accounting->is_stopping = true;
	loop_set(portal->loop, timer, FAREWELL_MS);
	acct_send(accounting);
	if (accounting->n_sending)
		(void)loop_run(portal->loop);
}

void accounting_stop(struct portal *portal)
{
	struct accounting *accounting = portal->accounting;

	if (!accounting)
		return;
	say_farewell(accounting);
	acct_looks_orphan(accounting);
	acct_sending_orphan(accounting);
	free(accounting);
	portal->accounting = NULL;
}

/* --- what others tell ---------------------------------------------------------------------------- */

/* Sorted by time, and never the same again. */
static void make_id(char id[ACCT_ID_SIZE], uint64_t now)
{
	uint64_t number;

	/* So few bytes don't fail and don't wait, but for the first seconds of a machine. */
	if (getrandom(&number, sizeof(number), 0) != sizeof(number))
		abort();
	snprintf(id, ACCT_ID_SIZE, "%08llx%016llx", (unsigned long long)(now & 0xffffffff),
		 (unsigned long long)number);
}

static int put(struct accounting *accounting, const struct acct_row *row)
{
	int err = accounts_begin(accounting->accounts, false);

	if (err)
		return err;
	err = acct_row_put(accounting->accounts, row);
	if (err) {
		accounts_rollback(accounting->accounts);
		return err;
	}
	return accounts_commit(accounting->accounts);
}

static void fill_row(struct accounting *accounting, const struct attempt *attempt,
		     struct acct_row *row)
{
	const struct grant *grant = &attempt->grant;
	const struct device *device = &attempt->device;
	uint64_t now = (uint64_t)time(NULL);

	*row = (struct acct_row){
		.class_size = grant->class_size <= CLASS_SIZE ? grant->class_size : 0,
		.interim_s = acct_interim_s(accounting->portal->config->radius.interim_s,
					    grant->interim_s),
		.started_at = now,
		.look_at = now + ACCT_LEASE_S,
	};
	if (grant->session_id[0])
		memcpy(row->id, grant->session_id, sizeof(row->id));
	else
		make_id(row->id, now);
	memcpy(row->mac, device->mac, sizeof(row->mac));
	memcpy(row->class_value, grant->class_value, row->class_size);
	snprintf(row->zone, sizeof(row->zone), "%s", device->zone);
	snprintf(row->user, sizeof(row->user), "%s", grant->user);
	snprintf(row->method, sizeof(row->method), "%s", grant->method);
	snprintf(strchr(device->address, ':') ? row->ipv6 : row->ipv4, sizeof(row->ipv4), "%s",
		 strncmp(device->address, "fe80:", 5) ? device->address : "");
}

/* Somebody else signs in on the device without RADIUS: then the one before has ended. */
static void look_at_device(struct accounting *accounting, const struct device *device)
{
	struct acct_row rows[ACCT_ROWS_OF_DEVICE];
	int i, n = acct_rows_of(accounting->accounts, device->mac, device->zone, rows);

	for (i = 0; i < n; i++) {
		if (rows[i].lost_at)
			continue;
		rows[i].look_at = (uint64_t)time(NULL);
		(void)put(accounting, &rows[i]);
	}
	acct_look(accounting);
}

/* -ENOENT: it could not be written, or was found to be lost already. */
static int find_prepared(struct accounting *accounting, const struct attempt *attempt,
			 struct acct_row *ret_row)
{
	struct acct_row rows[ACCT_ROWS_OF_DEVICE];
	int i, n = acct_rows_of(accounting->accounts, attempt->device.mac, attempt->device.zone,
				rows);

	for (i = 0; i < n; i++) {
		if (rows[i].seen_at || rows[i].lost_at ||
		    strcmp(rows[i].user, attempt->grant.user) != 0)
			continue;
		*ret_row = rows[i];
		return 0;
	}
	return n < 0 ? n : -ENOENT;
}

static int prepare(struct accounting *accounting, const struct attempt *attempt,
		   struct acct_row *ret_row)
{
	int err;

	fill_row(accounting, attempt, ret_row);
	err = put(accounting, ret_row);
	if (err)
		acct_failed(accounting, err);
	return err;
}

void accounting_prepare(struct attempt *attempt)
{
	struct accounting *accounting = attempt->portal->accounting;
	struct acct_row row;

	if (accounting && attempt->grant.has_accounting)
		(void)prepare(accounting, attempt, &row);
}

void accounting_cancel(struct attempt *attempt)
{
	struct accounting *accounting = attempt->portal->accounting;
	struct acct_row row;

	/* One that stays is found out by a look. */
	if (accounting && attempt->grant.has_accounting &&
	    !find_prepared(accounting, attempt, &row))
		(void)acct_row_delete(accounting->accounts, row.id);
}

void accounting_begin(struct attempt *attempt)
{
	struct accounting *accounting = attempt->portal->accounting;
	struct acct_row row;
	int err;

	if (!accounting)
		return;
	if (!attempt->grant.has_accounting) {
		look_at_device(accounting, &attempt->device);
		return;
	}
	err = find_prepared(accounting, attempt, &row);
	if (err)
		err = prepare(accounting, attempt, &row);
	if (!err)
		(void)acct_look_at(accounting, &row);
}

void accounting_note_end(struct portal *portal, const uint8_t mac[6], const char *zone,
			 enum sign_out_reason reason)
{
	static const enum acct_cause causes[] = {
		[SIGN_OUT_BY_USER] = CAUSE_USER_REQUEST,
		[SIGN_OUT_BY_SERVER] = CAUSE_ADMIN_RESET,
		[SIGN_OUT_FOR_ANOTHER] = CAUSE_NAS_REQUEST,
	};
	struct accounting *accounting = portal->accounting;
	struct acct_row rows[ACCT_ROWS_OF_DEVICE];
	int i, n;

	mac_auth_forget(portal, mac, zone, reason == SIGN_OUT_BY_SERVER ? 0 : PAUSE_S);
	if (!accounting)
		return;
	n = acct_rows_of(accounting->accounts, mac, zone, rows);
	for (i = 0; i < n; i++) {
		rows[i].noted = causes[reason];
		rows[i].noted_at = (uint64_t)time(NULL);
		(void)put(accounting, &rows[i]);
	}
}

int accounting_find(struct portal *portal, const char *id, uint8_t ret_mac[6],
		    char ret_zone[ZONE_NAME_SIZE])
{
	struct acct_row row;
	int err =
		portal->accounting ? acct_row_get(portal->accounting->accounts, id, &row) : -ENOENT;

	if (err || row.lost_at)
		return err ? err : -ENOENT;
	memcpy(ret_mac, row.mac, sizeof(row.mac));
	memcpy(ret_zone, row.zone, sizeof(row.zone));
	return 0;
}

int accounting_id(struct portal *portal, const struct device *device,
		  char ret_id[ACCT_SESSION_ID_SIZE])
{
	struct accounting *accounting = portal->accounting;
	struct acct_row rows[ACCT_ROWS_OF_DEVICE];
	int i, n = accounting ? acct_rows_of(accounting->accounts, device->mac, device->zone, rows)
			      : 0;

	for (i = 0; i < n; i++) {
		if (rows[i].is_superseded || rows[i].lost_at)
			continue;
		memcpy(ret_id, rows[i].id, ACCT_SESSION_ID_SIZE);
		return 0;
	}
	return -ENOENT;
}
