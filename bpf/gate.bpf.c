/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * gate.bpf.c - the policy: one verdict for every frame of a client port, in both directions.
 *
 * Read judge() from top to bottom. A stage returns V_UNDECIDED to let the next one speak;
 * what nobody speaks for is dropped.
 */
#include <stdbool.h>
#include <stddef.h>

#include <linux/bpf.h>
#include <linux/errno.h>
#include <linux/icmpv6.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/pkt_cls.h>
#include <linux/tcp.h>
#include <linux/udp.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include <xdp511/abi.h>
#include <xdp511/cookie.h>
#include <xdp511/name_hash.h>
#include <xdp511/net.h>

#include "maps.h"
#include "pkt.h"
#include "address.h"
#include "parse_frame.h"
#include "parse_ip.h"
#include "parse_l4.h"
#include "zone.h"
#include "meter.h"
#include "notice.h"
#include "source.h"
#include "use.h"
#include "session.h"
#include "guest.h"
#include "essential.h"
#include "names.h"
#include "garden.h"
#include "reply.h"
#include "refuse.h"
#include "web.h"
#include "visit.h"
#include "conclude.h"
#include "ceiling.h"
#include "change.h"

static __always_inline bool is_device_mac(const __u8 *mac)
{
	return !(mac[0] & 1) && (mac[0] | mac[1] | mac[2] | mac[3] | mac[4] | mac[5]);
}

/* TCP of a guest that neither essentials nor garden allow. */
static __always_inline enum verdict judge_tcp(struct xdp_md *ctx, const struct pkt *pkt,
					      const struct scene *scene)
{
	struct tcp_reply reply = {};
	enum verdict verdict;

	if (!may_be_answered(pkt))
		return V_DROP_TCP;
	if (scene->queue >= X511_MAX_QUEUES)
		return V_DROP_NO_RESPONDER;
	if (!is_web(pkt, scene->zone))
		verdict = refuse_tcp(pkt, V_REFUSE_TCP, &reply);
	else
		verdict = judge_web(pkt, scene->xsk_base + scene->queue, scene->now / NSEC_PER_SEC,
				    &reply);
	if (verdict == V_STEER_HTTPS && !may_alert(scene))
		verdict = refuse_tcp(pkt, V_REFUSE_HTTPS, &reply);
	if (reply.flags && !reply_tcp(ctx, pkt, &reply))
		return V_DROP_TCP;
	return verdict;
}

/* Everything else a guest sends: what it gets instead of a connection. */
static __always_inline enum verdict judge_rest(struct xdp_md *ctx, const struct pkt *pkt,
					       const struct scene *scene)
{
	switch (pkt->protocol) {
	case IPPROTO_TCP:
		return judge_tcp(ctx, pkt, scene);
	case IPPROTO_UDP:
		if (pkt->dport_be == bpf_htons(PORT_HTTPS))
			return refuse_quic(ctx, pkt, scene->now);
		return V_DROP_UDP;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return V_DROP_ICMP;
	default:
		return V_DROP_PROTOCOL;
	}
}

/* A guest's frame, by what it is about. */
static __always_inline enum verdict judge_guest(struct xdp_md *ctx, struct cursor *cur,
						struct pkt *pkt, const struct scene *scene)
{
	enum verdict verdict;

	if ((verdict = judge_budget(pkt, scene)))
		return verdict;
	if ((verdict = parse_packet(cur, pkt)))
		return verdict;
	if ((verdict = judge_essential(pkt)))
		return verdict;
	if (is_to_garden(pkt, scene->zone, scene->now))
		return V_PASS_GARDEN;
	if (is_pending(pkt, scene->guest, scene->now))
		return V_DROP_PENDING;
	return judge_rest(ctx, pkt, scene);
}

static __always_inline enum verdict judge(struct xdp_md *ctx)
{
	struct cursor cur = {(void *)(long)ctx->data, (void *)(long)ctx->data_end,
			     (void *)(long)ctx->data};
	struct scene scene = {.queue = ctx->rx_queue_index, .now = clock_ns()};
	enum verdict verdict;
	struct pkt pkt = {.frame_len = cur.end - cur.pos};

	if ((verdict = parse_frame(&cur, &pkt, false)))
		return verdict;
	if (!is_device_mac(pkt.device.mac))
		return V_DROP_SOURCE;
	if ((verdict = find_zone(ctx->ingress_ifindex, &pkt, &scene.xsk_base)))
		return verdict;
	if ((verdict = judge_session(&cur, &pkt, scene.xsk_base / X511_MAX_QUEUES, scene.now)))
		return verdict;

	/* From here on the device is a guest. */
	if (!(scene.zone = zone_rules(&pkt)))
		return V_DROP_PORT;
	scene.guest = find_guest(&pkt, &scene);
	verdict = judge_guest(ctx, &cur, &pkt, &scene);
	see_guest(&pkt, &scene, verdict);
	verdict = charge(&scene, verdict);
	if (verdict == V_PASS_DNS && pkt.protocol == IPPROTO_UDP && scene.zone->has_names)
		note_question(ctx, &pkt, scene.now);
	return verdict;
}

/*
 * A tag that the kernel keeps beside the bytes stands before those within them. False when
 * it is one too many.
 */
static __always_inline bool add_offloaded_vlan(const struct __sk_buff *skb, struct pkt *pkt)
{
	__u16 id = skb->vlan_tci & VLAN_ID_MASK;

	if (!skb->vlan_present || !id)
		return true;
	if (pkt->inner_vlan)
		return false;
	pkt->inner_vlan = pkt->vlan;
	pkt->vlan = id;
	return true;
}

/* Headers may sit outside the linear part; 128 bytes hold all that the gate reads. */
static __always_inline struct cursor pull_headers(struct __sk_buff *skb)
{
	__u32 wanted = skb->len < 128 ? skb->len : 128;

	if ((void *)(long)skb->data + wanted > (void *)(long)skb->data_end)
		bpf_skb_pull_data(skb, wanted);
	return (struct cursor){(void *)(long)skb->data, (void *)(long)skb->data_end,
			       (void *)(long)skb->data};
}

/* The way back, for frames to a device that isn't signed in. */
static __always_inline enum verdict judge_down_guest(struct __sk_buff *skb, struct cursor *cur,
						     struct pkt *pkt, __u64 now)
{
	const struct zone *zone;
	enum verdict verdict;

	if (parse_packet(cur, pkt) || !(zone = zone_rules(pkt)))
		return V_DOWN_DROP_GUEST;
	if ((verdict = judge_essential_down(pkt))) {
		if (verdict == V_DOWN_PASS_DNS && pkt->protocol == IPPROTO_UDP && zone->has_names)
			note_answer(skb, pkt, now);
		return verdict;
	}
	return is_from_garden(pkt, zone, now) ? V_DOWN_PASS_GARDEN : V_DOWN_DROP_GUEST;
}

static __always_inline enum verdict judge_down(struct __sk_buff *skb, struct delivery sent)
{
	struct cursor cur = pull_headers(skb);
	enum verdict verdict;
	struct pkt pkt = {.frame_len = skb->len};
	__u64 now = clock_ns();
	__u32 xsk_base;

	if (parse_frame(&cur, &pkt, true))
		return V_DOWN_DROP_SHORT;
	if (!add_offloaded_vlan(skb, &pkt) || find_zone(skb->ifindex, &pkt, &xsk_base))
		return V_DOWN_DROP_VLAN;
	if (!skb->ingress_ifindex)
		note_visit(&cur, &pkt, now);
	if ((verdict = judge_session_down(&pkt, sent, now)))
		return verdict;
	return judge_down_guest(skb, &cur, &pkt, now);
}

SEC("xdp")
int x511_gate(struct xdp_md *ctx)
{
	__u32 bytes = ctx->data_end - ctx->data;

	return conclude(judge(ctx), bytes);
}

SEC("tc")
int x511_egress(struct __sk_buff *skb)
{
	struct delivery sent = {
		.packets = skb->gso_segs ?: 1,
		.bytes = skb->wire_len,
	};

	if (skb->vlan_present) /* each frame gets the tag that is kept beside the bytes */
		sent.bytes += sent.packets * sizeof(struct vlan_tag);
	return conclude_down(judge_down(skb, sent), sent);
}

char LICENSE[] SEC("license") = "GPL";
