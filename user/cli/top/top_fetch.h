/* SPDX-License-Identifier: MIT */
/* top_fetch.h - calls of the API beside everything else: none of them is ever waited for alone. */
#ifndef XDP511_TOP_FETCH_H
#define XDP511_TOP_FETCH_H

#include <poll.h>

#include "cli/client.h"
#include "cli/top/top_view.h"

enum fetch { FETCH_STATS, FETCH_STATUS, FETCH_SESSIONS, FETCH_GUESTS, FETCH_ACT, FETCHES };

struct top_fetcher; /* opaque */

struct fetched {
	enum fetch fetch;
	enum outcome outcome;
	json_t *json;	    /* the caller's; NULL unless the outcome is OUTCOME_DONE */
	struct error error; /* otherwise */
};

struct top_fetcher *top_fetcher_new(const struct arguments *arguments); /* NULL: out of memory */
struct top_fetcher *top_fetcher_free(struct top_fetcher *fetcher);	/* NULL in, NULL out */

bool top_fetch_is_under_way(const struct top_fetcher *fetcher, enum fetch fetch);

/* Asks what the view needs; one of a kind at a time. False: it has failed, *ret says why. */
bool top_fetch(struct top_fetcher *fetcher, enum fetch fetch, const struct top_view *view,
	       struct fetched *ret);

/* Until one of @fds has something, an answer is there, or the time is up. Sets revents. */
void top_fetch_wait(struct top_fetcher *fetcher, struct pollfd *fds, unsigned int n,
		    int timeout_ms);

/* The next answer; false: there is none. */
bool top_fetch_take(struct top_fetcher *fetcher, struct fetched *ret);

#endif /* XDP511_TOP_FETCH_H */
