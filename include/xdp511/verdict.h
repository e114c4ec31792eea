/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * verdict.h - every verdict a frame can get, once: name, action, sentence.
 *
 * The enum, the action table, the fields of struct stats, the labels of
 * `xdp511 stats` and the tests' coverage check are all made from this list.
 *
 * V_PASS_, V_STEER_, V_REPLY_, V_REFUSE_ and V_DROP_ are given to frames that come from a
 * client (XDP); V_DOWN_ ones to frames on their way to a client (tc egress).
 */
#ifndef XDP511_VERDICT_H
#define XDP511_VERDICT_H

/* What becomes of a frame; the kernel's codes for it stand in bpf/conclude.h. */
enum action {
	ACTION_PASS,  /* on to the kernel, or on to the client */
	ACTION_STEER, /* to the responder's AF_XDP socket */
	ACTION_REPLY, /* rewritten as its answer, sent back by the same port */
	ACTION_DROP,
};

/* clang-format off */
#define X511_VERDICTS(X) \
	X(PASS_SESSION,		PASS,	"from a signed-in device") \
	X(PASS_TRUSTED,		PASS,	"from a trusted device") \
	X(PASS_ARP,		PASS,	"guest: ARP") \
	X(PASS_ND,		PASS,	"guest: IPv6 neighbour discovery") \
	X(PASS_MLD,		PASS,	"guest: IPv6 multicast membership report") \
	X(PASS_DHCP,		PASS,	"guest: DHCP from client to server") \
	X(PASS_DNS,		PASS,	"guest: DNS to an allowed resolver") \
	X(PASS_GARDEN,		PASS,	"guest: to the walled garden or the portal") \
	X(STEER_HTTP,		STEER,	"guest: TCP/80 with a request, to the responder") \
	X(STEER_HTTPS,		STEER,	"guest: TCP/443 with data, to the responder") \
	X(REPLY_SYN,		REPLY,	"guest: web connection opened with a cookie") \
	X(REPLY_ACK,		REPLY,	"guest: has the whole answer, its request is acknowledged") \
	X(REFUSE_TCP,		REPLY,	"guest: other TCP, answered with a reset") \
	X(REFUSE_STRAY,		REPLY,	"guest: web segment of no known connection, answered with a reset") \
	X(REFUSE_HTTPS,		REPLY,	"guest: TCP/443 beyond the rate of alerts, answered with a reset") \
	X(REFUSE_QUIC,		REPLY,	"guest: UDP/443, answered with port unreachable") \
	X(DROP_BLOCKED,		DROP,	"from a blocked device") \
	X(DROP_RATE,		DROP,	"from a signed-in device over its upload rate") \
	X(DROP_ADDRESS,		DROP,	"from a signed-in device by an address it isn't bound to") \
	X(DROP_BUDGET,		DROP,	"guest: over its packet budget") \
	X(DROP_PARKED,		DROP,	"guest: parked after too long over its budget") \
	X(DROP_NO_RESPONDER,	DROP,	"guest: web request, but no responder on this queue") \
	X(DROP_RESPONDER_FULL,	DROP,	"guest: web request beyond the queue's rate to the responder") \
	X(DROP_RESOLVER_FULL,	DROP,	"guest: DNS beyond the queue's rate to the resolvers") \
	X(DROP_KERNEL_FULL,	DROP,	"guest: allowed, but beyond the queue's rate to the kernel") \
	X(DROP_PENDING,		DROP,	"guest: to an address that the garden may be about to learn") \
	X(DROP_SHORT,		DROP,	"shorter than its headers say") \
	X(DROP_SOURCE,		DROP,	"source MAC is zero or multicast") \
	X(DROP_PORT,		DROP,	"interface without a configuration") \
	X(DROP_VLAN_DEPTH,	DROP,	"more than two VLAN tags") \
	X(DROP_VLAN_UNKNOWN,	DROP,	"VLAN that no zone names") \
	X(DROP_ETHERTYPE,	DROP,	"guest: neither ARP, IPv4 nor IPv6") \
	X(DROP_ARP,		DROP,	"guest: malformed ARP, or not in its own name") \
	X(DROP_IP_HEADER,	DROP,	"guest: malformed IP header") \
	X(DROP_FRAGMENT,	DROP,	"guest: IP fragment") \
	X(DROP_EXT_HEADERS,	DROP,	"guest: IPv6 extension headers too many, or a source route") \
	X(DROP_L4_HEADER,	DROP,	"guest: malformed TCP, UDP or ICMP header") \
	X(DROP_SPOOF,		DROP,	"claims an address of the gateway") \
	X(DROP_ROGUE_ROUTER,	DROP,	"guest: router advertisement, redirect or MLD query") \
	X(DROP_ROGUE_DHCP,	DROP,	"guest: DHCP message of a server") \
	X(DROP_ND,		DROP,	"guest: malformed ND or MLD, or not in its own name") \
	X(DROP_ICMP,		DROP,	"guest: other ICMP") \
	X(DROP_ACK,		DROP,	"guest: web segment that needs no answer") \
	X(DROP_TCP,		DROP,	"guest: TCP that must not be answered") \
	X(DROP_QUIC,		DROP,	"guest: UDP/443 beyond the rate of refusals") \
	X(DROP_UDP,		DROP,	"guest: other UDP") \
	X(DROP_PROTOCOL,	DROP,	"guest: other IP protocol") \
	X(DOWN_PASS_SESSION,	PASS,	"to a signed-in device") \
	X(DOWN_PASS_TRUSTED,	PASS,	"to a trusted device") \
	X(DOWN_PASS_ARP,	PASS,	"to a guest: ARP") \
	X(DOWN_PASS_ND,		PASS,	"to a guest: IPv6 neighbour and router discovery, MLD") \
	X(DOWN_PASS_DHCP,	PASS,	"to a guest: DHCP from server to client") \
	X(DOWN_PASS_DNS,	PASS,	"to a guest: answer of an allowed resolver") \
	X(DOWN_PASS_GARDEN,	PASS,	"to a guest: from the walled garden or the portal") \
	X(DOWN_PASS_ICMP,	PASS,	"to a guest: ICMP error of the gateway itself") \
	X(DOWN_DROP_BLOCKED,	DROP,	"to a blocked device") \
	X(DOWN_DROP_RATE,	DROP,	"to a signed-in device over its download rate") \
	X(DOWN_DROP_SHORT,	DROP,	"on the way back: shorter than its headers say") \
	X(DOWN_DROP_VLAN,	DROP,	"on the way back: VLAN or interface without a zone") \
	X(DOWN_DROP_GUEST,	DROP,	"to a guest: nothing that signing in needs")

enum verdict {
	V_UNDECIDED, /* a stage has nothing to say: the next one is asked */
#define X(name, action, sentence) V_##name,
	X511_VERDICTS(X)
#undef X
	V_COUNT,
};
/* clang-format on */

#endif /* XDP511_VERDICT_H */
