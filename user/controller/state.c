/* SPDX-License-Identifier: MIT */
/* state.c - database and keys; what is wrong with their files is no reason to open the gate. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sys/random.h>

#include "controller/controller.h"
#include "controller/link_key.h"
#include "controller/journal/signin_log.h"

static int find_name(zone_names names, const char *name)
{
	int id;

	for (id = 0; id < X511_MAX_ZONES; id++) {
		if (!strcmp(names[id], name))
			return id;
	}
	return -ENOENT;
}

static int random_key(void *key, size_t size, struct error *error)
{
	if (getrandom(key, size, 0) != (ssize_t)size)
		return fail(error, EIO, "the kernel gives no random numbers");
	return 0;
}

/* A key that isn't on the disk holds as long as this process does. */
static int open_keys(struct controller *controller, struct error *error)
{
	struct responder_settings *settings = &controller->settings;

	if (!link_key_load(controller->config->gateway.state_dir, settings->link_key,
			   &controller->key_trouble)) {
		controller->key_trouble.text[0] = '\0';
		return 0;
	}
	return random_key(settings->link_key, sizeof(settings->link_key), error);
}

/* The gate still knows which number meant which zone. */
static int remember_zones(struct controller *controller)
{
	struct store *store = controller->writer;
	zone_names names;
	struct zone zone;
	uint32_t id;
	int err = store_zones(store, names);

	for (id = 0; id < X511_MAX_ZONES && !err; id++) {
		if (names[id][0] || gate_get_zone(controller->gate, id, &zone))
			continue;
		zone.name[sizeof(zone.name) - 1] = '\0';
		if (zone.name[0] && find_name(names, zone.name) < 0)
			err = store_put_zone(store, id, zone.name);
	}
	return err;
}

static int open_disk(struct controller *controller)
{
	const char *dir = controller->config->gateway.state_dir;
	struct error *trouble = &controller->store_trouble;
	char moved[256];
	int err = store_open(dir, &controller->writer, trouble);

	if (err != -EBADMSG)
		return err;
	err = store_move_away(dir, moved, sizeof(moved), trouble);
	if (!err)
		err = store_open(dir, &controller->writer, trouble);
	if (!err)
		(void)fail(&controller->store_note, 0,
			   "the database was damaged and is kept as '%s'; sessions that the gate "
			   "had came back without their users, run-time garden lines did not",
			   moved);
	return err;
}

static int open_store(struct controller *controller, struct error *error)
{
	int err = open_disk(controller);

	if (!err)
		controller->store_trouble.text[0] = '\0';
	else
		err = store_open_volatile(&controller->writer, error);
	if (!err)
		err = store_open_again(controller->writer, &controller->store, error);
	if (!err && !gate_is_fresh(controller->gate) && remember_zones(controller))
		err = fail(error, EIO, "the numbers of the zones could not be kept: %s",
			   store_problem(controller->writer));
	return err;
}

int controller_open_state(struct controller *controller, struct error *error)
{
	int err = open_keys(controller, error); /* makes the directory */

	if (!err)
		err = open_store(controller, error);
	if (!err && signin_log_new(&controller->config->log, controller->gate, &controller->log))
		err = fail(error, ENOMEM, "out of memory");
	if (!err)
		signin_log_attach(controller->log, controller->writer);
	return err;
}

/* --- while it runs ------------------------------------------------------------------------ */

/* What came while the database was in memory. */
static int copy_small_tables(struct store *from, struct store *to)
{
	struct stored_line *lines = NULL;
	zone_names names;
	size_t i, n = 0;
	uint32_t id;
	int err = store_zones(from, names);

	if (!err)
		err = store_lines(from, &lines, &n);
	for (id = 0; id < X511_MAX_ZONES && !err; id++) {
		if (names[id][0])
			err = store_put_zone(to, id, names[id]);
	}
	for (i = 0; i < n && !err; i++)
		err = store_add_line(to, &lines[i]);
	free(lines);
	return err;
}

/* The key that is on the disk holds from now on: others may know it. */
static void take_key(struct controller *controller)
{
	struct responder_settings *settings = &controller->settings;

	if (!controller->key_trouble.text[0] ||
	    link_key_load(controller->config->gateway.state_dir, settings->link_key,
			  &controller->key_trouble))
		return;
	controller->key_trouble.text[0] = '\0';
	workers_renew(&controller->workers, NULL);
}

static void on_disk(void *context, struct store *reader)
{
	struct controller *controller = context;

	if (copy_small_tables(controller->store, reader))
		log_warning("zone numbers and garden lines could not be written to '%s': %s; "
			    "restart xdp511d",
			    store_name(reader), store_problem(reader));
	take_key(controller);
	store_swap(controller->store, reader);
	store_close(reader);
	controller->store_trouble.text[0] = '\0';
	log_info("the database '%s' is back; all sessions are in it",
		 store_name(controller->store));
}

static void on_trouble(void *context, const char *sentence)
{
	struct controller *controller = context;

	if (sentence[0])
		log_event(LOG_LEVEL_ERROR, &(struct log_event){.kind = LOG_KIND_STATE_TROUBLE},
			  "%s; sign-ins are refused until then, and sessions go on", sentence);
	else
		log_event(LOG_LEVEL_INFO, &(struct log_event){.kind = LOG_KIND_STATE_BACK},
			  "the database '%s' can be written again", store_name(controller->store));
}

static void on_rows(void *context, const struct journal_row *rows, size_t n)
{
	struct controller *controller = context;

	sessions_enter(&controller->sessions, rows, n);
}

int controller_start_journal(struct controller *controller, struct error *error)
{
	struct journal_setup setup = {
		.loop = controller->loop,
		.store = controller->writer,
		.counters = controller->counters,
		.log = controller->log,
		.state_dir = controller->config->gateway.state_dir,
		.on_disk = on_disk,
		.on_trouble = on_trouble,
		.on_rows = on_rows,
		.context = controller,
	};
	int err = sessions_start(&controller->sessions);

	if (err)
		return fail(error, -err, "the timer of the sessions could not be made: %s",
			    strerror(-err));
	err = journal_start(&setup, &controller->journal, error);
	if (err)
		return err;
	controller->writer = NULL; /* the journal's */
	controller->counters = NULL;
	controller->log = controller->sessions.log = NULL;
	controller->sessions.journal = controller->journal;
	return 0;
}
