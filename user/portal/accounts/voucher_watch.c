/* SPDX-License-Identifier: MIT */
/*
 * voucher_watch.c - the sessions of vouchers followed: the daemon's events, and questions to it
 * for what a voucher's devices use together.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "portal/accounts/vouchers.h"

#define TICK_MS	       1000
#define CHECKS_MAX     32 /* on their way */
#define CHECK_LIMIT_S  10 /* after which a check that got no answer is made again */
#define SHARED_QUOTA_S 3  /* what several devices pass in this time is what a quota is exact to */
#define QUOTA_S	       30
#define NO_QUOTA_S     300
#define MISSING_S      3
#define WRONG_BURST    500 /* codes that don't exist: of all devices together */
#define WRONG_PER_S    50

struct vouchers {
	struct portal *portal;
	int timer;
	uint32_t n_checks;
	uint32_t wrong_left;
};

/* A question to the daemon that is on its way. */
struct check {
	struct vouchers *vouchers;
	char code[VOUCHER_CODE_SIZE];
	vouchers_fn fn;
	void *context;
};

static uint64_t wall_s(void)
{
	return (uint64_t)time(NULL);
}

/* --- checks -------------------------------------------------------------------------------- */

/* What there is to do is found again by the next check. */
static void ignore(void *context, int status, const json_t *answer)
{
	(void)context;
	(void)status;
	(void)answer;
}

static void sign_out(struct vouchers *vouchers, const char *code)
{
	char path[CONTROL_PATH_SIZE];

	snprintf(path, sizeof(path), "/v1/sessions?user=%s", code);
	(void)control_request(vouchers->portal->control, "DELETE", path, NULL, ignore, NULL);
}

static uint64_t next_check(const struct voucher *voucher, bool is_over, uint64_t now)
{
	if (is_over)
		return now + MISSING_S;
	if (!voucher->quota_bytes.is_given || !voucher->quota_bytes.value)
		return now + NO_QUOTA_S;
	return now + (voucher->devices == 1 ? QUOTA_S : SHARED_QUOTA_S);
}

/* What its sessions have come to is known now. */
static int conclude(struct vouchers *vouchers, const char *code, size_t n_there)
{
	struct accounts *accounts = vouchers->portal->accounts;
	uint64_t now = wall_s();
	struct voucher voucher;
	int err = vouchers_get(accounts, code, &voucher);
	bool is_over;

	if (err == -ENOENT) {
		if (n_there)
			sign_out(vouchers, code);
		return 0;
	}
	if (err)
		return err;
	is_over = voucher_state(&voucher, now) > VOUCHER_IN_USE;
	if (is_over && n_there)
		sign_out(vouchers, code);
	/* Those that are missing are looked at soon. */
	return voucher_sessions_set_due(
		accounts, code, next_check(&voucher, is_over || voucher.n_sessions > n_there, now));
}

static void on_answer(void *context, int status, const json_t *answer)
{
	struct check *check = context;
	struct vouchers *vouchers = check->vouchers;
	int err = -EIO;

	vouchers->n_checks--;
	if (status == 200 && json_is_array(answer))
		err = voucher_sessions_take(vouchers->portal->accounts, check->code, answer,
					    wall_s());
	if (!err)
		err = conclude(vouchers, check->code, json_array_size(answer));
	if (check->fn)
		check->fn(check->context, err);
	free(check);
}

int vouchers_check(struct vouchers *vouchers, const char *code, vouchers_fn fn, void *context)
{
	struct check *check = calloc(1, sizeof(*check));
	char path[CONTROL_PATH_SIZE];
	int err;

	if (!check)
		return -ENOMEM;
	*check = (struct check){.vouchers = vouchers, .fn = fn, .context = context};
	snprintf(check->code, sizeof(check->code), "%s", code);
	snprintf(path, sizeof(path), "/v1/sessions?user=%s", check->code);
	err = control_request(vouchers->portal->control, "GET", path, NULL, on_answer, check);
	if (err)
		free(check);
	else
		vouchers->n_checks++;
	return err;
}

static void check_due(struct vouchers *vouchers)
{
	struct accounts *accounts = vouchers->portal->accounts;
	char codes[CHECKS_MAX][VOUCHER_CODE_SIZE];
	uint64_t now = wall_s();
	int i, n;

	if (vouchers->n_checks >= CHECKS_MAX)
		return;
	n = voucher_sessions_due(accounts, now, codes, CHECKS_MAX - vouchers->n_checks);
	if (n <= 0 || accounts_begin(accounts, false))
		return;
	for (i = 0; i < n; i++)
		(void)voucher_sessions_set_due(accounts, codes[i], now + CHECK_LIMIT_S);
	if (accounts_commit(accounts))
		return;
	for (i = 0; i < n; i++)
		(void)vouchers_check(vouchers, codes[i], NULL, NULL);
}

static void on_tick(void *context)
{
	struct vouchers *vouchers = context;

	vouchers->wrong_left = vouchers->wrong_left + WRONG_PER_S < WRONG_BURST
				       ? vouchers->wrong_left + WRONG_PER_S
				       : WRONG_BURST;
	check_due(vouchers);
	accounts_sync(vouchers->portal->accounts);
}

/* --- events -------------------------------------------------------------------------------- */

static const char *text_of(const json_t *event, const char *name)
{
	const char *text = json_string_value(json_object_get(event, name));

	return text ? text : "";
}

static uint64_t count_of(const json_t *event, const char *name)
{
	json_int_t count = json_integer_value(json_object_get(event, name));

	return count > 0 ? (uint64_t)count : 0;
}

/* What could not be written is found by the checks. */
static void on_event(void *context, const json_t *event)
{
	struct vouchers *vouchers = context;
	struct accounts *accounts = vouchers->portal->accounts;
	const char *type = text_of(event, "type");
	struct voucher_session session = {.bytes = 0};
	char code[VOUCHER_CODE_SIZE];

	if (!event || (!strcmp(type, "suppressed") && !strncmp(text_of(event, "of"), "sign-", 5))) {
		(void)voucher_sessions_set_all_due(accounts);
		return;
	}
	if (strcmp(text_of(event, "method"), "voucher") != 0 ||
	    voucher_code_read(text_of(event, "user"), code))
		return;
	snprintf(session.mac, sizeof(session.mac), "%s", text_of(event, "mac"));
	snprintf(session.zone, sizeof(session.zone), "%s", text_of(event, "zone"));
	session.bytes = count_of(event, "up_bytes") + count_of(event, "down_bytes");
	if (!strcmp(type, "sign-in"))
		(void)voucher_session_begin(accounts, code, &session, wall_s());
	else if (!strcmp(type, "sign-out"))
		(void)voucher_session_end(accounts, code, &session);
}

/* What the voucher didn't say was the zone's when it was first used, and remains so. */
static int settle_limits(struct accounts *accounts, const struct attempt *attempt)
{
	sqlite3_stmt *statement = accounts_statement(
		accounts, "UPDATE vouchers SET timeout_s = coalesce(timeout_s, ?2),"
			  " quota_bytes = coalesce(quota_bytes, ?3)"
			  " WHERE code = ?1 AND (timeout_s IS NULL OR quota_bytes IS NULL)");

	accounts_bind_text(statement, 1, attempt->grant.user);
	accounts_bind_number(statement, 2, attempt->zone->session.timeout_s);
	accounts_bind_number(statement, 3, attempt->zone->session.quota_bytes);
	return accounts_run(statement);
}

void vouchers_begin(const struct attempt *attempt)
{
	struct accounts *accounts = attempt->portal->accounts;
	struct voucher_session session = {.bytes = 0};

	if (attempt->result != ATTEMPT_GRANTED || strcmp(attempt->grant.method, "voucher") != 0)
		return;
	format_mac(attempt->device.mac, session.mac);
	snprintf(session.zone, sizeof(session.zone), "%s", attempt->device.zone);
	if (settle_limits(accounts, attempt) ||
	    voucher_session_begin(accounts, attempt->grant.user, &session, wall_s()))
		log_warning("what the voucher '%s' is used for could not be kept (%s); make room "
			    "or repair the state directory",
			    attempt->grant.user, accounts_problem(accounts));
}

bool vouchers_may_try(struct vouchers *vouchers)
{
	return vouchers->wrong_left > 0;
}

void vouchers_note_wrong(struct vouchers *vouchers)
{
	if (vouchers->wrong_left && !--vouchers->wrong_left)
		log_warning(
			"so many wrong voucher codes are tried that voucher sign-ins are slowed "
			"down; see who does it with `xdp511 sessions --guests`");
}

/* --- start and stop ------------------------------------------------------------------------ */

int vouchers_start(struct portal *portal, struct error *error)
{
	struct vouchers *vouchers = calloc(1, sizeof(*vouchers));
	int err;

	if (!vouchers)
		return fail(error, ENOMEM, "out of memory");
	portal->vouchers = vouchers;
	vouchers->portal = portal;
	vouchers->wrong_left = WRONG_BURST;
	err = vouchers_clean_up(portal->accounts);
	if (err)
		return fail(error, -err,
			    "the database '%s' can't be written (%s); make room or repair it",
			    portal->accounts->file, accounts_problem(portal->accounts));
	vouchers->timer = loop_timer(portal->loop, on_tick, vouchers);
	if (vouchers->timer < 0)
		return fail(error, -vouchers->timer, "there is no timer for vouchers: %s",
			    strerror(-vouchers->timer));
	loop_set_every(portal->loop, vouchers->timer, TICK_MS);
	err = control_follow(portal->control, on_event, vouchers);
	return err ? fail(error, -err, "the daemon's events can't be followed: %s", strerror(-err))
		   : 0;
}

void vouchers_stop(struct portal *portal)
{
	free(portal->vouchers);
	portal->vouchers = NULL;
}
