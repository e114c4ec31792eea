/* SPDX-License-Identifier: GPL-2.0-only */
/* verdict.bpf.c - gives each run of a program another source MAC, and what verdicts are held against. */
#include <linux/bpf.h>
#include <linux/if_ether.h>

#include <bpf/bpf_helpers.h>

#include "macs.h"

#define SESSIONS 1048576

/* The program under test. */
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} x511_bench_next SEC(".maps");

struct key {
	__u8 mac[ETH_ALEN];
	__u16 zone;
};

struct value {
	__u64 words[8];
};

/* What a session costs at the least in a table of the kernel's. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, SESSIONS);
	__type(key, struct key);
	__type(value, struct value);
} x511_bench_flat SEC(".maps");

__u32 mask;	    /* number of devices - 1; that number is a power of two */
__u8 first;	    /* byte of their MACs */
__u32 random_state; /* never 0 */

/* xorshift32: the helper for random numbers would cost more than what is measured. */
static __always_inline __u32 next_random(void)
{
	__u32 x = random_state;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	random_state = x;
	return x;
}

SEC("xdp")
int bench_permute(struct xdp_md *ctx)
{
	struct ethhdr *eth = (void *)(long)ctx->data;

	if ((void *)(eth + 1) > (void *)(long)ctx->data_end)
		return XDP_ABORTED;
	macs_write(eth->h_source, first, next_random() & mask);
	bpf_tail_call(ctx, &x511_bench_next, 0);
	return XDP_ABORTED;
}

SEC("xdp")
int bench_drop(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_DROP;
}

/* Nothing but the lookup: drops who is there, too, so that both do as much with the frame. */
SEC("xdp")
int bench_flat(struct xdp_md *ctx)
{
	struct ethhdr *eth = (void *)(long)ctx->data;
	struct value *value;
	struct key key = {};

	if ((void *)(eth + 1) > (void *)(long)ctx->data_end)
		return XDP_ABORTED;
	__builtin_memcpy(key.mac, eth->h_source, ETH_ALEN);
	value = bpf_map_lookup_elem(&x511_bench_flat, &key);
	return value && value->words[0] ? XDP_DROP : XDP_TX;
}

char LICENSE[] SEC("license") = "GPL";
