/* SPDX-License-Identifier: GPL-2.0-only */
/* abi2.bpf.c - stands for the gate of ABI 2: its maps, and as much of its policy as an upgrade needs. */
#include <stdbool.h>

#include <linux/bpf.h>
#include <linux/icmpv6.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ipv6.h>
#include <linux/pkt_cls.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include <xdp511/abi2.h>

#include "abi2.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct abi);
} x511_abi SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, X511_MAX_ZONES);
	__type(key, __u32);
	__type(value, __u64[6]);
} x511_zones SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, struct session_key);
	__type(value, struct abi2_session);
} x511_sessions SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct session_key);
	__type(value, struct abi2_guest);
} x511_guests SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct cookie_keys);
} x511_cookies SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct abi2_stats);
} x511_stats SEC(".maps");

/* The frame's device, in the zone 'default', if it is signed in. */
static __always_inline struct abi2_session *find_session(const __u8 *mac)
{
	struct session_key key = {};

	__builtin_memcpy(key.mac, mac, ETH_ALEN);
	return bpf_map_lookup_elem(&x511_sessions, &key);
}

static __always_inline void count(struct counter *counter, __u32 bytes)
{
	counter->packets++;
	counter->bytes += bytes;
}

SEC("xdp")
int x511_gate(struct xdp_md *ctx)
{
	const struct ethhdr *eth = (void *)(long)ctx->data;
	__u32 zero = 0, bytes = ctx->data_end - ctx->data;
	struct abi2_stats *stats = bpf_map_lookup_elem(&x511_stats, &zero);
	struct abi2_session *session;

	if ((void *)(eth + 1) > (void *)(long)ctx->data_end || !stats)
		return XDP_DROP;
	session = find_session(eth->h_source);
	if (!session) {
		count(&stats->DROP_UDP, bytes);
		return XDP_DROP;
	}
	__sync_fetch_and_add(&session->up_packets, 1);
	__sync_fetch_and_add(&session->up_bytes, bytes);
	session->last_seen_ns = bpf_ktime_get_ns();
	count(&stats->PASS_SESSION, bytes);
	return XDP_PASS;
}

/* Without these, the client's neighbour would vanish. */
static __always_inline bool is_essential(const struct ethhdr *eth, const void *end)
{
	const struct ipv6hdr *ip = (const void *)(eth + 1);
	const struct icmp6hdr *icmp = (const void *)(ip + 1);

	if (eth->h_proto == bpf_htons(ETH_P_ARP))
		return true;
	return (const void *)(icmp + 1) <= end && eth->h_proto == bpf_htons(ETH_P_IPV6) &&
	       ip->nexthdr == IPPROTO_ICMPV6 && icmp->icmp6_type >= 133 && icmp->icmp6_type <= 137;
}

SEC("tc")
int x511_egress(struct __sk_buff *skb)
{
	const struct ethhdr *eth = (void *)(long)skb->data;
	const void *end = (void *)(long)skb->data_end;
	struct abi2_session *session;

	if ((const void *)(eth + 1) > end)
		return TC_ACT_SHOT;
	session = find_session(eth->h_dest);
	if (!session)
		return is_essential(eth, end) ? TC_ACT_OK : TC_ACT_SHOT;
	__sync_fetch_and_add(&session->down_packets, skb->gso_segs ?: 1);
	__sync_fetch_and_add(&session->down_bytes, skb->wire_len);
	return TC_ACT_OK;
}

SEC("syscall")
int x511_credit(struct abi2_credit *credit)
{
	struct session_key device = credit->device;
	struct abi2_session *session = bpf_map_lookup_elem(&x511_sessions, &device);

	if (!session)
		return 1;
	__sync_fetch_and_add(&session->up_packets, credit->up_packets);
	__sync_fetch_and_add(&session->up_bytes, credit->up_bytes);
	__sync_fetch_and_add(&session->down_packets, credit->down_packets);
	__sync_fetch_and_add(&session->down_bytes, credit->down_bytes);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
