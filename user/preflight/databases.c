/* SPDX-License-Identifier: MIT */
/* databases.c - reads the databases of programs that aren't running, for what is broken. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include <xdp511/names.h>

#include "preflight/collect.h"

#define READ_LIMIT_MS 600
#define STEPS_A_LOOK  2000
#define URI_SIZE      1024

struct patience {
	uint64_t until_ms;
	bool ran_out;
};

static int look_at_clock(void *data)
{
	struct patience *patience = data;

	patience->ran_out |= monotonic_ms() > patience->until_ms;
	return patience->ran_out;
}

/* "ok", or the first thing that is broken. */
static int take_row(void *data, int n, char **values, char **names)
{
	struct database_facts *facts = data;

	(void)names;
	if (n && values[0] && strcmp(values[0], "ok") && !facts->problem[0])
		snprintf(facts->problem, sizeof(facts->problem), "%s", values[0]);
	return 0;
}

/*
 * Without a log there is nothing to look at but the file, and nothing shall be made beside it. With
 * one, of a program that was killed, SQLite makes what it needs to read both.
 */
static void make_uri(const char *path, char *uri, size_t size)
{
	static const char plain[] = "/._-";
	char log[PATH_SIZE + 32];
	size_t n;

	snprintf(log, sizeof(log), "%s-wal", path);
	n = (size_t)snprintf(uri, size, "file:");
	for (; *path && n + sizeof("%00?immutable=1") < size; path++) {
		bool is_plain = isalnum((unsigned char)*path) || strchr(plain, *path);

		n += (size_t)snprintf(uri + n, size - n, is_plain ? "%c" : "%%%02x",
				      (unsigned char)*path);
	}
	if (access(log, F_OK))
		snprintf(uri + n, size - n, "?immutable=1");
}

static void read_whole(struct database_facts *facts)
{
	char uri[URI_SIZE];
	struct patience patience = {.until_ms = monotonic_ms() + READ_LIMIT_MS};
	sqlite3 *db = NULL;
	int r;

	make_uri(facts->path, uri, sizeof(uri));
	r = sqlite3_open_v2(uri, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL);
	if (r == SQLITE_OK) {
		sqlite3_progress_handler(db, STEPS_A_LOOK, look_at_clock, &patience);
		r = sqlite3_exec(db, "PRAGMA quick_check(1)", take_row, facts, NULL);
	}
	facts->ran_out = r == SQLITE_INTERRUPT && patience.ran_out;
	if (r != SQLITE_OK && !facts->ran_out && !facts->problem[0])
		snprintf(facts->problem, sizeof(facts->problem), "%s", sqlite3_errstr(r));
	sqlite3_close(db);
}

static void look_at(struct report *report, struct database_facts *facts)
{
	facts->is_there = !access(facts->path, F_OK);
	if (facts->is_there && !facts->is_running)
		read_whole(facts);
	judge_database(report, facts);
}

void collect_databases(struct report *report, const struct config *config,
		       const struct running *running)
{
	const struct config_web *web = &config->web;
	char path[PATH_SIZE + sizeof(X511_PORTAL_DB)];
	struct database_facts facts = {
		.what = "xdp511d",
		.path = path,
		.is_running = running->daemon,
	};

	snprintf(path, sizeof(path), "%s/" X511_DATABASE, config->gateway.state_dir);
	look_at(report, &facts);
	if (!web->http.n && !web->https.n)
		return;
	facts = (struct database_facts){
		.what = "portal",
		.path = path,
		.is_running = running->portal,
	};
	snprintf(path, sizeof(path), "%s/" X511_PORTAL_DB, web->state_dir);
	look_at(report, &facts);
}
