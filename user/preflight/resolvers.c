/* SPDX-License-Identifier: MIT */
/* resolvers.c - whom guests ask for names, by the configuration or else by what this machine has. */
#include "preflight/resolvers.h"

#include <ifaddrs.h>
#include <string.h>

#include <net/if.h>
#include <netinet/in.h>

#include "base/dns.h"

#define DNS_PORT     53
#define NAME_OF_NONE "example.com" /* where no portal has a name */

static void add(struct resolvers *resolvers, const struct endpoint *endpoint, bool is_own)
{
	size_t i;

	for (i = 0; i < resolvers->n; i++) {
		if (endpoint_equal(&resolvers->list[i], endpoint))
			return;
	}
	if (resolvers->n == RESOLVERS_MAX)
		return;
	resolvers->is_own[resolvers->n] = is_own;
	resolvers->list[resolvers->n++] = *endpoint;
}

static void add_configured(struct resolvers *resolvers, const struct config_allow *allow)
{
	char text[ADDRESS_TEXT];
	struct endpoint endpoint;
	size_t i;

	for (i = 0; i < allow->n_resolvers; i++) {
		if (!parse_endpoint(format_address(&allow->resolvers[i], text), DNS_PORT,
				    &endpoint))
			add(resolvers, &endpoint, false);
	}
}

static bool is_link_local(const struct sockaddr *address)
{
	struct sockaddr_in6 ipv6;

	if (address->sa_family != AF_INET6)
		return false;
	memcpy(&ipv6, address, sizeof(ipv6));
	return IN6_IS_ADDR_LINKLOCAL(&ipv6.sin6_addr);
}

/* Those of the ports themselves: on a bridge or a VLAN another program may be meant. */
static void add_own(struct resolvers *resolvers, const struct config_gateway *gateway)
{
	struct ifaddrs *all, *one;

	if (getifaddrs(&all))
		return;
	for (one = all; one; one = one->ifa_next) {
		struct endpoint endpoint = {};
		int family = one->ifa_addr ? one->ifa_addr->sa_family : AF_UNSPEC;
		struct sockaddr_in6 ipv6 = {.sin6_family = AF_INET6, .sin6_port = htons(DNS_PORT)};
		struct sockaddr_in ipv4 = {.sin_family = AF_INET, .sin_port = htons(DNS_PORT)};

		if ((family != AF_INET && family != AF_INET6) || is_link_local(one->ifa_addr) ||
		    !config_has_interface(gateway, one->ifa_name))
			continue;
		if (family == AF_INET) {
			ipv4.sin_addr =
				((const struct sockaddr_in *)(const void *)one->ifa_addr)->sin_addr;
			memcpy(&endpoint.address, &ipv4, sizeof(ipv4));
		} else {
			ipv6.sin6_addr = ((const struct sockaddr_in6 *)(const void *)one->ifa_addr)
						 ->sin6_addr;
			memcpy(&endpoint.address, &ipv6, sizeof(ipv6));
		}
		add(resolvers, &endpoint, true);
	}
	freeifaddrs(all);
}

/* The portal's own name is the one that guests need. */
static const char *choose_name(const struct config *config, bool *ret_portals)
{
	struct address address;
	struct dns_name name;
	size_t i;

	for (i = 0; i < config->n_zones; i++) {
		const char *host = config->zones[i].portal.host;

		if (host[0] && parse_address(host, &address) && !dns_name_from_text(host, &name)) {
			*ret_portals = true;
			return host;
		}
	}
	return NAME_OF_NONE;
}

void resolvers_find(const struct config *config, struct resolvers *ret_resolvers)
{
	bool wants_own = false;
	size_t i;

	*ret_resolvers = (struct resolvers){};
	ret_resolvers->name = choose_name(config, &ret_resolvers->is_portals);
	for (i = 0; i < config->n_zones; i++) {
		add_configured(ret_resolvers, &config->zones[i].allow);
		wants_own |= !config->zones[i].allow.n_resolvers;
	}
	if (wants_own)
		add_own(ret_resolvers, &config->gateway);
}
