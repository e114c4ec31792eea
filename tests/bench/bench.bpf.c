// SPDX-License-Identifier: GPL-2.0-only
/* bench.bpf.c - brings the frames of a port to the bench's own socket. */
#include <stdbool.h>
#include <stddef.h>

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

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

/* The client: answers to the flood end here, the rest of TCP is the generator's. */
SEC("xdp")
int bench_client(struct xdp_md *ctx)
{
	struct tcphdr *tcp = find_tcp(ctx);
	__u32 zero = 0;
	__u64 *back;

	if (!tcp)
		return XDP_PASS;
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

	if (tcp && bpf_ntohs(tcp->source) < FIRST_PORT)
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

/* The echo: everything. */
SEC("xdp")
int bench_echo(struct xdp_md *ctx)
{
	(void)ctx;
	return bpf_redirect_map(&x511_bench_xsk, 0, XDP_DROP);
}

char LICENSE[] SEC("license") = "GPL";
