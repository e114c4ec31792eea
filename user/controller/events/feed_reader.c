/* SPDX-License-Identifier: MIT */
/* feed_reader.c - a reader's place in the ring: what it gets next, and when it is woken or ends. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "controller/events/feed_internal.h"

/* How long a client should wait before it tries again; no event, so it shows that all is well. */
#define GREETING   "retry: 1000\n\n"
#define KEEP_ALIVE ": keep-alive\n\n"

struct feed_reader {
	struct feed *feed;
	struct feed_setup setup;
	uint64_t next_id;
	uint64_t heard_ms; /* when it last got something, roughly */
	char *text;	   /* what it gets before anything else; NULL: the ring's turn */
	size_t size;
	size_t sent;
	bool is_waiting;
	bool is_last; /* nothing comes behind the text */
};

/* Who wants a type is also told what is missing of it, wherever that would have been. */
static bool fits(const struct feed_filter *filter, const struct feed_event *event)
{
	if (filter->types && !(filter->types & (1U << event->type | 1U << event->of)))
		return false;
	if (event->type == EVENT_SUPPRESSED)
		return true;
	if (filter->zone[0] && strcmp(filter->zone, event->zone) != 0)
		return false;
	return !filter->mac[0] || !strcmp(filter->mac, event->mac);
}

/* @text is the reader's from now on; NULL, which is out of memory, ends it. */
static void give(struct feed_reader *reader, char *text)
{
	reader->text = text;
	reader->size = text ? strlen(text) : 0;
	reader->sent = 0;
	if (!text)
		reader->is_last = true;
}

static void wake(struct feed_reader *reader)
{
	reader->is_waiting = false;
	reader->setup.wake(reader->setup.context);
}

void feed_wake_for(struct feed *feed, const struct feed_event *event)
{
	size_t i;

	for (i = 0; i < FEED_READERS; i++) {
		struct feed_reader *reader = feed->readers[i];

		if (!reader || !reader->is_waiting)
			continue;
		if (fits(&reader->setup.filter, event))
			wake(reader);
		else
			reader->next_id = feed->next_id;
	}
}

void feed_wake_silent(struct feed *feed)
{
	uint64_t now_ms = feed->now_ms;
	size_t i;

	for (i = 0; i < FEED_READERS; i++) {
		struct feed_reader *reader = feed->readers[i];

		if (!reader)
			continue;
		if (!reader->is_waiting) {
			reader->heard_ms = now_ms;
		} else if (reader->setup.is_gone(reader->setup.context)) {
			reader->is_last = true;
			wake(reader);
		} else if (now_ms < reader->heard_ms ||
			   now_ms - reader->heard_ms >= FEED_KEEP_ALIVE_MS) {
			reader->heard_ms = now_ms;
			give(reader, strdup(KEEP_ALIVE));
			wake(reader);
		}
	}
}

void feed_close(struct feed *feed)
{
	size_t i;

	for (i = 0; feed && i < FEED_READERS; i++) {
		struct feed_reader *reader = feed->readers[i];

		if (!reader)
			continue;
		reader->is_last = true;
		if (reader->is_waiting)
			wake(reader);
	}
}

/* The greeting; and for one that comes back after too long, that it has missed something. */
static char *first_text(const struct feed *feed, bool has_gap)
{
	char *gap = has_gap ? feed_frame(feed, "gap", NULL, NULL) : NULL;
	char *text = NULL;

	if (has_gap && !gap)
		return NULL;
	if (asprintf(&text, GREETING "%s", gap ? gap : "") < 0)
		text = NULL;
	free(gap);
	return text;
}

int feed_join(struct feed *feed, const struct feed_setup *setup, struct feed_reader **ret_reader)
{
	struct feed_reader *reader;
	bool is_known, has_gap;
	size_t i;

	for (i = 0; i < FEED_READERS && feed->readers[i]; i++)
		;
	if (i == FEED_READERS)
		return -ENOSPC;
	reader = calloc(1, sizeof(*reader));
	if (!reader)
		return -ENOMEM;
	is_known = setup->last_id + 1 >= feed->first_id && setup->last_id < feed->next_id;
	has_gap = setup->has_last_id && !is_known;
	reader->feed = feed;
	reader->setup = *setup;
	reader->heard_ms = feed->now_ms;
	reader->next_id = feed->next_id;
	if (setup->has_last_id)
		reader->next_id = is_known ? setup->last_id + 1 : feed->first_id;
	give(reader, first_text(feed, has_gap));
	if (!reader->text) {
		free(reader);
		return -ENOMEM;
	}
	feed->readers[i] = reader;
	*ret_reader = reader;
	return 0;
}

/* Puts the next event that fits into the reader's text, if there is one. */
static void fetch(struct feed_reader *reader)
{
	struct feed *feed = reader->feed;

	free(reader->text);
	reader->text = NULL;
	if (reader->is_last)
		return;
	if (reader->next_id < feed->first_id) {
		give(reader, feed_frame(feed, "dropped", NULL, NULL));
		feed->numbers.n_dropped++;
		reader->is_last = true;
		return;
	}
	while (reader->next_id < feed->next_id) {
		const struct feed_event *event = feed_event(feed, reader->next_id++);

		if (!fits(&reader->setup.filter, event))
			continue;
		give(reader, strdup(event->text));
		return;
	}
}

ssize_t feed_take(struct feed_reader *reader, char *buffer, size_t max)
{
	size_t taken = 0;

	while (taken < max) {
		size_t n;

		if (!reader->text || reader->sent == reader->size)
			fetch(reader);
		if (!reader->text)
			break;
		n = reader->size - reader->sent;
		if (n > max - taken)
			n = max - taken;
		memcpy(buffer + taken, reader->text + reader->sent, n);
		reader->sent += n;
		taken += n;
	}
	if (!taken && reader->is_last)
		return -1;
	reader->is_waiting = !taken;
	return (ssize_t)taken;
}

struct feed_reader *feed_leave(struct feed_reader *reader)
{
	size_t i;

	if (!reader)
		return NULL;
	for (i = 0; i < FEED_READERS; i++) {
		if (reader->feed->readers[i] == reader)
			reader->feed->readers[i] = NULL;
	}
	free(reader->text);
	free(reader);
	return NULL;
}
