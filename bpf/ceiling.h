/* SPDX-License-Identifier: GPL-2.0-only */
/* ceiling.h - what the guests of one receive queue may cause together, beyond the gate. */
#ifndef XDP511_CEILING_H
#define XDP511_CEILING_H

#define CEILING_BURST_NS (NSEC_PER_SEC / 10)

/*
 * Pays for one frame. A device that isn't known may use half the burst only: however many
 * random MACs there are, the ceiling is never quite reached for those that are known.
 */
static __always_inline bool ceiling_allows(const struct scene *scene, __u64 *paid_ns, __u64 gap_ns)
{
	__u64 burst_ns = CEILING_BURST_NS > 2 * gap_ns ? CEILING_BURST_NS : 2 * gap_ns;

	if (!gap_ns)
		return true;
	return meter_pay(paid_ns, gap_ns, scene->guest ? burst_ns : burst_ns / 2, scene->now);
}

/* The verdict on a guest's frame, unless that would be more than the queue's guests may cause. */
static __always_inline enum verdict charge(const struct scene *scene, enum verdict verdict)
{
	enum action action = action_of(verdict);
	const struct ceilings *ceilings;
	struct queue_paid *paid;

	if (action != ACTION_PASS && action != ACTION_STEER)
		return verdict;
	ceilings = find_ceilings();
	paid = find_queue(scene);
	if (!ceilings || !paid)
		return V_DROP_KERNEL_FULL;

	if (action == ACTION_STEER)
		return ceiling_allows(scene, &paid->responder_paid_ns, ceilings->responder_gap_ns)
			       ? verdict
			       : V_DROP_RESPONDER_FULL;
	if (verdict == V_PASS_DNS)
		return ceiling_allows(scene, &paid->resolver_paid_ns, ceilings->resolver_gap_ns)
			       ? verdict
			       : V_DROP_RESOLVER_FULL;
	return ceiling_allows(scene, &paid->kernel_paid_ns, ceilings->kernel_gap_ns)
		       ? verdict
		       : V_DROP_KERNEL_FULL;
}

#endif /* XDP511_CEILING_H */
