/* SPDX-License-Identifier: GPL-2.0-only */
/* notice.h - tells the controller what it should know; it may lose a notice, never a packet. */
#ifndef XDP511_NOTICE_H
#define XDP511_NOTICE_H

#define NOTICE_GAP_NS                                                                              \
	(NSEC_PER_SEC / 1000) /* so that one device can't fill the ring at line rate */
#define NOTICE_BURST_NS NSEC_PER_SEC

/* One CPU's share of the notices. */
static __always_inline bool may_tell(__u64 now)
{
	__u32 zero = 0;
	__u64 *paid_ns = bpf_map_lookup_elem(&x511_noticed, &zero);

	return paid_ns && meter_pay(paid_ns, NOTICE_GAP_NS, NOTICE_BURST_NS, now);
}

/*
 * Room in the ring itself, for the stack has none; to be given to tell(). NULL: the device has said
 * enough, or the controller is behind.
 */
static __always_inline struct notice *new_notice(enum notice_kind kind, const struct pkt *pkt,
						 __u64 now)
{
	struct notice *notice;

	if (!may_tell(now))
		return NULL;
	notice = bpf_ringbuf_reserve(&x511_notices, sizeof(*notice), 0);
	if (!notice)
		return NULL;
	__builtin_memset(notice, 0, sizeof(*notice));
	notice->at_ns = now;
	notice->device = pkt->device;
	notice->kind = kind;
	notice->vlan = pkt->vlan;
	return notice;
}

static __always_inline void tell(struct notice *notice)
{
	bpf_ringbuf_submit(notice, 0);
}

#endif /* XDP511_NOTICE_H */
