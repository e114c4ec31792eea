/* SPDX-License-Identifier: MIT */
/* log_files.c - lists the files of the sign-in log, and reads one in pieces. */
#include "cli/log/log_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

#define PIECE	  (256 * 1024)
#define PATH_TEXT 320

static int by_number(const void *a, const void *b)
{
	const uint64_t *one = a, *other = b;

	return *one < *other ? -1 : *one > *other;
}

int log_files_list(const char *path, uint64_t **ret_days, size_t *ret_n)
{
	DIR *directory = opendir(path);
	const struct dirent *entry;
	uint64_t day, *days = NULL, *more;
	size_t n = 0;
	int err = 0;

	if (!directory)
		return -errno;
	while (!err && (entry = readdir(directory))) {
		if (record_file_day(entry->d_name, &day))
			continue;
		more = reallocarray(days, n + 1, sizeof(*days));
		err = more ? 0 : -ENOMEM;
		if (!err) {
			days = more;
			days[n++] = day;
		}
	}
	closedir(directory);
	if (err) {
		free(days);
		return err;
	}
	if (n)
		qsort(days, n, sizeof(*days), by_number);
	*ret_days = days;
	*ret_n = n;
	return 0;
}

static int open_file(const char *directory, uint64_t day)
{
	char path[PATH_TEXT], name[RECORD_FILE];
	struct stat status;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", directory, record_file(day, name));
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return -errno;
	if (!fstat(fd, &status) && S_ISREG(status.st_mode))
		return fd;
	close(fd);
	return -EINVAL;
}

static int take_line(struct log_reading *reading, const char *line, size_t size)
{
	struct signin_record record;

	if (!size)
		return 0;
	if (line[size - 1] != '}') { /* torn, and closed since; it may match nothing by that */
		reading->n_broken++;
		return 0;
	}
	if (!log_may_match(reading->query, line, size))
		return 0;
	if (record_parse(line, size, &record)) {
		reading->n_broken++;
		return 0;
	}
	return log_matches(reading->query, &record) ? reading->take(reading->context, &record) : 0;
}

/* The whole lines of @buffer; what is left is moved to its start. */
static int take_lines(struct log_reading *reading, char *buffer, size_t *used)
{
	char *at = buffer, *end = buffer + *used, *newline;
	int err = 0;

	while (!err && (newline = memchr(at, '\n', (size_t)(end - at)))) {
		err = take_line(reading, at, (size_t)(newline - at));
		at = newline + 1;
	}
	*used = (size_t)(end - at);
	memmove(buffer, at, *used);
	return err;
}

int log_file_read(const char *directory, uint64_t day, struct log_reading *reading)
{
	char *buffer = malloc(PIECE);
	int fd = open_file(directory, day), err = fd < 0 ? fd : 0;
	bool is_too_long = false;
	size_t used = 0;
	ssize_t n;

	if (!buffer && !err)
		err = -ENOMEM;
	while (!err && (n = read(fd, buffer + used, PIECE - used)) != 0) {
		if (n < 0) {
			err = errno == EINTR ? 0 : -errno;
			continue;
		}
		used += (size_t)n;
		if (is_too_long) { /* its end is no line, either */
			char *newline = memchr(buffer, '\n', used);

			used = newline ? used - (size_t)(newline + 1 - buffer) : 0;
			if (newline)
				memmove(buffer, newline + 1, used);
			is_too_long = !newline;
		}
		err = take_lines(reading, buffer, &used);
		if (used == PIECE) {
			reading->n_broken++;
			is_too_long = true;
			used = 0;
		}
	}
	if (fd >= 0)
		close(fd);
	free(buffer);
	return err;
}
