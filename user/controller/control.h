/* SPDX-License-Identifier: MIT */
/* control.h - the file of the control socket: made, guarded against a second daemon, removed. */
#ifndef XDP511_CONTROL_H
#define XDP511_CONTROL_H

#include <sys/types.h>

#include "base/log.h"

struct control {
	char path[108];
	int fd; /* listening; owned by whoever serves it */
	dev_t device;
	ino_t inode;
};

/* Mode 0660, of group xdp511 if there is one. A socket that somebody answers at: -EADDRINUSE. */
int control_open(const char *path, struct control *ret_control, struct error *error);

/* Removes the file, unless another socket has taken its place. */
void control_remove(const struct control *control);

#endif /* XDP511_CONTROL_H */
