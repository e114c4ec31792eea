/* SPDX-License-Identifier: MIT */
/* api_metrics_parts.c - metrics of the daemon's parts: interfaces, workers, database, events. */
#include <inttypes.h>
#include <stdio.h>

#include <sys/resource.h>

#include "controller/api/api_metrics.h"
#include "controller/clock.h"

#define NUMBER_TEXT 24

static double seconds_of(struct timeval time)
{
	return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

void api_write_health(const struct controller *controller, struct openmetrics *out)
{
	json_t *warnings = json_array();
	bool is_degraded = controller_warnings(controller, warnings);
	struct rusage usage = {};
	char abi[NUMBER_TEXT];

	snprintf(abi, sizeof(abi), "%d", X511_ABI);
	openmetrics_family(out, METRIC_INFO, "xdp511_build", "The version of xdp511d.");
	openmetrics_add(out, METRIC_LABELS({"version", X511_VERSION}, {"abi", abi}), 1);
	openmetrics_family(out, METRIC_GAUGE, "xdp511_start_time_seconds",
			   "When xdp511d was started, since 1970.");
	openmetrics_add_real(out, NULL, (double)controller->started_ms / MS_PER_S);
	openmetrics_family(out, METRIC_GAUGE, "xdp511_degraded",
			   "1: something takes from the service; `xdp511 status` says what.");
	openmetrics_add(out, NULL, is_degraded);
	openmetrics_family(out, METRIC_GAUGE, "xdp511_warnings",
			   "Warnings that `xdp511 status` shows.");
	openmetrics_add(out, NULL, json_array_size(warnings));
	json_decref(warnings);
	(void)getrusage(RUSAGE_SELF, &usage);
	openmetrics_family(out, METRIC_COUNTER, "xdp511_cpu_seconds",
			   "Processor time of xdp511d, without its workers.");
	openmetrics_add_real(out, NULL, seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime));
}

static void write_interfaces(struct openmetrics *out, const struct controller *controller)
{
	size_t i, n;
	const struct gate_port *ports = gate_ports(controller->gate, &n);

	openmetrics_family(out, METRIC_GAUGE, "xdp511_gate_attached",
			   "1: the interface runs the gate, both ways; 0: it stands open, or is "
			   "gone.");
	for (i = 0; i < n; i++)
		openmetrics_add(out,
				METRIC_LABELS({"interface", ports[i].name},
					      {"mode", ports[i].native ? "native" : "generic"}),
				!controller->tally.is_open[i]);
	openmetrics_family(out, METRIC_COUNTER, "xdp511_gate_reattached",
			   "How often the interface was found without the gate, and shut again.");
	for (i = 0; i < n; i++)
		openmetrics_add(out, METRIC_LABELS({"interface", ports[i].name}),
				controller->tally.reattached[i]);
	openmetrics_family(out, METRIC_GAUGE, "xdp511_interface_queues",
			   "Receive queues of the interface.");
	for (i = 0; i < n; i++)
		openmetrics_add(out, METRIC_LABELS({"interface", ports[i].name}), ports[i].queues);
}

/* --- workers and their rings ----------------------------------------------------------------- */

static uint64_t up_of(const struct worker *worker)
{
	return worker->pid != 0;
}

static uint64_t restarts_of(const struct worker *worker)
{
	return worker->restarts;
}

static uint64_t zerocopy_of(const struct worker *worker)
{
	return worker->is_zerocopy;
}

static const struct {
	enum metric_type type;
	const char *name;
	const char *help;
	uint64_t (*read)(const struct worker *worker);
} worker_families[] = {
	{METRIC_GAUGE, "xdp511_worker_up", "1: the queue's worker runs.", up_of},
	{METRIC_COUNTER, "xdp511_worker_restarts", "How often it was started again after a death.",
	 restarts_of},
	{METRIC_GAUGE, "xdp511_worker_zerocopy",
	 "1: its ring is the driver's own; 0: frames are "
	 "copied.",
	 zerocopy_of},
};

static const struct {
	const char *name;
	const char *help;
	size_t offset; /* of struct xsk_statistics */
} ring_families[] = {
	{"xdp511_ring_rx_dropped", "Frames to the responder that its ring could not take.",
	 offsetof(struct xsk_statistics, rx_dropped)},
	{"xdp511_ring_rx_full", "Frames to the responder that found its ring full.",
	 offsetof(struct xsk_statistics, rx_ring_full)},
	{"xdp511_ring_fill_empty", "Frames to the responder that found no buffer.",
	 offsetof(struct xsk_statistics, rx_fill_ring_empty)},
	{"xdp511_ring_tx_invalid", "Frames of the responder that the kernel refused.",
	 offsetof(struct xsk_statistics, tx_invalid)},
	{"xdp511_ring_tx_empty", "How often the kernel found no frame to send.",
	 offsetof(struct xsk_statistics, tx_ring_empty)},
};

static void add_of_worker(struct openmetrics *out, const struct worker *worker, uint64_t value)
{
	char queue[NUMBER_TEXT];

	snprintf(queue, sizeof(queue), "%" PRIu32, worker->queue);
	openmetrics_add(out, METRIC_LABELS({"interface", worker->port->name}, {"queue", queue}),
			value);
}

/* The kernel's counters of a ring end with its worker: then they begin anew. */
static void write_rings(struct openmetrics *out, const struct workers *workers)
{
	size_t i, j;

	for (i = 0; i < sizeof(ring_families) / sizeof(ring_families[0]); i++) {
		openmetrics_family(out, METRIC_COUNTER, ring_families[i].name,
				   ring_families[i].help);
		for (j = 0; j < workers->n; j++) {
			const struct worker *worker = &workers->list[j];
			struct xsk_statistics ring;
			const char *at = (const char *)&ring + ring_families[i].offset;

			if (worker->xsk && !xsk_read_statistics(worker->xsk, &ring))
				add_of_worker(out, worker, *(const uint64_t *)(const void *)at);
		}
	}
}

static void write_workers(struct openmetrics *out, const struct workers *workers)
{
	size_t i, j;

	for (i = 0; i < sizeof(worker_families) / sizeof(worker_families[0]); i++) {
		openmetrics_family(out, worker_families[i].type, worker_families[i].name,
				   worker_families[i].help);
		for (j = 0; j < workers->n; j++)
			add_of_worker(out, &workers->list[j],
				      worker_families[i].read(&workers->list[j]));
	}
	write_rings(out, workers);
}

/* --- the rest -------------------------------------------------------------------------------- */

static void write_journal(struct openmetrics *out, const struct controller *controller)
{
	struct error trouble = {.text = ""};
	bool is_faulty;

	journal_trouble(controller->journal, &trouble);
	is_faulty = trouble.text[0] || controller->store_trouble.text[0] ||
		    store_is_damaged(controller->store);
	openmetrics_family(out, METRIC_GAUGE, "xdp511_database_fault",
			   "1: sign-ins can't be kept; `xdp511 status` says why.");
	openmetrics_add(out, NULL, is_faulty);
	openmetrics_family(out, METRIC_GAUGE, "xdp511_journal_lag_seconds",
			   "How old the counters of sessions on the disk may be.");
	openmetrics_add_real(out, NULL, (double)journal_lag_ms(controller->journal) / MS_PER_S);
	openmetrics_family(out, METRIC_GAUGE, "xdp511_journal_waiting",
			   "Sign-ins and sign-outs that wait for the disk.");
	openmetrics_add(out, NULL, journal_waiting(controller->journal));
	openmetrics_family(out, METRIC_GAUGE, "xdp511_imports", "Imports that are under way.");
	openmetrics_add(out, NULL, controller->n_imports);
}

static void write_events(struct openmetrics *out, const struct feed *feed)
{
	struct feed_numbers numbers;
	int i;

	feed_read_numbers(feed, &numbers);
	openmetrics_family(out, METRIC_COUNTER, "xdp511_events", "Events that were published.");
	for (i = 0; i < EVENT_TYPES; i++)
		openmetrics_add(out, METRIC_LABELS({"type", event_name(i)}), numbers.published[i]);
	openmetrics_family(out, METRIC_COUNTER, "xdp511_events_suppressed",
			   "Events of a flood, which were only counted.");
	for (i = 0; i < EVENT_TYPES; i++)
		openmetrics_add(out, METRIC_LABELS({"type", event_name(i)}), numbers.suppressed[i]);
	openmetrics_family(out, METRIC_GAUGE, "xdp511_event_readers", "Who reads events now.");
	openmetrics_add(out, NULL, numbers.n_readers);
	openmetrics_family(out, METRIC_COUNTER, "xdp511_event_readers_dropped",
			   "Readers that were too slow, and were cut off.");
	openmetrics_add(out, NULL, numbers.n_dropped);
}

static void write_names(struct openmetrics *out, const struct controller *controller)
{
	const char *why;
	size_t n = 0;

	while (names_failed(controller->names, n, &why))
		n++;
	openmetrics_family(out, METRIC_GAUGE, "xdp511_hosts_unresolved",
			   "Hosts of portals that this machine's resolver doesn't know.");
	openmetrics_add(out, NULL, n);
	openmetrics_family(out, METRIC_COUNTER, "xdp511_garden_addresses_refused",
			   "Addresses of names in the garden for which there was no room.");
	openmetrics_add(out, NULL, controller->domains.n_refused);
	openmetrics_family(out, METRIC_COUNTER, "xdp511_garden_answers_lost",
			   "Answers of resolvers that came too fast to be learned from.");
	openmetrics_add(out, NULL, controller->domains.n_lost);
}

void api_write_parts(const struct controller *controller, struct openmetrics *out)
{
	write_interfaces(out, controller);
	write_workers(out, &controller->workers);
	write_journal(out, controller);
	write_events(out, controller->feed);
	write_names(out, controller);
	openmetrics_family(out, METRIC_GAUGE, "xdp511_api_up",
			   "1: the API on TCP answers; only with `listen` in [api].");
	if (controller->config->api.listen.n)
		openmetrics_add(out, NULL, controller->remote.pid != 0);
}
