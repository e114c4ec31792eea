/* SPDX-License-Identifier: MIT */
/* reload.c - takes over a changed configuration while everything goes on. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/notify.h"
#include "controller/changes.h"
#include "controller/controller.h"

static int write_garden(struct controller *controller, const struct config *config,
			struct zones *zones, struct garden_change *ret_change, struct error *error)
{
	controller->garden.config = config;
	if (garden_want_names(controller->names, config))
		return fail(error, ENOMEM, "out of memory");
	return garden_rebuild(&controller->garden, zones, ret_change, error);
}

/*
 * First what belongs to a zone's number, then which frames have it: who comes into a new zone meets
 * all of its rules, and who leaves one that is gone loses its garden a little early.
 */
static int write_gate(struct controller *controller, const struct config *config,
		      struct zones *zones, struct garden_change *ret_change, struct error *error)
{
	int err = write_garden(controller, config, zones, ret_change, error);

	return err ? err : zones_apply(zones, config, controller->gate, error);
}

/* A write that failed in the middle is undone, so that @error can say that nothing has changed. */
static void undo(struct controller *controller, struct error *error)
{
	struct error reason = *error, second;

	if (!zones_apply(&controller->zones, controller->config, controller->gate, &second) &&
	    !write_garden(controller, controller->config, &controller->zones, NULL, &second))
		return;
	fail(error, EIO,
	     "%.200s; and what was written could not be taken back: %.200s; restart xdp511d",
	     reason.text, second.text);
}

static void tell_garden(const struct garden_change *change, json_t *changes)
{
	char text[80];

	if (!change->added && !change->removed)
		return;
	snprintf(text, sizeof(text), "garden: %zu added, %zu removed", change->added,
		 change->removed);
	json_array_append_new(changes, json_string(text));
}

static void put_in_force(struct controller *controller, struct config *config,
			 const struct zones *zones)
{
	controller->zones = *zones;
	controller->config = config;
	log_set_level(config->log.level);
	controller->settings.config = config; /* the workers have copies of their own */
	loop_set(controller->loop, controller->names_timer, 0);
	advertise_apply(&controller->advertise, config);
	journal_set_keep(controller->journal, config->log.keep_s);
}

/* Writes @new to the gate, and tells what it changes. */
static int take(struct controller *controller, struct config *new, json_t *changes,
		struct error *error)
{
	const struct zones_from from = {
		.store = controller->store,
		.gate = controller->gate,
		.running = &controller->zones,
	};
	struct zones *zones = malloc(sizeof(*zones));
	struct garden_change garden = {};
	bool concerns_workers;
	int err;

	if (!zones)
		return fail(error, ENOMEM, "out of memory");
	err = zones_assign(&from, new, zones, error);
	if (err)
		goto out;
	err = write_gate(controller, new, zones, &garden, error);
	if (err) {
		undo(controller, error);
		goto out;
	}
	concerns_workers = changes_tell(controller->config, new, changes);
	tell_garden(&garden, changes);
	put_in_force(controller, new, zones);
	if (concerns_workers)
		workers_renew(&controller->workers, NULL);
out:
	free(zones);
	return err;
}

/* The files of the API on TCP may have changed, though their names haven't. */
static int renew_remote(struct controller *controller, json_t *changes, struct error *error)
{
	int r = remote_renew(&controller->remote, error);

	if (r > 0)
		json_array_append_new(
			changes, json_string("the API on TCP has read its certificate, key and "
					     "tokens anew"));
	return r < 0 ? r : 0;
}

static int reload(struct controller *controller, json_t **ret_changes, struct error *error)
{
	struct config *old = controller->config, *new = NULL;
	json_t *changes;
	int err = controller_load(controller->config_file, &new, error);

	if (err)
		return err;
	changes = json_array();
	err = changes ? changes_check(old, new, error) : fail(error, ENOMEM, "out of memory");
	if (!err)
		err = renew_remote(controller, changes, error);
	if (!err)
		err = take(controller, new, changes, error);
	if (err) {
		json_decref(changes);
		config_free(new);
		return err;
	}
	config_free(old);
	*ret_changes = changes;
	return 0;
}

static void tell_reload(const json_t *changes)
{
	const struct log_event event = {.kind = LOG_KIND_RELOADED};
	const json_t *change;
	size_t i;

	json_array_foreach(changes, i, change)
		log_event(LOG_LEVEL_INFO, &event, "reload: %s", json_string_value(change));
	if (!json_array_size(changes))
		log_event(LOG_LEVEL_INFO, &event, "reload: nothing has changed");
}

int controller_reload(struct controller *controller, json_t **ret_changes, struct error *error)
{
	int err;

	notify_reloading();
	err = reload(controller, ret_changes, error);
	if (err)
		log_event(LOG_LEVEL_ERROR, &(struct log_event){.kind = LOG_KIND_RELOAD_REFUSED},
			  "%s; nothing has been changed", error->text);
	else
		tell_reload(*ret_changes);
	notify("READY=1");
	return err;
}
