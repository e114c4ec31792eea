/* SPDX-License-Identifier: MIT */
/* names.c - host names looked up by libc's own threads, so that nobody has to wait for it. */
#include "preflight/names.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "preflight/collect.h"

struct lookup {
	char host[PORTAL_URL_SIZE];
	struct addrinfo hints;
	struct gaicb job;
	bool has_failed; /* to start */
};

struct lookup *lookup_start(const char *host)
{
	struct sigevent quiet = {.sigev_notify = SIGEV_NONE};
	struct lookup *lookup = calloc(1, sizeof(*lookup));
	struct gaicb *list[1];

	if (!lookup)
		return NULL;
	snprintf(lookup->host, sizeof(lookup->host), "%s", host);
	lookup->hints = (struct addrinfo){.ai_socktype = SOCK_STREAM};
	lookup->job = (struct gaicb){.ar_name = lookup->host, .ar_request = &lookup->hints};
	list[0] = &lookup->job;
	lookup->has_failed = getaddrinfo_a(GAI_NOWAIT, list, 1, &quiet) != 0;
	return lookup;
}

int lookup_wait(struct lookup *lookup, int64_t until_ms, const struct addrinfo **ret_list,
		const char **ret_why)
{
	const struct gaicb *list[1] = {&lookup->job};
	int64_t left_ms;
	int status = lookup->has_failed ? EAI_AGAIN : gai_error(&lookup->job);

	while (status == EAI_INPROGRESS && (left_ms = until_ms - monotonic_ms()) > 0) {
		const struct timespec left = {left_ms / 1000, left_ms % 1000 * 1000000};

		(void)gai_suspend(list, 1, &left);
		status = gai_error(&lookup->job);
	}
	if (status) {
		*ret_why = status == EAI_INPROGRESS ? "no answer in time" : gai_strerror(status);
		return -ENOENT;
	}
	*ret_list = lookup->job.ar_result;
	return 0;
}

struct lookup *lookup_free(struct lookup *lookup)
{
	if (!lookup || (!lookup->has_failed && gai_cancel(&lookup->job) == EAI_NOTCANCELED))
		return NULL;
	if (lookup->job.ar_result)
		freeaddrinfo(lookup->job.ar_result);
	free(lookup);
	return NULL;
}
