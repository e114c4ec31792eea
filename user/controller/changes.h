/* SPDX-License-Identifier: MIT */
/* changes.h - what differs between two configurations, in sentences. Pure. */
#ifndef XDP511_CHANGES_H
#define XDP511_CHANGES_H

#include <stdbool.h>

#include <jansson.h>

#include "base/config.h"
#include "base/log.h"

/* -EINVAL with a sentence when a key differs that is only read at the start. */
int changes_check(const struct config *old, const struct config *new, struct error *error);

/* Appends a sentence for each change; true when the workers have to know of one. */
bool changes_tell(const struct config *old, const struct config *new, json_t *ret_changes);

#endif /* XDP511_CHANGES_H */
