/* SPDX-License-Identifier: MIT */
/* log_files.h - the files of the sign-in log, line by line: no file is in memory. */
#ifndef XDP511_CLI_LOG_FILES_H
#define XDP511_CLI_LOG_FILES_H

#include <stddef.h>
#include <stdint.h>

#include "cli/log/log_query.h"

/* Days of which there are files, in their order; *ret_days is the caller's to free(). -errno. */
int log_files_list(const char *directory, uint64_t **ret_days, size_t *ret_n);

struct log_reading {
	const struct log_query *query;
	/* Gets each record that matches; not 0: stop. */
	int (*take)(void *context, const struct signin_record *record);
	void *context;
	size_t n_broken; /* lines that are no records, so far */
};

/* What has no newline yet is being written, or was when the power went. -errno, or take()'s. */
int log_file_read(const char *directory, uint64_t day, struct log_reading *reading);

#endif /* XDP511_CLI_LOG_FILES_H */
