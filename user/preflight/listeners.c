/* SPDX-License-Identifier: MIT */
/* listeners.c - tries to listen where the programs will. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sys/socket.h>
#include <sys/un.h>

#include "preflight/collect.h"

/* One key of the configuration, and who listens there. */
struct place {
	const char *what;
	const struct endpoints *endpoints;
	bool is_daemon; /* which needs no interface with the address, not even a warning */
	bool is_udp;
};

bool is_listening(const char *socket_path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd;
	bool result;

	if (strlen(socket_path) >= sizeof(address.sun_path))
		return false;
	strcpy(address.sun_path, socket_path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return false;
	/* A full queue of connections is somebody's, too. */
	result = !connect(fd, (const struct sockaddr *)&address, sizeof(address)) ||
		 errno == EAGAIN || errno == EACCES;
	close(fd);
	return result;
}

static int try_listen(const struct endpoint *endpoint, const struct place *place)
{
	const struct sockaddr *address = (const void *)&endpoint->address;
	int family = endpoint->address.ss_family, on = 1, err = 0;
	int fd = socket(family, (place->is_udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	if (!place->is_udp)
		(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (family == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	if (bind(fd, address, endpoint_length(endpoint)) || (!place->is_udp && listen(fd, 1)))
		err = -errno;
	close(fd);
	return err;
}

static void look_at(struct report *report, const struct config *config, const struct place *place,
		    const struct running *running)
{
	size_t i;

	for (i = 0; i < place->endpoints->n; i++) {
		struct listen_facts facts = {
			.what = place->what,
			.program = place->is_daemon ? "xdp511d" : "xdp511-portal",
			.endpoint = place->endpoints->list[i],
			.is_udp = place->is_udp,
			.is_running = place->is_daemon ? running->daemon : running->portal,
			.err = try_listen(&place->endpoints->list[i], place),
			.port_name = config->gateway.interfaces[0],
		};

		judge_listen(report, &facts);
	}
}

void collect_listeners(struct report *report, const struct config *config,
		       const struct running *running)
{
	const struct place places[] = {
		{"[web] http", &config->web.http, false, false},
		{"[web] https", &config->web.https, false, false},
		{"[uam]", &config->uam.listen, false, false},
		{"[fas]", &config->fas.listen, false, false},
		{"[radius] coa", &config->radius.coa, false, true},
		{"[api] listen", &config->api.listen, true, false},
		{"[metrics] listen", &config->metrics.listen, true, false},
		{"[metrics] portal-listen", &config->metrics.portal_listen, false, false},
	};
	size_t i;

	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		look_at(report, config, &places[i], running);
}
