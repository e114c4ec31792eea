/* SPDX-License-Identifier: GPL-2.0-only */
/* bench.bpf.c - brings the frames of a port to the bench's own socket. */
#include <stdbool.h>
#include <stddef.h>

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "macs.h"
#include "ports.h"

struct {
	__uint(type, BPF_MAP_TYPE_XSKMAP);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} x511_bench_xsk SEC(".maps");

/* What came back to the addresses that only the flood uses. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} x511_bench_back SEC(".maps");

/* The client's interface, so often that a frame sent to all of it becomes as many. */
struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__uint(max_entries, FLOOD_COPIES);
	__type(key, __u32);
	__type(value, struct bpf_devmap_val);
} x511_bench_out SEC(".maps");

/* Whether each spoofed SYN has a MAC of its own. */
const volatile bool flood_macs_random;

static __always_inline struct tcphdr *find_tcp(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct ipv6hdr *ipv6 = (void *)(eth + 1);
	struct iphdr *ipv4 = (void *)(eth + 1);
	struct tcphdr *tcp = NULL;

	if ((void *)(ipv4 + 1) > end)
		return NULL;
	if (eth->h_proto == bpf_htons(ETH_P_IP) && ipv4->ihl == 5 && ipv4->protocol == IPPROTO_TCP)
		tcp = (void *)(ipv4 + 1);
	else if (eth->h_proto == bpf_htons(ETH_P_IPV6) && (void *)(ipv6 + 1) <= end &&
		 ipv6->nexthdr == IPPROTO_TCP)
		tcp = (void *)(ipv6 + 1);
	return tcp && (void *)(tcp + 1) <= end ? tcp : NULL;
}

/* A frame of noise.c that stands for many. */
static __always_inline bool is_noise(struct xdp_md *ctx)
{
	struct ethhdr *eth = (void *)(long)ctx->data;

	return (void *)(eth + 1) <= (void *)(long)ctx->data_end &&
	       (eth->h_source[1] == NOISE_GUEST || eth->h_source[1] == NOISE_STRANGER);
}

/* The client: answers to the flood end here, the rest of TCP is the generator's. */
SEC("xdp")
int bench_client(struct xdp_md *ctx)
{
	struct tcphdr *tcp = find_tcp(ctx);
	__u32 zero = 0;
	__u64 *back;

	if (!tcp)
		return XDP_DROP;
	if (bpf_ntohs(tcp->dest) >= FIRST_PORT)
		return bpf_redirect_map(&x511_bench_xsk, 0, XDP_DROP);
	back = bpf_map_lookup_elem(&x511_bench_back, &zero);
	if (back)
		++*back;
	return XDP_DROP;
}

/*
 * What comes from the generator goes out of the client's interface. As frames of XDP, which are
 * what a network card gives to XDP; the buffers of AF_XDP would be copied by the receiver.
 */
SEC("xdp")
int bench_relay(struct xdp_md *ctx)
{
	struct tcphdr *tcp = find_tcp(ctx);

	if ((tcp && bpf_ntohs(tcp->source) < FIRST_PORT) || is_noise(ctx))
		return bpf_redirect_map(&x511_bench_out, 0, BPF_F_BROADCAST);
	return bpf_redirect_map(&x511_bench_out, 0, 0);
}

/* Of the one's complement sum @check, when what it covers changes from @old to @new. */
static __always_inline __u16 check_changed(__u16 check, __u16 old, __u16 new)
{
	__u32 sum = (__u16)~check + (__u16)~old + new;

	sum = (sum & 0xffff) + (sum >> 16);
	return ~((sum & 0xffff) + (sum >> 16));
}

static __always_inline void vary_ipv4(struct xdp_md *ctx, __u32 address, __be16 port)
{
	void *end = (void *)(long)ctx->data_end;
	struct iphdr *ip = (void *)(long)ctx->data + ETH_HLEN;
	struct udphdr *udp = (void *)(ip + 1);
	struct tcphdr *tcp = (void *)(ip + 1);
	__be32 from = bpf_htonl(address), old;

	if ((void *)(udp + 1) > end)
		return;
	old = ip->saddr;
	ip->check = check_changed(ip->check, (__u16)old, (__u16)from);
	ip->check = check_changed(ip->check, old >> 16, from >> 16);
	ip->saddr = from;
	if (ip->protocol == IPPROTO_UDP && udp->source == bpf_htons(FLOOD_PORT))
		udp->source = port;
	if (ip->protocol != IPPROTO_TCP || (void *)(tcp + 1) > end)
		return;
	tcp->check = check_changed(tcp->check, (__u16)old, (__u16)from);
	tcp->check = check_changed(tcp->check, old >> 16, from >> 16);
	tcp->check = check_changed(tcp->check, tcp->source, port);
	tcp->source = port;
}

struct arp_ipv4 {
	__u16 head[4];
	__u8 sender[ETH_ALEN];
	__be32 from;
} __attribute__((packed));

static __always_inline void vary_arp(struct xdp_md *ctx, __u32 address)
{
	struct ethhdr *eth = (void *)(long)ctx->data;
	struct arp_ipv4 *arp = (void *)(eth + 1);

	if ((void *)(arp + 1) > (void *)(long)ctx->data_end)
		return;
	__builtin_memcpy(arp->sender, eth->h_source, ETH_ALEN);
	arp->from = bpf_htonl(address);
}

/* Makes it the frame of another device: MAC, address and port. */
static __always_inline void vary_noise(struct xdp_md *ctx)
{
	struct ethhdr *eth = (void *)(long)ctx->data;
	__u32 random = bpf_get_prandom_u32(), device = random, address;
	__be16 port = bpf_htons(FLOOD_PORT + (random >> 8) % (FIRST_PORT - FLOOD_PORT));

	if ((void *)(eth + 1) > (void *)(long)ctx->data_end)
		return;
	if (eth->h_source[1] == NOISE_GUEST)
		device %= NOISE_GUESTS;
	address = NOISE_ADDRESSES + device % NOISE_ADDRESSES_MAX;
	eth->h_source[2] = device >> 24;
	eth->h_source[3] = device >> 16;
	eth->h_source[4] = device >> 8;
	eth->h_source[5] = device;
	if (eth->h_proto == bpf_htons(ETH_P_IP))
		vary_ipv4(ctx, address, port);
	else
		vary_arp(ctx, address);
}

/*
 * Makes a copy of a flood's frame one of its own: another client port, sequence and MAC. The
 * kernel runs it on all that one poll sends, whatever entry it goes by (bq_enqueue() of devmap.c).
 */
SEC("xdp/devmap")
int bench_spoof(struct xdp_md *ctx)
{
	struct tcphdr *tcp = find_tcp(ctx);
	struct ethhdr *eth = (void *)(long)ctx->data;
	__u32 random = bpf_get_prandom_u32();
	__be16 port = bpf_htons(FLOOD_PORT + random % (FIRST_PORT - FLOOD_PORT));
	__u16 seq = random >> 16;

	if (is_noise(ctx)) {
		vary_noise(ctx);
		return XDP_PASS;
	}
	if (!tcp || (void *)(eth + 1) > (void *)(long)ctx->data_end)
		return XDP_PASS;
	if (bpf_ntohs(tcp->source) >= FIRST_PORT)
		return XDP_PASS;
	tcp->check = check_changed(tcp->check, tcp->source, port);
	tcp->source = port;
	tcp->check = check_changed(tcp->check, (__u16)tcp->seq, seq);
	tcp->seq = (tcp->seq & 0xffff0000) | seq;
	if (flood_macs_random)
		*(__u16 *)(eth->h_source + 4) = random;
	return XDP_PASS;
}

/* What the noise is held against: nothing but the signed-in device gets in. */
SEC("xdp")
int bench_bare(struct xdp_md *ctx)
{
	struct ethhdr *eth = (void *)(long)ctx->data;

	if ((void *)(eth + 1) > (void *)(long)ctx->data_end)
		return XDP_DROP;
	return eth->h_source[1] == NOISE_SIGNED_IN ? XDP_PASS : XDP_DROP;
}

/* The echo: everything. */
SEC("xdp")
int bench_echo(struct xdp_md *ctx)
{
	(void)ctx;
	return bpf_redirect_map(&x511_bench_xsk, 0, XDP_DROP);
}

char LICENSE[] SEC("license") = "GPL";
