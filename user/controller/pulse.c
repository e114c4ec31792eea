/* SPDX-License-Identifier: MIT */
/* pulse.c - what the service manager is told of the running daemon: its state, and that it lives. */
#include "controller/pulse.h"

#include <stdio.h>
#include <string.h>

#include "controller/clock.h"
#include "controller/controller.h"

#define LOOK_EVERY_MS 1000
#define PULSES	      4 /* in the time in which one has to come */

const char *pulse_ports(const struct controller *controller, char *buffer, size_t size)
{
	size_t i, n, length = 0;
	const struct gate_port *ports = gate_ports(controller->gate, &n);

	buffer[0] = '\0';
	for (i = 0; i < n && length < size; i++)
		length +=
			(size_t)snprintf(buffer + length, size - length, "%s%s (%s)", i ? ", " : "",
					 ports[i].name, ports[i].native ? "native" : "generic");
	return buffer;
}

/* What takes from service, or else that there is something to be read elsewhere. */
static void describe_warnings(const struct controller *controller, char *text, size_t size)
{
	json_t *warnings = json_array();
	bool is_degraded = controller_warnings(controller, warnings);
	size_t n = json_array_size(warnings);

	text[0] = '\0';
	if (is_degraded && n)
		snprintf(text, size, "; degraded: %s",
			 json_string_value(json_array_get(warnings, 0)));
	else if (n)
		snprintf(text, size, "; %zu %s, see `xdp511 status`", n,
			 n == 1 ? "warning" : "warnings");
	json_decref(warnings);
}

static void describe(const struct controller *controller, char *text, size_t size)
{
	const struct sessions *sessions = &controller->sessions;
	char ports[160], warnings[320];

	describe_warnings(controller, warnings, sizeof(warnings));
	snprintf(text, size, "gate shut on %s; %zu signed in%s",
		 pulse_ports(controller, ports, sizeof(ports)), sessions->count[SESSION_ACTIVE],
		 warnings);
}

static void tell_status(struct controller *controller, uint64_t now_ms)
{
	char text[NOTIFY_SIZE / 2];

	if (now_ms - controller->pulse.status.told_ms < NOTIFY_STATUS_EVERY_MS)
		return;
	describe(controller, text, sizeof(text));
	(void)notify_status(&controller->pulse.status, now_ms, text);
}

static void give_pulse(struct pulse *pulse, uint64_t now_ms, bool is_tended)
{
	if (!pulse->watchdog_ms || now_ms - pulse->pulse_ms < pulse->watchdog_ms / PULSES)
		return;
	if (is_tended) {
		notify("WATCHDOG=1");
		pulse->pulse_ms = now_ms;
	} else if (!pulse->is_told) {
		log_error("a worker can't be ended or started; the service manager is to restart "
			  "the daemon");
	}
	pulse->is_told = !is_tended;
}

static void on_look(void *context)
{
	struct controller *controller = context;
	uint64_t now_ms = gate_now_ns() / NS_PER_MS;
	bool is_tended = workers_watch(&controller->workers);

	log_tick();
	give_pulse(&controller->pulse, now_ms, is_tended);
	tell_status(controller, now_ms);
}

int pulse_start(struct controller *controller, struct error *error)
{
	struct pulse *pulse = &controller->pulse;

	pulse->watchdog_ms = notify_watchdog_ms();
	pulse->timer = loop_timer(controller->loop, on_look, controller);
	if (pulse->timer < 0)
		return fail(error, -pulse->timer, "the timer of the watchdog can't be made: %s",
			    strerror(-pulse->timer));
	loop_set_every(controller->loop, pulse->timer, LOOK_EVERY_MS);
	return 0;
}

void pulse_tell_ready(struct controller *controller)
{
	notify("READY=1");
	tell_status(controller, gate_now_ns() / NS_PER_MS);
}
