/* SPDX-License-Identifier: MIT */
/* signin_file.c - appends lines to the file of a day, and removes those of days long ago. */
#include "controller/journal/signin_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <sys/stat.h>

#include "base/directory.h"
#include "base/signin_record.h"

/* Files get the directory's group: the daemon may not give them away once it runs. */
#define DIRECTORY_MODE 02750
#define FILE_MODE      0640

int signin_directory_make(const char *directory)
{
	return directory_make(directory, DIRECTORY_MODE);
}

/* Neither a link nor anything but a file is written to, whoever has put it there. */
static int open_in(int directory_fd, const char *name, bool *ret_is_new)
{
	const int flags = O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
	struct stat status;
	int fd = openat(directory_fd, name, flags | O_CREAT | O_EXCL, FILE_MODE);

	*ret_is_new = fd >= 0;
	if (fd < 0 && errno == EEXIST)
		fd = openat(directory_fd, name, flags);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &status) || !S_ISREG(status.st_mode)) {
		close(fd);
		return -EINVAL;
	}
	if (*ret_is_new && !fstat(directory_fd, &status)) {
		(void)!fchown(fd, (uid_t)-1, status.st_gid);
		(void)fchmod(fd, FILE_MODE); /* whatever the umask is */
	}
	return fd;
}

/* A line that has no end would take the next one with it. */
static int end_torn_line(struct signin_file *file)
{
	char last = '\n';

	file->size = lseek(file->fd, 0, SEEK_END);
	if (file->size < 0 || (file->size && pread(file->fd, &last, 1, file->size - 1) != 1))
		return -EIO;
	return last == '\n' ? 0 : signin_file_append(file, "\n", 1);
}

int signin_file_open(const char *directory, uint64_t day, struct signin_file *ret_file)
{
	struct signin_file file = {.fd = -1, .size = -1};
	char name[RECORD_FILE];
	int err;

	file.directory_fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (file.directory_fd < 0)
		return -errno;
	file.fd = open_in(file.directory_fd, record_file(day, name), &file.is_new);
	err = file.fd < 0 ? file.fd : end_torn_line(&file);
	if (err) {
		signin_file_close(&file, err);
		return err;
	}
	*ret_file = file;
	return 0;
}

int signin_file_append(struct signin_file *file, const char *lines, size_t size)
{
	ssize_t n;

	for (; size; lines += n, size -= (size_t)n) {
		n = write(file->fd, lines, size);
		if (n < 0 && errno == EINTR)
			n = 0;
		else if (n <= 0)
			return n ? -errno : -EIO;
	}
	return 0;
}

int signin_file_sync(struct signin_file *file)
{
	if (fdatasync(file->fd))
		return -errno;
	return file->is_new && fsync(file->directory_fd) ? -errno : 0;
}

void signin_file_close(struct signin_file *file, int err)
{
	if (file->fd >= 0 && err && file->size >= 0)
		(void)!ftruncate(file->fd, file->size);
	if (file->fd >= 0)
		close(file->fd);
	if (file->directory_fd >= 0)
		close(file->directory_fd);
	file->fd = file->directory_fd = -1;
}

/* --- retention ------------------------------------------------------------------------------ */

static bool has_file_of_yesterday(DIR *directory, uint64_t today)
{
	const struct dirent *entry;
	bool has = false;
	uint64_t day;

	while (!has && (entry = readdir(directory)))
		has = !record_file_day(entry->d_name, &day) && day + 1 == today;
	rewinddir(directory);
	return has;
}

int signin_files_clean(const char *path, const struct signin_retention *retention,
		       size_t *ret_removed)
{
	DIR *directory = opendir(path);
	const struct dirent *entry;
	size_t n = 0;
	uint64_t day;
	int err = 0;

	if (!directory)
		return -errno;
	if (retention->is_steady || has_file_of_yesterday(directory, retention->today)) {
		while ((entry = readdir(directory))) {
			if (record_file_day(entry->d_name, &day) ||
			    day + retention->keep_days + 1 >= retention->today)
				continue;
			if (unlinkat(dirfd(directory), entry->d_name, 0))
				err = -errno;
			else
				n++;
		}
	}
	closedir(directory);
	*ret_removed = n;
	return err;
}
