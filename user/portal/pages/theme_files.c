/* SPDX-License-Identifier: MIT */
/* theme_files.c - finds a theme's files, and tells those that are none. */
#include "portal/pages/theme_files.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "portal/pages/theme_template.h"

const struct theme_file *theme_files_find(const char *name)
{
	for (const struct theme_file *file = theme_built_in; file->name; file++)
		if (!strcmp(file->name, name))
			return file;
	return NULL;
}

static bool ends_in(const char *name, const char *ending)
{
	size_t len = strlen(name), ending_len = strlen(ending);

	return len > ending_len && !strcmp(name + len - ending_len, ending);
}

/* Every file that a theme may have is among the built-in ones. */
static int check_name(const char *path, const char *folder, const char *name, struct error *error)
{
	char whole[THEME_PATH_SIZE];

	if (!ends_in(name, ".html") && !ends_in(name, ".css") && !ends_in(name, ".ini"))
		return 0;
	if (name[0] == '.')
		return 0;
	if ((size_t)snprintf(whole, sizeof(whole), "%s%s", folder, name) < sizeof(whole) &&
	    theme_files_find(whole))
		return 0;
	return fail(error, EINVAL,
		    "theme '%s' has a file '%s%.60s', which the portal doesn't know; the pages are "
		    "sign-in.html, terms.html, status.html, signed-out.html, error.html and "
		    "style.css, the sentences messages/LANGUAGE.ini: rename or remove it",
		    path, folder, name);
}

static int check_folder(const char *directory, const char *folder, struct error *error)
{
	char path[THEME_PATH_SIZE];
	struct dirent *entry;
	int err = 0;
	DIR *dir;

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", directory, folder) >= sizeof(path))
		return fail(error, ENAMETOOLONG, "theme '%s': the name is too long; shorten it",
			    directory);
	dir = opendir(path);
	if (!dir && *folder && errno == ENOENT)
		return 0;
	if (!dir)
		return fail(error, errno,
			    "theme '%s' cannot be read: %s; create the directory, let "
			    "xdp511-portal read it, or correct [web] theme",
			    path, strerror(errno));
	while (!err && (entry = readdir(dir)))
		err = check_name(directory, folder, entry->d_name, error);
	closedir(dir);
	return err;
}

int theme_files_check(const char *directory, struct error *error)
{
	int err = check_folder(directory, "", error);

	return err ? err : check_folder(directory, "messages/", error);
}

int theme_files_read(const char *directory, const char *name, char path[THEME_PATH_SIZE],
		     char **ret_text, size_t *ret_size, struct error *error)
{
	int err;

	if ((size_t)snprintf(path, THEME_PATH_SIZE, "%s/%s", directory, name) >= THEME_PATH_SIZE)
		return fail(error, ENAMETOOLONG, "theme '%s': the name is too long; shorten it",
			    directory);
	err = file_read(path, THEME_FILE_MAX, ret_text, ret_size);
	if (err == -ENOENT) {
		*ret_text = NULL;
		return 0;
	}
	if (err)
		return fail(error, -err,
			    "theme file '%s' cannot be read: %s; let xdp511-portal read it (at "
			    "most 64 kB), or remove it",
			    path, file_problem(err));
	return 0;
}
