/* SPDX-License-Identifier: MIT */
/* store_zones.c - the tables of zone numbers and of garden lines that came by the API. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "controller/journal/store_internal.h"

int store_zones(struct store *store, zone_names ret_names)
{
	sqlite3_stmt *statement = store_statement(store, STORE_ZONES);
	zone_names names = {};
	int more = -EIO;

	while (statement && (more = store_step(statement)) > 0) {
		int id = sqlite3_column_int(statement, 1);
		char name[ZONE_NAME_SIZE];

		if (id >= 0 && id < X511_MAX_ZONES &&
		    !store_column_text(statement, 0, name, sizeof(name)))
			memcpy(names[id], name, sizeof(name));
	}
	if (statement)
		store_end(statement);
	if (more < 0)
		return more;
	memcpy(ret_names, names, sizeof(names));
	return 0;
}

int store_put_zone(struct store *store, uint32_t id, const char *name)
{
	const enum store_statement steps[] = {STORE_ZONE_FORGET, STORE_ZONE_PUT};
	size_t i;
	int err = 0;

	for (i = 0; i < 2 && !err; i++) {
		sqlite3_stmt *statement = store_statement(store, steps[i]);

		if (!statement)
			return -EIO;
		sqlite3_bind_int(statement, 1, (int)id);
		store_bind_text(statement, 2, name);
		err = store_run(statement);
	}
	return err;
}

int store_zone_is_used(struct store *store, const char *name)
{
	sqlite3_stmt *statement = store_statement(store, STORE_ZONE_USED);
	int used;

	if (!statement)
		return -EIO;
	store_bind_text(statement, 1, name);
	used = store_step(statement);
	if (used > 0)
		used = sqlite3_column_int(statement, 0) != 0;
	store_end(statement);
	return used;
}

static int change_line(struct store *store, enum store_statement number,
		       const struct stored_line *line)
{
	sqlite3_stmt *statement = store_statement(store, number);

	if (!statement)
		return -EIO;
	store_bind_text(statement, 1, line->zone);
	store_bind_text(statement, 2, line->entry);
	return store_run(statement);
}

int store_add_line(struct store *store, const struct stored_line *line)
{
	return change_line(store, STORE_LINE_ADD, line);
}

int store_remove_line(struct store *store, const struct stored_line *line)
{
	int err = change_line(store, STORE_LINE_REMOVE, line);

	return err ? err : sqlite3_changes(store->db) ? 0 : -ENOENT;
}

int store_lines(struct store *store, struct stored_line **ret_lines, size_t *ret_n)
{
	sqlite3_stmt *statement = store_statement(store, STORE_LINES);
	struct stored_line *lines = NULL;
	size_t n = 0;
	int more = -EIO;

	while (statement && (more = store_step(statement)) > 0) {
		struct stored_line line = {};
		struct stored_line *larger;

		if (store_column_text(statement, 0, line.zone, sizeof(line.zone)) ||
		    store_column_text(statement, 1, line.entry, sizeof(line.entry)))
			continue;
		larger = reallocarray(lines, n + 1, sizeof(*lines));
		if (!larger) {
			more = -ENOMEM;
			break;
		}
		lines = larger;
		lines[n++] = line;
	}
	if (statement)
		store_end(statement);
	if (more < 0) {
		free(lines);
		return more;
	}
	*ret_lines = lines;
	*ret_n = n;
	return 0;
}
