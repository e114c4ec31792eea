/* SPDX-License-Identifier: MIT */
/* config_file.c - a configuration from disk, and what is done with one once it is read. */
#include "base/config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/config_lists.h"
#include "base/file.h"

#define CONFIG_SIZE_MAX (1024 * 1024)

static int refuse_file(const char *file, int err, struct error *error)
{
	switch (err) {
	case -EFBIG:
		return fail(error, EFBIG, "'%s' is larger than 1 MiB; give a configuration file",
			    file);
	case -EISDIR:
	case -EINVAL:
		return fail(error, -err, "cannot read '%s': %s; give --config FILE", file,
			    file_problem(err));
	case -ENOENT:
		return fail(error, ENOENT, "cannot read '%s': %s; give --config FILE or create it",
			    file, file_problem(err));
	default:
		return fail(error, -err,
			    "cannot read '%s': %s; give --config FILE that you may read", file,
			    file_problem(err));
	}
}

int config_load(const char *file, struct config **ret_config, struct error *error)
{
	struct config *config = NULL;
	char *text;
	size_t size;
	int err = file_read(file, CONFIG_SIZE_MAX, &text, &size);

	if (err)
		return refuse_file(file, err, error);
	err = config_parse(text, size, file, &config, error);
	free(text);
	if (!err)
		*ret_config = config;
	return err;
}

struct config *config_free(struct config *config)
{
	const struct key *key;
	size_t zone, i;

	if (!config)
		return NULL;
	for (zone = 0; config->zones && zone < config->n_zones; zone++) {
		for (i = 0; (key = key_at(i)); i++) {
			if (key->same)
				list_clear(key, &config->zones[zone]);
		}
		free(config->zones[zone].portal.template);
	}
	free(config->zones);
	free(config);
	return NULL;
}

bool config_has_interface(const struct config_gateway *gateway, const char *interface)
{
	size_t i;

	for (i = 0; i < gateway->n_interfaces; i++) {
		if (!strcmp(gateway->interfaces[i], interface))
			return true;
	}
	return false;
}

const struct config_zone *config_find_zone(const struct config *config, const char *name)
{
	size_t i;

	for (i = 0; i < config->n_zones; i++) {
		if (!strcmp(config->zones[i].name, name))
			return &config->zones[i];
	}
	return NULL;
}
