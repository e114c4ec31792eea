/* SPDX-License-Identifier: GPL-2.0-only */
/* session.h - devices that signed in: find them, see that they still may, count what they use. */
#ifndef XDP511_SESSION_H
#define XDP511_SESSION_H

static __always_inline struct session *find_session(const struct pkt *pkt)
{
	return bpf_map_lookup_elem(&x511_sessions, &pkt->device);
}

/* Timeout, idle timeout and quota; whoever is past one is a guest from this very packet on. */
static __always_inline bool session_is_open(const struct session *session, __u32 tick)
{
	if (session->expires_tick && tick >= session->expires_tick)
		return false;
	/* CPUs read the clock at their own moment: it may have been seen later than now. */
	if (session->idle_ticks && tick > session->last_seen_tick &&
	    tick - session->last_seen_tick >= session->idle_ticks)
		return false;
	return !session->quota_bytes ||
	       session->up_bytes + session->down_bytes < session->quota_bytes;
}

/* Whether it shuts the device out altogether; so does a state that this gate doesn't know. */
static __always_inline bool session_blocks(const struct session *session)
{
	return session->state != SESSION_ACTIVE && session->state != SESSION_TRUSTED;
}

static __noinline void tell_over(const struct pkt *pkt, __u64 now)
{
	struct notice *notice = new_notice(NOTICE_OVER, pkt, now);

	if (notice)
		tell(notice);
}

static __noinline void tell_moved(const struct session *session, const struct pkt *pkt, __u32 port,
				  __u64 now)
{
	struct notice *notice = new_notice(NOTICE_MOVED, pkt, now);

	if (!notice)
		return;
	notice->old_vlan = session->vlan;
	notice->port = port;
	notice->old_port = session->port;
	tell(notice);
}

/* Where it was last seen: @port by number. */
static __always_inline void see_at(struct session *session, const struct pkt *pkt, __u32 port,
				   __u64 now)
{
	if (session->vlan == pkt->vlan && session->port == port)
		return;
	if (session->vlan != X511_NOWHERE)
		tell_moved(session, pkt, port, now);
	session->vlan = pkt->vlan;
	session->port = port;
}

/*
 * A frame from a device by the port of that number: V_UNDECIDED if it is a guest's. @cur: behind
 * the Ethernet header. One that is dropped for its address has shown where it was sent, too.
 */
static __always_inline enum verdict judge_session(const struct cursor *cur, const struct pkt *pkt,
						  __u32 port, __u64 now)
{
	struct session *session = find_session(pkt);
	__u32 tick = now >> X511_TICK_SHIFT;
	enum verdict verdict;

	if (!session || session->state == SESSION_ENDED)
		return V_UNDECIDED;
	if (session_blocks(session))
		return V_DROP_BLOCKED;
	if (session->state == SESSION_ACTIVE && !session_is_open(session, tick)) {
		tell_over(pkt, now);
		return V_UNDECIDED;
	}
	see_at(session, pkt, port, now);
	if ((verdict = judge_source(cur, pkt, session, now)))
		return verdict;
	if (session->state == SESSION_ACTIVE &&
	    !meter_bytes(&session->up_paid_ns, session->up_kbps, pkt->frame_len, now))
		return V_DROP_RATE;
	__sync_fetch_and_add(&session->up_packets, 1);
	__sync_fetch_and_add(&session->up_bytes, pkt->frame_len);
	if (session->last_seen_tick != tick && is_use(cur, pkt))
		session->last_seen_tick = tick;
	return session->state == SESSION_TRUSTED ? V_PASS_TRUSTED : V_PASS_SESSION;
}

/* Frames on their way to a device; one buffer may hold several segments of a TCP stream. */
struct delivery {
	__u32 packets;
	__u32 bytes;
};

static __always_inline enum verdict judge_session_down(const struct pkt *pkt, struct delivery sent,
						       __u64 now)
{
	struct session *session = find_session(pkt);

	if (!session || session->state == SESSION_ENDED)
		return V_UNDECIDED;
	if (session_blocks(session))
		return V_DOWN_DROP_BLOCKED;
	if (session->state == SESSION_ACTIVE) {
		if (!session_is_open(session, now >> X511_TICK_SHIFT)) {
			tell_over(pkt, now);
			return V_UNDECIDED;
		}
		if (!meter_bytes(&session->down_paid_ns, session->down_kbps, sent.bytes, now))
			return V_DOWN_DROP_RATE;
	}
	__sync_fetch_and_add(&session->down_packets, sent.packets);
	__sync_fetch_and_add(&session->down_bytes, sent.bytes);
	return session->state == SESSION_TRUSTED ? V_DOWN_PASS_TRUSTED : V_DOWN_PASS_SESSION;
}

#endif /* XDP511_SESSION_H */
