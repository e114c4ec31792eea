/* SPDX-License-Identifier: GPL-2.0-only */
/* guest.h - what one device may send before it signs in: a packet budget, and parking. */
#ifndef XDP511_GUEST_H
#define XDP511_GUEST_H

#define NEWCOMERS_BURST_NS NSEC_PER_SEC

/* What the stages find out about a guest's frame, one after the other. */
struct scene {
	const struct zone *zone;
	struct guest *guest; /* NULL: not known, because too many came at once */
	__u32 xsk_base;	     /* the responder's first socket of the interface */
	__u32 queue;	     /* the frame came by */
	__u64 now;
};

/* Queues beyond those that a responder can have share with these. */
static __always_inline struct queue_paid *find_queue(const struct scene *scene)
{
	__u32 slot = scene->xsk_base + scene->queue % X511_MAX_QUEUES;

	return bpf_map_lookup_elem(&x511_queues, &slot);
}

static __always_inline struct ceilings *find_ceilings(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&x511_ceilings, &zero);
}

/* Entries are what random MACs cost most, and each may push out the guest unseen for longest. */
static __always_inline bool may_become_known(const struct scene *scene)
{
	const struct ceilings *ceilings = find_ceilings();
	struct queue_paid *paid = find_queue(scene);
	bool may;

	if (!ceilings || !paid)
		return false;
	may = !ceilings->new_guest_gap_ns ||
	      meter_pay(&paid->new_guest_paid_ns, ceilings->new_guest_gap_ns, NEWCOMERS_BURST_NS,
			scene->now);
	__sync_fetch_and_add(may ? &paid->new_guests : &paid->unknown_frames, 1);
	return may;
}

static __always_inline struct guest *find_guest(const struct pkt *pkt, const struct scene *scene)
{
	struct guest *guest = bpf_map_lookup_elem(&x511_guests, &pkt->device);
	struct guest fresh = {};

	if (guest || !may_become_known(scene))
		return guest;
	/* Fails only when another CPU was first, and then the lookup finds that one. */
	bpf_map_update_elem(&x511_guests, &pkt->device, &fresh, BPF_NOEXIST);
	return bpf_map_lookup_elem(&x511_guests, &pkt->device);
}

/* Several CPUs may find it over budget for too long at once: one of them tells. */
static __always_inline void park(const struct pkt *pkt, const struct scene *scene)
{
	struct guest *guest = scene->guest;
	__u64 before = *(volatile __u64 *)&guest->parked_until_ns;
	__u64 until = scene->now + scene->zone->guest_park_ns;
	struct notice *notice;

	guest->over_ns = 0;
	if (before > scene->now ||
	    __sync_val_compare_and_swap(&guest->parked_until_ns, before, until) != before)
		return;
	notice = new_notice(NOTICE_PARKED, pkt, scene->now);
	if (!notice)
		return;
	notice->port = scene->xsk_base / X511_MAX_QUEUES;
	tell(notice);
}

/* Over budget without a pause for as long as a parking lasts: parked. */
static __always_inline enum verdict judge_over_budget(const struct pkt *pkt,
						      const struct scene *scene)
{
	struct guest *guest = scene->guest;
	__u64 park_ns = scene->zone->guest_park_ns;

	if (!guest->over_ns)
		guest->over_ns = scene->now;
	if (park_ns && time_since(guest->over_ns, scene->now) >= park_ns)
		park(pkt, scene);
	return V_DROP_BUDGET;
}

/* V_UNDECIDED as long as the guest keeps its budget. Without an entry there is none to keep. */
static __always_inline enum verdict judge_budget(const struct pkt *pkt, const struct scene *scene)
{
	const struct zone *zone = scene->zone;
	struct guest *guest = scene->guest;
	enum verdict verdict = V_UNDECIDED;
	__u64 now = scene->now;

	if (!guest)
		return V_UNDECIDED;
	if (now < guest->parked_until_ns)
		verdict = V_DROP_PARKED;
	else if (!zone->guest_gap_ns)
		verdict = V_UNDECIDED;
	else if (!meter_pay(&guest->paid_ns, zone->guest_gap_ns, zone->guest_burst_ns, now))
		verdict = judge_over_budget(pkt, scene);
	else if (guest->paid_ns <= now + zone->guest_gap_ns)
		guest->over_ns = 0; /* a pause long enough to have the whole burst back */

	__sync_fetch_and_add(verdict ? &guest->dropped : &guest->packets, 1);
	return verdict;
}

/*
 * When it was here, and the address it gives as its own: one that a session may have, for at the
 * sign-in it becomes the session's, and of an ARP only in its own name. Most frames bring nothing
 * new, and then nothing is written.
 */
static __always_inline void see_guest(const struct pkt *pkt, const struct scene *scene,
				      enum verdict verdict)
{
	struct guest *guest = scene->guest;
	__u32 tick = scene->now >> X511_TICK_SHIFT;
	__be32 ipv4_be = ((const __be32 *)pkt->src.bytes)[3];

	if (!guest)
		return;
	if (guest->seen_tick != tick)
		guest->seen_tick = tick;
	if (is_ipv6(pkt) || !ipv4_be || verdict == V_DROP_ARP || guest->ipv4_be == ipv4_be)
		return;
	if (!is_nobodys_ipv4(ipv4_be) && !is_own_address(&pkt->src))
		guest->ipv4_be = ipv4_be;
}

#endif /* XDP511_GUEST_H */
