/* SPDX-License-Identifier: MIT */
/* file.c - opens and reads a regular file, with a bound on time and size. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_regular(const char *file, int *ret_fd)
{
	struct stat status;
	/* Without O_NONBLOCK a FIFO nobody writes to would hold us up. */
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	int err = 0;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &status) < 0)
		err = -errno;
	else if (S_ISDIR(status.st_mode))
		err = -EISDIR;
	else if (!S_ISREG(status.st_mode))
		err = -EINVAL;
	if (err)
		close(fd);
	else
		*ret_fd = fd;
	return err;
}

/* As much as there is and as fits. */
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

int file_read(const char *file, size_t max, char **ret_text, size_t *ret_size)
{
	char *text = NULL;
	size_t size = 0;
	int fd = -1;
	int err = open_regular(file, &fd);

	if (err)
		return err;
	text = malloc(max + 1);
	err = text ? read_whole(fd, text, max + 1, &size) : -ENOMEM;
	if (!err && size > max)
		err = -EFBIG;
	close(fd);
	if (err) {
		free(text);
		return err;
	}
	text[size] = '\0';
	*ret_text = text;
	*ret_size = size;
	return 0;
}

const char *file_problem(int err)
{
	switch (err) {
	case -EISDIR:
		return "it is a directory";
	case -EINVAL:
		return "it is no regular file";
	case -EFBIG:
		return "it is too large";
	default:
		return strerror(-err);
	}
}
