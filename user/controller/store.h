/* SPDX-License-Identifier: MIT */
/*
 * store.h - what outlives the machine: who signed in how, zone numbers, run-time garden lines.
 *
 * One SQLite file in the state directory. The store says who a session belongs to and what it
 * was given; what it has used so far stands in the gate's map.
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

/* One device's sign-in to one zone, which together are its key. 0: unlimited, never, or none. */
struct sign_in {
	uint8_t mac[6];
	char zone[ZONE_NAME_SIZE];
	char user[USER_SIZE]; /* "": unknown */
	char method[METHOD_SIZE];
	enum session_state state;
	uint64_t login_ms; /* wall clock */
	uint64_t expires_ms;
	uint64_t idle_s;
	uint64_t up_bps;
	uint64_t down_bps;
	uint64_t quota_bytes;
};

const char *state_name(enum session_state state);
int parse_state(const char *text, enum session_state *ret_state); /* -EINVAL */

struct store; /* opaque */

/*
 * Opens or makes the database; every statement is on the disk when its function returns. The
 * directory has to be there. Damaged, of a newer version, or not writable: a sentence.
 */
int store_open(const char *state_dir, struct store **ret_store, struct error *error);

/* The same in memory, for going on without the file. */
int store_open_volatile(struct store **ret_store, struct error *error);

struct store *store_close(struct store *store); /* takes NULL, returns NULL */

/* All functions below: -errno, and a sentence of what the database said with store_problem(). */
const char *store_problem(const struct store *store);

/* Many changes, one write to the disk. */
int store_begin(struct store *store);
int store_commit(struct store *store);

int store_put(struct store *store, const struct sign_in *row);
int store_get(struct store *store, const uint8_t mac[6], const char *zone, struct sign_in *ret_row);
int store_remove(struct store *store, const struct sign_in *key); /* not there: 0 */

/* NULL: any. */
struct sign_in_filter {
	const char *zone;
	const char *user;
	const enum session_state *state;
};

/* Rows behind @after (NULL: from the start) by MAC, then zone: at most @max into @rows. */
int store_page(struct store *store, const struct sign_in_filter *filter,
	       const struct sign_in *after, struct sign_in *rows, size_t max);

/* All rows of a device, by zone; the number of them. */
int store_of_device(struct store *store, const uint8_t mac[6], struct sign_in *rows, size_t max);
int store_remove_matching(struct store *store, const struct sign_in_filter *filter);

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

#endif /* XDP511_STORE_H */
