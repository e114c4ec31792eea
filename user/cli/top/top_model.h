/* SPDX-License-Identifier: MIT */
/*
 * top_model.h - what `xdp511 top` knows: answers of the API go in, rates and lists come out.
 * Pure functions; times are the caller's.
 */
#ifndef XDP511_TOP_MODEL_H
#define XDP511_TOP_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include <xdp511/verdict.h>

#include "base/mac.h"

#define TOP_HISTORY   300 /* samples, of a second each */
#define TOP_DEVICES   1000
#define TOP_WORKERS   64
#define TOP_WARNINGS  8
#define TOP_NAME      64
#define TOP_USER      256
#define TOP_ADDRESSES 384 /* of a device, in a row; more than that isn't shown */
#define TOP_SENTENCE  512

/* A signed-in device, or a guest. */
struct top_device {
	char mac[MAC_TEXT];
	char zone[TOP_NAME];
	char user[TOP_USER];
	char addresses[TOP_ADDRESSES]; /* with a blank between */
	char state;		       /* 'a'ctive, 't'rusted, 'b'locked, 'g'uest */
	bool is_measured;	       /* it has rates */
	double up;		       /* bit/s; a guest's frames/s */
	double down;		       /* bit/s; a guest's dropped frames/s */
	uint64_t up_total;	       /* bytes; a guest's frames */
	uint64_t down_total;	       /* bytes; a guest's dropped frames */
	uint64_t until_s; /* wall clock: signed in, or parked; 0: no end, or not parked */
};

struct top_list {
	bool is_known;
	uint64_t at_ms;
	size_t n;
	struct top_device *devices; /* TOP_DEVICES of them; NULL: none yet */
};

struct top_verdict {
	uint64_t packets;
	uint64_t bytes;
	double pps;
	double bps;
};

/* One direction, or one kind of traffic. */
struct top_flow {
	double pps;
	double bps;
	float history[TOP_HISTORY]; /* a ring; below 0: unknown */
};

enum top_flow_kind { TOP_DOWN, TOP_UP, TOP_REFUSED, TOP_FLOWS };

struct top_worker {
	char interface[TOP_NAME];
	char mode[TOP_NAME];
	unsigned int queue;
	unsigned int restarts;
	unsigned int pid; /* 0: it is down */
	bool has_ring;
	uint64_t lost; /* by its ring: frames that found no room */
	double lost_ps;
};

struct top_model {
	bool has_stats;
	bool has_rates;
	bool has_status;
	uint64_t stats_ms; /* when it came */
	uint64_t clock_ms; /* when it was made, by the daemon's clock */
	struct top_verdict verdicts[V_COUNT];
	double total_pps;
	struct top_flow flows[TOP_FLOWS];
	size_t n_samples; /* there ever were; the last is at (n_samples - 1) % TOP_HISTORY */
	uint64_t pages;
	double pages_ps;
	uint64_t new_guests;
	double new_guests_ps;
	uint64_t active, trusted, blocked, max_sessions, max_guests;
	char version[TOP_NAME];
	char health[TOP_NAME];
	uint64_t up_s;
	size_t n_warnings; /* all of them */
	char warnings[TOP_WARNINGS][TOP_SENTENCE];
	size_t n_workers;
	struct top_worker workers[TOP_WORKERS];
	struct top_list sessions;
	struct top_list guests;
};

struct top_model *top_model_new(void);			   /* NULL: out of memory */
struct top_model *top_model_free(struct top_model *model); /* takes NULL, returns NULL */

/* GET /v1/stats: rates are those since the answer before. */
void top_model_stats(struct top_model *model, const json_t *stats, uint64_t now_ms);

/* GET /v1/status */
void top_model_status(struct top_model *model, const json_t *status);

/* GET /v1/sessions?top= and /v1/guests?top= */
void top_model_sessions(struct top_model *model, const json_t *sessions, uint64_t now_ms);
void top_model_guests(struct top_model *model, const json_t *guests, uint64_t now_ms);

/* Nobody has answered since: what follows is no rate of what came before. */
void top_model_gap(struct top_model *model);

/* The verdicts with frames at present, by their number; the most frequent first. Their count. */
size_t top_model_verdicts(const struct top_model *model, enum verdict list[V_COUNT]);

const char *top_verdict_name(enum verdict verdict);
const char *top_verdict_sentence(enum verdict verdict);
enum action top_verdict_action(enum verdict verdict);

#endif /* XDP511_TOP_MODEL_H */
