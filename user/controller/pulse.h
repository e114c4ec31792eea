/* SPDX-License-Identifier: MIT */
/* pulse.h - what the service manager is told of the running daemon: its state, and that it lives. */
#ifndef XDP511_PULSE_H
#define XDP511_PULSE_H

#include <stddef.h>
#include <stdint.h>

#include "base/log.h"
#include "base/notify.h"

struct controller;

struct pulse {
	int timer;
	uint64_t watchdog_ms; /* 0: nobody waits for a pulse */
	uint64_t pulse_ms;    /* the last one */
	bool is_told;	      /* that there are no more */
	struct notify_status status;
};

/* Looks once a second from now on, within the loop: no pulse unless that turns. */
int pulse_start(struct controller *controller, struct error *error);

/* Ready, with the first status line. */
void pulse_tell_ready(struct controller *controller);

/* "lan0 (native), lan1 (generic)", as far as it fits. Returns @buffer. */
const char *pulse_ports(const struct controller *controller, char *buffer, size_t size);

#endif /* XDP511_PULSE_H */
