/* SPDX-License-Identifier: MIT */
/* control.c - requests to the daemon's control API, by libcurl on the loop. */
#include "portal/daemon/control.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/epoll.h>

#include "base/mac.h"
#include "portal/daemon/control_internal.h"

#define MAX_CONNECTIONS 48L /* of the 256 the daemon takes */
#define MAX_REQUESTS	2048
#define MAX_EVENTS	64
#define LIMIT_MS	5000L
#define ANSWER_BYTES	((size_t)1 << 20)
#define ANSWER_FIRST	((size_t)2048)

struct request {
	struct control *control;
	struct request *previous, *next;
	CURL *curl;
	control_fn fn;
	void *context;
	char *body;
	char *text; /* of the answer */
	size_t used, size;
};

static int on_socket(CURL *curl, curl_socket_t fd, int what, void *context, void *socket_context)
{
	struct control *control = context;
	struct epoll_event event = {.data.fd = fd};

	(void)curl;
	if (what == CURL_POLL_REMOVE) {
		(void)epoll_ctl(control->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
		return 0;
	}
	event.events |= what & CURL_POLL_IN ? EPOLLIN : 0;
	event.events |= what & CURL_POLL_OUT ? EPOLLOUT : 0;
	(void)epoll_ctl(control->epoll_fd, socket_context ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd,
			&event);
	curl_multi_assign(control->multi, fd, control); /* not NULL: it is watched */
	return 0;
}

static int on_timer_change(CURLM *multi, long timeout_ms, void *context)
{
	struct control *control = context;

	(void)multi;
	if (timeout_ms < 0)
		loop_set_every(control->loop, control->timer, 0); /* never */
	else
		loop_set(control->loop, control->timer, (uint64_t)timeout_ms);
	return 0;
}

static struct request *request_free(struct request *request)
{
	struct control *control = request->control;

	if (request->next)
		request->next->previous = request->previous;
	if (request->previous)
		request->previous->next = request->next;
	else
		control->requests = request->next;
	control->n_requests--;
	curl_multi_remove_handle(control->multi, request->curl);
	curl_easy_cleanup(request->curl);
	free(request->body);
	free(request->text);
	free(request);
	return NULL;
}

static void finish(struct request *request, CURLcode code)
{
	json_t *answer = NULL;
	long status = 0;

	curl_easy_getinfo(request->curl, CURLINFO_RESPONSE_CODE, &status);
	if (code == CURLE_OPERATION_TIMEDOUT)
		status = -ETIMEDOUT;
	else if (code != CURLE_OK || status < 200)
		status = -EIO;
	else if (request->used)
		answer = json_loadb(request->text, request->used, 0, NULL);
	*(status < 0 ? &request->control->numbers.n_failed
		     : &request->control->numbers.n_answered) += 1;
	request->fn(request->context, (int)status, answer);
	json_decref(answer);
	request_free(request);
}

/* What has ended is told when libcurl has returned: it may be asked for more then. */
static void take_results(struct control *control)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(control->multi, &left))) {
		CURLcode code = message->data.result;
		struct request *request = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&request);
		if (request)
			finish(request, code);
		else
			stream_ended(control);
	}
	stream_take(control);
}

static void on_timer(void *context)
{
	struct control *control = context;
	int running;

	curl_multi_socket_action(control->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	take_results(control);
}

static void on_ready(void *context)
{
	struct control *control = context;
	struct epoll_event events[MAX_EVENTS];
	int i, running, n = epoll_wait(control->epoll_fd, events, MAX_EVENTS, 0);

	for (i = 0; i < n; i++) {
		int what = events[i].events & EPOLLIN ? CURL_CSELECT_IN : 0;

		what |= events[i].events & EPOLLOUT ? CURL_CSELECT_OUT : 0;
		what |= events[i].events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0;
		curl_multi_socket_action(control->multi, events[i].data.fd, what, &running);
	}
	take_results(control);
}

static int set_up(struct control *control)
{
	CURLM *multi = control->multi = curl_multi_init();
	int bad = 0, err;

	control->headers = curl_slist_append(NULL, "Content-Type: application/json");
	if (!multi || !control->headers)
		return -ENOMEM;
	bad |= curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	bad |= curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, control);
	bad |= curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer_change);
	bad |= curl_multi_setopt(multi, CURLMOPT_TIMERDATA, control);
	bad |= curl_multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, MAX_CONNECTIONS);
	bad |= curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, MAX_CONNECTIONS);
	if (bad)
		return -EINVAL;
	control->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (control->epoll_fd < 0)
		return -errno;
	control->timer = loop_timer(control->loop, on_timer, control);
	if (control->timer < 0)
		return control->timer;
	err = stream_set_up(control);
	return err ? err : loop_watch(control->loop, control->epoll_fd, on_ready, control);
}

int control_new(struct loop *loop, const char *socket, struct control **ret_control,
		struct error *error)
{
	struct control *control = calloc(1, sizeof(*control));
	int err = control ? 0 : -ENOMEM;

	if (!err) {
		control->epoll_fd = -1;
		control->loop = loop;
		control->socket = strdup(socket);
		err = control->socket && !curl_global_init(CURL_GLOBAL_ALL) ? 0 : -ENOMEM;
	}
	if (!err)
		err = set_up(control);
	if (err) {
		control_free(control);
		return fail(error, -err, "the daemon's API can't be used: %s", strerror(-err));
	}
	*ret_control = control;
	return 0;
}

struct control *control_free(struct control *control)
{
	if (!control)
		return NULL;
	while (control->requests)
		request_free(control->requests);
	stream_done(control);
	curl_multi_cleanup(control->multi);
	curl_slist_free_all(control->headers);
	if (control->epoll_fd >= 0) {
		loop_unwatch(control->loop, control->epoll_fd);
		close(control->epoll_fd);
	}
	free(control->socket);
	free(control);
	return NULL;
}

static size_t take_bytes(char *bytes, size_t one, size_t n, void *context)
{
	struct request *request = context;
	size_t size = request->size ? request->size : ANSWER_FIRST;
	char *text;

	(void)one; /* always 1 */
	if (n > ANSWER_BYTES - request->used)
		return 0;
	while (size - request->used < n)
		size *= 2;
	if (size != request->size) {
		text = realloc(request->text, size);
		if (!text)
			return 0;
		request->text = text;
		request->size = size;
	}
	memcpy(request->text + request->used, bytes, n);
	request->used += n;
	return n;
}

/* No redirects, no proxy, no .netrc, nothing from the environment: only this socket. */
int control_set_up_transfer(struct control *control, CURL *curl, const char *path)
{
	char url[CONTROL_URL_SIZE];
	int bad = 0;

	if (snprintf(url, sizeof(url), "http://xdp511d%s", path) >= (int)sizeof(url))
		return -EMSGSIZE;
	bad |= curl_easy_setopt(curl, CURLOPT_URL, url);
	bad |= curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, control->socket);
	bad |= curl_easy_setopt(curl, CURLOPT_PROXY, "");
	bad |= curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
	bad |= curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http");
	bad |= curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	bad |= curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	bad |= curl_easy_setopt(curl, CURLOPT_USERAGENT, "xdp511-portal/" X511_VERSION);
	bad |= curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, LIMIT_MS);
	return bad ? -ENOMEM : 0;
}

static int set_up_request(struct request *request, const char *method, const char *path,
			  const json_t *body)
{
	CURL *curl = request->curl = curl_easy_init();
	int err = curl ? control_set_up_transfer(request->control, curl, path) : -ENOMEM, bad = 0;

	if (err)
		return err;
	bad |= curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
	bad |= curl_easy_setopt(curl, CURLOPT_PRIVATE, request);
	bad |= curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_bytes);
	bad |= curl_easy_setopt(curl, CURLOPT_WRITEDATA, request);
	bad |= curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, LIMIT_MS);
	if (body) {
		request->body = json_dumps(body, JSON_COMPACT);
		if (!request->body)
			return -ENOMEM;
		bad |= curl_easy_setopt(curl, CURLOPT_HTTPHEADER, request->control->headers);
		bad |= curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body);
	}
	return bad ? -ENOMEM : 0;
}

int control_request(struct control *control, const char *method, const char *path, json_t *body,
		    control_fn fn, void *context)
{
	struct request *request = NULL;
	int err = control->n_requests < MAX_REQUESTS ? 0 : -ENOBUFS;

	if (!err) {
		request = calloc(1, sizeof(*request));
		err = request ? 0 : -ENOMEM;
	}
	if (!err) {
		*request = (struct request){.control = control, .fn = fn, .context = context};
		request->next = control->requests;
		if (request->next)
			request->next->previous = request;
		control->requests = request;
		control->n_requests++;
		err = set_up_request(request, method, path, body);
	}
	if (!err && curl_multi_add_handle(control->multi, request->curl))
		err = -ENOMEM;
	if (err && request)
		request_free(request);
	json_decref(body);
	return err;
}

const char *control_session_path(const uint8_t mac[6], const char *zone,
				 char buffer[CONTROL_PATH_SIZE])
{
	char text[MAC_TEXT];

	snprintf(buffer, CONTROL_PATH_SIZE, "/v1/sessions/%s?zone=%s", format_mac(mac, text), zone);
	return buffer;
}
