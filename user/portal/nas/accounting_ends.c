/* SPDX-License-Identifier: MIT */
/* accounting_ends.c - what a session was found to be, as rows and records in one transaction. */
#include <errno.h>
#include <string.h>
#include <time.h>

#include <sys/random.h>

#include "portal/nas/accounting_internal.h"

#define LOOK_EVERY_S  600 /* without interims: so that its counters are known when it is lost */
#define NOTE_HOLDS_S  30
#define LOST_A_TURN   64
#define CLOCK_SLACK_S 5 /* between two programs' idea of when it began */

static uint64_t now_s(void)
{
	return (uint64_t)time(NULL);
}

static uint32_t random_number(void)
{
	uint32_t number;

	return getrandom(&number, sizeof(number), GRND_NONBLOCK) == sizeof(number) ? number : 0;
}

static enum acct_cause noted_cause(const struct acct_row *row, uint64_t now)
{
	return row->noted_at + NOTE_HOLDS_S >= now ? row->noted : CAUSE_NONE;
}

/* --- beginning and going on ------------------------------------------------------------------ */

static int spool(struct accounting *accounting, const struct acct_row *row,
		 const struct acct_what *what)
{
	struct packet packet;

	acct_record(accounting->portal, row, what, &packet);
	return acct_spool(accounting, row->id, what->status, what->at, &packet);
}

static int start(struct accounting *accounting, struct acct_row *row)
{
	const struct acct_what what = {.status = ACCT_START, .at = row->started_at};

	row->is_started = true;
	return spool(accounting, row, &what);
}

static int interim(struct accounting *accounting, struct acct_row *row, uint64_t now)
{
	const struct acct_what what = {
		.status = ACCT_INTERIM,
		.at = now,
		.counts = acct_since(&row->last, &row->base),
	};

	return spool(accounting, row, &what);
}

static void schedule(struct acct_row *row, uint64_t now)
{
	if (!row->interim_s) {
		row->look_at = acct_first_interim(now, LOOK_EVERY_S, random_number());
		return;
	}
	if (!row->interim_at)
		row->interim_at = acct_first_interim(now, row->interim_s, random_number());
	else if (row->interim_at <= now) /* in its step, also when some were missed */
		row->interim_at += ((now - row->interim_at) / row->interim_s + 1) * row->interim_s;
	row->look_at = row->interim_at;
}

static void copy_seen(struct acct_row *row, const struct acct_seen *seen)
{
	row->login_at = seen->login_at;
	row->last_seen_at = seen->last_seen_at;
	row->expires_at = seen->expires_at;
	row->idle_s = seen->idle_s;
	row->last = seen->counts;
	row->seen_at = now_s();
	if (seen->ipv4[0])
		memcpy(row->ipv4, seen->ipv4, sizeof(row->ipv4));
	if (seen->ipv6[0])
		memcpy(row->ipv6, seen->ipv6, sizeof(row->ipv6));
}

static bool belongs(const struct acct_row *row, const struct acct_seen *seen)
{
	return seen->is_active && !strcmp(row->user, seen->user) &&
	       !strcmp(row->method, seen->method) &&
	       (row->login_at == seen->login_at || acct_goes_on(&seen->counts, &row->last));
}

/* Whether the daemon has put into force what it was asked for, or has what was there before. */
static bool is_confirmed(const struct acct_row *row, const struct acct_seen *seen)
{
	return row->seen_at ||
	       (belongs(row, seen) && seen->login_at + CLOCK_SLACK_S >= row->started_at);
}

static int lose(struct accounting *accounting, struct acct_row *row)
{
	row->lost_at = now_s();
	row->look_at = 0;
	return acct_row_put(accounting->accounts, row);
}

/*
 * The daemon's session of an earlier sign-in goes on with its counters, and then they are what
 * that one has come to and this one begins with; or it has ended, of which the event says more.
 */
static int supersede(struct accounting *accounting, struct acct_row *row,
		     const struct acct_seen *seen)
{
	struct acct_row others[ACCT_ROWS_OF_DEVICE];
	int i, err = 0, n = acct_rows_of(accounting->accounts, row->mac, row->zone, others);

	for (i = 0; i < n && !err; i++) {
		struct acct_row *other = &others[i];

		if (other->lost_at || !strcmp(other->id, row->id) ||
		    other->started_at > row->started_at)
			continue;
		if (!other->seen_at) { /* it was refused, or was there for no time */
			err = lose(accounting, other);
			continue;
		}
		if (acct_goes_on(&seen->counts, &other->last))
			row->base = other->last = seen->counts;
		other->is_superseded = true;
		other->seen_at = row->started_at;
		err = lose(accounting, other);
	}
	return n < 0 ? n : err;
}

static int take_seen(struct accounting *accounting, struct acct_row *row,
		     const struct acct_seen *seen)
{
	uint64_t now = now_s();
	int err = 0;

	if (!is_confirmed(row, seen))
		return lose(accounting, row);
	if (!row->is_started) {
		err = supersede(accounting, row, seen);
		copy_seen(row, seen);
		if (!err)
			err = start(accounting, row);
	} else if (!belongs(row, seen)) {
		if (acct_goes_on(&seen->counts, &row->last))
			row->last = seen->counts;
		row->seen_at = now;
		return lose(accounting, row);
	} else {
		copy_seen(row, seen);
		if (row->interim_at && row->interim_at <= now)
			err = interim(accounting, row, now);
	}
	schedule(row, now);
	return err ? err : acct_row_put(accounting->accounts, row);
}

/* --- ends --------------------------------------------------------------------------------------- */

static int stop(struct accounting *accounting, struct acct_row *row, uint64_t at,
		enum acct_cause cause)
{
	const struct acct_what what = {
		.status = ACCT_STOP,
		.at = at < row->started_at ? row->started_at : at,
		.counts = acct_since(&row->last, &row->base),
		.cause = cause,
	};
	int err = 0;

	if (!row->is_started)
		err = start(accounting, row);
	if (!err)
		err = spool(accounting, row, &what);
	return err ? err : acct_row_delete(accounting->accounts, row->id);
}

static int stop_lost(struct accounting *accounting, struct acct_row *row)
{
	uint64_t at, now = now_s();
	const struct acct_loss loss = {
		.noted = noted_cause(row, row->lost_at),
		.is_superseded = row->is_superseded,
		.has_rebooted = accounting->booted_at > row->seen_at,
		.expires_at = row->expires_at,
		.last_seen_at = row->last_seen_at,
		.idle_s = row->idle_s,
		.seen_at = row->seen_at,
		.now = now,
	};
	enum acct_cause cause = acct_cause_of_loss(&loss, &at);

	/* Nobody has ever seen it: the daemon was not asked, or has refused. */
	if (!row->seen_at)
		return acct_row_delete(accounting->accounts, row->id);
	return stop(accounting, row, at, cause);
}

/* Whose end it is: the sign-in of that time; or one that somebody has renewed since. */
static struct acct_row *find_ended(struct acct_row *rows, int n, uint64_t login_at)
{
	int i;

	for (i = 0; i < n; i++) {
		if (rows[i].login_at == login_at)
			return &rows[i];
	}
	/* Not looked at yet: the oldest first. */
	for (i = n - 1; i >= 0; i--) {
		if (!rows[i].login_at && login_at + CLOCK_SLACK_S >= rows[i].started_at)
			return &rows[i];
	}
	for (i = 0; i < n; i++) {
		if (rows[i].login_at && rows[i].login_at < login_at && !rows[i].is_superseded)
			return &rows[i];
	}
	return NULL;
}

/* The daemon counts from zero again, for who has come since. */
static int clear_bases(struct accounting *accounting, struct acct_row *rows, int n,
		       const struct acct_row *ended)
{
	int i, err = 0;

	for (i = 0; i < n && !err; i++) {
		if (&rows[i] == ended || rows[i].started_at < ended->started_at)
			continue;
		rows[i].base = (struct acct_counts){};
		err = acct_row_put(accounting->accounts, &rows[i]);
	}
	return err;
}

static int take_end(struct accounting *accounting, const struct acct_end *end)
{
	struct acct_row rows[ACCT_ROWS_OF_DEVICE], *row;
	int n = acct_rows_of(accounting->accounts, end->mac, end->zone, rows), err;

	row = find_ended(rows, n, end->login_at);
	if (!row)
		return n < 0 ? n : 0;
	row->last = end->counts;
	err = stop(accounting, row, end->at, acct_cause(end->reason, noted_cause(row, end->at)));
	return err ? err : clear_bases(accounting, rows, n, row);
}

/* --- each in a transaction ---------------------------------------------------------------------- */

static int begin_transaction(struct accounting *accounting)
{
	accounting->n_spooled_before = accounting->n_spooled;
	return accounts_begin(accounting->accounts, false);
}

static void end_transaction(struct accounting *accounting, int err)
{
	if (err)
		accounts_rollback(accounting->accounts);
	else
		err = accounts_commit(accounting->accounts);
	if (!err)
		return;
	accounting->n_spooled = accounting->n_spooled_before;
	acct_failed(accounting, err);
}

void acct_session_seen(struct accounting *accounting, const char *id, const struct acct_seen *seen)
{
	struct acct_row row;
	int err = begin_transaction(accounting);

	if (!err)
		err = acct_row_get(accounting->accounts, id, &row);
	if (!err && !row.lost_at)
		err = take_seen(accounting, &row, seen);
	end_transaction(accounting, err == -ENOENT ? 0 : err);
}

void acct_session_missing(struct accounting *accounting, const char *id)
{
	struct acct_row row;
	int err = begin_transaction(accounting);

	if (!err)
		err = acct_row_get(accounting->accounts, id, &row);
	if (!err && !row.lost_at)
		err = lose(accounting, &row);
	end_transaction(accounting, err == -ENOENT ? 0 : err);
}

void acct_session_ended(struct accounting *accounting, const struct acct_end *end)
{
	int err = begin_transaction(accounting);

	if (!err)
		err = take_end(accounting, end);
	end_transaction(accounting, err);
}

void acct_end_lost(struct accounting *accounting)
{
	uint64_t before = now_s() - ACCT_GRACE_S;
	struct acct_row row;
	int i, err = 0;

	if (acct_row_lost(accounting->accounts, before, &row))
		return;
	err = begin_transaction(accounting);
	for (i = 0; i < LOST_A_TURN && !err; i++) {
		err = acct_row_lost(accounting->accounts, before, &row);
		if (!err)
			err = stop_lost(accounting, &row);
	}
	end_transaction(accounting, err == -ENOENT ? 0 : err);
}
