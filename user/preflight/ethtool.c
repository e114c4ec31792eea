/* SPDX-License-Identifier: MIT */
/* ethtool.c - carrier, LRO and the spreading over receive queues, as far as a driver tells. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "preflight/collect.h"

#define TABLE_MAX  16384
#define QUEUES_MAX 1024

static int ask(int fd, const char *name, void *command)
{
	struct ifreq ifr = {.ifr_data = command};

	memcpy(ifr.ifr_name, name, strnlen(name, IF_NAMESIZE - 1));
	return ioctl(fd, SIOCETHTOOL, &ifr);
}

/* How many queues its indirection table names. */
static unsigned int read_table(int fd, const char *name)
{
	struct ethtool_rxfh_indir size = {.cmd = ETHTOOL_GRXFHINDIR};
	struct ethtool_rxfh_indir *table;
	bool seen[QUEUES_MAX] = {};
	unsigned int i, n = 0;

	if (ask(fd, name, &size) || !size.size || size.size > TABLE_MAX)
		return 0;
	table = calloc(1, sizeof(*table) + size.size * sizeof(table->ring_index[0]));
	if (!table)
		return 0;
	*table = size;
	if (!ask(fd, name, table)) {
		for (i = 0; i < size.size; i++) {
			unsigned int queue = table->ring_index[i];

			n += queue < QUEUES_MAX && !seen[queue];
			seen[queue % QUEUES_MAX] = true;
		}
	}
	free(table);
	return n;
}

static void read_hash(int fd, struct port_facts *port)
{
	static const unsigned int flows[] = {TCP_V4_FLOW, TCP_V6_FLOW};
	size_t i;

	for (i = 0; i < 2; i++) {
		struct ethtool_rxnfc hash = {.cmd = ETHTOOL_GRXFH, .flow_type = flows[i]};

		port->knows_hash[i] = !ask(fd, port->name, &hash);
		port->hashes_tcp[i] = hash.data & (RXH_IP_SRC | RXH_IP_DST);
	}
}

void port_read_ethtool(struct port_facts *port)
{
	struct ethtool_value link = {.cmd = ETHTOOL_GLINK}, flags = {.cmd = ETHTOOL_GFLAGS};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	port->has_carrier = true;
	if (fd < 0)
		return;
	if (!ask(fd, port->name, &link))
		port->has_carrier = link.data;
	if (!ask(fd, port->name, &flags))
		port->merges = flags.data & ETH_FLAG_LRO;
	port->rss_queues = read_table(fd, port->name);
	read_hash(fd, port);
	close(fd);
}
