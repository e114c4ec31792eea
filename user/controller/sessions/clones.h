/* SPDX-License-Identifier: MIT */
/*
 * clones.h - one MAC at work in two zones at the same time: two devices. Within one zone the gate
 * itself sees a device move (moves.h).
 */
#ifndef XDP511_CLONES_H
#define XDP511_CLONES_H

#include <stdbool.h>

#include "controller/zones.h"
#include "gate/gate.h"

struct clones; /* opaque */

struct clones *clones_new(void);		   /* NULL: out of memory */
struct clones *clones_free(struct clones *clones); /* takes NULL, returns NULL */

/*
 * To be asked of every session now and then. True: its MAC has been at work in another zone, too,
 * for longer than it takes to change from one to the other. Said once in a minute.
 */
bool clones_look(struct clones *clones, struct gate *gate, const struct zones *zones,
		 const struct session_key *device, const struct session *session);

#endif /* XDP511_CLONES_H */
