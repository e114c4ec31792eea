/* SPDX-License-Identifier: MIT */
/* feed_internal.h - the hub's own structs, for feed.c (the ring) and feed_reader.c. */
#ifndef XDP511_FEED_INTERNAL_H
#define XDP511_FEED_INTERNAL_H

#include "controller/events/feed.h"

struct feed_event {
	char *text; /* as it goes to readers */
	enum event_type type;
	enum event_type of;	   /* what is suppressed; otherwise the type */
	char zone[ZONE_NAME_SIZE]; /* "": of none */
	char mac[MAC_TEXT];
};

/* What a type has had of the present second. */
struct feed_window {
	uint64_t second;
	uint32_t published;
	uint64_t suppressed; /* since that was last said */
};

struct feed {
	uint64_t first_id; /* of the oldest event that is still there */
	uint64_t next_id;
	uint64_t now_ms;		   /* as it was told last */
	struct feed_event ring[FEED_RING]; /* event n at n % FEED_RING */
	struct feed_window windows[EVENT_TYPES];
	struct feed_numbers numbers;		   /* but for those who read */
	struct feed_reader *readers[FEED_READERS]; /* NULL: free */
};

struct feed_event *feed_event(struct feed *feed, uint64_t id);

/* The text of one event, the caller's; @fields and @id may be NULL. NULL: out of memory. */
char *feed_frame(const struct feed *feed, const char *type, json_t *fields, const uint64_t *id);

/* Those that wait for @event, the newest; all others have had everything until now. */
void feed_wake_for(struct feed *feed, const struct feed_event *event);

/* Those that have had nothing for long, or whose peer is gone. */
void feed_wake_silent(struct feed *feed);

#endif /* XDP511_FEED_INTERNAL_H */
