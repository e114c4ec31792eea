/* SPDX-License-Identifier: MIT */
/* api_stats.c - GET /v1/stats: verdicts of the gate, counters of the responder, its rings. */
#include <string.h>

#include "controller/api/api.h"

#define NS_A_MS 1000000

static json_t *verdicts_json(const struct stats *stats)
{
	json_t *list = json_object();

#define X(name, action, sentence)                                                                  \
	json_object_set_new(list, #name,                                                           \
			    json_pack("{s:I, s:I}", "packets", (json_int_t)stats->name.packets,    \
				      "bytes", (json_int_t)stats->name.bytes));
	X511_VERDICTS(X)
#undef X
	return list;
}

/* Much of the responder's work is done in the gate (bpf/web.h) and counted there as verdicts. */
struct responder_counters api_responder_counters(const struct workers *workers,
						 const struct stats *stats)
{
	struct responder_counters sum = workers_counters(workers);

	sum.syn += stats->REPLY_SYN.packets;
	sum.acks += stats->REPLY_ACK.packets;
	sum.ignored += stats->DROP_ACK.packets;
	sum.bad_cookies += stats->REFUSE_STRAY.packets;
	sum.resets += stats->REFUSE_STRAY.packets;
	return sum;
}

static json_t *responder_json(const struct workers *workers, const struct stats *stats)
{
	struct responder_counters sum = api_responder_counters(workers, stats);
	json_t *list = json_object();

#define X(name, sentence) json_object_set_new(list, #name, json_integer((json_int_t)sum.name));
	RESPONDER_COUNTERS(X)
#undef X
	return list;
}

/* Rings end with their worker, and so do the kernel's counters of them. */
static json_t *rings_json(const struct workers *workers)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < workers->n; i++) {
		const struct worker *worker = &workers->list[i];
		struct xsk_statistics ring;

		if (!worker->xsk || xsk_read_statistics(worker->xsk, &ring))
			continue;
		json_array_append_new(
			list, json_pack("{s:s, s:I, s:s, s:I, s:I, s:I, s:I, s:I}", "interface",
					worker->port->name, "queue", (json_int_t)worker->queue,
					"mode", worker->is_zerocopy ? "zerocopy" : "copy",
					"rx_dropped", (json_int_t)ring.rx_dropped, "rx_ring_full",
					(json_int_t)ring.rx_ring_full, "rx_fill_ring_empty",
					(json_int_t)ring.rx_fill_ring_empty, "tx_invalid",
					(json_int_t)ring.tx_invalid, "tx_ring_empty",
					(json_int_t)ring.tx_ring_empty));
	}
	return list;
}

/* How many are known now only a walk of the whole map could tell. */
static json_t *guests_json(const struct config_gateway *gateway, const struct newcomers *newcomers)
{
	return json_pack("{s:I, s:I, s:I}", "max", (json_int_t)gateway->max_guests, "new",
			 (json_int_t)newcomers->guests, "unknown_packets",
			 (json_int_t)newcomers->frames);
}

enum MHD_Result api_get_stats(struct resource_call *call)
{
	const struct controller *controller = controller_of(call);
	const struct config_gateway *gateway = &controller->config->gateway;
	const size_t active = controller->sessions.count[SESSION_ACTIVE];
	struct newcomers newcomers;
	struct stats stats;
	int err = gate_get_stats(controller->gate, &stats);

	if (!err)
		err = gate_get_newcomers(controller->gate, &newcomers);
	if (err)
		return httpd_problem(call->request, api_status_of(err),
				     "the gate's counters can't be read: %s", strerror(-err));
	return httpd_json(call->request, MHD_HTTP_OK,
			  json_pack("{s:o, s:o, s:{s:I, s:I, s:I}, s:o, s:o, s:I}", "verdicts",
				    verdicts_json(&stats), "responder",
				    responder_json(&controller->workers, &stats), "sessions",
				    "active", (json_int_t)active, "max",
				    (json_int_t)gateway->max_sessions, "refused",
				    (json_int_t)controller->sessions.refused, "guests",
				    guests_json(gateway, &newcomers), "rings",
				    rings_json(&controller->workers), "clock_ms",
				    (json_int_t)(gate_now_ns() / NS_A_MS)));
}
