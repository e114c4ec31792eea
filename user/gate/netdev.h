/* SPDX-License-Identifier: MIT */
/* netdev.h - what the kernel says of an interface, and the addresses of this machine. */
#ifndef XDP511_NETDEV_H
#define XDP511_NETDEV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <net/if.h>

#include <xdp511/abi.h>

struct netdev {
	char name[IF_NAMESIZE];
	char driver[32]; /* "" when the kernel doesn't say */
	uint32_t ifindex;
	uint32_t mtu;
	uint32_t queues; /* receive queues in use (ETHTOOL_GCHANNELS; 1 when unknown) */
	bool up;
	bool rx_vlan_offload; /* hides VLAN tags from XDP */
};

int netdev_read(const char *name, struct netdev *ret_netdev); /* -ENODEV: no such interface */

/* All unicast addresses of this machine but loopback's. *ret_addresses is the caller's to free(). */
int netdev_addresses(struct address **ret_addresses, size_t *ret_n);

/* A netlink socket that is readable when addresses change; netdev_drain() empties it. */
int netdev_watch(void);
void netdev_drain(int fd);

#endif /* XDP511_NETDEV_H */
