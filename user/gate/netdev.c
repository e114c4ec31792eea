/* SPDX-License-Identifier: MIT */
/* netdev.c - asks the kernel about interfaces and addresses by ioctl, getifaddrs and rtnetlink. */
#include "gate/netdev.h"

#include <errno.h>
#include <ifaddrs.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/ethtool.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

/* More messages than that in one go are left for the next one. */
#define DRAIN_MAX 1024

static int ask(int fd, unsigned long request, struct ifreq *ifr)
{
	return ioctl(fd, request, ifr) ? -errno : 0;
}

static int ask_ethtool(int fd, const char *name, void *command)
{
	struct ifreq ifr = {};

	memcpy(ifr.ifr_name, name, strnlen(name, IF_NAMESIZE - 1));
	ifr.ifr_data = command;
	return ask(fd, SIOCETHTOOL, &ifr);
}

/* What not every driver tells. */
static void read_driver(int fd, struct netdev *netdev)
{
	struct ethtool_drvinfo info = {.cmd = ETHTOOL_GDRVINFO};
	struct ethtool_channels channels = {.cmd = ETHTOOL_GCHANNELS};
	struct ethtool_value flags = {.cmd = ETHTOOL_GFLAGS};

	if (!ask_ethtool(fd, netdev->name, &info))
		memcpy(netdev->driver, info.driver, sizeof(netdev->driver) - 1);
	netdev->queues = 1;
	if (!ask_ethtool(fd, netdev->name, &channels) &&
	    channels.rx_count + channels.combined_count)
		netdev->queues = channels.rx_count + channels.combined_count;
	if (!ask_ethtool(fd, netdev->name, &flags))
		netdev->rx_vlan_offload = flags.data & ETH_FLAG_RXVLAN;
}

static int read_link(int fd, struct netdev *netdev)
{
	struct ifreq ifr = {};
	int r;

	memcpy(ifr.ifr_name, netdev->name, sizeof(ifr.ifr_name));
	r = ask(fd, SIOCGIFINDEX, &ifr);
	if (r)
		return r;
	netdev->ifindex = ifr.ifr_ifindex;
	r = ask(fd, SIOCGIFMTU, &ifr);
	if (r)
		return r;
	netdev->mtu = ifr.ifr_mtu;
	r = ask(fd, SIOCGIFFLAGS, &ifr);
	if (r)
		return r;
	netdev->up = ifr.ifr_flags & IFF_UP;
	return 0;
}

int netdev_read(const char *name, struct netdev *ret_netdev)
{
	struct netdev netdev = {};
	int fd, r;

	if (!*name || strnlen(name, IF_NAMESIZE) == IF_NAMESIZE)
		return -ENODEV;
	memcpy(netdev.name, name, strlen(name));
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	r = read_link(fd, &netdev);
	if (!r) {
		read_driver(fd, &netdev);
		*ret_netdev = netdev;
	}
	close(fd);
	return r;
}

/* False for what no packet has as its source: other families, multicast, loopback, none at all. */
static bool unicast_of(const struct sockaddr *sa, struct address *ret_address)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	struct in6_addr in6;

	if (sa->sa_family == AF_INET) {
		memcpy(in6.s6_addr, mapped, sizeof(mapped));
		memcpy(in6.s6_addr + 12, &((const struct sockaddr_in *)(const void *)sa)->sin_addr,
		       4);
		if (in6.s6_addr[12] >= 0xe0 || in6.s6_addr[12] == 127 || in6.s6_addr[12] == 0)
			return false;
	} else if (sa->sa_family == AF_INET6) {
		in6 = ((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr;
		if (IN6_IS_ADDR_MULTICAST(&in6) || IN6_IS_ADDR_LOOPBACK(&in6) ||
		    IN6_IS_ADDR_UNSPECIFIED(&in6))
			return false;
	} else {
		return false;
	}
	memcpy(ret_address->bytes, in6.s6_addr, sizeof(ret_address->bytes));
	return true;
}

static int compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct address));
}

/* One link-local address may stand on several interfaces. */
static size_t sort_and_dedupe(struct address *addresses, size_t n)
{
	size_t i, kept = 0;

	qsort(addresses, n, sizeof(*addresses), compare);
	for (i = 0; i < n; i++) {
		if (!kept || compare(&addresses[kept - 1], &addresses[i]))
			addresses[kept++] = addresses[i];
	}
	return kept;
}

int netdev_addresses(struct address **ret_addresses, size_t *ret_n)
{
	struct ifaddrs *all, *one;
	struct address *addresses;
	size_t n = 0;

	if (getifaddrs(&all))
		return -errno;
	for (one = all; one; one = one->ifa_next)
		n++;
	addresses = calloc(n + 1, sizeof(*addresses));
	if (!addresses) {
		freeifaddrs(all);
		return -ENOMEM;
	}
	n = 0;
	for (one = all; one; one = one->ifa_next) {
		if (one->ifa_addr && !(one->ifa_flags & IFF_LOOPBACK) &&
		    unicast_of(one->ifa_addr, &addresses[n]))
			n++;
	}
	freeifaddrs(all);
	*ret_n = sort_and_dedupe(addresses, n);
	*ret_addresses = addresses;
	return 0;
}

int netdev_watch(void)
{
	struct sockaddr_nl all = {
		.nl_family = AF_NETLINK,
		.nl_groups = RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_LINK,
	};
	int fd, r;

	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (fd < 0)
		return -errno;
	if (bind(fd, (struct sockaddr *)&all, sizeof(all))) {
		r = -errno;
		close(fd);
		return r;
	}
	return fd;
}

/* What the messages say doesn't matter: the caller asks anew, also after an overrun (ENOBUFS). */
void netdev_drain(int fd)
{
	char buffer[1];
	int i;

	for (i = 0; i < DRAIN_MAX; i++) {
		if (recv(fd, buffer, sizeof(buffer), MSG_DONTWAIT | MSG_TRUNC) < 0 &&
		    errno != ENOBUFS && errno != EINTR)
			return;
	}
}
