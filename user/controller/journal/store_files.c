/* SPDX-License-Identifier: MIT */
/* store_files.c - the database's files moved aside, and sign-ins copied from one to another. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <xdp511/names.h>

#include "controller/journal/store_internal.h"

#define ROWS_A_STEP 256

static int move_one(const char *from, const char *to)
{
	return rename(from, to) && errno != ENOENT ? -errno : 0;
}

int store_move_away(const char *state_dir, char *ret_name, size_t size, struct error *error)
{
	static const char *const suffixes[] = {"-wal", "-shm", ""};
	char from[200], to[240], stamp[24], file[224];
	time_t now = time(NULL);
	struct tm utc;
	size_t i;
	int err = 0;

	gmtime_r(&now, &utc);
	strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", &utc);
	snprintf(file, sizeof(file), "%s/%s.damaged-%s", state_dir, X511_DATABASE, stamp);
	/* The log first: one without its file would be taken for the new one's. */
	for (i = 0; i < 3 && !err; i++) {
		snprintf(from, sizeof(from), "%s/%s%s", state_dir, X511_DATABASE, suffixes[i]);
		snprintf(to, sizeof(to), "%s%s", file, suffixes[i]);
		err = move_one(from, to);
	}
	if (err)
		return fail(error, -err,
			    "the damaged database '%s/%s' could not be moved away: %s; let the "
			    "daemon write there",
			    state_dir, X511_DATABASE, strerror(-err));
	snprintf(ret_name, size, "%s", file);
	return 0;
}

/* What was adopted without its row takes over what the row knows. */
static int copy_one(struct store *to, struct sign_in *row)
{
	struct usage used = row->used;

	if (!strcmp(row->method, METHOD_ADOPTED) && !store_get(to, row->id, row))
		row->used = used;
	return store_put(to, row);
}

static int copy_page(struct store *from, struct store *to, struct store_range *range,
		     struct sign_in *rows)
{
	int n = store_page(from, range, rows, ROWS_A_STEP);
	int i, err = 0;

	if (n > 0)
		range->after = rows[n - 1].id;
	for (i = 0; i < n && !err; i++)
		err = copy_one(to, &rows[i]);
	return err ? err : n;
}

static int prune_page(struct store *from, struct store *to, struct store_range *range,
		      struct sign_in *rows)
{
	int n = store_page(to, range, rows, ROWS_A_STEP);
	struct sign_in row;
	int i, err = 0;

	if (n > 0)
		range->after = rows[n - 1].id;
	for (i = 0; i < n && !err; i++) {
		if (store_get(from, rows[i].id, &row) == -ENOENT)
			err = store_remove(to, rows[i].id);
	}
	return err ? err : n;
}

typedef int (*page_fn)(struct store *from, struct store *to, struct store_range *range,
		       struct sign_in *rows);

static int for_all(page_fn fn, struct store *from, struct store *to, struct sign_in *rows)
{
	struct store_range range = {.last = STORE_LAST_ID};
	int n;

	do {
		n = fn(from, to, &range, rows);
	} while (n > 0);
	return n;
}

int store_copy_sessions(struct store *from, struct store *to)
{
	struct sign_in *rows = calloc(ROWS_A_STEP, sizeof(*rows));
	int err = rows ? store_begin(to) : -ENOMEM;

	if (!err) {
		err = for_all(copy_page, from, to, rows);
		if (!err)
			err = for_all(prune_page, from, to, rows);
		if (!err)
			err = store_copy_log(from, to);
		if (!err)
			err = store_commit(to);
		else
			store_rollback(to);
	}
	free(rows);
	return err;
}
