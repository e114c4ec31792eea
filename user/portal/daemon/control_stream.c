/* SPDX-License-Identifier: MIT */
/* control_stream.c - follows the daemon's events, and begins again whenever the stream ends. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/sse.h"
#include "portal/daemon/control_internal.h"

#define RETRY_FIRST_MS 100
#define RETRY_MOST_MS  5000
#define SILENCE_S      45L /* the daemon says something each 15 s */
#define TEXT_BYTES     ((size_t)4 << 20)
#define TEXT_FIRST     ((size_t)16 * 1024)

static bool is_ok(const struct stream *stream)
{
	long status = 0;

	curl_easy_getinfo(stream->curl, CURLINFO_RESPONSE_CODE, &status);
	return status == 200;
}

static size_t take_bytes(char *bytes, size_t one, size_t n, void *context)
{
	struct stream *stream = context;
	size_t size = stream->size ? stream->size : TEXT_FIRST;
	char *text;

	(void)one; /* always 1 */
	if (!is_ok(stream) || n > TEXT_BYTES - stream->used)
		return 0;
	while (size - stream->used < n)
		size *= 2;
	if (size != stream->size) {
		text = realloc(stream->text, size);
		if (!text)
			return 0;
		stream->text = text;
		stream->size = size;
	}
	memcpy(stream->text + stream->used, bytes, n);
	stream->used += n;
	return n;
}

static size_t take_header(char *bytes, size_t one, size_t n, void *context)
{
	struct stream *stream = context;

	(void)one;
	if (n && (*bytes == '\r' || *bytes == '\n') && is_ok(stream))
		stream->has_begun = true;
	return n;
}

static void tell(const struct stream *stream, const json_t *event)
{
	size_t i;

	for (i = 0; i < stream->n_followers; i++)
		stream->followers[i].fn(stream->followers[i].context, event);
}

static void take_line(const struct stream *stream, const char *line)
{
	const char *data = NULL;
	json_t *event;

	if (sse_data(line, &data) || !data)
		return;
	event = json_loads(data, 0, NULL);
	if (json_is_object(event))
		tell(stream, event);
	json_decref(event);
}

/* Followers may ask the daemon, so libcurl isn't on the stack here. */
void stream_take(struct control *control)
{
	struct stream *stream = &control->stream;
	char *line = stream->text, *end;
	size_t left = stream->used;

	if (stream->has_begun) {
		stream->has_begun = false;
		stream->retry_ms = RETRY_FIRST_MS;
		control->numbers.is_following = true;
		tell(stream, NULL);
	}
	while (left && (end = memchr(line, '\n', left))) {
		*end = '\0';
		take_line(stream, line);
		left -= (size_t)(end + 1 - line);
		line = end + 1;
	}
	if (left != stream->used)
		memmove(stream->text, line, left);
	stream->used = left;
}

static void leave(struct control *control)
{
	struct stream *stream = &control->stream;

	control->numbers.is_following = false;
	if (!stream->curl)
		return;
	curl_multi_remove_handle(control->multi, stream->curl);
	curl_easy_cleanup(stream->curl);
	stream->curl = NULL;
}

static void retry_later(struct control *control)
{
	struct stream *stream = &control->stream;

	leave(control);
	loop_set(control->loop, stream->retry_timer, stream->retry_ms);
	stream->retry_ms *= 2;
	if (stream->retry_ms > RETRY_MOST_MS)
		stream->retry_ms = RETRY_MOST_MS;
}

void stream_ended(struct control *control)
{
	stream_take(control);
	control->stream.used = 0; /* of a line without its end */
	retry_later(control);
}

static int join(struct control *control)
{
	struct stream *stream = &control->stream;
	CURL *curl = stream->curl = curl_easy_init();
	int bad = 0;

	if (!curl || control_set_up_transfer(control, curl, "/v1/events"))
		return -ENOMEM;
	bad |= curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_bytes);
	bad |= curl_easy_setopt(curl, CURLOPT_WRITEDATA, stream);
	bad |= curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
	bad |= curl_easy_setopt(curl, CURLOPT_HEADERDATA, stream);
	bad |= curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
	bad |= curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, SILENCE_S);
	bad |= curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L);
	return bad || curl_multi_add_handle(control->multi, curl) ? -ENOMEM : 0;
}

static void on_retry(void *context)
{
	struct control *control = context;

	if (join(control))
		retry_later(control);
}

int stream_set_up(struct control *control)
{
	control->stream.retry_ms = RETRY_FIRST_MS;
	control->stream.retry_timer = loop_timer(control->loop, on_retry, control);
	return control->stream.retry_timer < 0 ? control->stream.retry_timer : 0;
}

void stream_done(struct control *control)
{
	leave(control);
	free(control->stream.text);
	control->stream.text = NULL;
}

int control_follow(struct control *control, control_event_fn fn, void *context)
{
	struct stream *stream = &control->stream;

	if (stream->n_followers == CONTROL_FOLLOWERS)
		return -ENOSPC;
	stream->followers[stream->n_followers].fn = fn;
	stream->followers[stream->n_followers++].context = context;
	/* Who joins a stream that runs already is told of its beginning by a new one. */
	leave(control);
	stream->used = 0;
	stream->has_begun = false;
	loop_set(control->loop, stream->retry_timer, 0);
	return 0;
}

bool control_is_following(const struct control *control)
{
	return control->numbers.is_following;
}

void control_read_numbers(const struct control *control, struct control_numbers *ret_numbers)
{
	*ret_numbers = control->numbers;
}
