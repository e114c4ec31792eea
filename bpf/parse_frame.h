/* SPDX-License-Identifier: GPL-2.0-only */
/* parse_frame.h - Ethernet header and up to two VLAN tags. */
#ifndef XDP511_PARSE_FRAME_H
#define XDP511_PARSE_FRAME_H

struct vlan_tag {
	__be16 tci_be;
	__be16 ethertype_be;
};

static __always_inline bool is_vlan_tag(__be16 ethertype_be)
{
	return ethertype_be == bpf_htons(ETH_P_8021Q) || ethertype_be == bpf_htons(ETH_P_8021AD);
}

/*
 * Adds a tag found behind the ones before it. A tag with VLAN id 0 only carries a priority
 * (IEEE 802.1Q 9.6): the frame counts as if the tag weren't there.
 */
static __always_inline void add_vlan(struct pkt *pkt, __u16 tci)
{
	__u16 id = tci & VLAN_ID_MASK;

	if (!pkt->vlan)
		pkt->vlan = id;
	else
		pkt->inner_vlan = id;
}

/*
 * Reads the frame's head. The caller knows its length and has set pkt->frame_len.
 * @to_client: the device is the destination (a frame to the client), else the source.
 * Returns V_UNDECIDED, or the verdict on a frame that can't be read.
 */
static __always_inline enum verdict parse_frame(struct cursor *cur, struct pkt *pkt, bool to_client)
{
	struct ethhdr *eth = cur->pos;
	int i;

	if ((void *)(eth + 1) > cur->end)
		return V_DROP_SHORT;
	__builtin_memcpy(pkt->device.mac, to_client ? eth->h_dest : eth->h_source, ETH_ALEN);
	pkt->to_many = eth->h_dest[0] & 1;
	pkt->ethertype_be = eth->h_proto;
	pkt->l2_len = sizeof(*eth);
	cur->pos = eth + 1;

	for (i = 0; i < ETH_MAX_TAGS; i++) {
		struct vlan_tag *tag = cur->pos;

		if (!is_vlan_tag(pkt->ethertype_be))
			break;
		if ((void *)(tag + 1) > cur->end)
			return V_DROP_SHORT;
		add_vlan(pkt, bpf_ntohs(tag->tci_be));
		pkt->ethertype_be = tag->ethertype_be;
		pkt->l2_len += sizeof(*tag);
		cur->pos = tag + 1;
	}
	return is_vlan_tag(pkt->ethertype_be) ? V_DROP_VLAN_DEPTH : V_UNDECIDED;
}

#endif /* XDP511_PARSE_FRAME_H */
