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

static __noinline void tell(const struct notice *notice)
{
	if (may_tell(notice->at_ns))
		bpf_ringbuf_output(&x511_notices, (void *)notice, sizeof(*notice), 0);
}

#endif /* XDP511_NOTICE_H */
