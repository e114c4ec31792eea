/* SPDX-License-Identifier: GPL-2.0-only */
/* pkt.h - the packet as the stages see it: read once, then never looked up in the frame again. */
#ifndef XDP511_PKT_H
#define XDP511_PKT_H

/* The frame's bytes and how far parsing has come. Bounds are checked where something is read. */
struct cursor {
	void *pos;
	void *end;
	void *start;
};

struct pkt {
	/* from the Ethernet header: parse_frame.h */
	struct session_key device; /* MAC of the client, and its zone once find_zone() ran */
	__u16 vlan;		   /* VLAN ids; 0: no such tag */
	__u16 inner_vlan;
	__u16 l2_len; /* Ethernet header and tags that are in the frame's bytes */
	__u32 frame_len;
	__be16 ethertype_be;
	bool to_many; /* multicast or broadcast destination MAC */

	/* from ARP or IP: parse_ip.h. An ARP's are the sender's and the target's addresses. */
	struct address src;
	struct address dst;
	__u16 l4_len; /* bytes after the IP headers, by the IP header's word */
	__u8 protocol;
	__u8 hop_limit;
	bool plain;    /* no IPv4 options and no IPv6 extension headers */
	bool own_name; /* of ARP and ND: they name no MAC but the device's as theirs */

	/* from TCP, UDP, ICMP or ICMPv6: parse_l4.h */
	__be16 sport_be;
	__be16 dport_be;
	__u32 seq;
	__u32 ack;
	__u16 payload_len; /* of TCP */
	__u32 payload_at;  /* of UDP: where in the frame it starts */
	__u16 mss;	   /* of a SYN; 0: no such option, MSS_UNREAD: behind others */
	__u8 tcp_flags;
	__u8 icmp_type;
	__u8 icmp_code;
	__u8 bootp_op;	       /* first byte of UDP's payload */
	struct address target; /* of a neighbour solicitation or advertisement */
};

static __always_inline bool is_arp(const struct pkt *pkt)
{
	return pkt->ethertype_be == bpf_htons(ETH_P_ARP);
}

static __always_inline bool is_ipv4(const struct pkt *pkt)
{
	return pkt->ethertype_be == bpf_htons(ETH_P_IP);
}

static __always_inline bool is_ipv6(const struct pkt *pkt)
{
	return pkt->ethertype_be == bpf_htons(ETH_P_IPV6);
}

static __always_inline void address_from_ipv4(struct address *address, const void *ipv4)
{
	__builtin_memset(address->bytes, 0, 10);
	__builtin_memset(address->bytes + 10, 0xff, 2);
	__builtin_memcpy(address->bytes + 12, ipv4, 4);
}

#endif /* XDP511_PKT_H */
