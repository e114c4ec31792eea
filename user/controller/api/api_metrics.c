/* SPDX-License-Identifier: MIT */
/* api_metrics.c - GET /metrics: what the gate, the responder and the sessions have counted. */
#include <string.h>

#include "controller/api/api.h"
#include "controller/api/api_metrics.h"
#include "controller/sessions/census.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

/* --- the gate and the responder ------------------------------------------------------------- */

static const struct verdict_row {
	const char *name;
	const char *action;
	size_t offset; /* of its counter */
} verdicts[] = {
#define ACTION_WORD_PASS	  "pass"
#define ACTION_WORD_STEER	  "steer"
#define ACTION_WORD_REPLY	  "reply"
#define ACTION_WORD_DROP	  "drop"
#define X(name, action, sentence) {#name, ACTION_WORD_##action, offsetof(struct stats, name)},
	X511_VERDICTS(X)
#undef X
};

static void add_verdict(struct openmetrics *out, const struct verdict_row *row, uint64_t value)
{
	const char *direction = strncmp(row->name, "DOWN_", 5) ? "up" : "down";

	openmetrics_add(out,
			METRIC_LABELS({"verdict", row->name}, {"action", row->action},
				      {"direction", direction}),
			value);
}

static void write_verdicts(struct openmetrics *out, const struct stats *stats)
{
	size_t i;

	openmetrics_family(out, METRIC_COUNTER, "xdp511_verdict_packets",
			   "Frames that the gate has judged, by verdict.");
	for (i = 0; i < N(verdicts); i++)
		add_verdict(out, &verdicts[i],
			    ((const struct counter *)(const void *)((const char *)stats +
								    verdicts[i].offset))
				    ->packets);
	openmetrics_family(out, METRIC_COUNTER, "xdp511_verdict_bytes",
			   "Bytes of the frames that the gate has judged, by verdict.");
	for (i = 0; i < N(verdicts); i++)
		add_verdict(out, &verdicts[i],
			    ((const struct counter *)(const void *)((const char *)stats +
								    verdicts[i].offset))
				    ->bytes);
}

static void write_responder(struct openmetrics *out, const struct controller *controller,
			    const struct stats *stats)
{
	struct responder_counters sum = api_responder_counters(&controller->workers, stats);

#define X(name, sentence)                                                                          \
	openmetrics_family(out, METRIC_COUNTER, "xdp511_responder_" #name,                         \
			   "Responder: " sentence ".");                                            \
	openmetrics_add(out, NULL, sum.name);
	RESPONDER_COUNTERS(X)
#undef X
}

static void write_gate(struct openmetrics *out, const struct controller *controller)
{
	struct newcomers newcomers;
	struct stats stats;

	/* Without them the families are missing, which an alert is for. */
	if (!gate_get_stats(controller->gate, &stats)) {
		write_verdicts(out, &stats);
		write_responder(out, controller, &stats);
	}
	if (gate_get_newcomers(controller->gate, &newcomers))
		return;
	openmetrics_family(out, METRIC_COUNTER, "xdp511_guests_new",
			   "Devices that became guests with a budget of their own.");
	openmetrics_add(out, NULL, newcomers.guests);
	openmetrics_family(out, METRIC_COUNTER, "xdp511_guests_unknown_packets",
			   "Frames of devices beyond new-guests in [gateway].");
	openmetrics_add(out, NULL, newcomers.frames);
}

/* --- sessions and guests --------------------------------------------------------------------- */

static const char *zone_name(const struct controller *controller, size_t zone)
{
	return controller->zones.slots[zone].name;
}

static void write_states(struct openmetrics *out, const struct controller *controller)
{
	size_t zone;
	int state;

	openmetrics_family(out, METRIC_GAUGE, "xdp511_sessions",
			   "Devices that are signed in, trusted or blocked, by zone.");
	for (zone = 0; zone < X511_MAX_ZONES; zone++) {
		if (!zone_name(controller, zone)[0])
			continue;
		for (state = SESSION_ACTIVE; state <= SESSION_BLOCKED; state++)
			openmetrics_add(out,
					METRIC_LABELS({"zone", zone_name(controller, zone)},
						      {"state", state_name(state)}),
					controller->sessions.zone_count[zone][state]);
	}
}

/* A method is shown once it was in use, and then for good. */
static void write_methods(struct openmetrics *out, struct controller *controller)
{
	size_t zone;
	int method;

	openmetrics_family(out, METRIC_GAUGE, "xdp511_sessions_by_method",
			   "The same devices, by zone and by how their session came about.");
	for (zone = 0; zone < X511_MAX_ZONES; zone++) {
		if (!zone_name(controller, zone)[0])
			continue;
		for (method = 0; method < SESSION_METHOD_COUNT; method++) {
			uint32_t n = controller->sessions.roster.n[zone][method];
			bool *is_shown = &controller->tally.is_shown[zone][method];

			*is_shown |= n;
			if (*is_shown)
				openmetrics_add(
					out,
					METRIC_LABELS({"zone", zone_name(controller, zone)},
						      {"method", session_method_word(method)}),
					n);
		}
	}
}

static void write_ins_and_outs(struct openmetrics *out, const struct controller *controller)
{
	const struct tally *tally = &controller->tally;
	int i;

	openmetrics_family(out, METRIC_COUNTER, "xdp511_sign_ins",
			   "Sign-ins, by method; imports in bulk are not among them.");
	for (i = 0; i < SESSION_METHOD_COUNT; i++)
		openmetrics_add(out, METRIC_LABELS({"method", session_method_word(i)}),
				tally->sign_ins[i]);
	openmetrics_family(out, METRIC_COUNTER, "xdp511_sign_ins_refused",
			   "Sign-ins that found the table full, or the database unable to keep "
			   "them.");
	openmetrics_add(out, METRIC_LABELS({"reason", "table_full"}), controller->sessions.refused);
	openmetrics_add(out, METRIC_LABELS({"reason", "database"}), controller->sessions.unwritten);
	openmetrics_family(out, METRIC_COUNTER, "xdp511_sign_outs", "Sign-outs, by reason.");
	for (i = 0; i < TALLY_REASON_COUNT; i++)
		openmetrics_add(out, METRIC_LABELS({"reason", tally_reason_word(i)}),
				tally->sign_outs[i]);
	openmetrics_family(out, METRIC_COUNTER, "xdp511_limits_hit",
			   "Sessions that came to a limit, by which.");
	for (i = TALLY_TIMEOUT; i <= TALLY_QUOTA; i++)
		openmetrics_add(out, METRIC_LABELS({"limit", tally_reason_word(i)}),
				tally->limits[i]);
	openmetrics_family(out, METRIC_COUNTER, "xdp511_spoof_suspected",
			   "Devices that seem to use another's address or MAC, by what was seen.");
	for (i = 0; i < TALLY_SPOOF_COUNT; i++)
		openmetrics_add(out, METRIC_LABELS({"reason", tally_spoof_word(i)}),
				tally->spoofs[i]);
	openmetrics_family(out, METRIC_COUNTER, "xdp511_guest_parkings",
			   "Guests that were parked for sending too much.");
	openmetrics_add(out, NULL, tally->parked);
}

static void write_guests(struct openmetrics *out, const struct controller *controller,
			 const struct census_numbers *numbers)
{
	size_t zone;

	openmetrics_family(out, METRIC_GAUGE, "xdp511_guests",
			   "Devices that are not signed in, by zone, as counted after the scrape "
			   "before.");
	for (zone = 0; zone < X511_MAX_ZONES && numbers; zone++) {
		if (zone_name(controller, zone)[0])
			openmetrics_add(out, METRIC_LABELS({"zone", zone_name(controller, zone)}),
					numbers->guests[zone]);
	}
	openmetrics_family(out, METRIC_GAUGE, "xdp511_guests_parked",
			   "Those of them that are parked.");
	for (zone = 0; zone < X511_MAX_ZONES && numbers; zone++) {
		if (zone_name(controller, zone)[0])
			openmetrics_add(out, METRIC_LABELS({"zone", zone_name(controller, zone)}),
					numbers->parked[zone]);
	}
}

static void write_tables(struct openmetrics *out, const struct controller *controller,
			 const struct census_numbers *numbers)
{
	const struct config_gateway *gateway = &controller->config->gateway;
	const struct sessions *sessions = &controller->sessions;
	size_t state, used = 0;

	for (state = 0; state <= SESSION_ENDED; state++)
		used += sessions->count[state];
	openmetrics_family(out, METRIC_GAUGE, "xdp511_table_entries",
			   "Entries of the gate's tables: sessions, guests, addresses of names.");
	openmetrics_add(out, METRIC_LABELS({"table", "sessions"}), used);
	if (numbers)
		openmetrics_add(out, METRIC_LABELS({"table", "guests"}), numbers->total);
	openmetrics_add(out, METRIC_LABELS({"table", "names"}),
			learned_count(controller->domains.learned));
	openmetrics_family(out, METRIC_GAUGE, "xdp511_table_entries_max",
			   "How many there is room for: max-sessions, max-guests in [gateway].");
	openmetrics_add(out, METRIC_LABELS({"table", "sessions"}), sessions->max);
	openmetrics_add(out, METRIC_LABELS({"table", "guests"}), gateway->max_guests);
	openmetrics_add(out, METRIC_LABELS({"table", "names"}), X511_MAX_NAMES);
}

void api_write_metrics(void *context, struct openmetrics *out)
{
	struct controller *controller = context;
	const struct census_numbers *numbers = census_ask(controller->census);

	api_write_health(controller, out);
	write_gate(out, controller);
	write_states(out, controller);
	write_methods(out, controller);
	write_ins_and_outs(out, controller);
	write_guests(out, controller, numbers);
	write_tables(out, controller, numbers);
	api_write_parts(controller, out);
}

enum MHD_Result api_get_metrics(struct resource_call *call)
{
	return metrics_http_answer(call->request, api_write_metrics, call->context);
}
