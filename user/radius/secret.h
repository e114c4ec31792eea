/* SPDX-License-Identifier: MIT */
/* secret.h - the secret shared with the RADIUS servers, from its file. */
#ifndef XDP511_RADIUS_SECRET_H
#define XDP511_RADIUS_SECRET_H

#include <stddef.h>
#include <stdint.h>

#include "base/log.h"

#define SECRET_MAX 256

struct secret {
	uint8_t bytes[SECRET_MAX];
	size_t size;
};

/*
 * The file's first line. Refused: a file that others may read, an empty one, one of several lines.
 * The file's content is wiped from memory but for *ret_secret, which the caller wipes.
 */
int secret_load(const char *file, struct secret *ret_secret, struct error *error);
void secret_wipe(struct secret *secret);

#endif /* XDP511_RADIUS_SECRET_H */
