/* SPDX-License-Identifier: MIT */
/* signin_log.c - makes the lines of sessions that end, and keeps them in the database. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mac.h"
#include "controller/clock.h"
#include "controller/sessions/counters.h"
#include "controller/sessions/sessions.h"
#include "controller/journal/signin_log_internal.h"

#define REASON_LOST "lost" /* it was found without its entry in the gate */

bool signin_log_is_on(const struct signin_log *log)
{
	return log && atomic_load_explicit(&log->keep_s, memory_order_relaxed);
}

/* --- a record ------------------------------------------------------------------------------- */

/* A row that goes, and what the gate has of it. */
struct ending {
	const struct sign_in *row;
	struct session_key key;
	struct session session;
	bool has_entry;
	const char *reason;
	struct usage used;
	uint64_t now_ms;
};

static void look(struct signin_log *log, const struct sign_in *row, struct ending *ending)
{
	*ending = (struct ending){.row = row, .now_ms = clock_wall_ms()};
	store_key(row->id, &ending->key);
	ending->has_entry = !gate_get_session(log->gate, &ending->key, &ending->session);
	ending->used = ending->has_entry ? counters_usage(&ending->session) : row->used;
}

/* By the gate's entry: why it is over; NULL: it isn't. */
static const char *end_word(const struct ending *ending)
{
	return ending->has_entry ? session_end_word(&ending->session, gate_now_ns()) : REASON_LOST;
}

/* A limit was hit when it was, and not when somebody noticed. */
static uint64_t end_ms(const struct ending *ending)
{
	const struct sign_in *row = ending->row;
	uint64_t seen_ms = ending->used.seen_ms, end = ending->now_ms;

	if (!strcmp(ending->reason, "timeout") && row->expires_ms)
		end = row->expires_ms;
	else if (!strcmp(ending->reason, "idle") && seen_ms)
		end = seen_ms + row->idle_s * MS_PER_S;
	else if (!strcmp(ending->reason, REASON_LOST))
		end = seen_ms;
	if (end > ending->now_ms)
		end = ending->now_ms;
	return end > row->login_ms ? end : row->login_ms;
}

static uint64_t since(uint64_t now, uint64_t base)
{
	return now > base ? now - base : 0;
}

static int subtract_base(struct signin_log *log, struct store *store, struct ending *ending)
{
	struct usage *used = &ending->used, base;
	int err = log->may_have_bases ? store_base_get(store, ending->row->id, &base) : -ENOENT;

	if (err)
		return err == -ENOENT ? 0 : err;
	used->up_bytes = since(used->up_bytes, base.up_bytes);
	used->up_packets = since(used->up_packets, base.up_packets);
	used->down_bytes = since(used->down_bytes, base.down_bytes);
	used->down_packets = since(used->down_packets, base.down_packets);
	return 0;
}

static size_t addresses_of(struct signin_log *log, const struct ending *ending,
			   struct address addresses[RECORD_ADDRESSES])
{
	const struct session from_row = {.ipv4_be = ending->used.ipv4_be};

	_Static_assert(sizeof(((struct signin_record *)NULL)->addresses) >=
			       sizeof(struct address[GATE_MAX_ADDRESSES]),
		       "all of them have room");
	return gate_addresses(log->gate, &ending->key,
			      ending->has_entry ? &ending->session : &from_row, addresses);
}

/* The sessions' names belong to the loop's thread. */
static int read_zones(struct signin_log *log, struct store *store)
{
	int err = log->has_zones ? 0 : store_zones(store, log->zones);

	log->has_zones = !err;
	return err;
}

/* Its length; 0: this one has no line. */
static int make_line(struct signin_log *log, struct store *store, struct ending *ending, char *line)
{
	const struct sign_in *row = ending->row;
	struct signin_record record;
	int err;

	if (row->state == SESSION_BLOCKED)
		return 0;
	err = read_zones(log, store);
	if (!err)
		err = subtract_base(log, store, ending);
	if (err)
		return err;
	record = (struct signin_record){
		.vlan = ending->used.vlan,
		.login_ms = row->login_ms,
		.logout_ms = end_ms(ending),
		.up_bytes = ending->used.up_bytes,
		.up_packets = ending->used.up_packets,
		.down_bytes = ending->used.down_bytes,
		.down_packets = ending->used.down_packets,
	};
	format_mac(ending->key.mac, record.mac);
	snprintf(record.zone, sizeof(record.zone), "%s", log->zones[row->id >> 48]);
	snprintf(record.user, sizeof(record.user), "%s", row->user);
	snprintf(record.method, sizeof(record.method), "%s", row->method);
	snprintf(record.state, sizeof(record.state), "%s", state_name(row->state));
	snprintf(record.reason, sizeof(record.reason), "%s", ending->reason);
	record.n_addresses = addresses_of(log, ending, record.addresses);
	return (int)record_format(&record, line);
}

/* --- a transaction's lines ------------------------------------------------------------------ */

/* What is there of them goes to the database, unless too much waits there already. */
int signin_log_save(struct signin_log *log, struct store *store)
{
	uint64_t max = SIGNIN_LOG_MAX;
	int err;

	if (!log || !log->used)
		return 0;
	if (!log->trouble.text[0]) /* written by this thread; it won't wait for long */
		max *= 8;
	if (log->waiting + log->saved + log->used > max) {
		log->dropping += log->n_lines;
		log->used = log->n_lines = 0;
		return 0;
	}
	err = store_log_put(store, log->lines, log->used);
	if (err)
		return err;
	log->saved += log->used;
	log->used = log->n_lines = 0;
	return 0;
}

void signin_log_settle(struct signin_log *log, int err)
{
	if (!log)
		return;
	if (!err) {
		if (!log->waiting && log->saved && !log->trouble.text[0])
			log->flush_at_ns = 0; /* is set by the next look at it */
		log->waiting += log->saved;
		log->has_bases = log->may_have_bases;
		pthread_mutex_lock(&log->lock);
		log->n_dropped += log->dropping;
		pthread_mutex_unlock(&log->lock);
	}
	log->may_have_bases = log->has_bases;
	log->saved = log->dropping = 0;
	log->used = log->n_lines = 0;
	log->has_zones = false;
}

static int add(struct signin_log *log, struct store *store, struct ending *ending)
{
	int n = make_line(log, store, ending, log->lines + log->used);

	if (n <= 0)
		return n;
	log->used += (size_t)n;
	log->n_lines++;
	return log->used < SIGNIN_PIECE ? 0 : signin_log_save(log, store);
}

static int forget_base(struct signin_log *log, struct store *store, uint64_t id)
{
	return log->may_have_bases ? store_base_remove(store, id) : 0;
}

int signin_log_end_row(struct signin_log *log, struct store *store, const struct sign_in *row,
		       const char *reason)
{
	struct ending ending;
	const char *word;
	int err;

	if (!signin_log_is_on(log))
		return 0;
	look(log, row, &ending);
	word = reason ? reason : end_word(&ending);
	ending.reason = word ? word : "logout";
	err = add(log, store, &ending);
	return err ? err : forget_base(log, store, row->id);
}

/* A row that doesn't read isn't a reason to keep the device signed in. */
static int get(struct store *store, uint64_t id, struct sign_in *ret_row)
{
	int err = store_get(store, id, ret_row);

	return err == -EINVAL ? -ENOENT : err;
}

int signin_log_end(struct signin_log *log, struct store *store, uint64_t id)
{
	struct sign_in row;
	int err = signin_log_is_on(log) ? get(store, id, &row) : -ENOENT;

	if (err)
		return err == -ENOENT ? 0 : err;
	return signin_log_end_row(log, store, &row, NULL);
}

char *signin_log_line(struct signin_log *log, struct store *store, uint64_t id)
{
	char line[RECORD_LINE];
	struct ending ending;
	struct sign_in row;
	const char *word;
	int n;

	if (!signin_log_is_on(log) || get(store, id, &row))
		return NULL;
	look(log, &row, &ending);
	word = end_word(&ending);
	ending.reason = word ? word : "logout";
	n = make_line(log, store, &ending, line);
	return n > 0 ? strdup(line) : NULL;
}

int signin_log_add_line(struct signin_log *log, struct store *store, uint64_t id, const char *line)
{
	size_t size = strlen(line);
	int err;

	if (!signin_log_is_on(log) || size >= RECORD_LINE)
		return 0;
	memcpy(log->lines + log->used, line, size);
	log->used += size;
	log->n_lines += size > 0;
	err = log->used < SIGNIN_PIECE ? 0 : signin_log_save(log, store);
	return err ? err : forget_base(log, store, id);
}

/* --- a row that is written over ------------------------------------------------------------- */

static bool is_same(const struct sign_in *old, const struct sign_in *new)
{
	return old->login_ms == new->login_ms && !strcmp(old->user, new->user) &&
	       (old->state == SESSION_BLOCKED) == (new->state == SESSION_BLOCKED);
}

static const char *change_word(const struct sign_in *old, const struct sign_in *new)
{
	if (new->state == SESSION_BLOCKED)
		return "blocked";
	return strcmp(old->user, new->user) != 0 ? "replaced" : "renewed";
}

/* What has been used by now isn't the next one's. */
static int keep_base(struct signin_log *log, struct store *store, uint64_t id,
		     const struct usage *used)
{
	if (!used->up_packets && !used->down_packets)
		return forget_base(log, store, id);
	log->may_have_bases = true;
	return store_base_put(store, id, used);
}

int signin_log_replace(struct signin_log *log, struct store *store,
		       const struct signin_change *change)
{
	const struct sign_in *old = change->old;
	struct ending ending;
	struct usage used;
	const char *word;
	int err;

	if (!signin_log_is_on(log) || is_same(old, change->new))
		return 0;
	look(log, old, &ending);
	word = end_word(&ending);
	ending.reason = word ? word : change_word(old, change->new);
	used = ending.used;
	err = add(log, store, &ending);
	if (err)
		return err;
	return word || !change->goes_on ? forget_base(log, store, old->id)
					: keep_base(log, store, old->id, &used);
}
