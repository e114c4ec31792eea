/* SPDX-License-Identifier: MIT */
/* config_file.c - a configuration from disk, and what is done with one once it is read. */
#include "base/config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/config_lists.h"

#define CONFIG_SIZE_MAX (1024 * 1024)

/* The whole of a regular file of at most @size bytes. */
static int read_whole(int fd, char *buffer, size_t size, size_t *ret_used)
{
	size_t used = 0;
	ssize_t n;

	do {
		n = read(fd, buffer + used, size - used);
		if (n < 0)
			return -errno;
		used += (size_t)n;
	} while (n > 0 && used < size);
	*ret_used = used;
	return 0;
}

static int open_file(const char *file, int *ret_fd, struct error *error)
{
	struct stat status;
	/* Without O_NONBLOCK a FIFO nobody writes to would hold us up. */
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	int err = 0;

	if (fd < 0 || fstat(fd, &status) < 0)
		err = fail(error, errno, "cannot read '%s': %s; give --config FILE%s", file,
			   strerror(errno),
			   errno == ENOENT ? " or create it" : " that you may read");
	else if (S_ISDIR(status.st_mode))
		err = fail(error, EISDIR, "cannot read '%s': it is a directory; give --config FILE",
			   file);
	else if (!S_ISREG(status.st_mode))
		err = fail(error, EINVAL,
			   "cannot read '%s': it is no regular file; give --config FILE", file);
	if (err && fd >= 0)
		close(fd);
	if (!err)
		*ret_fd = fd;
	return err;
}

int config_load(const char *file, struct config **ret_config, struct error *error)
{
	char *text = NULL;
	size_t size = 0;
	int fd, err;

	err = open_file(file, &fd, error);
	if (err)
		return err;
	text = malloc(CONFIG_SIZE_MAX + 1);
	if (!text) {
		err = fail(error, ENOMEM, "no memory for the configuration '%s'", file);
		goto out;
	}
	err = read_whole(fd, text, CONFIG_SIZE_MAX + 1, &size);
	if (err)
		err = fail(error, -err, "cannot read '%s': %s; check the disk", file,
			   strerror(-err));
	else if (size > CONFIG_SIZE_MAX)
		err = fail(error, EFBIG, "'%s' is larger than 1 MiB; give a configuration file",
			   file);
	else
		err = config_parse(text, size, file, ret_config, error);
out:
	free(text);
	close(fd);
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
