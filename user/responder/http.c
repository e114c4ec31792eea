/* SPDX-License-Identifier: MIT */
/* http.c - request line and the few fields of RFC 9110 that change the answer. */
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "responder/http.h"

#define HOST_MAX 253 /* of a DNS name (RFC 1035 2.3.4) */

/* The bytes up to the next line feed, without the line's end; false when there is none. */
static bool take_line(struct text *rest, struct text *ret_line)
{
	const char *end = memchr(rest->data, '\n', rest->len);
	size_t len;

	if (!end)
		return false;
	len = (size_t)(end - rest->data);
	ret_line->data = rest->data;
	ret_line->len = len && end[-1] == '\r' ? len - 1 : len;
	rest->data += len + 1;
	rest->len -= len + 1;
	return true;
}

static bool is_token(struct text text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!isalnum((unsigned char)text.data[i]) &&
		    !memchr("!#$%&'*+-.^_`|~", text.data[i], 15))
			return false;
	return text.len > 0;
}

/*
 * A tail of GET or HEAD is the second piece of a request torn in two, not a method of its
 * own: to answer it would spoil the answer to the whole, which is about to be repeated.
 */
static bool is_torn_method(struct text method)
{
	static const char *const tails[] = {"T", "ET", "D", "AD", "EAD"};

	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++)
		if (method.len == strlen(tails[i]) && !memcmp(method.data, tails[i], method.len))
			return true;
	return false;
}

static bool is_host_char(char c)
{
	return isalnum((unsigned char)c) || c == '-' || c == '.' || c == '_';
}

/* "name", "name:port", "[v6]", "[v6]:port"; anything else leaves the host empty. */
static void parse_host(struct text value, struct http_request *request)
{
	struct text host = value, port = {0};
	size_t i = 0;

	if (value.len && value.data[0] == '[') {
		for (i = 1; i < value.len && (isxdigit((unsigned char)value.data[i]) ||
					      value.data[i] == ':' || value.data[i] == '.');)
			i++;
		if (i == value.len || value.data[i++] != ']')
			return;
	} else {
		while (i < value.len && is_host_char(value.data[i]))
			i++;
	}
	host.len = i;
	if (i < value.len) {
		port = (struct text){value.data + i + 1, value.len - i - 1};
		if (value.data[i] != ':' || port.len > 5)
			return;
		for (i = 0; i < port.len; i++)
			if (!isdigit((unsigned char)port.data[i]))
				return;
	}
	if (!host.len || host.len > HOST_MAX)
		return;
	request->host = host;
	request->port = port;
}

/* Origin form "/path", absolute form "http://host/path" (RFC 9112 3.2), or the "*" of OPTIONS. */
static bool parse_target(struct text method, struct text target, struct http_request *request)
{
	struct text authority;

	if (text_equal(method, "CONNECT"))
		return target.len; /* host:port; there is no page to speak of */

	if (target.len && (target.data[0] == '/' || target.data[0] == '*')) {
		request->path = target;
		return true;
	}
	if (target.len < 7 || strncasecmp(target.data, "http://", 7))
		return false;
	target.data += 7;
	target.len -= 7;
	authority = text_until(&target, '/');
	if (authority.data + authority.len <
	    target.data) { /* a slash was there: it is the path's */
		target.data--;
		target.len++;
	}
	parse_host(authority, request);
	request->path = target;
	return true;
}

static int parse_request_line(struct text line, struct http_request *request)
{
	struct text method = text_until(&line, ' ');
	struct text target = text_until(&line, ' ');

	if (!is_token(method) || is_torn_method(method))
		return -EBADMSG;
	request->method = method.len == 3 && !memcmp(method.data, "GET", 3)    ? HTTP_GET
			  : method.len == 4 && !memcmp(method.data, "HEAD", 4) ? HTTP_HEAD
									       : HTTP_OTHER;
	return parse_target(method, target, request) ? 0 : -EBADMSG;
}

/* A name without its colon is that field, too, and has no value. Inline, to count no constants. */
static inline bool is_field(struct text line, const char *name, struct text *ret_value)
{
	size_t len = strlen(name);

	if (line.len < len || (line.len > len && line.data[len] != ':') ||
	    !text_same(line.data, name, len))
		return false;
	len += line.len > len;
	*ret_value = text_trim((struct text){line.data + len, line.len - len});
	return true;
}

/* Whether both stand there, one ahead of the slash at @slash and one behind it. Inline as above. */
static inline bool is_type(struct text text, size_t slash, const char *type, const char *subtype)
{
	size_t before = strlen(type), after = strlen(subtype);

	return slash >= before && text.len - slash - 1 >= after &&
	       text_same(text.data + slash - before, type, before) &&
	       text_same(text.data + slash + 1, subtype, after);
}

/* What may stand ahead of a media type or behind it doesn't matter here: only the slash does. */
static void parse_accept(struct text value, struct http_request *request)
{
	struct text rest = value;

	for (;;) {
		size_t slash;

		text_until(&rest, '/');
		if (!rest.len)
			return;
		slash = (size_t)(rest.data - value.data) - 1;
		request->wants_html |= is_type(value, slash, "text", "html");
		request->wants_json |= is_type(value, slash, "application", "json") ||
				       is_type(value, slash, "application", "problem+json");
	}
}

static void parse_field(struct text line, struct http_request *request)
{
	struct text value;
	char first = line.len ? (char)(line.data[0] | 0x20) : 0;

	if (first != 'h' && first != 'a' && first != 'u')
		return; /* as most */
	if (is_field(line, "Host", &value)) {
		if (!request->host.len)
			parse_host(value, request);
	} else if (is_field(line, "Accept-Language", &value)) {
		request->accept_language = value;
	} else if (is_field(line, "Accept", &value)) {
		parse_accept(value, request);
	} else if (is_field(line, "Upgrade-Insecure-Requests", &value)) {
		request->wants_html |= text_equal(value, "1");
	}
}

int http_parse(const uint8_t *data, size_t len, bool full, struct http_request *ret_request)
{
	struct text rest = {(const char *)data, len}, line;
	struct http_request request = {0};
	bool complete = false;
	int err;

	/* Clients may send an empty line ahead of a request (RFC 9112 2.2). */
	while (rest.len && (rest.data[0] == '\r' || rest.data[0] == '\n')) {
		rest.data++;
		rest.len--;
	}
	if (!take_line(&rest, &line)) {
		line = rest; /* a request line longer than the segment */
		rest.len = 0;
		if (!full)
			return -EAGAIN;
	}
	err = parse_request_line(line, &request);
	if (err)
		return err;
	while (!complete && take_line(&rest, &line)) {
		complete = !line.len;
		parse_field(line, &request);
	}
	if (!complete && !full)
		return -EAGAIN;
	*ret_request = request;
	return 0;
}
