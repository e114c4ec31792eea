/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * change.h - how the controller changes an entry of x511_sessions that packets are counted in.
 *
 * Writing the whole value by bpf(2) would lose what is counted between reading and writing. These
 * programs, run by the controller, write single fields of the entry in place.
 */
#ifndef XDP511_CHANGE_H
#define XDP511_CHANGE_H

/* Unlimited is 0. */
static __always_inline bool is_raised(__u32 old_kbps, __u32 kbps)
{
	return old_kbps && (!kbps || kbps > old_kbps);
}

/*
 * The bucket holds time at the rate it was paid by: a few frames may be minutes, which nobody owes
 * at a higher one. At a lower one the same time is less, and stays.
 */
static __always_inline void change_rate(__u32 *rate_kbps, __u64 *paid_ns, __u32 kbps)
{
	__u32 old_kbps = *rate_kbps;

	*rate_kbps = kbps;
	if (is_raised(old_kbps, kbps))
		*paid_ns = 0;
}

/* Limits and state; last_seen_tick if it isn't 0. What the gate counts stays as it is. */
SEC("syscall")
int x511_change(struct session_change *change)
{
	struct session_key device = change->device;
	struct session *session = bpf_map_lookup_elem(&x511_sessions, &device);
	const struct session *wanted = &change->session;

	if (!session)
		return -ENOENT;
	session->quota_bytes = wanted->quota_bytes;
	session->expires_tick = wanted->expires_tick;
	session->idle_ticks = wanted->idle_ticks;
	change_rate(&session->up_kbps, &session->up_paid_ns, wanted->up_kbps);
	change_rate(&session->down_kbps, &session->down_paid_ns, wanted->down_kbps);
	if (wanted->last_seen_tick)
		session->last_seen_tick = wanted->last_seen_tick;
	session->state = wanted->state;
	return 0;
}

/* Adds the counters of @change, which were counted in another map; it may have been seen there, too. */
SEC("syscall")
int x511_credit(struct session_change *change)
{
	struct session_key device = change->device;
	struct session *session = bpf_map_lookup_elem(&x511_sessions, &device);
	const struct session *more = &change->session;

	if (!session)
		return -ENOENT;
	__sync_fetch_and_add(&session->up_bytes, more->up_bytes);
	__sync_fetch_and_add(&session->up_packets, more->up_packets);
	__sync_fetch_and_add(&session->down_bytes, more->down_bytes);
	__sync_fetch_and_add(&session->down_packets, more->down_packets);
	if (more->last_seen_tick > session->last_seen_tick)
		session->last_seen_tick = more->last_seen_tick;
	return 0;
}

#endif /* XDP511_CHANGE_H */
