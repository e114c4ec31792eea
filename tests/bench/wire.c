/* SPDX-License-Identifier: MIT */
/* wire.c - builds and reads frames. */
#include <errno.h>
#include <string.h>

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>

#include <xdp511/net.h>

#include "wire.h"

#define NET4	     0xc6120000U /* 198.18.0.0/15 */
#define SYN_OPTIONS  20
#define STAMP_OPTION 12
#define MSS	     1460

static const uint8_t net6[12] = {0xfd, 0x00, 0x05, 0x11, 0x00, 0x0b};

/* One's complement sum in memory order, which is as good as any (RFC 1071 2B). */
static uint64_t add(uint64_t sum, const void *data, size_t len)
{
	const uint8_t *p = data;
	uint32_t word;

	for (; len >= sizeof(word); p += sizeof(word), len -= sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		sum += word;
	}
	word = 0;
	memcpy(&word, p, len);
	return sum + word;
}

static uint16_t fold(uint64_t sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

static uint64_t pseudo(const void *addresses, size_t addresses_len, size_t tcp_len)
{
	uint16_t tail[2] = {htons((uint16_t)tcp_len), htons(IPPROTO_TCP)};

	return add(add(0, addresses, addresses_len), tail, sizeof(tail));
}

static size_t write_link(const struct wire *wire, const struct flight *flight, uint8_t *out)
{
	uint32_t end = htonl(flight->mac);
	uint16_t type = htons(wire->ipv6 ? ETH_P_IPV6 : ETH_P_IP);

	memcpy(out, wire->gateway_mac, ETH_ALEN);
	out[6] = 0x02;
	out[7] = wire->herd;
	memcpy(out + 8, &end, sizeof(end));
	memcpy(out + 12, &type, sizeof(type));
	return ETH_HLEN;
}

static size_t write_ipv4(const struct wire *wire, const struct flight *flight, size_t tcp_len,
			 uint8_t *out, uint64_t *ret_pseudo)
{
	struct iphdr ip = {
		.version = 4,
		.ihl = 5,
		.tot_len = htons((uint16_t)(sizeof(ip) + tcp_len)),
		.frag_off = htons(IPV4_DONT_FRAGMENT),
		.ttl = 64,
		.protocol = IPPROTO_TCP,
		.saddr = htonl(NET4 + flight->client),
	};

	memcpy(&ip.daddr, wire->server, sizeof(ip.daddr));
	ip.check = (uint16_t)~fold(add(0, &ip, sizeof(ip)));
	memcpy(out, &ip, sizeof(ip));
	*ret_pseudo = pseudo(out + 12, 8, tcp_len);
	return sizeof(ip);
}

static size_t write_ipv6(const struct wire *wire, const struct flight *flight, size_t tcp_len,
			 uint8_t *out, uint64_t *ret_pseudo)
{
	struct ipv6hdr ip = {
		.version = 6,
		.payload_len = htons((uint16_t)tcp_len),
		.nexthdr = IPPROTO_TCP,
		.hop_limit = 64,
	};
	uint32_t end = htonl(flight->client);

	memcpy(ip.saddr.s6_addr, net6, sizeof(net6));
	memcpy(ip.saddr.s6_addr + sizeof(net6), &end, sizeof(end));
	memcpy(ip.daddr.s6_addr, wire->server, sizeof(ip.daddr));
	memcpy(out, &ip, sizeof(ip));
	*ret_pseudo = pseudo(out + 8, 32, tcp_len);
	return sizeof(ip);
}

/* MSS, SACK permitted, timestamps, window scale; later segments have the timestamps alone. */
static size_t write_options(const struct flight *flight, uint8_t *out)
{
	static const uint8_t of_syn[] = {2, 4, MSS >> 8, MSS & 0xff, 4, 2, 8, 10};
	static const uint8_t of_rest[] = {1, 1, 8, 10};
	uint32_t stamps[2] = {htonl(flight->stamp), htonl(flight->stamp_echo)};

	if (flight->flags & TCP_SYN) {
		static const uint8_t scale[] = {1, 3, 3, 7};

		memcpy(out, of_syn, sizeof(of_syn));
		memcpy(out + 8, stamps, sizeof(stamps));
		memcpy(out + 16, scale, sizeof(scale));
		return SYN_OPTIONS;
	}
	if (!flight->stamped)
		return 0;
	memcpy(out, of_rest, sizeof(of_rest));
	memcpy(out + 4, stamps, sizeof(stamps));
	return STAMP_OPTION;
}

size_t wire_write(const struct wire *wire, const struct flight *flight, uint8_t *frame)
{
	uint8_t options[SYN_OPTIONS], *out = frame;
	size_t options_len = write_options(flight, options);
	struct tcphdr tcp = {
		.source = htons(flight->client_port),
		.dest = htons(wire->server_port),
		.seq = htonl(flight->seq),
		.ack_seq = htonl(flight->ack),
		.doff = (sizeof(tcp) + options_len) / 4,
		.window = htons(64240),
	};
	size_t len = sizeof(tcp) + options_len + flight->len;
	uint64_t sum;

	((uint8_t *)&tcp)[13] = flight->flags;
	out += write_link(wire, flight, out);
	out += wire->ipv6 ? write_ipv6(wire, flight, len, out, &sum)
			  : write_ipv4(wire, flight, len, out, &sum);
	sum = add(add(sum, &tcp, sizeof(tcp)), options, options_len);
	if (flight->len)
		sum = add(sum, flight->payload, flight->len);
	tcp.check = (uint16_t)~fold(sum);
	memcpy(out, &tcp, sizeof(tcp));
	memcpy(out + sizeof(tcp), options, options_len);
	if (flight->len)
		memcpy(out + sizeof(tcp) + options_len, flight->payload, flight->len);
	return (size_t)(out - frame) + len;
}

static int read_ipv4(const uint8_t *packet, size_t len, struct flight *flight, size_t *ret_tcp_len,
		     uint64_t *ret_pseudo)
{
	struct iphdr ip;
	size_t total;

	if (len < sizeof(ip))
		return -EBADMSG;
	memcpy(&ip, packet, sizeof(ip));
	total = ntohs(ip.tot_len);
	if (ip.version != 4 || ip.ihl != 5 || ip.protocol != IPPROTO_TCP || total > len ||
	    total < sizeof(ip) || fold(add(0, &ip, sizeof(ip))) != 0xffff)
		return -EBADMSG;
	flight->client = ntohl(ip.daddr) - NET4;
	*ret_tcp_len = total - sizeof(ip);
	*ret_pseudo = pseudo(packet + 12, 8, *ret_tcp_len);
	return 0;
}

static int read_ipv6(const uint8_t *packet, size_t len, struct flight *flight, size_t *ret_tcp_len,
		     uint64_t *ret_pseudo)
{
	struct ipv6hdr ip;
	uint32_t end;

	if (len < sizeof(ip))
		return -EBADMSG;
	memcpy(&ip, packet, sizeof(ip));
	if (ip.version != 6 || ip.nexthdr != IPPROTO_TCP ||
	    ntohs(ip.payload_len) > len - sizeof(ip) ||
	    memcmp(ip.daddr.s6_addr, net6, sizeof(net6)) != 0)
		return -EBADMSG;
	memcpy(&end, ip.daddr.s6_addr + sizeof(net6), sizeof(end));
	flight->client = ntohl(end);
	*ret_tcp_len = ntohs(ip.payload_len);
	*ret_pseudo = pseudo(packet + 8, 32, *ret_tcp_len);
	return 0;
}

static void read_stamp(const uint8_t *options, size_t len, struct flight *flight)
{
	uint32_t stamp;

	while (len >= 2 && options[0]) {
		size_t step = options[0] == 1 ? 1 : options[1];

		if (!step || step > len)
			return;
		if (options[0] == 8 && step == 10) {
			memcpy(&stamp, options + 2, sizeof(stamp));
			flight->stamp = ntohl(stamp);
			flight->stamped = true;
			return;
		}
		options += step;
		len -= step;
	}
}

static int read_tcp(const uint8_t *packet, size_t len, uint64_t pseudo_sum, struct flight *flight,
		    uint64_t *partial)
{
	struct tcphdr tcp;
	size_t header_len;

	if (len < sizeof(tcp))
		return -EBADMSG;
	memcpy(&tcp, packet, sizeof(tcp));
	header_len = (size_t)tcp.doff * 4;
	if (header_len < sizeof(tcp) || header_len > len)
		return -EBADMSG;
	if (fold(add(pseudo_sum, packet, len)) != 0xffff) {
		/* A sender on this machine leaves the sum to the hardware. */
		if (tcp.check != fold(pseudo_sum))
			return -EBADMSG;
		++*partial;
	}
	flight->client_port = ntohs(tcp.dest);
	flight->seq = ntohl(tcp.seq);
	flight->ack = ntohl(tcp.ack_seq);
	flight->flags = packet[13];
	flight->payload = packet + header_len;
	flight->len = len - header_len;
	if (header_len > sizeof(tcp))
		read_stamp(packet + sizeof(tcp), header_len - sizeof(tcp), flight);
	return 0;
}

int wire_read(const struct wire *wire, const uint8_t *frame, size_t len, struct flight *ret_flight,
	      uint64_t *partial)
{
	struct flight flight = {0};
	size_t ip_len = wire->ipv6 ? sizeof(struct ipv6hdr) : sizeof(struct iphdr), tcp_len;
	const uint8_t *packet = frame + ETH_HLEN;
	uint64_t sum;
	int err;

	if (len < ETH_HLEN || frame[12] != (wire->ipv6 ? 0x86 : 0x08))
		return -EBADMSG;
	err = wire->ipv6 ? read_ipv6(packet, len - ETH_HLEN, &flight, &tcp_len, &sum)
			 : read_ipv4(packet, len - ETH_HLEN, &flight, &tcp_len, &sum);
	if (!err)
		err = read_tcp(packet + ip_len, tcp_len, sum, &flight, partial);
	if (!err)
		*ret_flight = flight;
	return err;
}
