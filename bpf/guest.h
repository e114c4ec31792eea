/* SPDX-License-Identifier: GPL-2.0-only */
/* guest.h - what one device may send before it signs in: a packet budget, and parking. */
#ifndef XDP511_GUEST_H
#define XDP511_GUEST_H

/* What the stages find out about a guest's frame, one after the other. */
struct scene {
	const struct zone *zone;
	struct guest *guest;
	__u32 xsk_base; /* the responder's first socket of the interface */
	__u64 now;
};

static __always_inline struct guest *find_guest(const struct pkt *pkt)
{
	struct guest *guest = bpf_map_lookup_elem(&x511_guests, &pkt->device);
	struct guest fresh = {};

	if (guest)
		return guest;
	/* Fails only when another CPU was first, and then the lookup finds that one. */
	bpf_map_update_elem(&x511_guests, &pkt->device, &fresh, BPF_NOEXIST);
	return bpf_map_lookup_elem(&x511_guests, &pkt->device);
}

/* Over budget without a pause for as long as a parking lasts: parked. */
static __always_inline enum verdict judge_over_budget(struct guest *guest, const struct zone *zone,
						      __u64 now)
{
	if (!guest->over_ns)
		guest->over_ns = now;
	if (zone->guest_park_ns && time_since(guest->over_ns, now) >= zone->guest_park_ns) {
		guest->parked_until_ns = now + zone->guest_park_ns;
		guest->over_ns = 0;
	}
	return V_DROP_BUDGET;
}

/* V_UNDECIDED as long as the guest keeps its budget. */
static __always_inline enum verdict judge_budget(const struct scene *scene)
{
	const struct zone *zone = scene->zone;
	struct guest *guest = scene->guest;
	enum verdict verdict = V_UNDECIDED;
	__u64 now = scene->now;

	if (now < guest->parked_until_ns)
		verdict = V_DROP_PARKED;
	else if (!zone->guest_gap_ns)
		verdict = V_UNDECIDED;
	else if (!meter_pay(&guest->paid_ns, zone->guest_gap_ns, zone->guest_burst_ns, now))
		verdict = judge_over_budget(guest, zone, now);
	else if (guest->paid_ns <= now + zone->guest_gap_ns)
		guest->over_ns = 0; /* a pause long enough to have the whole burst back */

	__sync_fetch_and_add(verdict ? &guest->dropped : &guest->packets, 1);
	return verdict;
}

#endif /* XDP511_GUEST_H */
