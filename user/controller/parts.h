/* SPDX-License-Identifier: MIT */
/* parts.h - how each part of the daemon is, and what would mend it. */
#ifndef XDP511_PARTS_H
#define XDP511_PARTS_H

#include "controller/controller.h"

#define LAG_TOLD_MS 3000 /* of counters on the disk; from then on it is told */

/*
 * An object a part: {"part", "name", "health": "ok" or "degraded", "finding", "remedy"}; the remedy
 * is a command, or null. NULL: out of memory.
 */
json_t *controller_health(const struct controller *controller);

#endif /* XDP511_PARTS_H */
