/* SPDX-License-Identifier: MIT */
/* foreign.c - what UAM and FAS have in common: zones of theirs, and the gateway's own address. */
#include "portal/foreign/foreign.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

static bool has_port(const struct endpoints *endpoints, uint16_t port)
{
	size_t i;

	for (i = 0; i < endpoints->n; i++) {
		if (endpoint_port(&endpoints->list[i]) == port)
			return true;
	}
	return false;
}

enum foreign foreign_portal(const struct config *config, const struct config_zone *zone)
{
	if (has_port(&config->uam.listen, zone->portal.port))
		return FOREIGN_UAM;
	return has_port(&config->fas.listen, zone->portal.port) ? FOREIGN_FAS : FOREIGN_NONE;
}

int foreign_here(const struct web_request *request, struct here *ret_here)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		request->peer->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct sockaddr_storage address = {};
	socklen_t size = sizeof(address);
	const struct sockaddr_in *four = (const void *)&address;
	const struct sockaddr_in6 *six = (const void *)&address;
	char text[ADDRESS_SIZE] = "";

	if (!info || getsockname(info->connect_fd, (struct sockaddr *)&address, &size))
		return -ENOTCONN;
	if (address.ss_family == AF_INET) {
		inet_ntop(AF_INET, &four->sin_addr, text, sizeof(text));
		snprintf(ret_here->host, sizeof(ret_here->host), "%s", text);
		ret_here->port = ntohs(four->sin_port);
	} else {
		inet_ntop(AF_INET6, &six->sin6_addr, text, sizeof(text));
		snprintf(ret_here->host, sizeof(ret_here->host), "[%s]", text);
		ret_here->port = ntohs(six->sin6_port);
	}
	return 0;
}

bool foreign_takes(struct web_request *request)
{
	static const char text[] = "This can't be done here.\n";

	if (!strcmp(request->method, "GET") || !strcmp(request->method, "HEAD") ||
	    !strcmp(request->method, "POST"))
		return true;
	web_answer(request, &(struct web_answer){
				    .status = MHD_HTTP_METHOD_NOT_ALLOWED,
				    .type = "text/plain; charset=utf-8",
				    .text = strdup(text),
				    .size = sizeof(text) - 1,
				    .allow = "GET, HEAD, POST",
			    });
	return false;
}
