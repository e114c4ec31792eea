/* SPDX-License-Identifier: GPL-2.0-only */
/* notice.h - tells the controller what it should know; it may lose a notice, never a packet. */
#ifndef XDP511_NOTICE_H
#define XDP511_NOTICE_H

/* What the controller can read, and a small part of that for one device. */
#define NOTICE_GAP_NS	 (NSEC_PER_SEC / 1000)
#define NOTICE_BURST_NS	 NSEC_PER_SEC
#define DEVICE_GAP_NS	 (NSEC_PER_SEC / 20)
#define DEVICE_BURST_NS	 NSEC_PER_SEC
#define NOTICE_SLOT_BITS 10
#define NOTICE_SPREAD	 0x9e3779b97f4a7c15ULL /* 2^64 / the golden ratio */

_Static_assert(X511_NOTICE_SLOTS == 1 + (1 << NOTICE_SLOT_BITS), "one for all, then the devices'");

static __always_inline bool pay_notice(__u32 slot, __u64 gap_ns, __u64 burst_ns, __u64 now)
{
	__u64 *paid_ns = bpf_map_lookup_elem(&x511_noticed, &slot);

	return paid_ns && meter_pay(paid_ns, gap_ns, burst_ns, now);
}

/* Devices that fall into one slot share it, for each kind of notice another one. */
static __always_inline __u32 notice_slot(const struct session_key *device, enum notice_kind kind)
{
	__u64 word;

	__builtin_memcpy(&word, device, sizeof(word));
	word = (word + kind) * NOTICE_SPREAD;
	word = (word ^ word >> 32) * NOTICE_SPREAD;
	return 1 + (word >> (64 - NOTICE_SLOT_BITS));
}

/* Whether one CPU's rates leave room. The device's first, so that it can't use up that of all. */
static __noinline bool may_tell(const struct session_key *device, enum notice_kind kind, __u64 now)
{
	return pay_notice(notice_slot(device, kind), DEVICE_GAP_NS, DEVICE_BURST_NS, now) &&
	       pay_notice(0, NOTICE_GAP_NS, NOTICE_BURST_NS, now);
}

/*
 * Room in the ring itself, for the stack has none; to be given to tell(). NULL: the device, or all,
 * have said enough, or the controller is behind.
 */
static __always_inline struct notice *new_notice(enum notice_kind kind, const struct pkt *pkt,
						 __u64 now)
{
	struct notice *notice;

	if (!may_tell(&pkt->device, kind, now))
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
