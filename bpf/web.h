/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * web.h - a guest's TCP/80 and TCP/443: opened, acknowledged and closed right here, so that only
 * a request with a valid cookie costs the responder anything.
 *
 * The bytes are the responder's own (user/responder/tcp.c), which can do all of this itself, so
 * that it can be proved without a kernel. Checksums aren't verified here: nothing of a segment is
 * kept, and no flipped bit hits a cookie.
 */
#ifndef XDP511_WEB_H
#define XDP511_WEB_H

static __always_inline bool is_web(const struct pkt *pkt, const struct zone *zone)
{
	return pkt->dport_be == bpf_htons(PORT_HTTP) ||
	       (pkt->dport_be == bpf_htons(PORT_HTTPS) && !zone->https_reset);
}

/* Nobody is to open a connection that then stays silent. */
static __always_inline bool has_responder(__u32 slot)
{
	return bpf_map_lookup_elem(&x511_xsks, &slot);
}

/* To the socket of the queue the frame came by; without one the kernel says XDP_DROP. */
static __always_inline enum verdict steer(const struct pkt *pkt, __u32 slot)
{
	if (bpf_redirect_map(&x511_xsks, slot, XDP_DROP) != XDP_REDIRECT)
		return V_DROP_NO_RESPONDER;
	return pkt->dport_be == bpf_htons(PORT_HTTP) ? V_STEER_HTTP : V_STEER_HTTPS;
}

/*
 * Of one guest, and of all: above either rate a reset is cheaper for everybody. Only a proven
 * segment pays, or a flood of forged SYNs would use up what all guests have together.
 */
static __always_inline bool may_alert(const struct scene *scene)
{
	const struct zone *zone = scene->zone;
	struct guest *guest = scene->guest;
	__u32 zero = 0;
	struct alerts *all = bpf_map_lookup_elem(&x511_alerts, &zero);

	if (guest && zone->https_gap_ns &&
	    !meter_pay(&guest->https_paid_ns, zone->https_gap_ns, zone->https_burst_ns, scene->now))
		return false;
	return all &&
	       (!all->gap_ns || meter_pay(&all->paid_ns, all->gap_ns, all->burst_ns, scene->now));
}

static __always_inline void write_syn_ack(const struct pkt *pkt, __u32 cookie,
					  struct tcp_reply *ret_reply)
{
	ret_reply->seq = cookie;
	ret_reply->ack = pkt->seq + 1; /* data within the SYN (Fast Open) comes again */
	ret_reply->flags = TCP_SYN | TCP_ACK;
	ret_reply->window = RESPONDER_WINDOW;
	if (pkt->mss) /* else ours would make the reply longer than what may be a forged SYN */
		ret_reply->mss = is_ipv4(pkt) ? RESPONDER_MSS_IPV4 : RESPONDER_MSS_IPV6;
}

static __always_inline void write_ack(const struct pkt *pkt, struct tcp_reply *ret_reply)
{
	ret_reply->seq = pkt->ack;
	ret_reply->ack = pkt->seq + pkt->payload_len + !!(pkt->tcp_flags & TCP_FIN);
	ret_reply->flags = TCP_ACK;
	ret_reply->window = RESPONDER_WINDOW;
}

/*
 * The verdict on a web segment, and the reply if it is one of those. @slot: of the frame's queue
 * in x511_xsks. @seconds: of CLOCK_MONOTONIC. A global function, so that the verifier looks at it
 * once.
 */
__noinline int judge_web(const struct pkt *pkt, __u32 slot, __u64 seconds,
			 struct tcp_reply *ret_reply)
{
	struct cookie_keys *keys;
	struct tcp_segment segment;
	struct cookie_syn syn;
	struct cookie cookie;
	__u32 zero = 0;

	keys = bpf_map_lookup_elem(&x511_cookies, &zero);
	if (!pkt || !ret_reply || !keys || !has_responder(slot))
		return V_DROP_NO_RESPONDER;
	segment = (struct tcp_segment){
		.flow = {{.vlan = pkt->vlan}, pkt->src, pkt->dst, pkt->sport_be, pkt->dport_be},
		.seq = pkt->seq,
		.ack = pkt->ack,
		.payload_len = pkt->payload_len,
		.flags = pkt->tcp_flags,
	};
	__builtin_memcpy(segment.flow.link.mac, pkt->device.mac, ETH_ALEN);
	switch (tcp_judge(keys, &segment, seconds, &cookie)) {
	case TCP_BAD_COOKIE:
		return refuse_tcp(pkt, V_REFUSE_STRAY, ret_reply);
	case TCP_SYN_ACK:
		syn = (struct cookie_syn){pkt->seq, pkt->mss};
		write_syn_ack(pkt, cookie_make(keys, &segment.flow, &syn, seconds), ret_reply);
		return V_REPLY_SYN;
	case TCP_ACK_ALL:
		write_ack(pkt, ret_reply);
		return V_REPLY_ACK;
	case TCP_ANSWER:
		return steer(pkt, slot);
	default:
		return V_DROP_ACK;
	}
}

#endif /* XDP511_WEB_H */
