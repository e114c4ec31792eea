/* SPDX-License-Identifier: MIT */
/* client.c - HTTP over a control socket with libcurl. */
#include "cli/client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <curl/curl.h>

#include "cli/client_internal.h"

#define UPLOAD_BUFFER (256L * 1024)
#define ANSWER_FIRST  65536

struct request client_request(const struct arguments *arguments, const char *method,
			      const char *path, struct url *ret_url)
{
	static const struct server daemon = {"xdp511d", "socket"};

	url_start(ret_url, path, NULL);
	return (struct request){
		.server = &daemon,
		.socket = arguments->socket,
		.method = method,
		.url = ret_url,
	};
}

struct request client_portal_request(const struct arguments *arguments, const char *method,
				     const char *path, const char *last, struct url *ret_url)
{
	static const struct server portal = {"xdp511-portal", "admin"};

	url_start(ret_url, path, last);
	return (struct request){
		.server = &portal,
		.socket = arguments->admin,
		.method = method,
		.url = ret_url,
	};
}

/* A refusal is text, whoever wants the answer in pieces. */
static bool is_streamed(const struct transfer *transfer)
{
	long status = 0;

	if (!transfer->stream || !transfer->stream->take)
		return false;
	curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &status);
	return status >= 200 && status <= 299;
}

static size_t take_bytes(char *bytes, size_t one, size_t n, void *data)
{
	struct transfer *transfer = data;
	size_t size = transfer->size ? transfer->size : ANSWER_FIRST;
	char *text;

	(void)one; /* always 1 */
	if (is_streamed(transfer)) {
		const struct stream *stream = transfer->stream;

		transfer->is_told = stream->take(stream->context, bytes, n, transfer->error) != 0;
		return transfer->is_told ? 0 : n;
	}
	if (n > CLIENT_ANSWER_BYTES - transfer->used) {
		transfer->too_large = true;
		return 0;
	}
	while (size - transfer->used <= n) /* one more for the closing NUL */
		size *= 2;
	if (size != transfer->size) {
		text = realloc(transfer->text, size);
		if (!text)
			return 0;
		transfer->text = text;
		transfer->size = size;
	}
	memcpy(transfer->text + transfer->used, bytes, n);
	transfer->used += n;
	transfer->text[transfer->used] = '\0';
	return n;
}

static void note_progress(struct transfer *transfer)
{
	(void)clock_gettime(CLOCK_MONOTONIC, &transfer->moved_at);
}

/* Whoever waits for the source of the body isn't waiting for the daemon. */
static size_t give_bytes(char *buffer, size_t one, size_t max, void *data)
{
	struct transfer *transfer = data;
	const struct stream *stream = transfer->stream;
	ssize_t n = stream->give(stream->context, buffer, one * max, transfer->error);

	note_progress(transfer);
	transfer->is_told = n < 0;
	return n < 0 ? CURL_READFUNC_ABORT : (size_t)n;
}

/* libcurl asks about once a second; not 0 ends the transfer. */
static int watch_progress(void *data, curl_off_t to_get, curl_off_t got, curl_off_t to_send,
			  curl_off_t sent)
{
	struct transfer *transfer = data;
	struct timespec now;
	long silent_ms;

	(void)to_get;
	(void)to_send;
	if (got + sent != transfer->moved) {
		transfer->moved = got + sent;
		note_progress(transfer);
		return 0;
	}
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	silent_ms = (now.tv_sec - transfer->moved_at.tv_sec) * 1000 +
		    (now.tv_nsec - transfer->moved_at.tv_nsec) / 1000000;
	transfer->is_silent = silent_ms >= transfer->silence_ms;
	return transfer->is_silent;
}

/* No redirects, no proxy, no .netrc, nothing from the environment: only this socket. */
static int set_up(CURL *curl, const struct request *request, struct transfer *transfer)
{
	int bad = 0;

	bad |= curl_easy_setopt(curl, CURLOPT_URL, request->url->text);
	bad |= curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, request->socket);
	bad |= curl_easy_setopt(curl, CURLOPT_PROXY, "");
	bad |= curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
	bad |= curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http");
	bad |= curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	bad |= curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	bad |= curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
	bad |= curl_easy_setopt(curl, CURLOPT_USERAGENT, "xdp511/" X511_VERSION);
	bad |= curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_bytes);
	bad |= curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer);
	bad |= curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)CLIENT_LIMIT_MS);
	if (!request->silence_ms) {
		bad |= curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)CLIENT_LIMIT_MS);
		return bad ? -EINVAL : 0;
	}
	bad |= curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	bad |= curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, watch_progress);
	bad |= curl_easy_setopt(curl, CURLOPT_XFERINFODATA, transfer);
	return bad ? -EINVAL : 0;
}

/* A body that comes in pieces. */
static struct curl_slist *set_up_body(CURL *curl, struct transfer *transfer,
				      struct curl_slist *headers)
{
	struct curl_slist *more = curl_slist_append(headers, "Transfer-Encoding: chunked");

	curl_easy_setopt(curl, CURLOPT_POST, 1L);
	curl_easy_setopt(curl, CURLOPT_UPLOAD_BUFFERSIZE, UPLOAD_BUFFER);
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, give_bytes);
	curl_easy_setopt(curl, CURLOPT_READDATA, transfer);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, more ? more : headers);
	return more ? more : headers;
}

/* What is set before a transfer, but for its address. */
static int prepare(struct transfer *transfer, const struct request *request)
{
	CURL *curl = transfer->curl;

	transfer->headers = curl_slist_append(NULL, "Content-Type: application/json");
	transfer->body = request->body ? json_dumps(request->body, JSON_COMPACT) : NULL;
	if (!transfer->headers || (request->body && !transfer->body) ||
	    set_up(curl, request, transfer))
		return -ENOMEM;
	if (transfer->body) {
		curl_easy_setopt(curl, CURLOPT_HTTPHEADER, transfer->headers);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, transfer->body);
	}
	if (transfer->stream && transfer->stream->give)
		transfer->headers = set_up_body(curl, transfer, transfer->headers);
	note_progress(transfer);
	return 0;
}

static void free_transfer(struct transfer *transfer)
{
	curl_easy_cleanup(transfer->curl);
	curl_slist_free_all(transfer->headers);
	free(transfer->body);
	free(transfer->text);
	free(transfer);
}

struct transfer *client_begin(const struct request *request, struct error *error)
{
	struct transfer *transfer;

	if (request->url->overflow) {
		fail(error, E2BIG, "the request is too long; give shorter names");
		return NULL;
	}
	transfer = calloc(1, sizeof(*transfer));
	if (transfer) {
		transfer->server = request->server;
		transfer->socket = request->socket;
		transfer->silence_ms = request->silence_ms;
		transfer->stream = request->stream;
		transfer->error = error;
		transfer->curl = curl_easy_init();
	}
	if (transfer && transfer->curl && !prepare(transfer, request))
		return transfer;
	if (transfer)
		free_transfer(transfer);
	fail(error, ENOMEM, "can't make the request: out of memory");
	return NULL;
}

void *client_handle(const struct transfer *transfer)
{
	return transfer->curl;
}

enum outcome client_end(struct transfer *transfer, int code, struct answer *ret_answer,
			struct error *error)
{
	enum outcome outcome = OUTCOME_DONE;

	*ret_answer = (struct answer){.status = 0};
	curl_easy_getinfo(transfer->curl, CURLINFO_OS_ERRNO, &transfer->connect_err);
	if (code == CURLE_OK)
		curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &ret_answer->status);
	else
		outcome = client_no_answer(transfer, (CURLcode)code, error);
	ret_answer->text = transfer->text;
	ret_answer->size = transfer->used;
	transfer->text = NULL;
	if (outcome == OUTCOME_DONE && (ret_answer->status < 200 || ret_answer->status > 299))
		outcome = client_refusal(ret_answer, transfer->server->program, error);
	free_transfer(transfer);
	return outcome;
}

enum outcome client_call(const struct request *request, struct answer *ret_answer,
			 struct error *error)
{
	struct transfer *transfer = client_begin(request, error);

	*ret_answer = (struct answer){.status = 0};
	if (!transfer)
		return OUTCOME_REFUSED;
	return client_end(transfer, (int)curl_easy_perform(transfer->curl), ret_answer, error);
}

void answer_done(struct answer *answer)
{
	free(answer->text);
	*answer = (struct answer){.status = 0};
}

enum outcome answer_object(const struct answer *answer, json_t **ret_object, struct error *error)
{
	json_t *object = json_loadb(answer->text ? answer->text : "", answer->size,
				    JSON_REJECT_DUPLICATES, NULL);

	if (!json_is_object(object)) {
		json_decref(object);
		return answer_broken(error);
	}
	*ret_object = object;
	return OUTCOME_DONE;
}

enum outcome client_object(const struct request *request, json_t **ret_object, long *ret_status,
			   struct error *error)
{
	struct answer answer;
	enum outcome outcome = client_call(request, &answer, error);

	if (outcome == OUTCOME_DONE)
		outcome = answer_object(&answer, ret_object, error);
	if (ret_status)
		*ret_status = answer.status;
	answer_done(&answer);
	return outcome;
}
