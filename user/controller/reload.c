/* SPDX-License-Identifier: MIT */
/* reload.c - takes over a changed configuration while everything goes on. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "controller/changes.h"
#include "controller/controller.h"

/* What can be refused comes first: zone numbers and the garden, which changes whole or not at all. */
static int take_garden(struct controller *controller, const struct config *config,
		       struct garden_change *ret_change, struct zones *ret_zones,
		       struct error *error)
{
	int err = zones_assign(controller->store, config, ret_zones, error);

	if (err)
		return err;
	if (garden_want_names(controller->names, config))
		return fail(error, ENOMEM, "out of memory");
	err = garden_rebuild(&controller->garden, ret_zones, ret_change, error);
	if (err)
		(void)garden_want_names(controller->names, controller->config);
	return err;
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

int controller_reload(struct controller *controller, json_t **ret_changes, struct error *error)
{
	struct config *old = controller->config, *new = NULL;
	struct garden_change garden = {};
	bool concerns_workers;
	struct zones *zones = NULL;
	json_t *changes = NULL;
	int err = controller_load(controller->config_file, &new, error);

	if (err)
		return err;
	err = changes_check(old, new, error);
	if (err)
		goto out;
	changes = json_array();
	zones = malloc(sizeof(*zones));
	if (!changes || !zones) {
		err = fail(error, ENOMEM, "out of memory");
		goto out;
	}
	err = take_garden(controller, new, &garden, zones, error);
	if (err)
		goto out;
	concerns_workers = changes_tell(old, new, changes);
	tell_garden(&garden, changes);
	controller->zones = *zones;
	controller->config = new;
	controller->settings.config = new;
	new = old; /* to be freed; the workers have copies of their own */
	/* Only the kernel's running out of memory makes this fail. */
	err = zones_apply(&controller->zones, controller->config, controller->gate, error);
	loop_set(controller->loop, controller->names_timer, 0);
	if (concerns_workers)
		workers_renew(&controller->workers, NULL);
	if (!err) {
		*ret_changes = changes;
		changes = NULL;
	}
out:
	json_decref(changes);
	free(zones);
	config_free(new);
	return err;
}
