/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* net.h - protocol numbers that the kernel's UAPI headers don't name. */
#ifndef XDP511_NET_H
#define XDP511_NET_H

#define ETH_MAX_TAGS	   2
#define VLAN_ID_MASK	   0x0fff
#define VLAN_ID_MAX	   4094
#define ARP_ETHERNET	   1 /* hardware type (RFC 826) */
#define ARP_REQUEST	   1
#define ARP_REPLY	   2
#define IPV4_FRAGMENT	   0x3fff /* more-fragments bit and offset (RFC 791) */
#define IPV4_DONT_FRAGMENT 0x4000
#define IPV4_MAX_OPTIONS   40  /* bytes of them; the header's length has four bits */
#define IPV4_OPTION_LSRR   131 /* loose and strict source route */
#define IPV4_OPTION_SSRR   137

#define PORT_DNS	  53
#define PORT_DHCP_SERVER  67
#define PORT_DHCP_CLIENT  68
#define PORT_HTTP	  80
#define PORT_HTTPS	  443
#define PORT_DHCP6_CLIENT 546
#define PORT_DHCP6_SERVER 547

#define BOOTP_REQUEST 1 /* op of a client's DHCP message (RFC 2131) */

#define ICMP4_UNREACH	    3 /* RFC 792; <linux/icmp.h> needs libc, which BPF has not */
#define ICMP4_UNREACH_PORT  3
#define ICMP4_TIME_EXCEEDED 11
#define ICMP4_PARAMETER	    12

/* ICMPv6 types (RFC 4861, 2710, 3810) and the hop limits that prove a message is local. */
#define ICMP6_MLD_QUERY	     130
#define ICMP6_MLD_REPORT     131
#define ICMP6_MLD_DONE	     132
#define ICMP6_ROUTER_SOLICIT 133
#define ICMP6_ROUTER_ADVERT  134
#define ICMP6_NEIGH_SOLICIT  135
#define ICMP6_NEIGH_ADVERT   136
#define ICMP6_REDIRECT	     137
#define ICMP6_MLD2_REPORT    143
#define ND_HOP_LIMIT	     255
#define MLD_HOP_LIMIT	     1
#define ND_OPT_SOURCE_LLA    1 /* RFC 4861 4.6.1 */
#define ND_OPT_TARGET_LLA    2

#define TCP_OPTION_MSS 2

#define TCP_FIN 0x01
#define TCP_SYN 0x02
#define TCP_RST 0x04
#define TCP_PSH 0x08
#define TCP_ACK 0x10

#endif /* XDP511_NET_H */
