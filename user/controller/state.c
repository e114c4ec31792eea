/* SPDX-License-Identifier: MIT */
/* state.c - database and keys; what is wrong with their files is no reason to open the gate. */
#include <errno.h>

#include <sys/random.h>

#include "controller/controller.h"
#include "controller/link_key.h"

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

static int open_store(struct controller *controller, struct error *error)
{
	if (!store_open(controller->config->gateway.state_dir, &controller->store,
			&controller->store_trouble)) {
		controller->store_trouble.text[0] = '\0';
		return 0;
	}
	return store_open_volatile(&controller->store, error);
}

int controller_open_state(struct controller *controller, struct error *error)
{
	int err = open_keys(controller, error); /* makes the directory */

	return err ? err : open_store(controller, error);
}
