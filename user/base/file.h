/* SPDX-License-Identifier: MIT */
/* file.h - a small file read whole, whatever its name turns out to be. */
#ifndef XDP511_FILE_H
#define XDP511_FILE_H

#include <stddef.h>

/*
 * Reads a regular file of at most @max bytes. *ret_text is the caller's, to be freed, with a
 * NUL behind its *ret_size bytes. -errno; -EISDIR and -EINVAL for what is no regular
 * file, -EFBIG for a larger one. Never waits, not even for the writer of a FIFO.
 */
int file_read(const char *file, size_t max, char **ret_text, size_t *ret_size);

/* What is wrong with a file for which file_read() returned @err: "it is a directory". */
const char *file_problem(int err);

#endif /* XDP511_FILE_H */
