/* SPDX-License-Identifier: MIT */
/* controller.h - the daemon's parts, all owned by one struct; start, run, reload, stop. */
#ifndef XDP511_CONTROLLER_H
#define XDP511_CONTROLLER_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "base/config.h"
#include "controller/advertise/advertise.h"
#include "controller/garden/domains.h"
#include "controller/events/feed.h"
#include "controller/garden/garden.h"
#include "base/loop.h"
#include "controller/garden/names.h"
#include "controller/pulse.h"
#include "controller/api/remote.h"
#include "controller/sessions/sessions.h"
#include "controller/journal/store.h"
#include "controller/tally.h"
#include "controller/workers/workers.h"
#include "controller/zones.h"
#include "gate/gate.h"
#include "http/httpd.h"
#include "http/metrics_http.h"
#include "http/unix_socket.h"
#include "responder/responder.h"

struct controller {
	const char *config_file;
	struct config *config;
	struct gate *gate;
	struct store *store;	   /* the loop's connection */
	struct store *writer;	   /* the journal's, until it runs */
	struct counters *counters; /* the same */
	struct signin_log *log;	   /* the same */
	struct journal *journal;
	struct error store_trouble; /* "": the database is on the disk */
	struct error store_note;    /* what happened to it at the start; "": nothing */
	struct error key_trouble;   /* "": the link key is on the disk */
	struct error gate_trouble;  /* "": every interface runs the gate */
	struct zones zones;
	struct sessions sessions;
	struct feed *feed;
	struct notices *notices; /* of the gate */
	struct names *names;
	struct domains domains;
	struct garden_lines garden;
	struct responder_settings settings;
	struct workers workers;
	struct loop *loop;
	int signal_fd;
	int address_fd; /* netlink */
	int sweep_timer;
	int names_timer;
	int address_timer;
	int feed_timer;
	struct unix_socket control;
	struct httpd *httpd;
	struct remote remote;	      /* the same API, on TCP */
	struct metrics_http *metrics; /* NULL: nobody is to come for them */
	struct census *census;	      /* of guests */
	struct tally tally;
	struct advertise advertise;
	struct pulse pulse;
	size_t n_imports;    /* under way */
	size_t n_pieces;     /* of them all */
	uint64_t started_ms; /* wall clock */
};

/* The configuration, if it can be served: every answer to a guest has to fit into a segment. */
int controller_load(const char *file, struct config **ret_config, struct error *error);

/*
 * Shuts the gate, then starts everything else. On failure controller_stop() is due all the same;
 * what has been pinned by then stays.
 */
int controller_start(struct controller *controller, struct error *error);
int controller_run(struct controller *controller); /* until SIGTERM or SIGINT */
void controller_stop(struct controller *controller);

/* Reads the file anew, and logs it. Sentences of what has changed; -errno with one: nothing has. */
int controller_reload(struct controller *controller, json_t **ret_changes, struct error *error);

/* The database and the keys (state.c). Trouble with the files is kept for the status. */
int controller_open_state(struct controller *controller, struct error *error);

/* The thread that writes the database, and what it says (state.c). */
int controller_start_journal(struct controller *controller, struct error *error);

/* Signals, timers, addresses (events.c). */
int controller_watch_events(struct controller *controller, struct error *error);

/* Appends a sentence for each thing that isn't as it should be; true if one takes from service. */
bool controller_warnings(const struct controller *controller, json_t *ret_warnings);

#endif /* XDP511_CONTROLLER_H */
