/* SPDX-License-Identifier: MIT */
/* top_fetch.c - libcurl's multi interface, with a place for each kind of call. */
#include "cli/top/top_fetch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <curl/curl.h>

#define FDS_MAX	  4
#define TOP_FIRST "200"	 /* devices, which is more than one looks at */
#define TOP_ALL	  "1000" /* where a filter looks for some of them */

struct top_fetcher {
	const struct arguments *arguments;
	CURLM *multi;
	struct transfer *transfers[FETCHES]; /* NULL: not under way */
	struct error errors[FETCHES];
};

struct top_fetcher *top_fetcher_new(const struct arguments *arguments)
{
	struct top_fetcher *fetcher = calloc(1, sizeof(*fetcher));

	if (!fetcher)
		return NULL;
	fetcher->arguments = arguments;
	fetcher->multi = curl_multi_init();
	return fetcher->multi ? fetcher : top_fetcher_free(fetcher);
}

static void finish(struct top_fetcher *fetcher, size_t i, int code, struct fetched *ret)
{
	struct transfer *transfer = fetcher->transfers[i];
	struct answer answer;

	*ret = (struct fetched){.fetch = (enum fetch)i};
	fetcher->transfers[i] = NULL;
	curl_multi_remove_handle(fetcher->multi, client_handle(transfer));
	ret->outcome = client_end(transfer, code, &answer, &ret->error);
	if (ret->outcome == OUTCOME_DONE) {
		ret->json = json_loadb(answer.text ? answer.text : "", answer.size, 0, NULL);
		if (!ret->json)
			ret->outcome = answer_broken(&ret->error);
	}
	answer_done(&answer);
}

struct top_fetcher *top_fetcher_free(struct top_fetcher *fetcher)
{
	struct fetched fetched;
	size_t i;

	if (!fetcher)
		return NULL;
	for (i = 0; i < FETCHES; i++) {
		if (!fetcher->transfers[i])
			continue;
		finish(fetcher, i, CURLE_ABORTED_BY_CALLBACK, &fetched);
		json_decref(fetched.json);
	}
	if (fetcher->multi)
		curl_multi_cleanup(fetcher->multi);
	free(fetcher);
	return NULL;
}

bool top_fetch_is_under_way(const struct top_fetcher *fetcher, enum fetch fetch)
{
	return fetcher->transfers[fetch] != NULL;
}

/* The API has three orders; the others are made of what it sends. */
static const char *sort_of(const struct top_view *view)
{
	switch (view->sort[TOP_SESSIONS]) {
	case SORT_DOWN:
		return "down";
	case SORT_UP:
		return "up";
	default:
		return "total";
	}
}

static struct request list_request(const struct top_fetcher *fetcher, const char *path,
				   const struct top_view *view, struct url *ret_url)
{
	struct request request = client_request(fetcher->arguments, "GET", path, ret_url);
	bool is_filtered = view->filter[0] || view->mode == MODE_FILTER;

	url_query(ret_url, "top", is_filtered ? TOP_ALL : TOP_FIRST);
	return request;
}

static struct request act_request(const struct top_fetcher *fetcher,
				  const struct top_target *target, struct url *ret_url)
{
	const char *method = target->act == ACT_BLOCK ? "PUT" : "DELETE";
	struct request request = client_request(fetcher->arguments, method, "", ret_url);

	url_start(ret_url, "/v1/sessions/", target->mac);
	url_query(ret_url, "zone", target->zone);
	if (target->act != ACT_BLOCK)
		url_query(ret_url, "state", target->act == ACT_UNBLOCK ? "blocked" : "active");
	return request;
}

static struct request make_request(const struct top_fetcher *fetcher, enum fetch fetch,
				   const struct top_view *view, struct url *ret_url)
{
	struct request request;

	switch (fetch) {
	case FETCH_SESSIONS:
		request = list_request(fetcher, "/v1/sessions", view, ret_url);
		url_query(ret_url, "sort", sort_of(view));
		return request;
	case FETCH_GUESTS:
		return list_request(fetcher, "/v1/guests", view, ret_url);
	case FETCH_ACT:
		return act_request(fetcher, &view->target, ret_url);
	default:
		return client_request(fetcher->arguments, "GET",
				      fetch == FETCH_STATS ? "/v1/stats" : "/v1/status", ret_url);
	}
}

bool top_fetch(struct top_fetcher *fetcher, enum fetch fetch, const struct top_view *view,
	       struct fetched *ret)
{
	struct error *error = &fetcher->errors[fetch];
	struct url url;
	struct request request = make_request(fetcher, fetch, view, &url);
	struct transfer *transfer = NULL;
	json_t *body = NULL;

	if (fetch == FETCH_ACT && view->target.act == ACT_BLOCK)
		body = json_pack("{s:s, s:s}", "method", "cli", "state", "blocked");
	request.body = body;
	if (fetcher->transfers[fetch])
		fail(error, EBUSY, "the one before is still under way; try again");
	else
		transfer = client_begin(&request, error);
	json_decref(body);
	if (transfer && !curl_multi_add_handle(fetcher->multi, client_handle(transfer))) {
		fetcher->transfers[fetch] = transfer;
		return true;
	}
	*ret = (struct fetched){.fetch = fetch, .outcome = OUTCOME_REFUSED, .error = *error};
	if (transfer) {
		struct answer answer;

		(void)client_end(transfer, CURLE_OUT_OF_MEMORY, &answer, &ret->error);
		answer_done(&answer);
	}
	return false;
}

void top_fetch_wait(struct top_fetcher *fetcher, struct pollfd *fds, unsigned int n, int timeout_ms)
{
	struct curl_waitfd waits[FDS_MAX] = {};
	unsigned int i;
	int running;

	n = n < FDS_MAX ? n : FDS_MAX;
	for (i = 0; i < n; i++)
		waits[i] = (struct curl_waitfd){.fd = fds[i].fd, .events = CURL_WAIT_POLLIN};
	(void)curl_multi_perform(fetcher->multi, &running);
	(void)curl_multi_poll(fetcher->multi, waits, n, timeout_ms, NULL);
	(void)curl_multi_perform(fetcher->multi, &running);
	/* libcurl tells of nothing but what was asked for; a terminal that is gone is more. */
	(void)poll(fds, n, 0);
}

bool top_fetch_take(struct top_fetcher *fetcher, struct fetched *ret)
{
	CURLMsg *message;
	size_t i;
	int n;

	while ((message = curl_multi_info_read(fetcher->multi, &n))) {
		for (i = 0; message->msg == CURLMSG_DONE && i < FETCHES; i++) {
			if (!fetcher->transfers[i] ||
			    client_handle(fetcher->transfers[i]) != message->easy_handle)
				continue;
			finish(fetcher, i, (int)message->data.result, ret);
			return true;
		}
	}
	return false;
}
