/* SPDX-License-Identifier: MIT */
/* signin_file.h - the files of the sign-in log: one a day, appended to, removed when they are old. */
#ifndef XDP511_SIGNIN_FILE_H
#define XDP511_SIGNIN_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/types.h>

/* The file of a day, open; fd -1: it isn't. */
struct signin_file {
	int fd;
	int directory_fd;
	off_t size; /* what it had before; what fails is cut off again */
	bool is_new;
};

/* Makes the directory, for root and the group xdp511; one that is there is left as it is. */
int signin_directory_make(const char *directory);

/* Behind a line that a power cut has left without its end comes one. */
int signin_file_open(const char *directory, uint64_t day, struct signin_file *ret_file);
int signin_file_append(struct signin_file *file, const char *lines, size_t size);

/* It is all on the disk. */
int signin_file_sync(struct signin_file *file);

/* @err not 0: what was appended is taken back, as far as that can be done. */
void signin_file_close(struct signin_file *file, int err);

/*
 * Removes the files of days before @today - @keep_days - 1: *ret_removed of them. Without
 * @is_steady that is only done when there is a file of yesterday: a clock that has jumped ahead by
 * more removes nothing.
 */
struct signin_retention {
	uint64_t today;
	uint64_t keep_days;
	bool is_steady;
};

int signin_files_clean(const char *directory, const struct signin_retention *retention,
		       size_t *ret_removed);

#endif /* XDP511_SIGNIN_FILE_H */
