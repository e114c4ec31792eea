/* SPDX-License-Identifier: MIT */
/* warnings.c - a sentence for each thing that isn't as it should be. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "controller/clock.h"
#include "controller/controller.h"
#include "controller/parts.h"

static void add(json_t *warnings, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(json_t *warnings, const char *format, ...)
{
	char text[768];
	va_list arguments;
	json_t *other;
	size_t i;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	json_array_foreach(warnings, i, other)
	{
		if (!strcmp(json_string_value(other), text))
			return;
	}
	json_array_append_new(warnings, json_string(text));
}

static bool add_state(const struct controller *controller, json_t *warnings)
{
	const char *store = controller->store_trouble.text;
	const char *key = controller->key_trouble.text;
	bool is_damaged = store_is_damaged(controller->store);
	struct error trouble = {.text = ""};
	uint64_t lag_ms = 0;

	if (controller->journal) {
		journal_trouble(controller->journal, &trouble);
		lag_ms = journal_lag_ms(controller->journal);
	}
	if (trouble.text[0])
		add(warnings, "%s; until then nobody can sign in, and sessions go on",
		    trouble.text);
	if (is_damaged)
		add(warnings, "the database '%s' is damaged; restart xdp511d, which moves it aside",
		    store_name(controller->store));
	if (controller->store_note.text[0])
		add(warnings, "%s", controller->store_note.text);
	if (lag_ms > LAG_TOLD_MS)
		add(warnings,
		    "counters of so many sessions reach the disk %u seconds late; a faster disk "
		    "would help",
		    (unsigned int)(lag_ms / MS_PER_S));
	if (store[0])
		add(warnings, "%s; until then sessions are not kept over a reboot", store);
	if (key[0])
		add(warnings, "%s; until then portal links are signed with a key of this start",
		    key);
	return store[0] || key[0] || trouble.text[0] || is_damaged;
}

static bool add_log(const struct controller *controller, json_t *warnings)
{
	struct error trouble = {.text = ""};

	if (controller->journal)
		journal_log_trouble(controller->journal, &trouble);
	if (trouble.text[0])
		add(warnings,
		    "%s; sessions go on, and records wait in the database as far as they "
		    "have room there",
		    trouble.text);
	return trouble.text[0];
}

static bool add_gate(const struct controller *controller, json_t *warnings)
{
	const char *trouble = controller->gate_trouble.text;

	if (trouble[0])
		add(warnings, "%s", trouble);
	return trouble[0];
}

/* The workers are made at the start; `ethtool -L`, or a new interface, may ask for others. */
static bool add_queues(const struct controller *controller, json_t *warnings)
{
	const struct workers *workers = &controller->workers;
	size_t i, n_ports;
	const struct gate_port *ports = gate_ports(controller->gate, &n_ports);
	bool is_degraded = false;

	for (i = 0; i < n_ports; i++) {
		size_t n = workers_of(workers, &ports[i]);

		if (n == ports[i].queues)
			continue;
		add(warnings,
		    "interface '%s' has %u receive queues now and xdp511d serves %zu; restart it",
		    ports[i].name, ports[i].queues, n);
		is_degraded = true;
	}
	return is_degraded;
}

static bool add_workers(const struct controller *controller, json_t *warnings)
{
	const struct workers *workers = &controller->workers;
	bool is_degraded = false;
	size_t i;

	for (i = 0; i < workers->n; i++) {
		const struct worker *worker = &workers->list[i];

		if (worker->pid)
			continue;
		add(warnings,
		    "the worker of '%s' queue %u is down; guests behind it get no portal page, "
		    "the log says why",
		    worker->port->name, worker->queue);
		is_degraded = true;
	}
	return is_degraded;
}

static bool add_remote(const struct controller *controller, json_t *warnings)
{
	const char *trouble = controller->remote.trouble.text;

	if (trouble[0])
		add(warnings, "%s; until then the API on TCP doesn't answer", trouble);
	return trouble[0];
}

/* Guests get to the embedded portal by its addresses, which are in the garden. */
static bool add_names(const struct controller *controller, json_t *warnings)
{
	const struct config_web *web = &controller->config->web;
	const char *host, *why;
	size_t n;

	if (web->http.n || web->https.n)
		return false;
	for (n = 0; (host = names_failed(controller->names, n, &why)); n++)
		add(warnings,
		    "the portal's host '%s' can't be resolved (%s); check the name and this "
		    "machine's resolver",
		    host, why);
	return n > 0;
}

static void add_domains(const struct controller *controller, json_t *warnings)
{
	const struct domains *domains = &controller->domains;

	if (domains->n_refused)
		add(warnings,
		    "%llu addresses of names in the garden found no room, the gate takes at most "
		    "%d; "
		    "use fewer or narrower names",
		    (unsigned long long)domains->n_refused, X511_MAX_NAMES);
	if (domains->refusal.name[0])
		add(warnings,
		    "the name '%s' of the garden has the address %s, which a name may not open; if "
		    "guests should reach it, allow it with 'prefix ='",
		    domains->refusal.name, domains->refusal.address);
}

bool controller_warnings(const struct controller *controller, json_t *ret_warnings)
{
	bool is_degraded = add_gate(controller, ret_warnings);

	is_degraded |= add_state(controller, ret_warnings);
	is_degraded |= add_queues(controller, ret_warnings);
	is_degraded |= add_workers(controller, ret_warnings);
	is_degraded |= add_remote(controller, ret_warnings);
	is_degraded |= add_names(controller, ret_warnings);
	is_degraded |= add_log(controller, ret_warnings);
	add_domains(controller, ret_warnings);
	return is_degraded;
}
