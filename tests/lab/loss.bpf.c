/* SPDX-License-Identifier: GPL-2.0-only */
/* loss.bpf.c - a bad radio link: of each direction's frames, so many in a thousand get lost at random. */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>

#include <bpf/bpf_helpers.h>

enum cell { PER_MILLE_IN, PER_MILLE_OUT, LOST_IN, LOST_OUT, CELLS };

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, CELLS);
	__type(key, __u32);
	__type(value, __u64);
} x511_lab_loss SEC(".maps");

static __always_inline int is_lost(__u32 rate, __u32 counter)
{
	__u64 *per_mille = bpf_map_lookup_elem(&x511_lab_loss, &rate);
	__u64 *lost = bpf_map_lookup_elem(&x511_lab_loss, &counter);

	if (!per_mille || !lost || bpf_get_prandom_u32() % 1000 >= *per_mille)
		return 0;
	__sync_fetch_and_add(lost, 1);
	return 1;
}

SEC("xdp")
int x511_lab_in(struct xdp_md *ctx)
{
	(void)ctx;
	return is_lost(PER_MILLE_IN, LOST_IN) ? XDP_DROP : XDP_PASS;
}

/* Not TC_ACT_SHOT, of which the sender's TCP would be told: it would send again at once. */
SEC("tc")
int x511_lab_out(struct __sk_buff *skb)
{
	(void)skb;
	return is_lost(PER_MILLE_OUT, LOST_OUT) ? TC_ACT_STOLEN : TC_ACT_OK;
}

char LICENSE[] SEC("license") = "GPL";
