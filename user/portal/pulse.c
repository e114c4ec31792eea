/* SPDX-License-Identifier: MIT */
/* pulse.c - what the service manager is told of the running portal: its state, and that it lives. */
#include "portal/pulse.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/monotonic.h"
#include "base/notify.h"
#include "portal/portal.h"
#include "portal/web/web.h"

#define LOOK_EVERY_MS 1000
#define PULSES	      4 /* in the time in which one has to come */
#define LOST_S	      5 /* a restart of the daemon is shorter */

struct pulse {
	int timer;
	uint64_t watchdog_ms; /* 0: nobody waits for a pulse */
	uint64_t pulse_ms;    /* the last one */
	unsigned int n_alone; /* looks since which the daemon doesn't answer */
	struct notify_status status;
};

/* The first of them, and how many more there are. */
static const char *list(const struct endpoints *endpoints, const char *scheme, char *text,
			size_t size)
{
	char first[ENDPOINT_TEXT];

	text[0] = '\0';
	if (endpoints->n == 1)
		snprintf(text, size, " %s://%s", scheme,
			 format_endpoint(&endpoints->list[0], first));
	else if (endpoints->n)
		snprintf(text, size, " %s://%s and %zu more", scheme,
			 format_endpoint(&endpoints->list[0], first), endpoints->n - 1);
	return text;
}

static void tell_status(struct portal *portal, uint64_t now_ms)
{
	const struct config_web *web = &portal->config->web;
	char http[ENDPOINT_TEXT + 40], https[ENDPOINT_TEXT + 40], text[NOTIFY_SIZE / 2];

	snprintf(text, sizeof(text), "pages served at%s%s; %s",
		 list(&web->http, "http", http, sizeof(http)),
		 list(&web->https, "https", https, sizeof(https)),
		 control_is_following(portal->control)
			 ? "connected to xdp511d"
			 : "xdp511d does not answer, so nobody can sign in");
	(void)notify_status(&portal->pulse->status, now_ms, text);
}

static void watch_daemon(struct portal *portal)
{
	struct pulse *pulse = portal->pulse;
	const char *control = portal->config->gateway.control;

	if (!control_is_following(portal->control)) {
		if (++pulse->n_alone == LOST_S)
			log_event(LOG_LEVEL_WARNING,
				  &(struct log_event){.kind = LOG_KIND_DAEMON_SILENT},
				  "the daemon does not answer at '%s', so nobody can sign in; see "
				  "that xdp511d runs",
				  control);
		return;
	}
	if (pulse->n_alone >= LOST_S)
		log_event(LOG_LEVEL_INFO, &(struct log_event){.kind = LOG_KIND_DAEMON_BACK},
			  "the daemon answers again at '%s'", control);
	pulse->n_alone = 0;
}

static void on_look(void *context)
{
	struct portal *portal = context;
	struct pulse *pulse = portal->pulse;
	uint64_t now_ms = monotonic_ms();

	log_tick();
	if (pulse->watchdog_ms && now_ms - pulse->pulse_ms >= pulse->watchdog_ms / PULSES) {
		notify("WATCHDOG=1");
		pulse->pulse_ms = now_ms;
	}
	watch_daemon(portal);
	tell_status(portal, now_ms);
}

/* It is there so that the stream of events is. */
static void on_event(void *context, const json_t *event)
{
	(void)context;
	(void)event;
}

int pulse_start(struct portal *portal, struct error *error)
{
	struct pulse *pulse = portal->pulse = calloc(1, sizeof(*pulse));
	int err = pulse ? 0 : -ENOMEM;

	if (!err)
		err = pulse->timer = loop_timer(portal->loop, on_look, portal);
	if (err >= 0)
		err = control_follow(portal->control, on_event, portal);
	if (err)
		return fail(error, -err, "the watchdog can't be prepared: %s", strerror(-err));
	pulse->watchdog_ms = notify_watchdog_ms();
	loop_set_every(portal->loop, pulse->timer, LOOK_EVERY_MS);
	return 0;
}

void pulse_stop(struct portal *portal)
{
	free(portal->pulse);
	portal->pulse = NULL;
}

void pulse_tell_ready(struct portal *portal)
{
	notify("READY=1");
	tell_status(portal, monotonic_ms());
}
