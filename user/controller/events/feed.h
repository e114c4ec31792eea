/* SPDX-License-Identifier: MIT */
/*
 * feed.h - the hub of events: who publishes never waits, and who reads too slowly is cut off.
 *
 * One ring holds the last events as the text of server-sent events; a reader only has its place
 * in it. A reader that the ring has overtaken gets a last event `dropped` and its end. Knows no
 * connection and no clock: it is told the time, and wakes a reader by calling a function.
 *
 *   source -> feed_wants() -> feed_publish() -> ring -> feed_take() <- reader
 */
#ifndef XDP511_FEED_H
#define XDP511_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/types.h>

#include <jansson.h>

#include "base/config.h"
#include "base/mac.h"

#define FEED_RING	   4096 /* events a reader may lag behind, or find after a new start */
#define FEED_READERS	   16
#define FEED_KEEP_ALIVE_MS 15000

/* Name, its text, and how many a second may come before a flood of it only gets counted. */
#define FEED_EVENTS(X)                                                                             \
	X(SIGN_IN, "sign-in", 1000)                                                                \
	X(SIGN_OUT, "sign-out", 1000)                                                              \
	X(LIMIT_HIT, "limit-hit", 1000)                                                            \
	X(PARKED, "parked", 200)                                                                   \
	X(SPOOF_SUSPECTED, "spoof-suspected", 200)                                                 \
	X(TABLE_FULL, "table-full", 10)                                                            \
	X(WORKER_RESTARTED, "worker-restarted", 200)                                               \
	X(SUPPRESSED, "suppressed", 200)

enum event_type {
#define X(name, text, limit) EVENT_##name,
	FEED_EVENTS(X)
#undef X
		EVENT_TYPES
};

/* What a reader wants; "" and 0: everything. Events of no zone or device fit no named one. */
struct feed_filter {
	uint32_t types; /* 1 << enum event_type */
	char zone[ZONE_NAME_SIZE];
	char mac[MAC_TEXT];
};

/* "sign-in,parked". -EINVAL: *ret_bad is where the word stands that is no type. */
int parse_event_types(const char *text, uint32_t *ret_types, const char **ret_bad);

/* All names, for a sentence: "a, b and c". Returns @buffer. */
#define EVENT_NAMES_SIZE 160
char *event_names(char buffer[EVENT_NAMES_SIZE]);

struct feed;	    /* opaque */
struct feed_reader; /* opaque */

/* Numbers of events start at the time, so that they grow over restarts, too. NULL: no memory. */
struct feed *feed_new(uint64_t now_ms);
struct feed *feed_free(struct feed *feed); /* takes NULL, returns NULL; after its readers */

/* False: that type has had its share of this second, and the event is counted as suppressed. */
bool feed_wants(struct feed *feed, enum event_type type, uint64_t now_ms);

/* Takes over @fields (NULL: out of memory), whose "zone" and "mac" the filters look at. */
void feed_publish(struct feed *feed, enum event_type type, uint64_t now_ms, json_t *fields);

/* To be called once a second: says what was suppressed, and keeps silent readers awake. */
void feed_tick(struct feed *feed, uint64_t now_ms);

/* For metrics: what has become of events, by enum event_type, and who reads them. */
struct feed_numbers {
	uint64_t published[EVENT_TYPES];
	uint64_t suppressed[EVENT_TYPES];
	uint64_t n_dropped; /* readers that the ring has overtaken */
	size_t n_readers;
};
void feed_read_numbers(const struct feed *feed, struct feed_numbers *ret_numbers);
const char *event_name(enum event_type type);

/* Ends every reader. */
void feed_close(struct feed *feed);

/* Both functions are called for waiting readers only, which feed_take() has given nothing. */
struct feed_setup {
	struct feed_filter filter;
	bool has_last_id;
	uint64_t last_id; /* the last event the reader has had */
	void (*wake)(void *context);
	bool (*is_gone)(void *context);
	void *context;
};

/* -ENOSPC: there are FEED_READERS already; -ENOMEM. */
int feed_join(struct feed *feed, const struct feed_setup *setup, struct feed_reader **ret_reader);

/* The next bytes, at most @max (not 0); 0: none now, wait to be woken; -1: the end. */
ssize_t feed_take(struct feed_reader *reader, char *buffer, size_t max);

struct feed_reader *feed_leave(struct feed_reader *reader); /* takes NULL, returns NULL */

#endif /* XDP511_FEED_H */
