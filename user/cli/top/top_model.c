/* SPDX-License-Identifier: MIT */
/* top_model.c - counters of two answers become rates, verdicts, and a history. */
#include "cli/top/top_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MS_A_SECOND 1000
#define BITS	    8
#define GAP_MS	    1500 /* longer than that a sample is missing */
#define LEAST_MS    100	 /* shorter than that nothing can be measured */
#define KNOWN_GAP   5	 /* samples that are taken for the mean of their time */

static const struct {
	const char *name;
	const char *sentence;
	enum action action;
} verdicts[V_COUNT] = {
#define X(verdict, act, text) [V_##verdict] = {#verdict, text, ACTION_##act},
	X511_VERDICTS(X)
#undef X
};

const char *top_verdict_name(enum verdict verdict)
{
	return verdicts[verdict].name;
}

const char *top_verdict_sentence(enum verdict verdict)
{
	return verdicts[verdict].sentence;
}

enum action top_verdict_action(enum verdict verdict)
{
	return verdicts[verdict].action;
}

struct top_model *top_model_new(void)
{
	return calloc(1, sizeof(struct top_model));
}

struct top_model *top_model_free(struct top_model *model)
{
	if (model) {
		free(model->sessions.devices);
		free(model->guests.devices);
	}
	free(model);
	return NULL;
}

/* --- stats --------------------------------------------------------------------------------- */

static uint64_t number_of(const json_t *object, const char *name)
{
	json_int_t number = json_integer_value(json_object_get(object, name));

	return number > 0 ? (uint64_t)number : 0;
}

/* Counters start anew with what counts them: then there is no rate yet. */
static double rate(uint64_t before, uint64_t now, double seconds)
{
	return seconds > 0 && now > before ? (double)(now - before) / seconds : 0;
}

/* What a guest wanted, and didn't get. */
static bool is_refused(enum verdict verdict)
{
	if (strncmp(verdicts[verdict].sentence, "guest:", strlen("guest:")) != 0)
		return false;
	return verdicts[verdict].action == ACTION_DROP ||
	       !strncmp(verdicts[verdict].name, "REFUSE_", strlen("REFUSE_"));
}

static int flow_of(enum verdict verdict)
{
	if (verdict == V_PASS_SESSION || verdict == V_PASS_TRUSTED)
		return TOP_UP;
	if (verdict == V_DOWN_PASS_SESSION || verdict == V_DOWN_PASS_TRUSTED)
		return TOP_DOWN;
	return is_refused(verdict) ? TOP_REFUSED : -1;
}

static void take_verdicts(struct top_model *model, const json_t *list, double seconds)
{
	int i, flow;

	model->total_pps = 0;
	for (flow = 0; flow < TOP_FLOWS; flow++)
		model->flows[flow].pps = model->flows[flow].bps = 0;
	for (i = V_UNDECIDED + 1; i < V_COUNT; i++) {
		const json_t *counter = json_object_get(list, verdicts[i].name);
		struct top_verdict *verdict = &model->verdicts[i];
		uint64_t packets = number_of(counter, "packets");
		uint64_t bytes = number_of(counter, "bytes");

		verdict->pps = rate(verdict->packets, packets, seconds);
		verdict->bps = rate(verdict->bytes, bytes, seconds) * BITS;
		verdict->packets = packets;
		verdict->bytes = bytes;
		model->total_pps += verdict->pps;
		flow = flow_of((enum verdict)i);
		if (flow < 0)
			continue;
		model->flows[flow].pps += verdict->pps;
		model->flows[flow].bps += verdict->bps;
	}
}

static void add_sample(struct top_model *model, bool is_known)
{
	size_t at = model->n_samples++ % TOP_HISTORY;

	model->flows[TOP_DOWN].history[at] = is_known ? (float)model->flows[TOP_DOWN].bps : -1;
	model->flows[TOP_UP].history[at] = is_known ? (float)model->flows[TOP_UP].bps : -1;
	model->flows[TOP_REFUSED].history[at] =
		is_known ? (float)model->flows[TOP_REFUSED].pps : -1;
}

static void add_samples(struct top_model *model, uint64_t passed_ms)
{
	size_t i, missing = passed_ms > GAP_MS ? passed_ms / MS_A_SECOND - 1 : 0;

	for (i = 0; i < missing && i < TOP_HISTORY; i++)
		add_sample(model, model->has_rates && missing <= KNOWN_GAP);
	add_sample(model, model->has_rates);
}

static struct top_worker *find_worker(struct top_model *model, const char *interface,
				      uint64_t queue)
{
	size_t i;

	for (i = 0; interface && i < model->n_workers; i++)
		if (!strcmp(model->workers[i].interface, interface) &&
		    model->workers[i].queue == queue)
			return &model->workers[i];
	return NULL;
}

static void take_rings(struct top_model *model, const json_t *rings, double seconds)
{
	size_t i;
	json_t *ring;

	json_array_foreach(rings, i, ring)
	{
		struct top_worker *worker =
			find_worker(model, json_string_value(json_object_get(ring, "interface")),
				    number_of(ring, "queue"));
		uint64_t lost = number_of(ring, "rx_dropped") + number_of(ring, "rx_ring_full") +
				number_of(ring, "rx_fill_ring_empty");

		if (!worker)
			continue;
		worker->lost_ps = worker->has_ring ? rate(worker->lost, lost, seconds) : 0;
		worker->lost = lost;
		worker->has_ring = true;
	}
}

void top_model_stats(struct top_model *model, const json_t *stats, uint64_t now_ms)
{
	const json_t *responder = json_object_get(stats, "responder");
	const json_t *sessions = json_object_get(stats, "sessions");
	const json_t *guests = json_object_get(stats, "guests");
	uint64_t clock_ms = number_of(stats, "clock_ms");
	uint64_t passed_ms;
	double seconds;
	uint64_t pages = number_of(responder, "pages_511") + number_of(responder, "redirects");
	uint64_t new_guests = number_of(guests, "new");

	/* An answer may take its time, so only its own clock tells what lies between two of them. */
	clock_ms = clock_ms ? clock_ms : now_ms;
	passed_ms = model->has_stats ? clock_ms - model->clock_ms : 0;
	seconds = (double)passed_ms / MS_A_SECOND;
	model->stats_ms = now_ms;
	if (model->has_stats && passed_ms < LEAST_MS)
		return;
	model->clock_ms = clock_ms;
	take_verdicts(model, json_object_get(stats, "verdicts"), seconds);
	take_rings(model, json_object_get(stats, "rings"), seconds);
	model->pages_ps = rate(model->pages, pages, seconds);
	model->new_guests_ps = rate(model->new_guests, new_guests, seconds);
	model->pages = pages;
	model->new_guests = new_guests;
	model->active = number_of(sessions, "active");
	model->max_sessions = number_of(sessions, "max");
	model->max_guests = number_of(guests, "max");
	model->has_rates = model->has_stats;
	if (model->has_rates)
		add_samples(model, passed_ms);
	model->has_stats = true;
}

void top_model_gap(struct top_model *model)
{
	model->has_rates = false;
	model->sessions.is_known = model->guests.is_known = false;
}

size_t top_model_verdicts(const struct top_model *model, enum verdict list[V_COUNT])
{
	size_t i, j, n = 0;

	for (i = V_UNDECIDED + 1; i < V_COUNT; i++) {
		if (model->verdicts[i].pps <= 0)
			continue;
		for (j = n++; j && model->verdicts[list[j - 1]].pps < model->verdicts[i].pps; j--)
			list[j] = list[j - 1];
		list[j] = (enum verdict)i;
	}
	return n;
}

/* --- status -------------------------------------------------------------------------------- */

static void copy(char *text, size_t size, const json_t *object, const char *name)
{
	const char *value = json_string_value(json_object_get(object, name));

	snprintf(text, size, "%s", value ? value : "");
}

/* The rings are in another answer: what is known of them stays. */
static void take_workers(struct top_model *model, const json_t *workers)
{
	struct top_worker list[TOP_WORKERS];
	size_t i, n = 0;
	json_t *worker;

	json_array_foreach(workers, i, worker)
	{
		const char *interface = json_string_value(json_object_get(worker, "interface"));
		struct top_worker *known =
			find_worker(model, interface, number_of(worker, "queue"));
		struct top_worker *now = &list[n];

		if (n++ == TOP_WORKERS)
			break;
		*now = known ? *known : (struct top_worker){.pid = 0};
		copy(now->interface, sizeof(now->interface), worker, "interface");
		copy(now->mode, sizeof(now->mode), worker, "mode");
		now->queue = (unsigned int)number_of(worker, "queue");
		now->restarts = (unsigned int)number_of(worker, "restarts");
		now->pid = (unsigned int)number_of(worker, "pid");
		now->has_ring &= now->pid != 0;
	}
	model->n_workers = n < TOP_WORKERS ? n : TOP_WORKERS;
	memcpy(model->workers, list, model->n_workers * sizeof(list[0]));
}

void top_model_status(struct top_model *model, const json_t *status)
{
	const json_t *sessions = json_object_get(status, "sessions");
	json_t *warnings = json_object_get(status, "warnings");
	json_t *warning;
	size_t i;

	copy(model->version, sizeof(model->version), status, "version");
	copy(model->health, sizeof(model->health), status, "health");
	model->up_s = number_of(status, "uptime_s");
	model->trusted = number_of(sessions, "trusted");
	model->blocked = number_of(sessions, "blocked");
	json_array_foreach(warnings, i, warning)
	{
		const char *text = json_string_value(warning);

		if (i < TOP_WARNINGS)
			snprintf(model->warnings[i], TOP_SENTENCE, "%s", text ? text : "?");
	}
	model->n_warnings = json_array_size(warnings);
	take_workers(model, json_object_get(status, "workers"));
	model->has_status = true;
}
