/* SPDX-License-Identifier: MIT */
/* hook_url.c - a service as the hook: questions posted to code-url by libcurl on the loop. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/epoll.h>

#include "portal/hook/hook_internal.h"

#define MAX_CONNECTIONS 4L
#define MAX_EVENTS	16

static int on_socket(CURL *curl, curl_socket_t fd, int what, void *context, void *socket_context)
{
	struct hook *hook = context;
	struct epoll_event event = {.data.fd = fd};

	(void)curl;
	if (what == CURL_POLL_REMOVE) {
		(void)epoll_ctl(hook->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
		return 0;
	}
	event.events |= what & CURL_POLL_IN ? EPOLLIN : 0;
	event.events |= what & CURL_POLL_OUT ? EPOLLOUT : 0;
	(void)epoll_ctl(hook->epoll_fd, socket_context ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event);
	curl_multi_assign(hook->multi, fd, hook); /* not NULL: it is watched */
	return 0;
}

static int on_timer_change(CURLM *multi, long timeout_ms, void *context)
{
	struct hook *hook = context;

	(void)multi;
	if (timeout_ms < 0)
		loop_set_every(hook->portal->loop, hook->timer, 0); /* never */
	else
		loop_set(hook->portal->loop, hook->timer, (uint64_t)timeout_ms);
	return 0;
}

static size_t on_data(char *data, size_t one, size_t n, void *context)
{
	struct hook_question *question = context;

	if (n > sizeof(question->answer) - question->used) {
		question->is_long = true;
		return 0;
	}
	memcpy(question->answer + question->used, data, n);
	question->used += n;
	return one * n;
}

static void forget(struct hook_question *question)
{
	struct hook *hook = question->hook;
	struct hook_question **at = &hook->asked;

	while (*at != question)
		at = &(*at)->next;
	*at = question->next;
	hook->n_waiting--;
	curl_multi_remove_handle(hook->multi, question->curl);
	curl_easy_cleanup(question->curl);
}

/* libcurl's words for it are fixed ones. */
static void finish(struct hook_question *question, CURLcode code)
{
	const char *problem = NULL;
	char text[64];
	long status = 0;

	curl_easy_getinfo(question->curl, CURLINFO_RESPONSE_CODE, &status);
	forget(question);
	if (question->is_long) {
		problem = "wrote too much";
	} else if (code != CURLE_OK) {
		problem = curl_easy_strerror(code);
	} else if (status != 200) {
		snprintf(text, sizeof(text), "answered with the status %ld", status);
		problem = text;
	}
	if (problem)
		hook_finish(question, -EIO, problem, strlen(problem));
	else
		hook_finish(question, 0, question->answer, question->used);
}

static void take_results(struct hook *hook)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(hook->multi, &left))) {
		CURLcode code = message->data.result;
		struct hook_question *question = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&question);
		finish(question, code);
	}
}

static void on_timer(void *context)
{
	struct hook *hook = context;
	int running;

	curl_multi_socket_action(hook->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	take_results(hook);
}

static void on_ready(void *context)
{
	struct hook *hook = context;
	struct epoll_event events[MAX_EVENTS];
	int i, running, n = epoll_wait(hook->epoll_fd, events, MAX_EVENTS, 0);

	for (i = 0; i < n; i++) {
		int what = events[i].events & EPOLLIN ? CURL_CSELECT_IN : 0;

		what |= events[i].events & EPOLLOUT ? CURL_CSELECT_OUT : 0;
		what |= events[i].events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0;
		curl_multi_socket_action(hook->multi, events[i].data.fd, what, &running);
	}
	take_results(hook);
}

int hook_url_start(struct hook *hook)
{
	CURLM *multi = hook->multi = curl_multi_init();
	int bad = 0;

	hook->headers = curl_slist_append(NULL, "Content-Type: application/json");
	if (!multi || !hook->headers)
		return -ENOMEM;
	bad |= curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	bad |= curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, hook);
	bad |= curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer_change);
	bad |= curl_multi_setopt(multi, CURLMOPT_TIMERDATA, hook);
	bad |= curl_multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, MAX_CONNECTIONS);
	if (bad)
		return -EINVAL;
	hook->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (hook->epoll_fd < 0)
		return -errno;
	hook->timer = loop_timer(hook->portal->loop, on_timer, hook);
	if (hook->timer < 0)
		return hook->timer;
	return loop_watch(hook->portal->loop, hook->epoll_fd, on_ready, hook);
}

void hook_url_stop(struct hook *hook)
{
	static const char problem[] = "was not waited for";

	while (hook->asked) {
		struct hook_question *question = hook->asked;

		forget(question);
		hook_finish(question, -ECANCELED, problem, strlen(problem));
	}
	if (hook->multi)
		curl_multi_cleanup(hook->multi);
	curl_slist_free_all(hook->headers);
	if (hook->epoll_fd >= 0)
		close(hook->epoll_fd);
}

/* Its certificate is checked by the system's authorities; redirects and proxies are not followed. */
static int set_up(struct hook *hook, struct hook_question *question)
{
	const char *url = hook->portal->config->web.code_url;
	CURL *curl = question->curl;
	int bad = 0;

	bad |= curl_easy_setopt(curl, CURLOPT_URL, url);
	bad |= curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	bad |= curl_easy_setopt(curl, CURLOPT_PROXY, "");
	bad |= curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	bad |= curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)HOOK_LIMIT_MS);
	bad |= curl_easy_setopt(curl, CURLOPT_HTTPHEADER, hook->headers);
	bad |= curl_easy_setopt(curl, CURLOPT_POSTFIELDS, question->text);
	bad |= curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_data);
	bad |= curl_easy_setopt(curl, CURLOPT_WRITEDATA, question);
	bad |= curl_easy_setopt(curl, CURLOPT_PRIVATE, question);
	return bad ? -EINVAL : 0;
}

int hook_url_ask(struct hook *hook, struct hook_question *question)
{
	int err;

	question->curl = curl_easy_init();
	err = question->curl ? set_up(hook, question) : -ENOMEM;
	if (!err && curl_multi_add_handle(hook->multi, question->curl))
		err = -EIO;
	if (err) {
		curl_easy_cleanup(question->curl);
		free(question->text);
		free(question);
		return err;
	}
	question->next = hook->asked;
	hook->asked = question;
	hook->n_waiting++;
	return 0;
}
