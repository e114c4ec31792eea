/* SPDX-License-Identifier: GPL-2.0-only */
/* conclude.h - the one way out: counts the verdict, then turns it into the kernel's code. */
#ifndef XDP511_CONCLUDE_H
#define XDP511_CONCLUDE_H

static __always_inline enum action action_of(enum verdict verdict)
{
	switch (verdict) {
#define X(name, action, sentence)                                                                  \
	case V_##name:                                                                             \
		return ACTION_##action;
		X511_VERDICTS(X)
#undef X
	default:
		return ACTION_DROP;
	}
}

/* struct stats has a counter a verdict, in the order of the enum, without V_UNDECIDED. */
static __always_inline void count(enum verdict verdict, __u32 packets, __u32 bytes)
{
	__u32 zero = 0, index = verdict - 1;
	struct counter *counters = bpf_map_lookup_elem(&x511_stats, &zero);

	if (!counters || index >= V_COUNT - 1)
		return;
	counters[index].packets += packets;
	counters[index].bytes += bytes;
}

static __always_inline int conclude(enum verdict verdict, __u32 bytes)
{
	count(verdict, 1, bytes);
	switch (action_of(verdict)) {
	case ACTION_PASS:
		return XDP_PASS;
	case ACTION_STEER:
		return XDP_REDIRECT;
	case ACTION_REPLY:
		return XDP_TX;
	default:
		return XDP_DROP;
	}
}

/* TC_ACT_UNSPEC lets the operator's own filters behind this one still see the packet. */
static __always_inline int conclude_down(enum verdict verdict, struct delivery sent)
{
	count(verdict, sent.packets, sent.bytes);
	return action_of(verdict) == ACTION_PASS ? TC_ACT_UNSPEC : TC_ACT_SHOT;
}

#endif /* XDP511_CONCLUDE_H */
