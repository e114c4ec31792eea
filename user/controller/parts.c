/* SPDX-License-Identifier: MIT */
/* parts.c - how each part of the daemon is, and what would mend it. */
#include "controller/parts.h"

#include <stdarg.h>
#include <stdio.h>

#include <xdp511/names.h>

#include "controller/clock.h"

#define TABLE_FULL     90 /* percent, from which on it is told */
#define RESTART_REMEDY "systemctl restart xdp511d"
#define LOG_REMEDY     "journalctl -u xdp511d -n 50"
#define DISK_REMEDY    "df -h \"$(xdp511 --json status | jq -r .state_dir)\""

struct part {
	const char *part;
	const char *name;
	const char *remedy; /* NULL: it is well */
};

static void add(json_t *parts, struct part part, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void add(json_t *parts, struct part part, const char *format, ...)
{
	char finding[600];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(finding, sizeof(finding), format, arguments);
	va_end(arguments);
	json_array_append_new(parts,
			      json_pack("{s:s, s:s, s:s, s:s, s:s?}", "part", part.part, "name",
					part.name, "health", part.remedy ? "degraded" : "ok",
					"finding", finding, "remedy", part.remedy));
}

static void add_gate(json_t *parts, const struct controller *controller)
{
	const char *trouble = controller->gate_trouble.text;
	size_t i, n_ports;
	const struct gate_port *ports = gate_ports(controller->gate, &n_ports);

	add(parts, (struct part){"gate", "all", trouble[0] ? "ip -br link" : NULL}, "%s",
	    trouble[0] ? trouble : "every interface runs it");
	for (i = 0; i < n_ports; i++) {
		size_t n = workers_of(&controller->workers, &ports[i]);

		if (n == ports[i].queues)
			add(parts, (struct part){"interface", ports[i].name, NULL},
			    "%s mode, %u queue%s", ports[i].native ? "native" : "generic",
			    ports[i].queues, ports[i].queues == 1 ? "" : "s");
		else
			add(parts, (struct part){"interface", ports[i].name, RESTART_REMEDY},
			    "it has %u receive queues now and %zu are served", ports[i].queues, n);
	}
}

/* Rings end with their worker, so what they count is of its life. */
static void add_rings(json_t *parts, const struct worker *worker, const char *name)
{
	struct xsk_statistics ring;

	if (!worker->xsk || xsk_read_statistics(worker->xsk, &ring))
		return;
	add(parts, (struct part){"rings", name, NULL},
	    "%llu frames found no room since the worker was started",
	    (unsigned long long)ring.rx_dropped + ring.rx_ring_full);
}

static void add_workers(json_t *parts, const struct workers *workers)
{
	char name[IF_NAMESIZE + 12];
	size_t i;

	for (i = 0; i < workers->n; i++) {
		const struct worker *worker = &workers->list[i];

		snprintf(name, sizeof(name), "%s:%u", worker->port->name, worker->queue);
		if (worker->pid)
			add(parts, (struct part){"worker", name, NULL}, "process %d, %s mode",
			    (int)worker->pid, worker->is_zerocopy ? "zerocopy" : "copy");
		else
			add(parts, (struct part){"worker", name, LOG_REMEDY},
			    "it is down: guests behind this queue get no page");
		if (worker->pid)
			add_rings(parts, worker, name);
	}
}

static void add_state(json_t *parts, const struct controller *controller)
{
	const char *store = controller->store_trouble.text, *key = controller->key_trouble.text;
	struct error trouble = {.text = ""};
	uint64_t lag_ms = 0;

	if (controller->journal) {
		journal_trouble(controller->journal, &trouble);
		lag_ms = journal_lag_ms(controller->journal);
	}
	if (store_is_damaged(controller->store))
		add(parts, (struct part){"database", "sessions", RESTART_REMEDY},
		    "it is damaged; a start moves it aside");
	else
		add(parts, (struct part){"database", "sessions", store[0] ? DISK_REMEDY : NULL},
		    "%s", store[0] ? store : store_name(controller->store));
	if (trouble.text[0])
		add(parts, (struct part){"journal", "sessions", DISK_REMEDY}, "%s", trouble.text);
	else
		add(parts,
		    (struct part){"journal", "sessions",
				  lag_ms > LAG_TOLD_MS ? "iostat -x 1 5" : NULL},
		    "what the disk has is at most %u s old", (unsigned int)(lag_ms / MS_PER_S) + 1);
	add(parts, (struct part){"link key", "links", key[0] ? DISK_REMEDY : NULL}, "%s",
	    key[0] ? key : "it is on the disk");
}

static void add_log(json_t *parts, const struct controller *controller)
{
	const struct config_log *log = &controller->config->log;
	struct error trouble = {.text = ""};
	char remedy[2 * PATH_SIZE + 64];

	if (!log->keep_s || !controller->journal)
		return;
	journal_log_trouble(controller->journal, &trouble);
	snprintf(remedy, sizeof(remedy), "install -d -m 2750 -g " X511_GROUP " '%s' && df -h '%s'",
		 log->directory, log->directory);
	add(parts, (struct part){"sign-in log", "records", trouble.text[0] ? remedy : NULL}, "%s",
	    trouble.text[0] ? trouble.text : log->directory);
}

static void add_services(json_t *parts, const struct controller *controller)
{
	const struct config_api *api = &controller->config->api;
	const char *trouble = controller->remote.trouble.text;
	struct feed_numbers events;

	feed_read_numbers(controller->feed, &events);
	add(parts, (struct part){"api", "socket", NULL}, "it answers");
	if (api->listen.n)
		add(parts, (struct part){"api", "tcp", trouble[0] ? LOG_REMEDY : NULL}, "%s",
		    trouble[0] ? trouble : "it answers");
	add(parts,
	    (struct part){"events", "readers", events.n_readers < FEED_READERS ? NULL : "ss -xp"},
	    "%zu of %d readers", events.n_readers, FEED_READERS);
}

static void add_names(json_t *parts, const struct controller *controller)
{
	const struct config_web *web = &controller->config->web;
	const struct domains *domains = &controller->domains;
	const char *host, *why;
	char remedy[PORTAL_URL_SIZE + 32];
	size_t n;

	for (n = 0; (host = names_failed(controller->names, n, &why)); n++) {
		/* Guests get to the embedded portal by its addresses. */
		if (web->http.n || web->https.n)
			break;
		snprintf(remedy, sizeof(remedy), "getent ahosts '%s'", host);
		add(parts, (struct part){"name", host, remedy}, "it can't be resolved: %s", why);
	}
	add(parts,
	    (struct part){"table", "names", domains->n_refused ? "xdp511 garden list" : NULL},
	    "%llu addresses of the garden's names found no room",
	    (unsigned long long)domains->n_refused);
}

static void add_tables(json_t *parts, const struct controller *controller)
{
	const struct sessions *sessions = &controller->sessions;
	size_t n = sessions->count[SESSION_ACTIVE] + sessions->count[SESSION_TRUSTED] +
		   sessions->count[SESSION_BLOCKED];
	size_t max = controller->config->gateway.max_sessions;
	bool is_full = n * 100 >= max * TABLE_FULL;
	char remedy[PATH_SIZE + 160];

	snprintf(remedy, sizeof(remedy),
		 "sed -i '/^max-sessions/d; s/^\\[gateway\\]/&\\nmax-sessions = %zu/' '%s' "
		 "&& " RESTART_REMEDY,
		 2 * max, controller->config_file);
	add(parts, (struct part){"table", "sessions", is_full ? remedy : NULL},
	    "%zu of %zu entries are taken", n, max);
}

json_t *controller_health(const struct controller *controller)
{
	json_t *parts = json_array();

	add_gate(parts, controller);
	add_workers(parts, &controller->workers);
	add_state(parts, controller);
	add_log(parts, controller);
	add_services(parts, controller);
	add_names(parts, controller);
	add_tables(parts, controller);
	return parts;
}
