/* SPDX-License-Identifier: MIT */
/*
 * store.h - what outlives the machine: who signed in how and what they used, zone numbers,
 * run-time garden lines.
 *
 * One SQLite file in the state directory, version 2. A store is one connection to it, for one
 * thread: the journal's thread writes the sign-ins, the loop's thread reads them, and writes
 * zones and garden lines.
 */
#ifndef XDP511_STORE_H
#define XDP511_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xdp511/abi.h>

#include "base/config.h"
#include "base/log.h"

#define USER_SIZE   129 /* with NUL */
#define METHOD_SIZE 33

#define METHOD_ADOPTED "adopted" /* of sessions that were found without a row */

/* What a session has used, as it was last written; the gate knows better. */
struct usage {
	uint64_t up_bytes;
	uint64_t up_packets;
	uint64_t down_bytes;
	uint64_t down_packets;
	uint64_t seen_ms; /* wall clock; 0: unknown */
	uint32_t ipv4_be; /* 0: none seen */
	uint16_t vlan;
};

/* One device's sign-in to one zone, which together are its key. 0: unlimited, never, or none. */
struct sign_in {
	uint64_t id; /* store_id() of the key */
	uint8_t mac[6];
	char zone[ZONE_NAME_SIZE]; /* the sessions' matter: the store only knows numbers */
	char user[USER_SIZE];	   /* "": unknown */
	char method[METHOD_SIZE];
	enum session_state state;
	bool keeps_usage;  /* store_put() leaves what is written of it alone */
	uint32_t line;	   /* of the import it came by */
	uint64_t login_ms; /* wall clock */
	uint64_t expires_ms;
	uint64_t idle_s;
	uint64_t up_bps;
	uint64_t down_bps;
	uint64_t quota_bytes;
	struct usage used;
};

const char *state_name(enum session_state state);
int parse_state(const char *text, enum session_state *ret_state); /* -EINVAL */

/* The zone's number and the MAC as one number: the order of the rows. */
uint64_t store_id(const struct session_key *key);
void store_key(uint64_t id, struct session_key *ret_key);
#define STORE_LAST_ID ((uint64_t)INT64_MAX)

struct store; /* opaque */

/*
 * Opens or makes the database; every statement is on the disk when its function returns. The
 * directory has to be there. A file of version 1 is made one of version 2. A sentence with
 * -EBADMSG: it is damaged; -EPROTO: it is of a newer version; others: it can't be written.
 */
int store_open(const char *state_dir, struct store **ret_store, struct error *error);

/* Moves the files of a damaged database out of the way; the new name in @ret_name. */
int store_move_away(const char *state_dir, char *ret_name, size_t size, struct error *error);

/* The same in memory, for going on without the file. */
int store_open_volatile(struct store **ret_store, struct error *error);

/* One more connection to the same database, for another thread. */
int store_open_again(const struct store *store, struct store **ret_store, struct error *error);

struct store *store_close(struct store *store); /* takes NULL, returns NULL */

/* Exchanges the two connections, for those who hold a pointer to @store. */
void store_swap(struct store *store, struct store *other);

/* All functions below: -errno, and a sentence of what the database said with store_problem(). */
const char *store_problem(const struct store *store);

/* The path of the file, or what stands for it. */
const char *store_name(const struct store *store);
bool store_is_volatile(const struct store *store);
bool store_is_damaged(const struct store *store); /* as far as it has been read */

/*
 * Many changes, one write to the disk. A commit that fails takes all of them back. -ESTALE: the file
 * was removed or replaced, so that nothing that is written would be found again.
 */
int store_begin(struct store *store);
int store_commit(struct store *store);
void store_rollback(struct store *store);

/* Writes what is there already, to see whether that works. */
int store_probe(struct store *store);

/* From now on many rows come, or no longer: when the log is moved. */
void store_expect_many(struct store *store, bool are_many);

int store_put(struct store *store, const struct sign_in *row);

/* The same for all of them, in a transaction: a failure leaves some of them written. */
struct store_rows {
	size_t n;
	void (*read)(const void *context, size_t i, struct sign_in *ret_row);
	const void *context;
};

int store_put_many(struct store *store, const struct store_rows *rows);
int store_get(struct store *store, uint64_t id, struct sign_in *ret_row); /* -ENOENT */
int store_remove(struct store *store, uint64_t id);			  /* not there: 0 */

/* Of a row that is gone meanwhile: 0. */
int store_set_usage(struct store *store, uint64_t id, const struct usage *usage);

/* Rows behind @after and up to @last in the order of their ids: at most @max into @rows. */
struct store_range {
	uint64_t after; /* 0: from the start */
	uint64_t last;	/* STORE_LAST_ID: to the end */
};

int store_page(struct store *store, const struct store_range *range, struct sign_in *rows,
	       size_t max);

/* Makes the sign-ins of @to those of @from, in one transaction. */
int store_copy_sessions(struct store *from, struct store *to);

/* Which zone had which number. Names without one are "". */
typedef char zone_names[X511_MAX_ZONES][ZONE_NAME_SIZE];

int store_zones(struct store *store, zone_names ret_names);
int store_put_zone(struct store *store, uint32_t id, const char *name);
int store_zone_is_used(struct store *store, const char *name); /* 1: it has sign-ins or lines */

/* Lines of the garden that came by the API, in canonical text. */
struct stored_line {
	char zone[ZONE_NAME_SIZE];
	char entry[DOMAIN_SIZE]; /* a prefix or a name */
};

int store_add_line(struct store *store, const struct stored_line *line);
int store_remove_line(struct store *store, const struct stored_line *line); /* -ENOENT */
/* *ret_lines is the caller's to free(). */
int store_lines(struct store *store, struct stored_line **ret_lines, size_t *ret_n);

/*
 * Lines of the sign-in log that are on their way to its files (store_log.c), in pieces of any
 * size, numbered as they come. store_log_next() gives the first behind @after, which is the
 * caller's to free(): -ENOENT, there is none.
 */
int store_log_put(struct store *store, const char *lines, size_t size);
int store_log_next(struct store *store, uint64_t after, uint64_t *ret_seq, char **ret_lines,
		   size_t *ret_size);
int store_log_remove(struct store *store, uint64_t up_to);
int store_log_size(struct store *store, uint64_t *ret_size); /* bytes of all of them */

/* What a device had used when the present sign-in took the session over; none: nothing. */
int store_base_put(struct store *store, uint64_t id, const struct usage *base);
int store_base_get(struct store *store, uint64_t id, struct usage *ret_base); /* -ENOENT */
int store_base_remove(struct store *store, uint64_t id);
int store_has_bases(struct store *store); /* 1: there are some */
int store_bases_remove(struct store *store);

/* Both, from a database in memory to the one on the disk. In a transaction of @to. */
int store_copy_log(struct store *from, struct store *to);

#endif /* XDP511_STORE_H */
