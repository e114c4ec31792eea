/* SPDX-License-Identifier: MIT */
/* feed.c - the ring of events, their text, and what floods of one type are cut to. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "controller/events/feed_internal.h"

#define IDS_PER_MS 1000 /* more than can be published in the long run */

static const struct {
	const char *name;
	uint32_t limit; /* a second */
} types[EVENT_TYPES] = {
#define X(name, text, limit) {text, limit},
	FEED_EVENTS(X)
#undef X
};

static int find_type(const char *word, size_t length)
{
	int i;

	for (i = 0; i < EVENT_TYPES; i++) {
		if (strlen(types[i].name) == length && !memcmp(types[i].name, word, length))
			return i;
	}
	return -ENOENT;
}

int parse_event_types(const char *text, uint32_t *ret_types, const char **ret_bad)
{
	uint32_t found = 0;

	for (;;) {
		size_t length = strcspn(text, ",");
		int type = find_type(text, length);

		if (type < 0) {
			*ret_bad = text;
			return -EINVAL;
		}
		found |= 1U << type;
		if (!text[length])
			break;
		text += length + 1;
	}
	*ret_types = found;
	return 0;
}

char *event_names(char buffer[EVENT_NAMES_SIZE])
{
	size_t i, used = 0;

	buffer[0] = '\0';
	for (i = 0; i < EVENT_TYPES && used < EVENT_NAMES_SIZE; i++) {
		const char *separator = i + 1 == EVENT_TYPES ? " and " : ", ";

		used += (size_t)snprintf(buffer + used, EVENT_NAMES_SIZE - used, "%s%s",
					 i ? separator : "", types[i].name);
	}
	return buffer;
}

struct feed *feed_new(uint64_t now_ms)
{
	struct feed *feed = calloc(1, sizeof(*feed));

	if (!feed)
		return NULL;
	feed->now_ms = now_ms;
	feed->first_id = feed->next_id = now_ms * IDS_PER_MS;
	return feed;
}

struct feed *feed_free(struct feed *feed)
{
	size_t i;

	if (!feed)
		return NULL;
	for (i = 0; i < FEED_RING; i++)
		free(feed->ring[i].text);
	free(feed);
	return NULL;
}

/* "2026-11-21T20:15:00.123Z" */
static char *format_moment(uint64_t now_ms, char *buffer, size_t size)
{
	size_t length = strlen(format_time(now_ms / 1000, buffer, size));

	snprintf(buffer + length - 1, size - length + 1, ".%03uZ", (unsigned int)(now_ms % 1000));
	return buffer;
}

/* The object's text with type and time in front; NULL: out of memory. */
static char *make_json(const char *type, uint64_t now_ms, json_t *fields)
{
	char moment[40];
	json_t *json = json_pack("{s:s, s:s}", "type", type, "at",
				 format_moment(now_ms, moment, sizeof(moment)));
	char *text = NULL;

	if (json && (!fields || !json_object_update(json, fields)))
		text = json_dumps(json, JSON_COMPACT);
	json_decref(json);
	return text;
}

char *feed_frame(const struct feed *feed, const char *type, json_t *fields, const uint64_t *id)
{
	char *json = make_json(type, feed->now_ms, fields);
	char head[40] = "";
	char *frame = NULL;

	if (id)
		snprintf(head, sizeof(head), "id: %llu\n", (unsigned long long)*id);
	if (json && asprintf(&frame, "%sevent: %s\ndata: %s\n\n", head, type, json) < 0)
		frame = NULL;
	free(json);
	return frame;
}

static void copy_field(const json_t *fields, const char *key, char *to, size_t size)
{
	const char *text = json_string_value(json_object_get(fields, key));

	snprintf(to, size, "%s", text ? text : "");
}

struct feed_event *feed_event(struct feed *feed, uint64_t id)
{
	return &feed->ring[id % FEED_RING];
}

/* @of: the type it is about, which is its own but for EVENT_SUPPRESSED. */
static void publish(struct feed *feed, enum event_type type, enum event_type of, json_t *fields)
{
	struct feed_event *event = feed_event(feed, feed->next_id);
	char *text = fields ? feed_frame(feed, types[type].name, fields, &feed->next_id) : NULL;

	if (!text) {
		feed->windows[type].suppressed++;
		feed->numbers.suppressed[type]++;
		json_decref(fields);
		return;
	}
	free(event->text);
	event->text = text;
	event->type = type;
	event->of = of;
	copy_field(fields, "zone", event->zone, sizeof(event->zone));
	copy_field(fields, "mac", event->mac, sizeof(event->mac));
	json_decref(fields);
	feed->next_id++;
	feed->numbers.published[type]++;
	if (feed->next_id - feed->first_id > FEED_RING)
		feed->first_id = feed->next_id - FEED_RING;
	feed_wake_for(feed, event);
}

void feed_publish(struct feed *feed, enum event_type type, uint64_t now_ms, json_t *fields)
{
	feed->now_ms = now_ms;
	publish(feed, type, type, fields);
}

static void tell_suppressed(struct feed *feed, enum event_type type)
{
	struct feed_window *window = &feed->windows[type];
	uint64_t suppressed = window->suppressed;

	window->suppressed = 0;
	if (suppressed)
		publish(feed, EVENT_SUPPRESSED, type,
			json_pack("{s:s, s:I}", "of", types[type].name, "events",
				  (json_int_t)suppressed));
}

static void turn_window(struct feed *feed, enum event_type type)
{
	struct feed_window *window = &feed->windows[type];

	if (window->second == feed->now_ms / 1000)
		return;
	window->second = feed->now_ms / 1000;
	window->published = 0;
	tell_suppressed(feed, type);
}

bool feed_wants(struct feed *feed, enum event_type type, uint64_t now_ms)
{
	struct feed_window *window = &feed->windows[type];

	feed->now_ms = now_ms;
	turn_window(feed, type);
	if (window->published == types[type].limit) {
		window->suppressed++;
		feed->numbers.suppressed[type]++;
		return false;
	}
	window->published++;
	return true;
}

const char *event_name(enum event_type type)
{
	return types[type].name;
}

void feed_read_numbers(const struct feed *feed, struct feed_numbers *ret_numbers)
{
	size_t i;

	*ret_numbers = feed->numbers;
	for (i = 0; i < FEED_READERS; i++)
		ret_numbers->n_readers += feed->readers[i] != NULL;
}

void feed_tick(struct feed *feed, uint64_t now_ms)
{
	int type;

	feed->now_ms = now_ms;
	for (type = 0; type < EVENT_TYPES; type++)
		turn_window(feed, (enum event_type)type);
	feed_wake_silent(feed);
}
