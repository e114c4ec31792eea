/* SPDX-License-Identifier: MIT */
/*
 * sessions.h - signing in and out: the one place that writes the store's rows and the gate's map.
 *
 * A sign-in is on the disk before it is in the gate and before anybody is told; a sign-out is in
 * the gate at once, then on the disk, then its last counters are read and the entry goes. Both
 * wait for the journal, so they are operations with an end of their own.
 */
#ifndef XDP511_SESSIONS_H
#define XDP511_SESSIONS_H

#include <stdbool.h>

#include "controller/sessions/busiest.h"
#include "controller/clock.h"
#include "controller/sessions/counters.h"
#include "controller/journal/journal.h"
#include "base/loop.h"
#include "controller/sessions/presence.h"
#include "controller/sessions/roster.h"
#include "controller/journal/store.h"
#include "controller/zones.h"
#include "gate/gate.h"

/* A device as the store knows it, and what the gate has counted. */
struct session_view {
	struct sign_in who;
	struct session what;
};

enum session_event {
	SESSION_SIGNED_IN,
	SESSION_SIGNED_OUT, /* reason: timeout, idle, quota, logout, blocked */
	SESSION_LIMIT_HIT,  /* reason: timeout, idle, quota */
	SESSION_TABLE_FULL, /* the view is of the device that was refused */
	SESSION_CLONED,	    /* its MAC is at work in another zone, too */
};

/* Told on the loop's thread, once the thing has happened; @view holds the last totals. */
typedef void (*session_event_fn)(void *context, enum session_event kind,
				 const struct session_view *view, const char *reason);

#define SESSIONS_BATCH_SIZE (255 * 1024) /* bytes, of some thousand sign-ins */
#define SESSIONS_PENDING    256		 /* chains of operations under way; a power of two */

struct signin_log;

struct sessions {
	session_event_fn on_event; /* may be NULL; an import tells nothing */
	void *event_context;
	struct gate *gate;
	struct store *store; /* the loop's connection */
	struct journal *journal;
	struct signin_log *log; /* until the journal has it */
	struct loop *loop;
	const struct zones *zones;
	uint32_t max;			 /* entries of the map */
	size_t count[SESSION_ENDED + 1]; /* entries of the map, by state */
	uint32_t zone_count[X511_MAX_ZONES][SESSION_ENDED + 1];
	struct roster roster;  /* the same, by device and by user */
	struct presence ended; /* who was signed out since the import began */
	uint64_t refused;      /* sign-ins that found the table full */
	uint64_t unwritten;    /* sign-ins that the database did not take */
	struct session_op *pending[SESSIONS_PENDING];
	struct removal *removal;   /* removals.c: those under way */
	struct gate_walk sweep_at; /* sweep.c */
	uint64_t sweep_after;	   /* the row, once it goes by rows */
	bool is_sweeping_rows;
	bool is_sweeping;
	struct clones *clones;	       /* sweep.c */
	struct busiest *busiest;       /* sweep.c */
	size_t n_swept;		       /* in this turn */
	size_t n_over;		       /* the same, with those on their way */
	size_t n_on_way;	       /* slices of the sweep at the journal */
	size_t n_importing;	       /* batches at the journal */
	size_t n_returning;	       /* removals of rows that found no room */
	struct session_batch *waiting; /* for them to be over */
	int turn_timer;		       /* of what is done in slices */
};

/* One sign-in or sign-out on its way. */
struct session_op {
	struct sign_in who;
	void (*done)(struct session_op *op); /* on the loop's thread; then the caller's again */
	void *context;			     /* the caller's */

	/* What has become of it. */
	int err;
	struct error error;
	bool is_new;
	struct session_view view;

	/* Its own. */
	struct sessions *sessions;
	struct journal_job job;
	bool is_removal;
	bool is_entering; /* it passes from now on */
	struct session_op *next;
};

/*
 * Joins rows and map after a start (adopt.c). A session in the map without a row gets one; a row
 * without an entry is restored if the map is new and its time isn't up, and removed otherwise.
 * @counters is told what needs no writing. Before the journal runs: @writer is its connection.
 */
int sessions_adopt(struct sessions *sessions, struct store *writer, struct counters *counters,
		   struct error *error);

/* The timer of what is done in slices: sweeping, and large removals. */
int sessions_start(struct sessions *sessions);
void sessions_stop(struct sessions *sessions);

/* By @id of a sign_in. -ENOENT: not known, or over. */
int sessions_find(struct sessions *sessions, uint64_t id, struct session_view *ret_view);

/* Those of one device, by zone; the number of them, at most @max. */
int sessions_of_device(struct sessions *sessions, const uint8_t mac[6], struct session_view *views,
		       size_t max);

/* NULL: any. */
struct sign_in_filter {
	const char *zone;
	const char *user;
	const enum session_state *state;
};

/* A page of the list; starts with a cursor of {}. It may be empty before the end is reached. */
struct session_cursor {
	uint64_t after;
	uint32_t place; /* of the roster, for sessions of a user */
	bool is_over;
};
#define SESSIONS_PAGE 64

int sessions_page(struct sessions *sessions, const struct sign_in_filter *filter,
		  struct session_cursor *cursor, struct session_view *views);

/*
 * Those with the most traffic in the last turn over the table, as in busiest.h. The first
 * question begins the measuring.
 */
const struct busy *sessions_busiest(struct sessions *sessions, enum busy_order order,
				    size_t *ret_n);

/*
 * Signs in, or renews: then counters are kept and the next packet is judged by the new limits.
 * 0: op->done() will be called. Else it won't: -E2BIG, the table is full; -ENOENT, no such zone;
 * -EBUSY, the disk is too slow.
 */
int sessions_put(struct sessions *sessions, struct session_op *op);

/* Signs out, by op->who.id; the same results. The last counters are in op->view. -ENOENT. */
int sessions_remove(struct sessions *sessions, struct session_op *op);

/* Many sign-ins, in one piece (batches.c). One to be filled has @n and @size of 0. */
struct session_batch {
	size_t n;
	size_t size; /* bytes */
	void (*done)(struct session_batch *batch);
	void *context;

	int err; /* not all were written */
	struct error error;
	size_t n_entered;	  /* how many came to the gate, with those that found it full */
	size_t n_full;		  /* how many found the table full */
	uint32_t first_full_line; /* `line` of the first of them */

	struct sessions *sessions;
	struct session_batch *next;
	struct journal_job job;
	uint8_t rows[SESSIONS_BATCH_SIZE]; /* packed */
};

bool session_batch_has_room(const struct session_batch *batch);
void session_batch_add(struct session_batch *batch, const struct sign_in *who); /* with its id */
int sessions_put_batch(struct sessions *sessions, struct session_batch *batch);

/* Rows of batches that are on the disk now: the journal's on_rows(). */
void sessions_enter(struct sessions *sessions, const struct journal_row *rows, size_t n);

/*
 * Signs out all that match, a slice at a time (removals.c). @done gets the number of them, and
 * a sentence in @error when not all are gone from the database.
 */
typedef void (*removal_fn)(void *context, size_t n_removed, int err, const struct error *error);
int sessions_remove_matching(struct sessions *sessions, const struct sign_in_filter *filter,
			     removal_fn done, void *context);

/* Begins a turn over the table, unless one is under way; those that are over are signed out. */
void sessions_sweep(struct sessions *sessions);

/* The same for those of which the gate says that they are over, without waiting for their turn. */
void sessions_sweep_these(struct sessions *sessions, const struct session_key *keys, size_t n);

/* Why the gate takes the device for a guest: a sentence; NULL as long as the session holds. */
const char *session_end(const struct session *session, uint64_t now_ns);

/* The same as a word: timeout, idle, quota, logout. */
const char *session_end_word(const struct session *session, uint64_t now_ns);

/* For the module's own files. */

/* One slice of each removal; false: they all wait for the journal. */
bool removals_turn(struct sessions *sessions);

/* An operation of that session is under way. */
bool sessions_is_pending(const struct sessions *sessions, uint64_t id);

/* The entry of the map for a new session, with what it used before. */
struct session sessions_entry(const struct sign_in *who);
struct session sessions_entry_at(const struct sign_in *who, const struct clock_pair *now);

/* Fills in the id. -ENOENT: there is no zone of the name. */
int sessions_identify(const struct sessions *sessions, struct sign_in *who);

/* Fills in the zone's name of a row. */
void sessions_name(const struct sessions *sessions, struct sign_in *row);

/* Removes an entry; what is counted follows. */
int sessions_drop(struct sessions *sessions, const struct session_key *key, int state);

/* Makes the gate take the device for a guest. */
int sessions_shut(struct sessions *sessions, const struct session_key *key,
		  const struct session *session);

/* The last totals of an entry that is to go, then it goes; false: there is none. */
bool sessions_finish(struct sessions *sessions, uint64_t id, struct session *ret_last);

void sessions_count(struct sessions *sessions, uint64_t id, int state, int change);
void sessions_tell(struct sessions *sessions, enum session_event kind,
		   const struct session_view *view, const char *reason);

/* The sentence for what the journal couldn't write, and its number. */
int sessions_fail(const struct sessions *sessions, int err, const char *what, struct error *error);

#endif /* XDP511_SESSIONS_H */
