/* SPDX-License-Identifier: MIT */
/* events.c - what the loop waits for besides the API: signals, timers, changed addresses. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <sys/signalfd.h>

#include "controller/clock.h"
#include "controller/controller.h"
#include "gate/netdev.h"

#define SWEEP_EVERY_MS	 1000
#define FEED_EVERY_MS	 1000
#define ADDRESS_DELAY_MS 100 /* addresses come in bursts */

static void on_signal(void *context)
{
	struct controller *controller = context;
	struct signalfd_siginfo signal;
	json_t *changes;
	struct error error;

	while (read(controller->signal_fd, &signal, sizeof(signal)) == sizeof(signal)) {
		if (signal.ssi_signo == SIGCHLD)
			workers_reap(&controller->workers);
		else if (signal.ssi_signo != SIGHUP)
			loop_stop(controller->loop);
		else if (!controller_reload(controller, &changes, &error))
			json_decref(changes);
	}
}

/* What the maps and the workers knew of a port belonged to an interface that is gone. */
static void take_port(struct controller *controller, const struct gate_port *port)
{
	struct error error;

	log_event(LOG_LEVEL_WARNING,
		  &(struct log_event){.kind = LOG_KIND_GATE_BACK, .interface = port->name},
		  "interface '%s' did not run the gate any more; it is shut again", port->name);
	if (zones_apply(&controller->zones, controller->config, controller->gate, &error))
		log_warning("%s", error.text);
	workers_renew(&controller->workers, port);
}

static void keep_shut(struct controller *controller)
{
	struct error trouble = {.text = ""}, error;
	size_t i, n;
	const struct gate_port *ports = gate_ports(controller->gate, &n);

	for (i = 0; i < n; i++) {
		int result = gate_keep_shut(controller->gate, i, &error);

		controller->tally.is_open[i] = result < 0;
		controller->tally.reattached[i] += result > 0;
		if (result > 0)
			take_port(controller, &ports[i]);
		else if (result < 0 && !trouble.text[0])
			trouble = error;
	}
	if (trouble.text[0] && strcmp(trouble.text, controller->gate_trouble.text) != 0)
		log_event(LOG_LEVEL_ERROR, &(struct log_event){.kind = LOG_KIND_GATE_TROUBLE}, "%s",
			  trouble.text);
	controller->gate_trouble = trouble;
}

static void on_sweep(void *context)
{
	struct controller *controller = context;

	keep_shut(controller);
	gate_renew_cookies(controller->gate);
	sessions_sweep(&controller->sessions);
	domains_sweep(&controller->domains);
}

static void on_names(void *context)
{
	struct controller *controller = context;
	uint64_t next_ms;
	struct error error;

	if (names_tick(controller->names, &next_ms) &&
	    garden_rebuild(&controller->garden, &controller->zones, NULL, &error))
		log_warning("%s", error.text);
	loop_set(controller->loop, controller->names_timer, next_ms);
}

static void on_address_event(void *context)
{
	struct controller *controller = context;

	netdev_drain(controller->address_fd);
	keep_shut(controller);
	loop_set(controller->loop, controller->address_timer, ADDRESS_DELAY_MS);
}

static void on_addresses(void *context)
{
	struct controller *controller = context;
	struct error error;

	if (zones_apply_addresses(&controller->zones, controller->gate, &error))
		log_warning("%s", error.text);
	advertise_apply(&controller->advertise, controller->config);
}

static void on_feed(void *context)
{
	struct controller *controller = context;

	feed_tick(controller->feed, clock_wall_ms());
}

static int watch_signals(struct controller *controller)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &signals, NULL))
		return -errno;
	(void)signal(SIGPIPE, SIG_IGN); /* of peers that leave before their answer */
	controller->signal_fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	if (controller->signal_fd < 0)
		return -errno;
	return loop_watch(controller->loop, controller->signal_fd, on_signal, controller);
}

static int watch_addresses(struct controller *controller)
{
	controller->address_fd = netdev_watch();
	if (controller->address_fd < 0)
		return controller->address_fd;
	return loop_watch(controller->loop, controller->address_fd, on_address_event, controller);
}

static int make_timers(struct controller *controller)
{
	struct loop *loop = controller->loop;

	controller->sweep_timer = loop_timer(loop, on_sweep, controller);
	controller->names_timer = loop_timer(loop, on_names, controller);
	controller->address_timer = loop_timer(loop, on_addresses, controller);
	controller->feed_timer = loop_timer(loop, on_feed, controller);
	if (controller->sweep_timer < 0 || controller->names_timer < 0 ||
	    controller->address_timer < 0 || controller->feed_timer < 0)
		return -ENFILE;
	loop_set_every(loop, controller->sweep_timer, SWEEP_EVERY_MS);
	loop_set_every(loop, controller->feed_timer, FEED_EVERY_MS);
	return 0;
}

int controller_watch_events(struct controller *controller, struct error *error)
{
	int err = watch_signals(controller);

	if (!err)
		err = watch_addresses(controller);
	if (!err)
		err = make_timers(controller);
	if (err)
		return fail(error, -err, "signals, timers and addresses can't be watched: %s",
			    strerror(-err));
	return 0;
}
