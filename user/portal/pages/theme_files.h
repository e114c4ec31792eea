/* SPDX-License-Identifier: MIT */
/* theme_files.h - the files of a theme: those of its directory, and the built-in ones for the rest. */
#ifndef XDP511_PORTAL_THEME_FILES_H
#define XDP511_PORTAL_THEME_FILES_H

#include <stddef.h>

#include "base/log.h"

/* What the Makefile makes of user/portal/theme/; the last one has no name. */
struct theme_file {
	const char *name; /* "status.html", "messages/de.ini" */
	const char *text;
	size_t size;
};
extern const struct theme_file theme_built_in[];

/* The built-in file of this name, or NULL. */
const struct theme_file *theme_files_find(const char *name);

/* Refuses pages and languages that the portal wouldn't look at, such as sign_in.html. */
int theme_files_check(const char *directory, struct error *error);

/*
 * Reads a file of the directory; *ret_text is the caller's, to be freed, and NULL when there is
 * none. *ret_path, with room for THEME_PATH_SIZE, is its name for sentences.
 */
#define THEME_PATH_SIZE 256
int theme_files_read(const char *directory, const char *name, char path[THEME_PATH_SIZE],
		     char **ret_text, size_t *ret_size, struct error *error);

#endif /* XDP511_PORTAL_THEME_FILES_H */
