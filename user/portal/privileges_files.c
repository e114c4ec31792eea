/* SPDX-License-Identifier: MIT */
/* privileges_files.c - the files that xdp511-portal is left with, by Landlock. */
#include "portal/privileges.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/landlock.h"

struct files {
	int rules;
	int err; /* the first */
};

/* What isn't there, or is out of reach, is told by who wants to read it. */
static void allow(struct files *files, const char *path, enum landlock_access access)
{
	int err = path[0] ? landlock_allow(files->rules, path, access) : 0;

	if (err && err != -ENOENT && err != -EACCES && err != -ENOTDIR && !files->err)
		files->err = err;
}

/*
 * Also when another file takes its name, or when it is a link that is turned to another: the
 * directories of both. What else is there is still the other users' and root's.
 */
static void allow_beside(struct files *files, const char *file, enum landlock_access access)
{
	char directory[PATH_MAX];
	char *slash, *real = realpath(file, NULL);
	const char *names[] = {file, real};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!names[i] || names[i][0] != '/')
			continue;
		snprintf(directory, sizeof(directory), "%s", names[i]);
		slash = strrchr(directory, '/');
		slash[slash == directory] = '\0';
		allow(files, directory, access);
	}
	free(real);
}

/* Names are looked up, and certificates judged, by files all over /etc. */
static void allow_asking(struct files *files)
{
	static const char *const paths[] = {"/etc", "/run/systemd/resolve",
					    "/usr/share/ca-certificates",
					    "/usr/local/share/ca-certificates"};

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		allow(files, paths[i], LANDLOCK_READ);
}

/* Whose the admin socket is to be is looked up by the group's name. */
static void allow_groups(struct files *files)
{
	allow(files, "/etc/nsswitch.conf", LANDLOCK_READ);
	allow(files, "/etc/group", LANDLOCK_READ);
}

static void allow_files(struct files *files, const struct config *config, const char *file)
{
	const char *const read[] = {
		file,
		config->web.certificate,
		config->web.key,
		config->radius.secret_file,
		config->uam.secret_file,
		config->fas.key_file,
	};

	for (size_t i = 0; i < sizeof(read) / sizeof(read[0]); i++)
		allow_beside(files, read[i], LANDLOCK_READ);
	for (size_t i = 0; i < config->n_zones; i++) {
		allow_beside(files, config->zones[i].sign_in.terms, LANDLOCK_READ);
		allow_beside(files, config->zones[i].portal.page, LANDLOCK_READ);
	}
	allow(files, config->web.theme, LANDLOCK_READ);
	allow(files, config->web.state_dir, LANDLOCK_KEEP);
	allow_beside(files, config->web.admin, LANDLOCK_KEEP);
	allow_groups(files);
	if (config->web.code_url[0])
		allow_asking(files);
}

int privileges_limit_files(const struct config *config, const char *file, struct error *error)
{
	struct files files = {};
	int err;

	tzset(); /* reads /etc/localtime */
	err = landlock_new(&files.rules);
	if (err == -ENOSYS)
		return 0; /* the user's own rights are what is left then */
	if (!err) {
		allow_files(&files, config, file);
		err = files.err;
		if (!err)
			err = landlock_enter(files.rules);
	}
	return err ? fail(error, -err,
			  "the portal could not be kept to its files: %s; look for what the "
			  "kernel says of Landlock",
			  strerror(-err))
		   : 0;
}
