/* SPDX-License-Identifier: MIT */
/*
 * sweep_policy.c - what DESIGN.md section 4 allows guests, said once more and independently.
 *
 * Each function gets one value of a swept field (and how many tags the frame has) and says
 * the verdict on the template that the sweep's table names.
 */
#include "sweep.h"

#define FLAG_RST 0x04

enum verdict web4_by_ethertype(__u32 ethertype, int tags)
{
	switch (ethertype) {
	case 0x0800:
		return V_REPLY_SYN;
	case 0x0806:
		return V_DROP_ARP; /* an IPv4 packet is no ARP */
	case 0x86dd:
		return V_DROP_IP_HEADER;
	case 0x8100:
	case 0x88a8: /* the IPv4 header's words are read as a tag and an EtherType */
		return tags == 2 ? V_DROP_VLAN_DEPTH : V_DROP_ETHERTYPE;
	default:
		return V_DROP_ETHERTYPE;
	}
}

enum verdict web6_by_ethertype(__u32 ethertype, int tags)
{
	if (ethertype == 0x86dd)
		return V_REPLY_SYN;
	return ethertype == 0x0800 ? V_DROP_IP_HEADER : web4_by_ethertype(ethertype, tags);
}

enum verdict arp_by_ethertype(__u32 ethertype, int tags)
{
	switch (ethertype) {
	case 0x0806:
		return V_PASS_ARP;
	case 0x0800:
		return V_DROP_IP_HEADER;
	case 0x86dd:
		return V_DROP_SHORT;
	case 0x8100:
	case 0x88a8: /* ARP begins with 0001 0800: VLAN 1, IPv4 */
		return tags == 2 ? V_DROP_VLAN_DEPTH : V_DROP_IP_HEADER;
	default:
		return V_DROP_ETHERTYPE;
	}
}

enum verdict outside4_by_protocol(__u32 protocol, int tags)
{
	(void)tags;
	switch (protocol) {
	case 1:
	case 58:
		return V_DROP_ICMP;
	case 6:
		return V_REPLY_SYN;
	case 17:
		return V_DROP_UDP;
	default:
		return V_DROP_PROTOCOL;
	}
}

enum verdict outside6_by_protocol(__u32 protocol, int tags)
{
	switch (protocol) {
	case 0:
	case 60: /* options whose length is more than the gate reads */
	case 43:
		return V_DROP_EXT_HEADERS;
	case 44:
		return V_DROP_FRAGMENT;
	default:
		return outside4_by_protocol(protocol, tags);
	}
}

/* An unrestricted prefix takes every protocol whose header is in order. */
enum verdict open4_by_protocol(__u32 protocol, int tags)
{
	(void)tags;
	return protocol == 17 ? V_DROP_L4_HEADER : V_PASS_GARDEN;
}

enum verdict open6_by_protocol(__u32 protocol, int tags)
{
	enum verdict outside = outside6_by_protocol(protocol, tags);

	if (outside == V_DROP_EXT_HEADERS || outside == V_DROP_FRAGMENT)
		return outside;
	return open4_by_protocol(protocol, tags);
}

enum verdict tcp_by_port(__u32 port, int tags)
{
	(void)tags;
	return port == 80 || port == 443 ? V_REPLY_SYN : V_REFUSE_TCP;
}

enum verdict tcp_resolver_by_port(__u32 port, int tags)
{
	return port == 53 ? V_PASS_DNS : tcp_by_port(port, tags);
}

enum verdict tcp_service_by_port(__u32 port, int tags)
{
	return port == 443 ? V_PASS_GARDEN : tcp_by_port(port, tags);
}

enum verdict tcp_press_by_port(__u32 port, int tags)
{
	(void)tags;
	return port == 80 ? V_REPLY_SYN : V_REFUSE_TCP;
}

enum verdict udp4_by_port(__u32 port, int tags)
{
	(void)tags;
	if (port == 68)
		return V_DROP_ROGUE_DHCP;
	return port == 443 ? V_REFUSE_QUIC : V_DROP_UDP;
}

enum verdict udp6_by_port(__u32 port, int tags)
{
	(void)tags;
	if (port == 546)
		return V_DROP_ROGUE_DHCP;
	return port == 443 ? V_REFUSE_QUIC : V_DROP_UDP;
}

enum verdict udp4_resolver_by_port(__u32 port, int tags)
{
	return port == 53 ? V_PASS_DNS : udp4_by_port(port, tags);
}

enum verdict udp6_resolver_by_port(__u32 port, int tags)
{
	return port == 53 ? V_PASS_DNS : udp6_by_port(port, tags);
}

enum verdict udp4_by_source_port(__u32 port, int tags)
{
	(void)tags;
	return port == 67 ? V_DROP_ROGUE_DHCP : V_DROP_UDP;
}

enum verdict udp6_by_source_port(__u32 port, int tags)
{
	(void)tags;
	return port == 547 ? V_DROP_ROGUE_DHCP : V_DROP_UDP;
}

enum verdict refused_by_flags(__u32 flags, int tags)
{
	(void)tags;
	return flags & FLAG_RST ? V_DROP_TCP : V_REFUSE_TCP;
}

enum verdict icmp_dropped(__u32 type, int tags)
{
	(void)type, (void)tags;
	return V_DROP_ICMP;
}

enum verdict icmp_to_open4(__u32 type, int tags)
{
	(void)type, (void)tags;
	return V_PASS_GARDEN;
}

/* @nd, @mld: the verdict on a message of a client. */
static enum verdict icmp6_by_type(__u32 type, enum verdict nd, enum verdict mld, enum verdict other)
{
	if (type == 133 || type == 135 || type == 136)
		return nd;
	if (type == 131 || type == 132 || type == 143)
		return mld;
	return type == 130 || type == 134 || type == 137 ? V_DROP_ROGUE_ROUTER : other;
}

enum verdict icmp6_of_hops_255(__u32 type, int tags)
{
	(void)tags;
	return icmp6_by_type(type, V_PASS_ND, V_DROP_ND, V_DROP_ICMP);
}

enum verdict icmp6_of_hops_1(__u32 type, int tags)
{
	(void)tags;
	return icmp6_by_type(type, V_DROP_ND, V_PASS_MLD, V_DROP_ICMP);
}

enum verdict icmp6_from_afar(__u32 type, int tags)
{
	(void)tags;
	return icmp6_by_type(type, V_DROP_ND, V_DROP_ND, V_DROP_ICMP);
}

enum verdict icmp6_to_open(__u32 type, int tags)
{
	(void)tags;
	return icmp6_by_type(type, V_DROP_ND, V_DROP_ND, V_PASS_GARDEN);
}

enum verdict down_arp_by_ethertype(__u32 ethertype, int tags)
{
	if (ethertype == 0x0806)
		return V_DOWN_PASS_ARP;
	if (tags == 2 && (ethertype == 0x8100 || ethertype == 0x88a8))
		return V_DOWN_DROP_SHORT;
	return V_DOWN_DROP_GUEST;
}

enum verdict down_by_port(__u32 port, int tags)
{
	(void)port, (void)tags;
	return V_DOWN_DROP_GUEST;
}

enum verdict down_icmp6(__u32 type, int tags)
{
	(void)tags;
	if (type >= 1 && type <= 4)
		return V_DOWN_PASS_ICMP;
	return type >= 133 && type <= 137 ? V_DOWN_PASS_ND : V_DOWN_DROP_GUEST;
}
