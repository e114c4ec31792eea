/* SPDX-License-Identifier: MIT */
/* cmd_status.c - `xdp511 status`: a page about the gateway as it runs. */
#include "cli/commands.h"

#include "base/units.h"
#include "cli/client.h"
#include "cli/output.h"
#include "cli/session.h"
#include "cli/status_parts.h"

#define NUMBER	   "%" JSON_INTEGER_FORMAT
#define DEATH_TEXT 160

static const char *plural(json_int_t n, const char *one, const char *many)
{
	return n == 1 ? one : many;
}

static void print_head(const json_t *status)
{
	char uptime[FIELD_TEXT];

	format_duration((uint64_t)field_number(status, "uptime_s"), uptime, sizeof(uptime));
	print_line("xdp511d %s (ABI " NUMBER "), process " NUMBER ", up %s: %s",
		   field_text(status, "version", "-"), field_number(status, "abi"),
		   field_number(status, "pid"), uptime, field_text(status, "health", "-"));
}

static void print_interfaces(const json_t *interfaces)
{
	json_t *interface;
	size_t i;

	json_array_foreach(interfaces, i, interface)
		print_line("%-11s%s: %s mode, " NUMBER " %s, MTU " NUMBER ", program " NUMBER
			   ", link " NUMBER "%s",
			   i ? "" : "interfaces", field_text(interface, "name", "-"),
			   field_text(interface, "mode", "-"), field_number(interface, "queues"),
			   plural(field_number(interface, "queues"), "queue", "queues"),
			   field_number(interface, "mtu"), field_number(interface, "program_id"),
			   field_number(interface, "link_id"),
			   json_is_true(json_object_get(interface, "adopted")) ? " (adopted)" : "");
}

/* Nothing for a worker that none went before. */
static const char *format_death(const json_t *worker, char *text, size_t size)
{
	const json_t *death = json_object_get(worker, "last_death");

	text[0] = '\0';
	if (json_is_object(death))
		snprintf(text, size, "; last death: %s (%s)", field_text(death, "how", "-"),
			 field_text(death, "at", "-"));
	return text;
}

static void print_workers(const json_t *workers)
{
	json_t *worker;
	size_t i;

	json_array_foreach(workers, i, worker)
	{
		char process[FIELD_TEXT] = "down", death[DEATH_TEXT];

		if (json_is_integer(json_object_get(worker, "pid")))
			snprintf(process, sizeof(process), "process " NUMBER,
				 field_number(worker, "pid"));
		print_line("%-11s%s queue " NUMBER ": %s, %s mode, " NUMBER " %s%s",
			   i ? "" : "workers", field_text(worker, "interface", "-"),
			   field_number(worker, "queue"), process, field_text(worker, "mode", "-"),
			   field_number(worker, "restarts"),
			   plural(field_number(worker, "restarts"), "restart", "restarts"),
			   format_death(worker, death, sizeof(death)));
	}
}

static void print_sessions(const json_t *sessions)
{
	print_line("%-11s" NUMBER " active, " NUMBER " trusted, " NUMBER
		   " blocked; room for " NUMBER,
		   "sessions", field_number(sessions, "active"), field_number(sessions, "trusted"),
		   field_number(sessions, "blocked"), field_number(sessions, "max"));
}

static void print_zones(const json_t *zones)
{
	json_t *zone;
	size_t i;

	json_array_foreach(zones, i, zone)
	{
		json_int_t vlan = field_number(zone, "vlan");
		json_int_t inner = field_number(zone, "inner_vlan");
		const char *interface = field_text(zone, "interface", NULL);
		char frames[FIELD_TEXT] = "";

		if (inner)
			snprintf(frames, sizeof(frames), ", VLAN " NUMBER "." NUMBER, vlan, inner);
		else if (vlan)
			snprintf(frames, sizeof(frames), ", VLAN " NUMBER, vlan);
		print_line("%-11s%s%s%s%s", i ? "" : "zones", field_text(zone, "name", "-"), frames,
			   interface ? " on " : "", interface ? interface : "");
	}
}

static void print_page(const json_t *status)
{
	json_t *warnings = json_object_get(status, "warnings");
	json_t *warning;
	size_t i;

	print_head(status);
	print_interfaces(json_object_get(status, "interfaces"));
	print_workers(json_object_get(status, "workers"));
	print_sessions(json_object_get(status, "sessions"));
	print_zones(json_object_get(status, "zones"));
	print_line("%-11s%s", "config", field_text(status, "config", "-"));
	print_line("%-11s%s", "pins", field_text(status, "bpf_dir", "-"));
	print_line("%-11s%s", "state", field_text(status, "state_dir", "-"));
	json_array_foreach(warnings, i, warning) print_line(
		"%-11s%s", "warning", json_is_string(warning) ? json_string_value(warning) : "-");
	status_print_parts(status);
}

enum outcome cmd_status(const struct arguments *arguments, struct error *error)
{
	struct url url;
	struct request request = client_request(arguments, "GET", "/v1/status", &url);
	json_t *status = NULL;
	enum outcome outcome;

	outcome = client_object(&request, &status, NULL, error);
	if (outcome != OUTCOME_DONE)
		return outcome;
	status_add_parts(status);
	if (arguments->json)
		print_json(status);
	else
		print_page(status);
	json_decref(status);
	return OUTCOME_DONE;
}
