/* SPDX-License-Identifier: MIT */
/* admin_users.c - /v1/users: listed, made, changed, removed. Passwords come in and never go out. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "portal/admin/admin.h"
#include "portal/accounts/pool.h"

#define DEVICES_MAX 1000

static const struct field fields[] = {
	LIMIT_FIELDS(user),
	{"devices", FIELD_LIMIT, offsetof(struct user, devices), 0, DEVICES_MAX, "3", NULL},
	{"devices_full", FIELD_FULL_LIMIT, offsetof(struct user, is_oldest_out), 0, 0, NULL, NULL},
	{"zone", FIELD_ZONE, offsetof(struct user, zone), ZONE_NAME_SIZE, 0, "\"default\"", NULL},
	{"note", FIELD_TEXT, offsetof(struct user, note), USER_NOTE_SIZE, 0, "\"staff\"", NULL},
	{"disabled", FIELD_BOOL, offsetof(struct user, is_disabled), 0, 0, NULL, NULL},
	{"password", FIELD_OTHER, 0, 0, 0, NULL, NULL},
	{.name = NULL},
};

static json_t *full_json(const struct limit *is_oldest_out)
{
	if (!is_oldest_out->is_given)
		return json_null();
	return json_string(is_oldest_out->value ? "oldest" : "refuse");
}

static json_t *user_json(const struct user *user)
{
	return json_pack("{s:s, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
			 "name", user->name, "disabled", user->is_disabled, "zone",
			 admin_text_json(user->zone), "note", admin_text_json(user->note),
			 "timeout_s", admin_limit_json(&user->timeout_s), "idle_s",
			 admin_limit_json(&user->idle_s), "up_bps", admin_limit_json(&user->up_bps),
			 "down_bps", admin_limit_json(&user->down_bps), "quota_bytes",
			 admin_limit_json(&user->quota_bytes), "devices",
			 admin_limit_json(&user->devices), "devices_full",
			 full_json(&user->is_oldest_out), "created_at",
			 admin_time_json(user->created_at), "changed_at",
			 admin_time_json(user->changed_at));
}

/* --- the list, and one --------------------------------------------------------------------- */

struct user_list {
	struct list list; /* first */
	struct accounts *accounts;
	char after[GRANT_USER_SIZE];
};

static int fill(struct list *of)
{
	struct user_list *list = (struct user_list *)(void *)of;
	struct user users[USERS_PAGE];
	int i, n = users_page(list->accounts, list->after, users, USERS_PAGE);

	for (i = 0; i < n; i++)
		list_add(of, user_json(&users[i]));
	if (n > 0)
		memcpy(list->after, users[n - 1].name, sizeof(list->after));
	of->has_ended = n < (int)USERS_PAGE;
	return n < 0 ? n : 0;
}

static void free_list(struct list *of)
{
	free(of);
}

enum MHD_Result admin_list_users(struct resource_call *call)
{
	struct admin *admin = call->context;
	struct user_list *list;
	bool is_lines;

	if (admin_wants_lines(call, &is_lines))
		return MHD_YES; /* answered */
	list = calloc(1, sizeof(*list));
	if (!list)
		return MHD_NO;
	list->list.fill = fill;
	list->list.free = free_list;
	list->list.is_lines = is_lines;
	list->accounts = admin->portal->accounts;
	return admin_stream(call->request, &list->list);
}

static enum MHD_Result refuse_unknown(struct api_request *request, const char *name)
{
	char text[QUOTED_SIZE];

	return httpd_problem(request, MHD_HTTP_NOT_FOUND,
			     "there is no user '%s'; see `xdp511 user list`", quote(name, text));
}

/* 0: it is there; else the answer has been given. */
static int find(struct resource_call *call, struct user *ret_user)
{
	struct admin *admin = call->context;
	int err = users_get(admin->portal->accounts, call->name, ret_user);

	if (err == -ENOENT)
		(void)refuse_unknown(call->request, call->name);
	else if (err)
		(void)admin_fail(call->request, admin->portal->accounts, err);
	return err;
}

enum MHD_Result admin_get_user(struct resource_call *call)
{
	struct user user;

	if (find(call, &user))
		return MHD_YES; /* answered */
	return httpd_json(call->request, MHD_HTTP_OK, user_json(&user));
}

enum MHD_Result admin_remove_user(struct resource_call *call)
{
	struct admin *admin = call->context;
	struct portal *portal = admin->portal;
	struct user user;
	int err;

	if (find(call, &user))
		return MHD_YES; /* answered */
	err = users_remove(portal->accounts, user.name);
	if (err)
		return admin_fail(call->request, portal->accounts, err);
	sign_out_account(portal->control, "user", user.name);
	return httpd_json(call->request, MHD_HTTP_OK, user_json(&user));
}

/* --- made or changed ----------------------------------------------------------------------- */

/* A change that waits for the hash of its password. */
struct user_change {
	struct pool_job job; /* first */
	struct admin *admin;
	struct api_request *request;
	json_t *body;
	enum { NEW_OR_NOT, ONLY_NEW, NOT_NEW } which;
	char name[GRANT_USER_SIZE];
	char password[PASSWORD_SIZE]; /* "": stays as it is */
	char hash[PASSWORD_HASH_SIZE];
	int err;
};

static void change_free(struct user_change *change)
{
	json_decref(change->body);
	explicit_bzero(change->password, sizeof(change->password));
	free(change);
}

static bool has_room(struct accounts *accounts)
{
	uint64_t n = 0;

	return !users_count(accounts, &n) && n < USERS_MAX;
}

/* The user as it is about to be. 0, or the status for the sentence. */
static unsigned int apply(const struct user_change *change, struct user *user, bool *ret_is_new,
			  struct error *error)
{
	struct portal *portal = change->admin->portal;
	int err = users_get(portal->accounts, change->name, user);
	char text[QUOTED_SIZE];

	quote(change->name, text);
	*ret_is_new = err == -ENOENT;
	if (err && err != -ENOENT) {
		(void)fail(error, -err, "the database can't be read (%s); repair it",
			   accounts_problem(portal->accounts));
		return MHD_HTTP_INTERNAL_SERVER_ERROR;
	}
	if (!err && change->which == ONLY_NEW) {
		(void)fail(error, EEXIST, "there is a user '%s' already; change or delete it",
			   text);
		return MHD_HTTP_CONFLICT;
	}
	if (err && change->which == NOT_NEW) {
		(void)fail(error, ENOENT, "there is no user '%s'; see `xdp511 user list`", text);
		return MHD_HTTP_NOT_FOUND;
	}
	if (err && !has_room(portal->accounts)) {
		(void)fail(error, ENOSPC, "all %u users are there already; delete some", USERS_MAX);
		return MHD_HTTP_INSUFFICIENT_STORAGE;
	}
	if (err && !json_object_get(change->body, "password")) {
		(void)fail(error, EINVAL, "the password of the new user '%s' is missing; give one",
			   text);
		return MHD_HTTP_BAD_REQUEST;
	}
	if (err) {
		*user = (struct user){.created_at = (uint64_t)time(NULL)};
		memcpy(user->name, change->name, sizeof(user->name));
	}
	err = admin_read_fields(portal->config, change->body, fields, user, error);
	return err ? MHD_HTTP_BAD_REQUEST : 0;
}

/* Who had the old password, or has no right any more, is signed out. */
static enum MHD_Result finish(struct user_change *change)
{
	struct portal *portal = change->admin->portal;
	struct api_request *request = change->request;
	bool is_new = false, has_password = change->hash[0];
	struct user user;
	struct error error;
	unsigned int status = apply(change, &user, &is_new, &error);
	int err;

	change->request = NULL;
	if (has_password)
		memcpy(user.hash, change->hash, sizeof(user.hash));
	change_free(change);
	if (status)
		return httpd_problem(request, status, "%s", error.text);
	user.changed_at = (uint64_t)time(NULL);
	err = users_put(portal->accounts, &user);
	if (err)
		return admin_fail(request, portal->accounts, err);
	if (!is_new && (has_password || user.is_disabled))
		sign_out_account(portal->control, "user", user.name);
	return httpd_json(request, is_new ? MHD_HTTP_CREATED : MHD_HTTP_OK, user_json(&user));
}

static void work(struct pool_job *job)
{
	struct user_change *change = (struct user_change *)(void *)job;

	change->err = password_hash(change->password, change->hash);
}

static void on_hashed(struct pool_job *job)
{
	struct user_change *change = (struct user_change *)(void *)job;
	int err = job->is_dropped ? -ECANCELED : change->err;

	if (!err) {
		(void)finish(change);
		return;
	}
	(void)httpd_problem(change->request, MHD_HTTP_SERVICE_UNAVAILABLE,
			    "the password's hash could not be made: %s; try again", strerror(-err));
	change_free(change);
}

static int read_password(const json_t *body, char password[PASSWORD_SIZE], struct error *error)
{
	const json_t *value = json_object_get(body, "password");
	const char *text = json_string_value(value);

	if (!value)
		return 0;
	if (!text || !text[0] || strlen(text) != json_string_length(value) ||
	    strlen(text) >= PASSWORD_SIZE || !is_printable(text))
		return fail(error, EINVAL,
			    "the password isn't printable text of 1 to %d bytes; choose another",
			    PASSWORD_SIZE - 1);
	strcpy(password, text); /* its length is checked above */
	return 0;
}

static int read_change(struct resource_call *call, struct user_change *change, struct error *error)
{
	const char *new = httpd_query(call->request, "new");
	int err = user_check_name(call->name, error);

	if (err)
		return err;
	snprintf(change->name, sizeof(change->name), "%s", call->name);
	if (new &&strcmp(new, "true") != 0 && strcmp(new, "false") != 0)
		return fail(error, EINVAL, "'new' is neither true nor false; give one of them");
	if (new)
		change->which = !strcmp(new, "true") ? ONLY_NEW : NOT_NEW;
	return read_password(call->body, change->password, error);
}

enum MHD_Result admin_put_user(struct resource_call *call)
{
	struct user_change *change = calloc(1, sizeof(*change));
	struct admin *admin = call->context;
	unsigned int status = MHD_HTTP_BAD_REQUEST;
	bool is_new;
	struct error error;
	struct user user;

	if (!change)
		return MHD_NO;
	change->admin = admin;
	change->request = call->request;
	change->body = json_incref(call->body);
	/* What is wrong is told before the time for a hash is spent. */
	if (!read_change(call, change, &error))
		status = apply(change, &user, &is_new, &error);
	if (status) {
		change_free(change);
		return httpd_problem(call->request, status, "%s", error.text);
	}
	if (!change->password[0])
		return finish(change);
	change->job = (struct pool_job){.work = work, .done = on_hashed};
	if (!pool_submit(admin->portal->pool, &change->job))
		return httpd_defer(call->request);
	change_free(change);
	return httpd_problem(call->request, MHD_HTTP_SERVICE_UNAVAILABLE,
			     "too many passwords are being checked; try again");
}
