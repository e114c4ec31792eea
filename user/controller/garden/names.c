/* SPDX-License-Identifier: MIT */
/* names.c - addresses of the portals' host names, asked for in the background. */
#include <errno.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netinet/in.h>

#include "base/config.h"
#include "controller/clock.h"
#include "controller/garden/names.h"
#include "gate/gate.h"

#define POLL_MS	      250
#define REFRESH_MS    60000
#define MAX_ADDRESSES 64 /* of one name */

/* libc reads request and host until the request is finished, so a host may outlive its use. */
struct host {
	struct host *next;
	char name[PORTAL_URL_SIZE];
	struct gaicb request;
	struct addrinfo hints;
	bool is_wanted;
	bool is_pending;
	int status; /* of the last finished request: 0 or EAI_… */
	uint64_t due_ns;
	struct address addresses[MAX_ADDRESSES];
	size_t n_addresses;
};

struct names {
	struct host *hosts;
};

int names_new(struct names **ret_names)
{
	struct names *names = calloc(1, sizeof(*names));

	if (!names)
		return -ENOMEM;
	*ret_names = names;
	return 0;
}

struct names *names_free(struct names *names)
{
	struct host *host, *next;

	for (host = names ? names->hosts : NULL; host; host = next) {
		next = host->next;
		if (host->is_pending && gai_cancel(&host->request) == EAI_NOTCANCELED)
			continue; /* a thread still writes there */
		if (host->request.ar_result)
			freeaddrinfo(host->request.ar_result);
		free(host);
	}
	free(names);
	return NULL;
}

static struct host *find(const struct names *names, const char *name)
{
	struct host *host;

	for (host = names->hosts; host; host = host->next) {
		if (!strcmp(host->name, name))
			return host;
	}
	return NULL;
}

static struct host *add(struct names *names, const char *name)
{
	struct host *host = calloc(1, sizeof(*host));

	if (!host)
		return NULL;
	snprintf(host->name, sizeof(host->name), "%s", name);
	host->hints.ai_family = AF_UNSPEC;
	host->hints.ai_socktype = SOCK_STREAM;
	host->request.ar_name = host->name;
	host->request.ar_request = &host->hints;
	host->next = names->hosts;
	names->hosts = host;
	return host;
}

/* Frees hosts that nobody wants and no thread uses any more. */
static void prune(struct names *names)
{
	struct host **link = &names->hosts;

	while (*link) {
		struct host *host = *link;

		if (host->is_wanted || host->is_pending) {
			link = &host->next;
			continue;
		}
		*link = host->next;
		free(host);
	}
}

int names_want(struct names *names, const char *const *hosts, size_t n)
{
	struct host *host;
	size_t i;

	for (i = 0; i < n; i++) {
		if (!find(names, hosts[i]) && !add(names, hosts[i]))
			return -ENOMEM;
	}
	for (host = names->hosts; host; host = host->next)
		host->is_wanted = false;
	for (i = 0; i < n; i++)
		find(names, hosts[i])->is_wanted = true;
	prune(names);
	return 0;
}

static bool from_sockaddr(const struct sockaddr *socket_address, struct address *ret_address)
{
	const struct sockaddr_in6 *in6 = (const void *)socket_address;
	const struct sockaddr_in *in = (const void *)socket_address;

	memset(ret_address, 0, sizeof(*ret_address));
	if (socket_address->sa_family == AF_INET6) {
		memcpy(ret_address->bytes, &in6->sin6_addr, 16);
		return true;
	}
	if (socket_address->sa_family != AF_INET)
		return false;
	memset(ret_address->bytes + 10, 0xff, 2);
	memcpy(ret_address->bytes + 12, &in->sin_addr, 4);
	return true;
}

static int compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct address));
}

/* Sorted, because resolvers like to rotate their answers and that is no change. */
static bool take_addresses(struct host *host, const struct addrinfo *results)
{
	struct address found[MAX_ADDRESSES];
	const struct addrinfo *result;
	size_t n = 0;
	bool is_same;

	for (result = results; result && n < MAX_ADDRESSES; result = result->ai_next)
		n += from_sockaddr(result->ai_addr, &found[n]);
	qsort(found, n, sizeof(found[0]), compare);
	is_same = n == host->n_addresses && !memcmp(found, host->addresses, n * sizeof(found[0]));
	memcpy(host->addresses, found, n * sizeof(found[0]));
	host->n_addresses = n;
	return !is_same;
}

/* After a failure the old addresses stay: a resolver that is down moves no server. */
static bool finish(struct host *host)
{
	int status = gai_error(&host->request);
	bool has_changed = false;

	if (status == EAI_INPROGRESS)
		return false;
	host->is_pending = false;
	host->status = status;
	host->due_ns = gate_now_ns() + REFRESH_MS * NS_PER_MS;
	if (!status)
		has_changed = take_addresses(host, host->request.ar_result);
	if (host->request.ar_result)
		freeaddrinfo(host->request.ar_result);
	host->request.ar_result = NULL;
	return has_changed && host->is_wanted;
}

static void start(struct host *host)
{
	struct sigevent quiet = {.sigev_notify = SIGEV_NONE};
	struct gaicb *list[] = {&host->request};
	int status = getaddrinfo_a(GAI_NOWAIT, list, 1, &quiet);

	if (status) {
		host->status = status;
		host->due_ns = gate_now_ns() + REFRESH_MS * NS_PER_MS;
		return;
	}
	host->is_pending = true;
}

bool names_tick(struct names *names, uint64_t *ret_next_ms)
{
	uint64_t now_ns = gate_now_ns();
	uint64_t next_ms = REFRESH_MS;
	bool has_changed = false;
	struct host *host;

	for (host = names->hosts; host; host = host->next) {
		if (host->is_pending)
			has_changed |= finish(host);
		else if (host->is_wanted && now_ns >= host->due_ns)
			start(host);
		if (host->is_pending)
			next_ms = POLL_MS;
		else if (host->due_ns <= now_ns)
			next_ms = next_ms < POLL_MS ? next_ms : POLL_MS;
		else if ((host->due_ns - now_ns) / NS_PER_MS + 1 < next_ms)
			next_ms = (host->due_ns - now_ns) / NS_PER_MS + 1;
	}
	prune(names);
	*ret_next_ms = next_ms;
	return has_changed;
}

size_t names_addresses(const struct names *names, const char *host,
		       const struct address **ret_addresses)
{
	const struct host *found = find(names, host);

	if (!found)
		return 0;
	*ret_addresses = found->addresses;
	return found->n_addresses;
}

const char *names_failed(const struct names *names, size_t n, const char **ret_why)
{
	const struct host *host;

	for (host = names->hosts; host; host = host->next) {
		if (host->is_wanted && host->status && !n--) {
			*ret_why = gai_strerror(host->status);
			return host->name;
		}
	}
	return NULL;
}
