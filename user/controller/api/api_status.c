/* SPDX-License-Identifier: MIT */
/* api_status.c - GET /v1/status: what is attached where and how, and the health of each part. */
#include <unistd.h>

#include "base/units.h"
#include "controller/api/api.h"
#include "controller/clock.h"
#include "controller/parts.h"

#define TIME_TEXT 32

static json_t *interfaces_json(const struct controller *controller)
{
	size_t i, n;
	const struct gate_port *ports = gate_ports(controller->gate, &n);
	json_t *list = json_array();

	for (i = 0; i < n; i++) {
		const struct gate_port *port = &ports[i];

		json_array_append_new(
			list, json_pack("{s:s, s:I, s:I, s:s, s:I, s:I, s:I, s:b}", "name",
					port->name, "ifindex", (json_int_t)port->ifindex, "mtu",
					(json_int_t)port->mtu, "mode",
					port->native ? "native" : "generic", "queues",
					(json_int_t)port->queues, "program_id",
					(json_int_t)port->program_id, "link_id",
					(json_int_t)port->link_id, "adopted", port->adopted));
	}
	return list;
}

static json_t *death_json(const struct worker *worker)
{
	char at[TIME_TEXT], how[WORKER_DEATH_SIZE];

	if (!worker->death_ms)
		return json_null();
	return json_pack("{s:s, s:s}", "at",
			 format_time(worker->death_ms / MS_PER_S, at, sizeof(at)), "how",
			 worker_death(worker->death_status, how, sizeof(how)));
}

static json_t *workers_json(const struct workers *workers)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < workers->n; i++) {
		const struct worker *worker = &workers->list[i];

		json_array_append_new(
			list,
			json_pack("{s:s, s:I, s:o, s:s, s:I, s:o}", "interface", worker->port->name,
				  "queue", (json_int_t)worker->queue, "pid",
				  worker->pid ? json_integer(worker->pid) : json_null(), "mode",
				  worker->is_zerocopy ? "zerocopy" : "copy", "restarts",
				  (json_int_t)worker->restarts, "last_death", death_json(worker)));
	}
	return list;
}

static json_t *number_or_null(uint16_t number)
{
	return number ? json_integer(number) : json_null();
}

static json_t *zones_json(const struct zones *zones)
{
	json_t *list = json_array();
	int id;

	for (id = 0; id < X511_MAX_ZONES; id++) {
		const struct config_zone *zone = zones->slots[id].config;

		if (!zone)
			continue;
		json_array_append_new(list,
				      json_pack("{s:s, s:i, s:o, s:o, s:o}", "name", zone->name,
						"id", id, "interface",
						zone->interface[0] ? json_string(zone->interface)
								   : json_null(),
						"vlan", number_or_null(zone->vlan), "inner_vlan",
						number_or_null(zone->inner_vlan)));
	}
	return list;
}

static json_t *counts_json(const struct controller *controller)
{
	const size_t *count = controller->sessions.count;

	return json_pack("{s:I, s:I, s:I, s:I}", "active", (json_int_t)count[SESSION_ACTIVE],
			 "trusted", (json_int_t)count[SESSION_TRUSTED], "blocked",
			 (json_int_t)count[SESSION_BLOCKED], "max",
			 (json_int_t)controller->config->gateway.max_sessions);
}

enum MHD_Result api_get_status(struct resource_call *call)
{
	const struct controller *controller = controller_of(call);
	const struct config_gateway *gateway = &controller->config->gateway;
	uint64_t up_ms = clock_wall_ms() - controller->started_ms;
	json_t *warnings = json_array();
	bool is_degraded = controller_warnings(controller, warnings);
	char started[TIME_TEXT];
	json_t *status;

	status = json_pack("{s:s, s:i, s:i, s:I, s:s, s:s, s:o, s:o, s:o, s:o, s:o}", "version",
			   X511_VERSION, "abi", X511_ABI, "pid", (int)getpid(), "uptime_s",
			   (json_int_t)(up_ms / MS_PER_S), "started_at",
			   format_time(controller->started_ms / MS_PER_S, started, sizeof(started)),
			   "health", is_degraded ? "degraded" : "ok", "warnings", warnings,
			   "interfaces", interfaces_json(controller), "workers",
			   workers_json(&controller->workers), "sessions", counts_json(controller),
			   "zones", zones_json(&controller->zones));
	json_object_set_new(status, "config", json_string(controller->config_file));
	json_object_set_new(status, "bpf_dir", json_string(gateway->bpf_dir));
	json_object_set_new(status, "state_dir", json_string(gateway->state_dir));
	json_object_set_new(status, "parts", controller_health(controller));
	return httpd_json(call->request, MHD_HTTP_OK, status);
}
