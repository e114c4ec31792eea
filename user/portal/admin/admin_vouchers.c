/* SPDX-License-Identifier: MIT */
/* admin_vouchers.c - /v1/vouchers: listed, looked at, changed, revoked. */
#include "portal/admin/admin_vouchers.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static uint64_t wall_s(void)
{
	return (uint64_t)time(NULL);
}

/* --- fields -------------------------------------------------------------------------------- */

static const struct field fields[] = {
	LIMIT_FIELDS(voucher),
	{"devices", FIELD_NUMBER, offsetof(struct voucher, devices), 0, VOUCHER_DEVICES_MAX, "1",
	 NULL},
	{"devices_full", FIELD_FULL, offsetof(struct voucher, is_oldest_out), 0, 0, NULL, NULL},
	{"zone", FIELD_ZONE, offsetof(struct voucher, zone), ZONE_NAME_SIZE, 0, "\"default\"",
	 NULL},
	{"note", FIELD_TEXT, offsetof(struct voucher, note), VOUCHER_NOTE_SIZE, 0, "\"press\"",
	 NULL},
	{"expires", FIELD_OTHER, 0, 0, 0, NULL, NULL},
	{"count", FIELD_OTHER, 0, 0, 0, NULL, NULL},
	{.name = NULL},
};

static int read_expires(const json_t *value, uint64_t now, uint64_t *ret_until, struct error *error)
{
	json_int_t number = json_integer_value(value);
	uint64_t seconds = number > 0 ? (uint64_t)number : 0;

	if (!value)
		return 0;
	if (number < 0 || seconds > FIELD_SECONDS_MAX ||
	    (!json_is_integer(value) && !json_is_null(value) &&
	     (!json_is_string(value) || parse_duration(json_string_value(value), &seconds))))
		return fail(error, EINVAL,
			    "'expires' is no whole number from 0 to %llu, in seconds from now; "
			    "write it like \"30d\"",
			    FIELD_SECONDS_MAX);
	*ret_until = seconds ? now + seconds : 0;
	return 0;
}

int voucher_read_fields(const struct config *config, const json_t *body, uint64_t now,
			struct voucher *voucher, struct error *error)
{
	int err = admin_read_fields(config, body, fields, voucher, error);

	return err ? err
		   : read_expires(json_object_get(body, "expires"), now, &voucher->valid_until,
				  error);
}

json_t *voucher_json(const struct voucher *voucher, uint64_t now)
{
	uint64_t left = 0, end = voucher_end(voucher);
	bool has_quota = voucher_quota_left(voucher, &left);

	return json_pack(
		"{s:s, s:i, s:s, s:o, s:o, s:i, s:s, s:o, s:o, s:o, s:o, s:o, s:I, s:o, s:i,"
		" s:o, s:o, s:o, s:o, s:o}",
		"code", voucher->code, "batch", (int)voucher->batch, "state",
		voucher_state_name(voucher_state(voucher, now)), "zone",
		admin_text_json(voucher->zone), "note", admin_text_json(voucher->note), "devices",
		(int)voucher->devices, "devices_full", voucher->is_oldest_out ? "oldest" : "refuse",
		"timeout_s", admin_limit_json(&voucher->timeout_s), "idle_s",
		admin_limit_json(&voucher->idle_s), "up_bps", admin_limit_json(&voucher->up_bps),
		"down_bps", admin_limit_json(&voucher->down_bps), "quota_bytes",
		admin_limit_json(&voucher->quota_bytes), "used_bytes",
		(json_int_t)voucher->used_bytes, "quota_left_bytes",
		has_quota ? json_integer((json_int_t)left) : json_null(), "sessions",
		(int)voucher->n_sessions, "created_at", admin_time_json(voucher->created_at),
		"valid_until", admin_time_json(voucher->valid_until), "first_used_at",
		admin_time_json(voucher->first_used_at), "ends_at", admin_time_json(end),
		"revoked_at", admin_time_json(voucher->revoked_at));
}

/* --- the list ------------------------------------------------------------------------------ */

struct voucher_list {
	struct list list; /* first */
	struct accounts *accounts;
	uint32_t batch; /* 0: any */
	bool has_state;
	enum voucher_state state;
	struct voucher_place place;
};

static int fill(struct list *of)
{
	struct voucher_list *list = (struct voucher_list *)(void *)of;
	struct voucher vouchers[VOUCHERS_PAGE];
	uint64_t now = wall_s();
	int i, n = vouchers_page(list->accounts, list->batch, &list->place, vouchers,
				 VOUCHERS_PAGE);

	for (i = 0; i < n; i++) {
		if (!list->has_state || voucher_state(&vouchers[i], now) == list->state)
			list_add(of, voucher_json(&vouchers[i], now));
	}
	of->has_ended = n < (int)VOUCHERS_PAGE;
	return n < 0 ? n : 0;
}

static void free_list(struct list *of)
{
	free(of);
}

/* 0: it is there; else the answer has been given. */
static int read_batch(struct resource_call *call, uint32_t *ret_batch)
{
	const char *text = httpd_query(call->request, "batch");
	char shown[QUOTED_SIZE];
	uint64_t number;

	if (text && !parse_number(text, 1, INT32_MAX, &number)) {
		*ret_batch = (uint32_t)number;
		return 0;
	}
	if (!text) {
		*ret_batch = 0;
		return 0;
	}
	(void)httpd_problem(call->request, MHD_HTTP_BAD_REQUEST,
			    "'%s' is no number of a batch; give one like 12", quote(text, shown));
	return -EINVAL;
}

enum MHD_Result admin_list_vouchers(struct resource_call *call)
{
	const char *state_text = httpd_query(call->request, "state");
	struct admin *admin = call->context;
	enum voucher_state state = VOUCHER_UNUSED;
	struct voucher_list *list;
	uint32_t batch;
	bool is_lines;

	if (state_text && parse_voucher_state(state_text, &state))
		return httpd_problem(call->request, MHD_HTTP_BAD_REQUEST,
				     "'state' is none of unused, in-use, used-up, expired and "
				     "revoked; give one of them");
	if (read_batch(call, &batch) || admin_wants_lines(call, &is_lines))
		return MHD_YES; /* answered */
	list = calloc(1, sizeof(*list));
	if (!list)
		return MHD_NO;
	list->list.fill = fill;
	list->list.free = free_list;
	list->list.is_lines = is_lines;
	list->accounts = admin->portal->accounts;
	list->batch = batch;
	list->has_state = state_text != NULL;
	list->state = state;
	return admin_stream(call->request, &list->list);
}

/* --- one ----------------------------------------------------------------------------------- */

/* 0: it is there; else the answer has been given. */
static int find(struct resource_call *call, struct voucher *ret_voucher)
{
	struct admin *admin = call->context;
	struct accounts *accounts = admin->portal->accounts;
	char code[VOUCHER_CODE_SIZE], text[QUOTED_SIZE];
	int err;

	if (voucher_code_read(call->name, code)) {
		(void)httpd_problem(call->request, MHD_HTTP_NOT_FOUND,
				    "'%s' can't be the code of a voucher; is it mistyped?",
				    quote(call->name, text));
		return -EINVAL;
	}
	err = vouchers_get(accounts, code, ret_voucher);
	if (err == -ENOENT)
		(void)httpd_problem(call->request, MHD_HTTP_NOT_FOUND,
				    "there is no voucher '%s'; see `xdp511 voucher list`", code);
	else if (err)
		(void)admin_fail(call->request, accounts, err);
	return err;
}

static enum MHD_Result show(struct resource_call *call, const struct voucher *voucher)
{
	return httpd_json(call->request, MHD_HTTP_OK, voucher_json(voucher, wall_s()));
}

enum MHD_Result admin_get_voucher(struct resource_call *call)
{
	struct voucher voucher;

	return find(call, &voucher) ? MHD_YES : show(call, &voucher);
}

/* What it is worth no longer, its sessions have no longer. */
static enum MHD_Result change(struct resource_call *call, const struct voucher *voucher)
{
	struct admin *admin = call->context;
	int err = vouchers_change(admin->portal->accounts, voucher);

	if (err)
		return admin_fail(call->request, admin->portal->accounts, err);
	(void)vouchers_check(admin->portal->vouchers, voucher->code, NULL, NULL);
	return show(call, voucher);
}

enum MHD_Result admin_patch_voucher(struct resource_call *call)
{
	struct admin *admin = call->context;
	struct voucher voucher;
	struct error error;

	if (find(call, &voucher))
		return MHD_YES; /* answered */
	if (json_object_get(call->body, "count"))
		return httpd_problem(call->request, MHD_HTTP_BAD_REQUEST,
				     "one voucher has no 'count'; leave it out");
	if (voucher_read_fields(admin->portal->config, call->body, wall_s(), &voucher, &error))
		return httpd_problem(call->request, MHD_HTTP_BAD_REQUEST, "%s", error.text);
	return change(call, &voucher);
}

enum MHD_Result admin_revoke_voucher(struct resource_call *call)
{
	struct voucher voucher;

	if (find(call, &voucher))
		return MHD_YES; /* answered */
	if (!voucher.revoked_at)
		voucher.revoked_at = wall_s();
	return change(call, &voucher);
}

/* --- a batch ------------------------------------------------------------------------------- */

enum MHD_Result admin_revoke_vouchers(struct resource_call *call)
{
	struct admin *admin = call->context;
	struct accounts *accounts = admin->portal->accounts;
	const char *forget = httpd_query(call->request, "forget");
	struct voucher_place place = {.batch = 0};
	struct voucher first;
	uint64_t n_revoked = 0, n_forgotten = 0;
	uint32_t batch;
	int n, err;

	if (read_batch(call, &batch))
		return MHD_YES; /* answered */
	if (!batch || (forget && strcmp(forget, "true") != 0))
		return httpd_problem(call->request, MHD_HTTP_BAD_REQUEST,
				     batch ? "'forget' can only be true; write &forget=true"
					   : "which batch is missing; give ?batch=");
	n = vouchers_page(accounts, batch, &place, &first, 1);
	if (!n)
		return httpd_problem(call->request, MHD_HTTP_NOT_FOUND,
				     "there is no batch '%" PRIu32 "'; see `xdp511 voucher list`",
				     batch);
	err = n < 0 ? n : vouchers_revoke_batch(accounts, batch, wall_s(), &n_revoked);
	if (!err && forget)
		err = vouchers_forget_batch(accounts, batch, &n_forgotten);
	if (err)
		return admin_fail(call->request, accounts, err);
	return httpd_json(call->request, MHD_HTTP_OK,
			  json_pack("{s:i, s:I, s:I}", "batch", (int)batch, "revoked",
				    (json_int_t)n_revoked, "forgotten", (json_int_t)n_forgotten));
}
