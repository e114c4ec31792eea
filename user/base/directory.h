/* SPDX-License-Identifier: MIT */
/* directory.h - a directory of the product's, of which its group has a part. */
#ifndef XDP511_DIRECTORY_H
#define XDP511_DIRECTORY_H

#include <sys/types.h>

/*
 * Makes @path, of the group that may use the sockets if there is one, with @mode whatever the umask
 * is. One that is there already stays as it is. -errno.
 */
int directory_make(const char *path, mode_t mode);

#endif /* XDP511_DIRECTORY_H */
