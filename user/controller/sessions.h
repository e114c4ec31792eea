/* SPDX-License-Identifier: MIT */
/* sessions.h - signing in and out: the one place that writes the store's rows and the gate's map. */
#ifndef XDP511_SESSIONS_H
#define XDP511_SESSIONS_H

#include <stdbool.h>

#include "controller/store.h"
#include "controller/zones.h"
#include "gate/gate.h"

/* A device as the store knows it, and what the gate has counted. */
struct session_view {
	struct sign_in who;
	struct session what;
};

enum session_event {
	SESSION_SIGNED_IN,
	SESSION_SIGNED_OUT, /* reason: timeout, idle, quota, logout, blocked, replaced */
	SESSION_LIMIT_HIT,  /* reason: timeout, idle, quota */
	SESSION_TABLE_FULL, /* the view is of the device that was refused */
};

/* Told on the loop's thread, once the thing has happened; @view holds the last totals. */
typedef void (*session_event_fn)(void *context, enum session_event kind,
				 const struct session_view *view, const char *reason);

struct sessions {
	session_event_fn on_event; /* may be NULL */
	void *event_context;
	struct gate *gate;
	struct store *store;
	const struct zones *zones;
	size_t count[SESSION_BLOCKED + 1]; /* entries of the map, by state */
	struct session_key sweep_next;	   /* where the next sweep starts, if sweep_started */
	bool sweep_started;
};

/*
 * Joins rows and map after a start (adopt.c). A session in the map without a row gets one; a row
 * without an entry is restored if the map is new and its time isn't up, and removed otherwise.
 */
int sessions_adopt(struct sessions *sessions, struct error *error);

/* -ENOENT: not known, or over. */
int sessions_find(struct sessions *sessions, const struct sign_in *key,
		  struct session_view *ret_view);

/* Those of one device, by zone; the number of them, at most @max. */
int sessions_of_device(struct sessions *sessions, const uint8_t mac[6], struct session_view *views,
		       size_t max);

/* A page of the list behind @after (NULL: the start). *ret_last is the key to go on from. */
int sessions_page(struct sessions *sessions, const struct sign_in_filter *filter,
		  struct sign_in *cursor, struct session_view *views);
#define SESSIONS_PAGE 64

/*
 * Signs in, or renews: on the disk first, then in the gate. Counters of a session that isn't
 * over are kept. -E2BIG: the table is full; -ENOENT: no such zone.
 */
int sessions_put(struct sessions *sessions, const struct sign_in *who, bool *ret_new,
		 struct error *error);

/* Signs out: in the gate first, then on the disk. Last counters in *ret_view. -ENOENT. */
int sessions_remove(struct sessions *sessions, const struct sign_in *key,
		    struct session_view *ret_view, struct error *error);

/* All that match; *ret_n were known to the gate. */
int sessions_remove_matching(struct sessions *sessions, const struct sign_in_filter *filter,
			     size_t *ret_n, struct error *error);

/* Looks at the next few thousand sessions and removes those that are over (sweep.c). */
void sessions_sweep(struct sessions *sessions);

/* Why the gate takes the device for a guest; NULL as long as the session holds. */
const char *session_end(const struct session *session, uint64_t now_ns);

/* The entry of the map for a new session; for the module's own files. */
struct session sessions_entry(const struct sign_in *who);
int sessions_key(const struct sessions *sessions, const struct sign_in *who,
		 struct session_key *ret_key);
int sessions_write(struct sessions *sessions, const struct session_key *key,
		   const struct session *session);
int sessions_drop(struct sessions *sessions, const struct session_key *key, int state);

#endif /* XDP511_SESSIONS_H */
