/* SPDX-License-Identifier: MIT */
/* unix_socket.h - the file of an API's socket: made, guarded against a second server, removed. */
#ifndef XDP511_UNIX_SOCKET_H
#define XDP511_UNIX_SOCKET_H

#include <sys/types.h>

#include "base/log.h"

struct unix_socket {
	char path[108];
	int fd; /* listening; owned by whoever serves it */
	dev_t device;
	ino_t inode;
};

/*
 * Mode 0660, of group xdp511 if there is one. A socket that somebody answers at: -EADDRINUSE.
 * @key is the configuration's name for it: `control`.
 */
int unix_socket_open(const char *path, const char *key, struct unix_socket *ret_socket,
		     struct error *error);

/* Removes the file, unless another socket has taken its place. */
void unix_socket_remove(const struct unix_socket *unix_socket);

#endif /* XDP511_UNIX_SOCKET_H */
