/* SPDX-License-Identifier: MIT */
/* sources.h - what happens in the other parts, made into events of the feed. */
#ifndef XDP511_SOURCES_H
#define XDP511_SOURCES_H

#include "controller/controller.h"

/* Before workers are started and sessions adopted. */
void sources_connect(struct controller *controller);

/* What the gate says by itself (notices.c). Done before the gate is closed. */
int notices_watch(struct controller *controller, struct error *error);
struct notices *notices_free(struct notices *notices); /* takes NULL, returns NULL */

#endif /* XDP511_SOURCES_H */
