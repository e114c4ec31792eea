/* SPDX-License-Identifier: MIT */
/* api_events.c - /v1/events: the feed as server-sent events, for as long as the client stays. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mac.h"
#include "base/units.h"
#include "controller/api/api.h"

#define PATIENCE_S 30U /* with a client that takes nothing of what there is */

struct stream {
	struct MHD_Connection *connection;
	struct feed_reader *reader;
	bool is_suspended;
};

static void wake(void *context)
{
	struct stream *stream = context;

	if (!stream->is_suspended)
		return;
	stream->is_suspended = false;
	MHD_resume_connection(stream->connection);
}

/* libmicrohttpd doesn't look at a suspended connection. */
static bool is_gone(void *context)
{
	const struct stream *stream = context;
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(stream->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct pollfd poll_fd = {.fd = info ? info->connect_fd : -1};

	return poll(&poll_fd, 1, 0) > 0 && poll_fd.revents & (POLLHUP | POLLERR);
}

static ssize_t read_stream(void *context, uint64_t position, char *buffer, size_t max)
{
	struct stream *stream = context;
	ssize_t n = feed_take(stream->reader, buffer, max);

	(void)position;
	if (n < 0)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (!n) {
		stream->is_suspended = true;
		MHD_suspend_connection(stream->connection);
	}
	return n;
}

static void free_stream(void *context)
{
	struct stream *stream = context;

	feed_leave(stream->reader);
	free(stream);
}

/* 0, or the status for the sentence in @error. */
static unsigned int read_types(struct resource_call *call, uint32_t *ret_types, struct error *error)
{
	const char *text = httpd_query(call->request, "type"), *bad;
	char names[EVENT_NAMES_SIZE], word[QUOTED_SIZE];

	if (!text || !parse_event_types(text, ret_types, &bad))
		return 0;
	quote(bad, word);
	word[strcspn(word, ",")] = '\0';
	(void)fail(error, EINVAL, "there are no events of type '%s'; there are %s", word,
		   event_names(names));
	return MHD_HTTP_BAD_REQUEST;
}

static unsigned int read_zone(struct resource_call *call, char zone[ZONE_NAME_SIZE],
			      struct error *error)
{
	const char *text = httpd_query(call->request, "zone");
	char word[QUOTED_SIZE];

	if (!text)
		return 0;
	if (zones_find(&controller_of(call)->zones, text) < 0) {
		(void)fail(error, ENOENT, "there is no zone '%s'; see `xdp511 status`",
			   quote(text, word));
		return MHD_HTTP_NOT_FOUND;
	}
	snprintf(zone, ZONE_NAME_SIZE, "%s", text);
	return 0;
}

static unsigned int read_mac(struct resource_call *call, char mac[MAC_TEXT], struct error *error)
{
	const char *text = httpd_query(call->request, "mac");
	char word[QUOTED_SIZE];
	uint8_t bytes[6];

	if (!text)
		return 0;
	if (parse_mac(quote(text, word), bytes, error))
		return MHD_HTTP_BAD_REQUEST;
	format_mac(bytes, mac);
	return 0;
}

/* What the client says it has had last (WHATWG HTML, server-sent events). */
static unsigned int read_last_id(struct resource_call *call, struct feed_setup *setup,
				 struct error *error)
{
	const char *text = MHD_lookup_connection_value(call->request->connection, MHD_HEADER_KIND,
						       "Last-Event-ID");
	char word[QUOTED_SIZE];

	if (!text || !*text)
		return 0;
	setup->has_last_id = true;
	if (!parse_number(text, 0, UINT64_MAX, &setup->last_id))
		return 0;
	(void)fail(error, EINVAL,
		   "the header Last-Event-ID '%s' isn't the id of an event; leave it out",
		   quote(text, word));
	return MHD_HTTP_BAD_REQUEST;
}

static unsigned int read_setup(struct resource_call *call, struct feed_setup *setup,
			       struct error *error)
{
	unsigned int status = read_types(call, &setup->filter.types, error);

	if (!status)
		status = read_zone(call, setup->filter.zone, error);
	if (!status)
		status = read_mac(call, setup->filter.mac, error);
	if (!status)
		status = read_last_id(call, setup, error);
	return status;
}

enum MHD_Result api_stream_events(struct resource_call *call)
{
	struct feed_setup setup = {.wake = wake, .is_gone = is_gone};
	struct stream *stream;
	struct error error;
	unsigned int status = read_setup(call, &setup, &error);
	int err;

	if (status)
		return httpd_problem(call->request, status, "%s", error.text);
	stream = calloc(1, sizeof(*stream));
	if (!stream)
		return MHD_NO;
	stream->connection = call->request->connection;
	setup.context = stream;
	err = feed_join(controller_of(call)->feed, &setup, &stream->reader);
	if (!err) {
		(void)MHD_set_connection_option(stream->connection, MHD_CONNECTION_OPTION_TIMEOUT,
						PATIENCE_S);
		call->request->type = "text/event-stream";
		return httpd_stream(call->request, read_stream, stream, free_stream);
	}
	free(stream);
	if (err != -ENOSPC)
		return MHD_NO;
	return httpd_problem(call->request, MHD_HTTP_SERVICE_UNAVAILABLE,
			     "%d readers follow the events already; end one of them, or try again",
			     FEED_READERS);
}
