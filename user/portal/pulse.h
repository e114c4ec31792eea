/* SPDX-License-Identifier: MIT */
/* pulse.h - what the service manager is told of the running portal: its state, and that it lives. */
#ifndef XDP511_PORTAL_PULSE_H
#define XDP511_PORTAL_PULSE_H

#include "base/log.h"

struct portal;

/* Looks once a second from then on, within the loop: no pulse unless that turns. */
int pulse_start(struct portal *portal, struct error *error);
void pulse_stop(struct portal *portal);

/* Ready, with the first status line. */
void pulse_tell_ready(struct portal *portal);

#endif /* XDP511_PORTAL_PULSE_H */
