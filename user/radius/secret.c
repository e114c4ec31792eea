/* SPDX-License-Identifier: MIT */
/* secret.c - the secret shared with the RADIUS servers, from its file. */
#include "radius/secret.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sys/stat.h>

#include "base/file.h"

#define FILE_MAX 1024

void secret_wipe(struct secret *secret)
{
	explicit_bzero(secret, sizeof(*secret));
}

/* The one line without its end; what an editor leaves behind it is no part of it. */
static int take_line(const char *file, const char *text, size_t size, struct secret *ret_secret,
		     struct error *error)
{
	size_t length = strcspn(text, "\r\n");

	if (strspn(text + length, "\r\n") != size - length)
		return fail(error, EINVAL,
			    "the secret in '%s' has more than one line, or a NUL; write it as one "
			    "line",
			    file);
	if (!length)
		return fail(error, EINVAL, "'%s' is empty; write the secret into it", file);
	if (length > SECRET_MAX)
		return fail(error, EINVAL, "the secret in '%s' has %zu bytes; it can have up to %d",
			    file, length, SECRET_MAX);
	memcpy(ret_secret->bytes, text, length);
	ret_secret->size = length;
	return 0;
}

int secret_load(const char *file, struct secret *ret_secret, struct error *error)
{
	struct stat facts;
	char *text;
	size_t size;
	int err;

	if (stat(file, &facts))
		return fail(error, errno, "the secret '%s' could not be read: %s", file,
			    strerror(errno));
	if (facts.st_mode & (S_IROTH | S_IWOTH))
		return fail(error, EPERM,
			    "everyone may read or change the secret in '%s'; allow its owner alone "
			    "(chmod 600)",
			    file);
	err = file_read(file, FILE_MAX, &text, &size);
	if (err)
		return fail(error, -err, "the secret '%s' could not be read: %s", file,
			    file_problem(err));
	err = take_line(file, text, size, ret_secret, error);
	explicit_bzero(text, size);
	free(text);
	return err;
}
