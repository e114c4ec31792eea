/* SPDX-License-Identifier: MIT */
/* udp.c - headers of a datagram. */
#include "udp.h"

#include <string.h>

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/udp.h>

static uint16_t header_sum(const struct iphdr *ip)
{
	uint16_t words[sizeof(*ip) / 2];
	uint32_t sum = 0;

	memcpy(words, ip, sizeof(words));
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		sum += words[i];
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t) ~((sum & 0xffff) + (sum >> 16));
}

void udp_write(const struct udp_plan *plan, uint8_t *frame)
{
	struct iphdr ip = {
		.version = 4,
		.ihl = 5,
		.tot_len = htons((uint16_t)(plan->len - ETH_HLEN)),
		.ttl = 64,
		.protocol = IPPROTO_UDP,
		.saddr = htonl(plan->from),
		.daddr = htonl(plan->to),
	};
	const struct udphdr udp = {
		.source = htons(plan->from_port),
		.dest = htons(plan->to_port),
		.len = htons((uint16_t)(plan->len - ETH_HLEN - sizeof(ip))),
	};
	const uint16_t type = htons(ETH_P_IP);

	ip.check = header_sum(&ip);
	memset(frame, 0, plan->len);
	memcpy(frame, plan->to_mac, ETH_ALEN);
	memcpy(frame + ETH_ALEN, plan->from_mac, ETH_ALEN);
	memcpy(frame + 2 * ETH_ALEN, &type, sizeof(type));
	memcpy(frame + ETH_HLEN, &ip, sizeof(ip));
	memcpy(frame + ETH_HLEN + sizeof(ip), &udp, sizeof(udp));
}
