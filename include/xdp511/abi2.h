/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * abi2.h - what outlives an upgrade from ABI 2, as its maps have it; frozen, nothing here ever changes.
 *
 * Keys are those of abi.h. x511_cookies has the same layout in both.
 */
#ifndef XDP511_ABI2_H
#define XDP511_ABI2_H

#include <xdp511/abi.h>

struct abi2_session {
	__u64 expires_ns; /* 0: never */
	__u64 quota_bytes;
	__u64 last_seen_ns;
	__u64 up_bytes;
	__u64 up_packets;
	__u64 down_bytes;
	__u64 down_packets;
	__u64 up_paid_ns;
	__u64 down_paid_ns;
	__u32 up_kbps;
	__u32 down_kbps;
	__u32 idle_s; /* 0: unlimited */
	__u16 vlan;
	enum session_state state;
	__u8 unused;
};

struct abi2_guest {
	__u64 paid_ns;
	__u64 over_ns;
	__u64 parked_until_ns;
	__u64 https_paid_ns;
	__u64 packets;
	__u64 dropped;
};

_Static_assert(sizeof(struct abi2_session) == 88, "frozen");
_Static_assert(sizeof(struct abi2_guest) == 48, "frozen");

/* The verdicts of ABI 2, in the order of its counters. */
/* clang-format off */
#define ABI2_VERDICTS(X) \
	X(PASS_SESSION) X(PASS_TRUSTED) X(PASS_ARP) X(PASS_ND) X(PASS_MLD) X(PASS_DHCP) \
	X(PASS_DNS) X(PASS_GARDEN) X(STEER_HTTP) X(STEER_HTTPS) X(REPLY_SYN) X(REPLY_ACK) \
	X(REFUSE_TCP) X(REFUSE_STRAY) X(REFUSE_HTTPS) X(REFUSE_QUIC) X(DROP_BLOCKED) \
	X(DROP_RATE) X(DROP_BUDGET) X(DROP_PARKED) X(DROP_NO_RESPONDER) X(DROP_SHORT) \
	X(DROP_SOURCE) X(DROP_PORT) X(DROP_VLAN_DEPTH) X(DROP_VLAN_UNKNOWN) X(DROP_ETHERTYPE) \
	X(DROP_ARP) X(DROP_IP_HEADER) X(DROP_FRAGMENT) X(DROP_EXT_HEADERS) X(DROP_L4_HEADER) \
	X(DROP_SPOOF) X(DROP_ROGUE_ROUTER) X(DROP_ROGUE_DHCP) X(DROP_ND) X(DROP_ICMP) \
	X(DROP_ACK) X(DROP_TCP) X(DROP_QUIC) X(DROP_UDP) X(DROP_PROTOCOL) X(DOWN_PASS_SESSION) \
	X(DOWN_PASS_TRUSTED) X(DOWN_PASS_ARP) X(DOWN_PASS_ND) X(DOWN_PASS_DHCP) \
	X(DOWN_PASS_DNS) X(DOWN_PASS_GARDEN) X(DOWN_PASS_ICMP) X(DOWN_DROP_BLOCKED) \
	X(DOWN_DROP_RATE) X(DOWN_DROP_SHORT) X(DOWN_DROP_VLAN) X(DOWN_DROP_GUEST)
/* clang-format on */

struct abi2_stats {
#define X(name) struct counter name;
	ABI2_VERDICTS(X)
#undef X
};

_Static_assert(sizeof(struct abi2_stats) == 55 * sizeof(struct counter), "frozen");

#endif /* XDP511_ABI2_H */
