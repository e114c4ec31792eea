/* SPDX-License-Identifier: MIT */
/* controller.c - starts the daemon's parts in order, the gate first, and stops them in reverse. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/config_pages.h"
#include "controller/api/api.h"
#include "controller/sessions/census.h"
#include "controller/clock.h"
#include "controller/controller.h"
#include "controller/privileges.h"
#include "controller/journal/signin_log.h"
#include "controller/sessions/sources.h"
#include "responder/answer.h"

int controller_load(const char *file, struct config **ret_config, struct error *error)
{
	struct config *config;
	int err = config_load(file, &config, error);

	if (err)
		return err;
	err = config_read_pages(config, file, error);
	if (!err)
		err = answer_check(config, file, error);
	if (err) {
		config_free(config);
		return err;
	}
	*ret_config = config;
	return 0;
}

static int shut_gate(struct controller *controller, struct error *error)
{
	int err = gate_open(&controller->config->gateway, &controller->gate, error);

	return err ? err : gate_shut(controller->gate, error);
}

static int fill_maps(struct controller *controller, struct error *error)
{
	const struct zones_from from = {.store = controller->store, .gate = controller->gate};
	int err = zones_assign(&from, controller->config, &controller->zones, error);

	if (!err)
		err = domains_start(&controller->domains, controller->gate, controller->loop,
				    error);
	if (err)
		return err;
	err = names_new(&controller->names);
	if (!err)
		err = garden_want_names(controller->names, controller->config);
	if (err)
		return fail(error, -err, "out of memory");
	controller->garden.gate = controller->gate;
	controller->garden.store = controller->store;
	controller->garden.names = controller->names;
	controller->garden.domains = &controller->domains;
	controller->garden.config = controller->config;
	/* The zones come last: they are told by the garden whether they have names. */
	err = garden_rebuild(&controller->garden, &controller->zones, NULL, error);
	return err ? err
		   : zones_apply(&controller->zones, controller->config, controller->gate, error);
}

static int adopt_sessions(struct controller *controller, struct error *error)
{
	struct sessions *sessions = &controller->sessions;
	int err = counters_new(controller->gate, &controller->counters);

	if (err)
		return fail(error, -err, "out of memory");
	sessions->gate = controller->gate;
	sessions->store = controller->store;
	sessions->loop = controller->loop;
	sessions->zones = &controller->zones;
	sessions->log = controller->log;
	sessions->max = controller->config->gateway.max_sessions;
	/* Those that could not be matched still pass the gate, and are swept in time. */
	if (sessions_adopt(sessions, controller->writer, controller->counters, error))
		log_warning("%s", error->text);
	else
		gate_set_filled(controller->gate);
	return 0;
}

static int start_workers(struct controller *controller, struct error *error)
{
	controller->settings.config = controller->config;
	controller->settings.cookie_keys = gate_cookie_keys(controller->gate);
	controller->workers.gate = controller->gate;
	controller->workers.settings = &controller->settings;
	controller->workers.loop = controller->loop;
	return workers_start(&controller->workers, error);
}

static int serve_api(struct controller *controller, struct error *error)
{
	struct httpd_setup setup = {
		.loop = controller->loop,
		.open = api_open,
		.answer = api_answer,
		.context = controller,
	};
	int err = unix_socket_open(controller->config->gateway.control, "control",
				   &controller->control, error);

	if (err)
		return err;
	setup.listen_fd = controller->control.fd;
	return httpd_start(&setup, &controller->httpd, error);
}

static int serve_remote(struct controller *controller, struct error *error)
{
	controller->remote = (struct remote){
		.loop = controller->loop,
		.answer = api_answer_remote,
		.open = api_open,
		.context = controller,
		.config = controller->config->api,
	};
	return remote_start(&controller->remote, error);
}

static int serve_metrics(struct controller *controller, struct error *error)
{
	const struct metrics_http_setup setup = {
		.loop = controller->loop,
		.listen = &controller->config->metrics.listen,
		.key = "listen",
		.write = api_write_metrics,
		.context = controller,
	};
	int err = census_new(controller->loop, controller->gate, &controller->census);

	if (err)
		return fail(error, -err, "guests can't be counted: %s", strerror(-err));
	return metrics_http_start(&setup, &controller->metrics, error);
}

static int start_advertising(struct controller *controller, struct error *error)
{
	int err =
		advertise_start(&controller->advertise, controller->loop, controller->gate, error);

	if (!err)
		advertise_apply(&controller->advertise, controller->config);
	return err;
}

int controller_start(struct controller *controller, struct error *error)
{
	bool has_memlock = privileges_raise_memlock();
	int err = loop_new(&controller->loop);

	controller->started_ms = clock_wall_ms();
	if (err)
		return fail(error, -err, "the event loop could not be made: %s", strerror(-err));
	controller->feed = feed_new(controller->started_ms);
	if (!controller->feed)
		return fail(error, ENOMEM, "out of memory");
	sources_connect(controller);
	err = controller_watch_events(controller, error);
	if (!err)
		err = shut_gate(controller, error);
	if (!err)
		err = controller_open_state(controller, error);
	if (!err)
		err = fill_maps(controller, error);
	if (!err)
		err = gate_take_over(controller->gate, error);
	if (!err)
		err = adopt_sessions(controller, error);
	if (!err)
		err = notices_watch(controller, error);
	if (!err)
		err = start_workers(controller, error);
	if (!err)
		err = serve_api(controller, error);
	if (!err)
		err = serve_remote(controller, error);
	if (!err)
		err = serve_metrics(controller, error);
	if (!err)
		err = start_advertising(controller, error);
	if (!err)
		err = privileges_drop(!has_memlock, error);
	if (!err) /* a thread, which is to have no more privileges either */
		err = controller_start_journal(controller, error);
	if (!err)
		err = pulse_start(controller, error);
	if (!err) /* starts threads, so not before */
		loop_set(controller->loop, controller->names_timer, 0);
	return err;
}

int controller_run(struct controller *controller)
{
	return loop_run(controller->loop);
}

void controller_stop(struct controller *controller)
{
	unix_socket_remove(&controller->control);
	controller->journal = journal_stop(controller->journal);
	feed_close(controller->feed);
	controller->httpd = httpd_stop(controller->httpd);
	remote_stop(&controller->remote);
	controller->metrics = metrics_http_stop(controller->metrics);
	controller->census = census_free(controller->census);
	advertise_stop(&controller->advertise);
	controller->feed = feed_free(controller->feed);
	controller->notices = notices_free(controller->notices);
	workers_stop(&controller->workers);
	sessions_stop(&controller->sessions);
	garden_done(&controller->garden);
	domains_done(&controller->domains);
	controller->names = names_free(controller->names);
	controller->store = store_close(controller->store);
	controller->writer = store_close(controller->writer);
	controller->counters = counters_free(controller->counters);
	controller->log = signin_log_free(controller->log);
	roster_done(&controller->sessions.roster);
	presence_free(&controller->sessions.ended);
	controller->gate = gate_close(controller->gate);
	controller->loop = loop_free(controller->loop);
	if (controller->signal_fd > 0)
		close(controller->signal_fd);
	if (controller->address_fd > 0)
		close(controller->address_fd);
	controller->config = config_free(controller->config);
}
