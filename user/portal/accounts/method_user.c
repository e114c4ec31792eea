/* SPDX-License-Identifier: MIT */
/* method_user.c - signing in with a name and a password of the gateway's own list. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "portal/web/form.h"
#include "portal/accounts/pool.h"
#include "portal/accounts/users.h"

/* A hash that is computed by the pool. */
struct trial {
	struct pool_job job; /* first, see trial_of() */
	struct attempt *attempt;
	bool is_known; /* else it only takes the time */
	bool is_right;
	struct user user;
	char password[PASSWORD_SIZE];
};

static struct trial *trial_of(struct pool_job *job)
{
	return (struct trial *)(void *)((char *)job - offsetof(struct trial, job));
}

static struct trial *trial_free(struct trial *trial)
{
	if (trial)
		explicit_bzero(trial, sizeof(*trial));
	free(trial);
	return NULL;
}

static void answer(struct attempt *attempt, enum attempt_result result, const char *problem)
{
	attempt->result = result;
	attempt->problem = problem;
	attempt->done(attempt);
}

static void work(struct pool_job *job)
{
	struct trial *trial = trial_of(job);

	trial->is_right = password_is(trial->password, trial->user.hash) && trial->is_known;
}

/* Who knows the password is told more than who doesn't. */
static void judge(struct attempt *attempt, const struct user *user)
{
	if (user->is_disabled) {
		answer(attempt, ATTEMPT_REFUSED, "problem.user_disabled");
		return;
	}
	if (user->zone[0] && strcmp(user->zone, attempt->zone->name) != 0) {
		answer(attempt, ATTEMPT_REFUSED, "problem.user");
		return;
	}
	user_grant(user, attempt->zone, &attempt->grant);
	answer(attempt, ATTEMPT_GRANTED, NULL);
}

static void done(struct pool_job *job)
{
	struct trial *trial = trial_of(job);
	struct attempt *attempt = trial->attempt;
	bool is_dropped = job->is_dropped, is_right = trial->is_right;
	struct user user;

	/* The user may have been changed meanwhile. */
	is_right = is_right && !users_get(attempt->portal->accounts, trial->user.name, &user) &&
		   !strcmp(user.hash, trial->user.hash);
	trial_free(trial);
	if (is_dropped)
		answer(attempt, ATTEMPT_UNAVAILABLE, NULL);
	else if (is_right)
		judge(attempt, &user);
	else
		answer(attempt, ATTEMPT_REFUSED, "problem.user");
}

static void try_password(struct attempt *attempt, const struct user *user, bool is_known)
{
	const char *password = form_value(attempt->form, "password");
	struct trial *trial;

	if (!password[0] || strlen(password) >= PASSWORD_SIZE) {
		answer(attempt, ATTEMPT_REFUSED, "problem.user");
		return;
	}
	trial = calloc(1, sizeof(*trial));
	if (trial) {
		*trial = (struct trial){
			.job = {.work = work, .done = done},
			.attempt = attempt,
			.is_known = is_known,
			.user = *user,
		};
		strcpy(trial->password, password); /* its length is checked above */
	}
	if (!trial || pool_submit(attempt->portal->pool, &trial->job)) {
		trial_free(trial);
		answer(attempt, ATTEMPT_UNAVAILABLE, NULL);
	}
}

/*
 * Names of the list are the list's alone; others are RADIUS's where the zone has it. A CHAP answer
 * can't be compared with a hash.
 */
void method_user(struct attempt *attempt)
{
	static const struct user nobody = {.hash = PASSWORD_HASH_OF_NONE};
	const char *name = form_value(attempt->form, "username");
	bool has_radius = attempt->zone->sign_in.methods & METHOD_RADIUS;
	bool has_list = attempt->zone->sign_in.methods & METHOD_USER && !attempt->is_chap;
	struct user user;
	int err = -ENOENT;

	if (has_list && !user_check_name(name, NULL))
		err = users_get(attempt->portal->accounts, name, &user);
	if (!err)
		try_password(attempt, &user, true);
	else if (err != -ENOENT)
		answer(attempt, ATTEMPT_UNAVAILABLE, NULL);
	else if (has_radius)
		method_radius(attempt);
	else
		try_password(attempt, &nobody, false);
}
