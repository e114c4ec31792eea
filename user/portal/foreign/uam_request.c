/* SPDX-License-Identifier: MIT */
/* uam_request.c - reads requests to the UAM port, as CoovaChilli takes them. */
#include "portal/foreign/uam_request.h"

#include <errno.h>
#include <string.h>

#include <nettle/base16.h>

#include "base/units.h"

#define CALLBACK_LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_$."

static const struct {
	const char *path;
	enum uam_action action;
} paths[] = {
	{"", UAM_PRELOGIN},	{"prelogin", UAM_PRELOGIN}, {"logon", UAM_LOGON},
	{"login", UAM_LOGON},	{"logoff", UAM_LOGOFF},	    {"logout", UAM_LOGOFF},
	{"status", UAM_STATUS}, {"abort", UAM_ABORT},
};

enum uam_action uam_action(const char *path, bool *ret_is_json)
{
	static const char json[] = "/json/";
	size_t i;

	*ret_is_json = !strncmp(path, json, strlen(json));
	if (*path != '/')
		return UAM_UNKNOWN;
	path += *ret_is_json ? strlen(json) : 1;
	for (i = *ret_is_json; i < sizeof(paths) / sizeof(paths[0]); i++) {
		if (!strcmp(path, paths[i].path))
			return paths[i].action;
	}
	return UAM_UNKNOWN;
}

/* Both at hand: a form may have its username in the query. */
struct fields {
	const struct form *query, *body;
};

static const char *field(const struct fields *fields, const char *name)
{
	const char *value = fields->body ? form_value(fields->body, name) : "";

	return *value ? value : form_value(fields->query, name);
}

/* Pairs of digits, @max bytes at most. */
static int read_hex(const char *text, size_t max, uint8_t *ret_bytes, size_t *ret_size)
{
	size_t length = strlen(text), n = max;
	struct base16_decode_ctx hex;

	if (length % 2 || length > 2 * max || strspn(text, "0123456789abcdefABCDEF") != length)
		return -EINVAL;
	base16_decode_init(&hex);
	if (!base16_decode_update(&hex, &n, ret_bytes, length, text) || !base16_decode_final(&hex))
		return -EINVAL;
	*ret_size = n;
	return 0;
}

static int read_response(const struct fields *fields, struct uam_request *request)
{
	const char *ident = field(fields, "ident");
	uint8_t bytes[BASE16_DECODE_LENGTH(2 * sizeof(request->response))];
	uint64_t id = 0;
	size_t size;

	if (read_hex(field(fields, "response"), sizeof(request->response), bytes, &size) ||
	    size != sizeof(request->response) || (*ident && parse_number(ident, 0, UINT8_MAX, &id)))
		return -EINVAL;
	memcpy(request->response, bytes, size);
	request->chap_id = (uint8_t)id;
	request->proof = UAM_RESPONSE;
	return 0;
}

static int read_password(const struct fields *fields, struct uam_request *request)
{
	uint8_t bytes[BASE16_DECODE_LENGTH(2 * UAM_HIDDEN_SIZE)];

	if (read_hex(field(fields, "password"), UAM_HIDDEN_SIZE, bytes, &request->hidden_size))
		return -EINVAL;
	memcpy(request->hidden, bytes, request->hidden_size);
	request->proof = UAM_PASSWORD;
	return 0;
}

/* As in CoovaChilli, an answer to the challenge counts before a password. */
static int read_logon(const struct fields *fields, struct uam_request *request)
{
	const char *username = field(fields, "username");

	if (strlen(username) >= sizeof(request->username))
		return -EINVAL;
	strcpy(request->username, username);
	if (*field(fields, "response"))
		return read_response(fields, request);
	return *field(fields, "password") ? read_password(fields, request) : 0;
}

/* It is put into a script before "(": nothing but the name of a function. */
static int read_callback(const struct fields *fields, struct uam_request *request)
{
	const char *callback = field(fields, "callback");
	size_t length = strlen(callback);

	if (length >= sizeof(request->callback) || strspn(callback, CALLBACK_LETTERS) != length ||
	    (length && strchr("0123456789.", *callback)))
		return -EINVAL;
	memcpy(request->callback, callback, length + 1);
	return 0;
}

int uam_request_read(const char *path, const struct form *query, const struct form *body,
		     struct uam_request *ret_request)
{
	const struct fields fields = {.query = query, .body = body};
	const char *userurl = field(&fields, "userurl");
	struct uam_request request = {.userurl = ""};
	int err = 0;

	request.action = uam_action(path, &request.is_json);
	if (is_web_url(userurl) && strlen(userurl) < sizeof(request.userurl))
		strcpy(request.userurl, userurl);
	if (request.is_json)
		err = read_callback(&fields, &request);
	if (!err && request.action == UAM_LOGON)
		err = read_logon(&fields, &request);
	if (!err)
		*ret_request = request;
	explicit_bzero(&request, sizeof(request));
	return err;
}
