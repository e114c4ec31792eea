/* SPDX-License-Identifier: MIT */
/* client.c - HTTP over a control socket with libcurl; every failure becomes a sentence. */
#include "cli/client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <curl/curl.h>

#include <xdp511/names.h>

#define UPLOAD_BUFFER (256L * 1024)
#define ANSWER_FIRST  65536

/* What the callbacks of one transfer share. */
struct transfer {
	const struct server *server;
	const char *socket;
	CURL *curl;
	const struct stream *stream; /* may be NULL */
	struct error *error;
	long connect_err; /* errno of connect() */
	char *text;
	size_t used;
	size_t size;
	long silence_ms;
	struct timespec moved_at; /* when a byte went either way */
	curl_off_t moved;	  /* how many have by then */
	bool too_large;
	bool is_silent;
	bool is_told; /* the stream has left a sentence */
};

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

/* connect() leaves no errno when the backlog is full: libcurl takes EAGAIN for "under way". */
static enum outcome not_connected(const struct transfer *transfer, struct error *error)
{
	const char *program = transfer->server->program;

	switch (transfer->connect_err) {
	case ENOENT:
	case ENOTDIR:
		fail(error, ENOENT,
		     "there is no socket '%s'; start %s, or name its socket with --%s",
		     transfer->socket, program, transfer->server->option);
		break;
	case ECONNREFUSED:
		fail(error, ECONNREFUSED, "no daemon listens on '%s'; start %s", transfer->socket,
		     program);
		break;
	case EACCES:
	case EPERM:
		fail(error, EACCES,
		     "no permission to use '%s'; be root or a member of the group '%s'",
		     transfer->socket, X511_GROUP);
		break;
	case 0:
	case EAGAIN:
		fail(error, EAGAIN,
		     "%s takes no more connections on '%s'; see its log, or try again", program,
		     transfer->socket);
		break;
	default:
		fail(error, EIO, "can't connect to '%s': %s; is it %s's?", transfer->socket,
		     strerror((int)transfer->connect_err), program);
	}
	return OUTCOME_UNREACHABLE;
}

/* Why a transfer ended without an answer. */
static enum outcome no_answer(const struct transfer *transfer, CURLcode code, struct error *error)
{
	if (transfer->is_told)
		return OUTCOME_REFUSED;
	if (transfer->is_silent) {
		fail(error, ETIMEDOUT, "nothing came on '%s' for %ld seconds; see the log of %s",
		     transfer->socket, transfer->silence_ms / 1000, transfer->server->program);
		return OUTCOME_UNREACHABLE;
	}
	switch (code) {
	case CURLE_COULDNT_CONNECT:
		return not_connected(transfer, error);
	case CURLE_OPERATION_TIMEDOUT:
		fail(error, ETIMEDOUT,
		     "no whole answer on '%s' within %d seconds; see the log of %s",
		     transfer->socket, CLIENT_LIMIT_MS / 1000, transfer->server->program);
		return OUTCOME_UNREACHABLE;
	case CURLE_GOT_NOTHING:
	case CURLE_PARTIAL_FILE:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
		fail(error, EPIPE,
		     "the connection to '%s' ended before the answer; is %s going down?",
		     transfer->socket, transfer->server->program);
		return OUTCOME_UNREACHABLE;
	case CURLE_WRITE_ERROR:
		if (transfer->too_large)
			fail(error, EMSGSIZE, "the answer is larger than %lu MiB; ask for less",
			     CLIENT_ANSWER_BYTES >> 20);
		else
			fail(error, ENOMEM, "there is no memory left for the answer; ask for less");
		return OUTCOME_REFUSED;
	default:
		fail(error, EPROTO, "'%s' doesn't speak like %s (%s); name another --%s",
		     transfer->socket, transfer->server->program, curl_easy_strerror(code),
		     transfer->server->option);
		return OUTCOME_REFUSED;
	}
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

static enum outcome perform(CURL *curl, const struct request *request, struct transfer *transfer,
			    struct error *error)
{
	struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
	char *body = request->body ? json_dumps(request->body, JSON_COMPACT) : NULL;
	enum outcome outcome = OUTCOME_REFUSED;
	CURLcode code;

	if (!headers || (request->body && !body) || set_up(curl, request, transfer)) {
		fail(error, ENOMEM, "can't make the request: out of memory");
		goto out;
	}
	if (body) {
		curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
	}
	if (transfer->stream && transfer->stream->give)
		headers = set_up_body(curl, transfer, headers);
	note_progress(transfer);
	code = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_OS_ERRNO, &transfer->connect_err);
	outcome = code == CURLE_OK ? OUTCOME_DONE : no_answer(transfer, code, error);
out:
	curl_slist_free_all(headers);
	free(body);
	return outcome;
}

/* A refusal is told in the daemon's words (RFC 9457). */
static enum outcome refusal(const struct answer *answer, const char *program, struct error *error)
{
	json_t *problem = json_loadb(answer->text ? answer->text : "", answer->size, 0, NULL);
	const char *detail = json_string_value(json_object_get(problem, "detail"));

	if (detail && *detail)
		fail(error, EPERM, "%s", detail);
	else
		fail(error, EPERM, "%s refused with status %ld and no reason; see its log", program,
		     answer->status);
	json_decref(problem);
	return OUTCOME_REFUSED;
}

enum outcome client_call(const struct request *request, struct answer *ret_answer,
			 struct error *error)
{
	struct transfer transfer = {
		.server = request->server,
		.socket = request->socket,
		.silence_ms = request->silence_ms,
		.stream = request->stream,
		.error = error,
	};
	enum outcome outcome = OUTCOME_REFUSED;
	CURL *curl;

	*ret_answer = (struct answer){.status = 0};
	if (request->url->overflow) {
		fail(error, E2BIG, "the request is too long; give shorter names");
		return OUTCOME_REFUSED;
	}
	transfer.curl = curl = curl_easy_init();
	if (curl)
		outcome = perform(curl, request, &transfer, error);
	else
		fail(error, ENOMEM, "can't make the request: out of memory");
	if (outcome == OUTCOME_DONE)
		curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &ret_answer->status);
	ret_answer->text = transfer.text;
	ret_answer->size = transfer.used;
	curl_easy_cleanup(curl);
	if (outcome == OUTCOME_DONE && (ret_answer->status < 200 || ret_answer->status > 299))
		outcome = refusal(ret_answer, request->server->program, error);
	return outcome;
}

void answer_done(struct answer *answer)
{
	free(answer->text);
	*answer = (struct answer){.status = 0};
}

enum outcome answer_broken(struct error *error)
{
	fail(error, EPROTO,
	     "the answer isn't one of xdp511d's API; is another program, or another "
	     "version of it, behind the socket?");
	return OUTCOME_REFUSED;
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
