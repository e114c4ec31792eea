/* SPDX-License-Identifier: MIT */
/* removals.c - signing out all that match: a slice each turn of the loop, a few on their way. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "controller/sessions/sessions.h"

#define SLICE	   512
#define MAX_ON_WAY 16 /* slices: one wait for the disk */

struct slice {
	struct journal_job job;
	struct removal *removal;
	struct session_view views[SESSIONS_PAGE];
	struct sign_in who[SLICE]; /* for the event, if somebody wants it */
	uint64_t ids[SLICE];
	size_t n;
};

struct removal {
	struct removal *next;
	struct sessions *sessions;
	struct sign_in_filter filter;
	char zone[ZONE_NAME_SIZE];
	char user[USER_SIZE];
	enum session_state state;
	struct session_cursor cursor;
	size_t n_on_way;
	size_t n_removed;
	int err;
	struct error error;
	removal_fn done;
	void *context;
};

static void finish(struct removal *removal)
{
	struct removal **at = &removal->sessions->removal;

	while (*at != removal)
		at = &(*at)->next;
	*at = removal->next;
	removal->done(removal->context, removal->n_removed, removal->err, &removal->error);
	free(removal);
}

static void on_written(struct journal_job *job)
{
	struct slice *slice = (struct slice *)(void *)((char *)job - offsetof(struct slice, job));
	struct removal *removal = slice->removal;
	struct session_view view;
	size_t i;

	for (i = 0; i < slice->n; i++) {
		if (!sessions_finish(removal->sessions, slice->ids[i], &view.what))
			continue;
		removal->n_removed++;
		view.who = slice->who[i];
		view.what.state = view.who.state;
		sessions_tell(removal->sessions, SESSION_SIGNED_OUT, &view, "logout");
	}
	if (job->err && !removal->err)
		removal->err = sessions_fail(removal->sessions, job->err,
					     "the devices are signed out, but not yet all in the "
					     "database",
					     &removal->error);
	removal->n_on_way--;
	free(slice);
	if (removal->cursor.is_over && !removal->n_on_way)
		finish(removal);
}

/* Shut first, all of them; the rows go when the journal comes to it. */
static int fill(struct removal *removal, struct slice *slice)
{
	struct sessions *sessions = removal->sessions;
	struct session_key key;
	int i, n, page;

	for (page = 0; page < SLICE / SESSIONS_PAGE && !removal->cursor.is_over; page++) {
		n = sessions_page(sessions, &removal->filter, &removal->cursor, slice->views);
		if (n < 0)
			return n;
		for (i = 0; i < n; i++) {
			const struct session_view *view = &slice->views[i];

			store_key(view->who.id, &key);
			if (sessions_shut(sessions, &key, &view->what))
				continue;
			slice->who[slice->n] = view->who;
			slice->ids[slice->n++] = view->who.id;
		}
	}
	return 0;
}

static void take_slice(struct removal *removal)
{
	struct slice *slice = calloc(1, sizeof(*slice));
	int err = slice ? fill(removal, slice) : -ENOMEM;

	if (err && !removal->err) {
		removal->err = fail(&removal->error, -err,
				    "not all devices are signed out, for the database can't be "
				    "read (%s); repair the state directory",
				    store_problem(removal->sessions->store));
		removal->cursor.is_over = true;
	}
	if (!slice || !slice->n) {
		free(slice);
		return;
	}
	slice->removal = removal;
	slice->job = (struct journal_job){
		.ids = slice->ids,
		.n_ids = slice->n,
		.done = on_written,
	};
	removal->n_on_way++;
	/* Then the rows go at the next start, when they are found without entries. */
	if (journal_submit(removal->sessions->journal, &slice->job)) {
		slice->job.err = -EBUSY;
		on_written(&slice->job);
	}
}

bool removals_turn(struct sessions *sessions)
{
	struct removal *removal, *next;
	bool has_worked = false;

	for (removal = sessions->removal; removal; removal = next) {
		next = removal->next;
		if (!removal->cursor.is_over && removal->n_on_way < MAX_ON_WAY) {
			take_slice(removal);
			has_worked = true;
		} else if (removal->cursor.is_over && !removal->n_on_way) {
			finish(removal);
		}
	}
	return has_worked;
}

int sessions_remove_matching(struct sessions *sessions, const struct sign_in_filter *filter,
			     removal_fn done, void *context)
{
	struct removal *removal = calloc(1, sizeof(*removal));

	if (!removal)
		return -ENOMEM;
	removal->sessions = sessions;
	removal->done = done;
	removal->context = context;
	if (filter->zone) {
		snprintf(removal->zone, sizeof(removal->zone), "%s", filter->zone);
		removal->filter.zone = removal->zone;
	}
	if (filter->user) {
		snprintf(removal->user, sizeof(removal->user), "%s", filter->user);
		removal->filter.user = removal->user;
	}
	if (filter->state) {
		removal->state = *filter->state;
		removal->filter.state = &removal->state;
	}
	removal->next = sessions->removal;
	sessions->removal = removal;
	loop_set(sessions->loop, sessions->turn_timer, 0);
	return 0;
}
