/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * trunk.bpf.c - VLAN 100 on a port without VLAN devices, which not every kernel has.
 *
 * What comes in loses the tag, what goes out gets it: to the machine the port is its `lan0.100`.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define VLAN 100

SEC("tc/pop")
int x511_pop(struct __sk_buff *skb)
{
	if (skb->vlan_present)
		bpf_skb_vlan_pop(skb);
	return TC_ACT_UNSPEC; /* the next filter is asked */
}

SEC("tc/push")
int x511_push(struct __sk_buff *skb)
{
	if (!skb->vlan_present)
		bpf_skb_vlan_push(skb, bpf_htons(ETH_P_8021Q), VLAN);
	return TC_ACT_UNSPEC;
}

char LICENSE[] SEC("license") = "GPL";
