/* SPDX-License-Identifier: MIT */
/* endpoint.c - addresses with ports, between their text and what the kernel takes. */
#include "base/endpoint.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/address.h"
#include "base/units.h"

/* sockaddr_storage may be read as either family's; memcpy() keeps the compiler sure of that. */
static struct sockaddr_in as_ipv4(const struct endpoint *endpoint)
{
	struct sockaddr_in address;

	memcpy(&address, &endpoint->address, sizeof(address));
	return address;
}

static struct sockaddr_in6 as_ipv6(const struct endpoint *endpoint)
{
	struct sockaddr_in6 address;

	memcpy(&address, &endpoint->address, sizeof(address));
	return address;
}

static bool is_ipv6(const struct endpoint *endpoint)
{
	return endpoint->address.ss_family == AF_INET6;
}

/* Splits @text, a copy, into the host, which is returned, and the port's text, NULL for none. */
static char *split(char *text, bool *ret_ipv6, char **ret_port)
{
	char *colon = strchr(text, ':');
	char *end;

	*ret_port = NULL;
	*ret_ipv6 = text[0] == '[' || (colon && strchr(colon + 1, ':'));
	if (text[0] == '[') {
		end = strchr(text, ']');
		if (!end || (end[1] && end[1] != ':'))
			return NULL;
		if (end[1])
			*ret_port = end + 2;
		*end = '\0';
		return text + 1;
	}
	if (colon && !*ret_ipv6) {
		*ret_port = colon + 1;
		*colon = '\0';
	}
	return text;
}

int parse_endpoint(const char *text, uint16_t port, struct endpoint *ret_endpoint)
{
	struct sockaddr_in ipv4 = {.sin_family = AF_INET};
	struct sockaddr_in6 ipv6 = {.sin6_family = AF_INET6};
	char copy[ENDPOINT_TEXT];
	uint64_t number = port;
	char *host, *port_text;
	bool has_ipv6;

	if (strlen(text) >= sizeof(copy))
		return -EINVAL;
	strcpy(copy, text);
	host = split(copy, &has_ipv6, &port_text);
	if (!host || (port_text && parse_number(port_text, 1, UINT16_MAX, &number)))
		return -EINVAL;
	ipv4.sin_port = htons((uint16_t)number);
	ipv6.sin6_port = ipv4.sin_port;
	if (inet_pton(has_ipv6 ? AF_INET6 : AF_INET, host,
		      has_ipv6 ? (void *)&ipv6.sin6_addr : &ipv4.sin_addr) != 1)
		return -EINVAL;
	*ret_endpoint = (struct endpoint){.address = {.ss_family = AF_UNSPEC}};
	if (has_ipv6)
		memcpy(&ret_endpoint->address, &ipv6, sizeof(ipv6));
	else
		memcpy(&ret_endpoint->address, &ipv4, sizeof(ipv4));
	return 0;
}

char *format_endpoint(const struct endpoint *endpoint, char *buffer)
{
	const struct sockaddr_in ipv4 = as_ipv4(endpoint);
	const struct sockaddr_in6 ipv6 = as_ipv6(endpoint);
	char host[INET6_ADDRSTRLEN] = "";

	if (is_ipv6(endpoint))
		inet_ntop(AF_INET6, &ipv6.sin6_addr, host, sizeof(host));
	else
		inet_ntop(AF_INET, &ipv4.sin_addr, host, sizeof(host));
	snprintf(buffer, ENDPOINT_TEXT, is_ipv6(endpoint) ? "[%s]:%u" : "%s:%u", host,
		 endpoint_port(endpoint));
	return buffer;
}

uint16_t endpoint_port(const struct endpoint *endpoint)
{
	return ntohs(is_ipv6(endpoint) ? as_ipv6(endpoint).sin6_port : as_ipv4(endpoint).sin_port);
}

socklen_t endpoint_length(const struct endpoint *endpoint)
{
	return is_ipv6(endpoint) ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
}

bool endpoint_same_address(const struct endpoint *a, const struct endpoint *b)
{
	const struct sockaddr_in left = as_ipv4(a), right = as_ipv4(b);
	const struct sockaddr_in6 left6 = as_ipv6(a), right6 = as_ipv6(b);

	if (a->address.ss_family != b->address.ss_family)
		return false;
	if (is_ipv6(a))
		return !memcmp(&left6.sin6_addr, &right6.sin6_addr, sizeof(left6.sin6_addr));
	return left.sin_addr.s_addr == right.sin_addr.s_addr;
}

bool endpoint_equal(const struct endpoint *a, const struct endpoint *b)
{
	return endpoint_same_address(a, b) && endpoint_port(a) == endpoint_port(b);
}

bool endpoint_address(const struct endpoint *endpoint, struct address *ret_address)
{
	const struct sockaddr_in ipv4 = as_ipv4(endpoint);
	const struct sockaddr_in6 ipv6 = as_ipv6(endpoint);

	if (is_ipv6(endpoint) ? IN6_IS_ADDR_UNSPECIFIED(&ipv6.sin6_addr)
			      : ipv4.sin_addr.s_addr == INADDR_ANY)
		return false;
	if (is_ipv6(endpoint))
		memcpy(ret_address->bytes, &ipv6.sin6_addr, sizeof(ipv6.sin6_addr));
	else
		address_from_ipv4(&ipv4.sin_addr, ret_address);
	return true;
}
