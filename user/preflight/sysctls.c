/* SPDX-License-Identifier: MIT */
/* sysctls.c - reads the kernel's limits and switches, and which ways out there are. */
#include <errno.h>
#include <ifaddrs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netinet/in.h>

#include "preflight/collect.h"

#define SYSCTL	       "/proc/sys/net/"
#define ROUTE_REJECT   0x0200 /* RTF_REJECT */
#define ROUTE_FLAGS_AT 132    /* the column of /proc/net/ipv6_route */
#define ROUTE_FIELDS   8
#define UPLINKS_MAX    256

long read_number(const char *path)
{
	FILE *file = fopen(path, "re");
	char text[32] = "", *end;
	long number;

	if (!file)
		return UNKNOWN;
	if (!fgets(text, sizeof(text), file))
		text[0] = '\0';
	(void)fclose(file);
	errno = 0;
	number = strtol(text, &end, 10);
	return end == text || errno || number < 0 ? UNKNOWN : number;
}

static long read_of(const char *directory, const char *interface, const char *name)
{
	char path[160];

	snprintf(path, sizeof(path), SYSCTL "%s/%s/%s", directory, interface, name);
	return read_number(path);
}

/* Whether the port's name, or that of a VLAN on it. */
static bool is_of_port(const struct config *config, const char *name)
{
	size_t i, n;

	for (i = 0; i < config->gateway.n_interfaces; i++) {
		const char *port = config->gateway.interfaces[i];

		n = strlen(port);
		if (!strncmp(name, port, n) && (!name[n] || name[n] == '.'))
			return true;
	}
	return false;
}

static bool has_global_ipv6(const struct config *config)
{
	struct ifaddrs *all, *one;
	bool result = false;

	if (getifaddrs(&all))
		return false;
	for (one = all; one; one = one->ifa_next) {
		struct sockaddr_in6 address;

		if (!one->ifa_addr || one->ifa_addr->sa_family != AF_INET6)
			continue;
		memcpy(&address, one->ifa_addr, sizeof(address));
		result |= is_of_port(config, one->ifa_name) &&
			  !IN6_IS_ADDR_LINKLOCAL(&address.sin6_addr);
	}
	freeifaddrs(all);
	return result;
}

/* The routing tables of /proc are there for whoever has no rights, too. In this one columns are fixed. */
static bool has_ipv6_default(void)
{
	static const char any[] = "00000000000000000000000000000000 00 ";
	FILE *file = fopen("/proc/net/ipv6_route", "re");
	char line[256];
	bool result = false;

	if (!file)
		return false;
	while (fgets(line, sizeof(line), file)) {
		if (strlen(line) > ROUTE_FLAGS_AT && !strncmp(line, any, sizeof(any) - 1))
			result |= !(strtoul(line + ROUTE_FLAGS_AT, NULL, 16) & ROUTE_REJECT);
	}
	(void)fclose(file);
	return result;
}

/* Interface, target, gateway, flags, two counters, metric, mask. */
static bool is_ipv4_default(char *line, const char *interface)
{
	char *fields[ROUTE_FIELDS], *rest = NULL;
	size_t n;

	for (n = 0; n < ROUTE_FIELDS; n++) {
		fields[n] = strtok_r(n ? NULL : line, " \t", &rest);
		if (!fields[n])
			return false;
	}
	return !strcmp(fields[0], interface) && !strcmp(fields[1], "00000000") &&
	       !strcmp(fields[ROUTE_FIELDS - 1], "00000000");
}

static bool has_ipv4_default(const char *interface)
{
	FILE *file = fopen("/proc/net/route", "re");
	char line[256];
	bool result = false;

	if (!file)
		return false;
	while (fgets(line, sizeof(line), file))
		result |= is_ipv4_default(line, interface);
	(void)fclose(file);
	return result;
}

static void read_uplink(const char *name, struct uplink_facts *uplink)
{
	long all = read_number(SYSCTL "ipv4/conf/all/rp_filter");
	long own = read_of("ipv4/conf", name, "rp_filter");

	snprintf(uplink->name, sizeof(uplink->name), "%s", name);
	uplink->rp_filter = own > all ? own : all;
	uplink->accept_ra = read_of("ipv6/conf", name, "accept_ra");
	uplink->has_ipv4_default = has_ipv4_default(name);
}

static void read_switches(struct sysctl_facts *facts)
{
	facts->gc_thresh3[0] = read_number(SYSCTL "ipv4/neigh/default/gc_thresh3");
	facts->gc_thresh3[1] = read_number(SYSCTL "ipv6/neigh/default/gc_thresh3");
	facts->somaxconn = read_number(SYSCTL "core/somaxconn");
	facts->conntrack_max = read_number(SYSCTL "netfilter/nf_conntrack_max");
	facts->forwards[0] = read_number(SYSCTL "ipv4/ip_forward");
	facts->forwards[1] = read_number(SYSCTL "ipv6/conf/all/forwarding");
}

void collect_sysctls(struct report *report, const struct config *config, const struct links *links)
{
	struct sysctl_facts facts = {
		.max_sessions = config->gateway.max_sessions,
		.has_ipv6_address = has_global_ipv6(config),
		.has_ipv6_default = has_ipv6_default(),
		.is_bridged = links_are_bridged(config, links),
	};
	size_t i;

	read_switches(&facts);
	facts.uplinks = calloc(UPLINKS_MAX, sizeof(*facts.uplinks));
	for (i = 0; facts.uplinks && i < links->n && facts.n_uplinks < UPLINKS_MAX; i++) {
		const char *name = links->list[i].name;

		if (strcmp(name, "lo") && links->list[i].is_up && !is_of_port(config, name))
			read_uplink(name, &facts.uplinks[facts.n_uplinks++]);
	}
	judge_sysctls(report, &facts);
	free(facts.uplinks);
}
