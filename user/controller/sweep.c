/* SPDX-License-Identifier: MIT */
/* sweep.c - removes sessions that are over, a few thousand looked at a second. */
#include <string.h>

#include "base/mac.h"
#include "controller/clock.h"
#include "controller/sessions.h"

#define KEYS_A_SWEEP  4096
#define LINES_A_SWEEP 20

static void remove_row(struct sessions *sessions, const struct session_key *key)
{
	struct sign_in row = {};

	if (key->zone >= X511_MAX_ZONES)
		return;
	memcpy(row.mac, key->mac, sizeof(row.mac));
	memcpy(row.zone, sessions->zones->slots[key->zone].name, sizeof(row.zone));
	/* A row that stays behind has no entry any more and goes at the next start. */
	(void)store_remove(sessions->store, &row);
}

static void tell(const struct sessions *sessions, const struct session_key *key, const char *why)
{
	const char *zone =
		key->zone < X511_MAX_ZONES ? sessions->zones->slots[key->zone].name : "?";
	char mac[MAC_TEXT];

	log_info("%s of zone '%s' is signed out: %s", format_mac(key->mac, mac), zone, why);
}

/* Removes the session if it is over; true when it was. */
static bool sweep_one(struct sessions *sessions, const struct session_key *key, bool is_first,
		      bool is_told)
{
	struct session session;
	const char *why;

	if (gate_get_session(sessions->gate, key, &session))
		return false;
	why = session_end(&session, gate_now_ns());
	if (!why || sessions_drop(sessions, key, session.state))
		return false;
	if (is_first)
		(void)store_begin(sessions->store);
	remove_row(sessions, key);
	if (is_told)
		tell(sessions, key, why);
	return true;
}

void sessions_sweep(struct sessions *sessions)
{
	struct session_key key = sessions->sweep_next;
	size_t looked_at, removed = 0;

	if (!sessions->sweep_started && gate_next_session(sessions->gate, NULL, &key))
		return;
	sessions->sweep_started = true;
	for (looked_at = 0; looked_at < KEYS_A_SWEEP && sessions->sweep_started; looked_at++) {
		struct session_key next;
		/* Asked before the key is gone: behind a vanished key the kernel starts over. */
		bool more = !gate_next_session(sessions->gate, &key, &next);

		removed += sweep_one(sessions, &key, !removed, removed < LINES_A_SWEEP);
		sessions->sweep_started = more;
		if (more)
			key = next;
	}
	sessions->sweep_next = key;
	if (removed && store_commit(sessions->store))
		log_warning("signed-out devices could not be removed from the database: %s",
			    store_problem(sessions->store));
	if (removed > LINES_A_SWEEP)
		log_info("%zu more devices are signed out", removed - LINES_A_SWEEP);
}
