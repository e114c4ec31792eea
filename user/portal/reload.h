/* SPDX-License-Identifier: MIT */
/* reload.h - configuration, certificate and theme taken anew, while guests go on. */
#ifndef XDP511_PORTAL_RELOAD_H
#define XDP511_PORTAL_RELOAD_H

struct portal;

/*
 * Each of the three stays that of before when the new one is broken, and the log says why. Keys
 * that are only read at the start keep the whole configuration from being taken.
 */
void portal_reload(struct portal *portal);

/* The configurations of before, which somebody may still have used. */
void reload_stop(struct portal *portal);

#endif /* XDP511_PORTAL_RELOAD_H */
