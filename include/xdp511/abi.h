/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * abi.h - the maps' keys and values: the only types the gate and the controller share.
 *
 * Byte order: fields ending in _be are in network order, all others in host order.
 * Times: *_ns are nanoseconds of CLOCK_MONOTONIC, which is bpf_ktime_get_ns().
 * A change of any size or meaning here raises X511_ABI.
 */
#ifndef XDP511_ABI_H
#define XDP511_ABI_H

#include <linux/types.h>

#include <xdp511/verdict.h>

#define X511_ABI 2

#define X511_MAX_PORTS	16  /* client interfaces of one gateway */
#define X511_MAX_QUEUES 64  /* receive queues of one interface */
#define X511_MAX_ZONES	256 /* zone 0 is `default` */

/* An IPv6 address, or an IPv4 one as ::ffff:a.b.c.d (RFC 4291 2.5.5.2): one form for both. */
struct address {
	__u8 bytes[16];
} __attribute__((aligned(4))); /* the gate compares it word by word */

_Static_assert(sizeof(struct address) == 16, "abi");

/* x511_abi: which layout the pinned maps have. */
struct abi {
	__u32 version;
};

/* x511_ports, by ifindex: a client-facing interface. */
struct port {
	__u32 xsk_base;		 /* x511_xsks slot of its queue 0 */
	__u16 zone;		 /* of untagged frames, and of VLANs no zone names */
	__u16 drop_unknown_vlan; /* 1: frames of a VLAN no zone names are dropped */
};

_Static_assert(sizeof(struct port) == 8, "abi");

/* x511_vlans: which zone a tagged frame belongs to. */
struct vlan_key {
	__u32 ifindex;
	__u16 vlan;	  /* outer VLAN id, 1-4094 */
	__u16 inner_vlan; /* inner VLAN id of a QinQ frame, else 0 */
};

struct vlan {
	__u32 zone;
};

_Static_assert(sizeof(struct vlan_key) == 8, "abi");

/* x511_zones, by zone number: what guests of a zone may do. */
struct zone {
	__u64 guest_gap_ns;   /* time one packet costs a guest's budget; 0: no budget */
	__u64 guest_burst_ns; /* how far ahead of its budget a guest may run */
	__u64 guest_park_ns;  /* over budget for so long: parked for so long; 0: never */
	__u64 https_gap_ns;   /* time one TLS alert costs a guest; 0: any number */
	__u64 https_burst_ns; /* how far ahead of that a guest may run */
	__u32 https_reset;    /* 1: TCP/443 is refused by a reset, 0: answered by an alert */
	__u32 unused;
};

_Static_assert(sizeof(struct zone) == 48, "abi");

/* x511_sessions: a device known to the controller. Only the controller adds and removes. */
struct session_key {
	__u8 mac[6];
	__u16 zone;
};

/* One byte; as an enum, so that bpftool prints its name. */
enum session_state {
	SESSION_ACTIVE = 1,
	SESSION_TRUSTED = 2, /* passes without limits */
	SESSION_BLOCKED = 3, /* not even a guest */
} __attribute__((packed));

struct session {
	__u64 expires_ns;   /* 0: never */
	__u64 quota_bytes;  /* up and down together; 0: unlimited */
	__u64 last_seen_ns; /* last unicast IP packet from the device, else the sign-in */
	__u64 up_bytes;
	__u64 up_packets;
	__u64 down_bytes;
	__u64 down_packets;
	__u64 up_paid_ns; /* until when the upload rate is used up; see bpf/meter.h */
	__u64 down_paid_ns;
	__u32 up_kbps; /* 0: unlimited */
	__u32 down_kbps;
	__u32 idle_s; /* 0: unlimited */
	__u16 vlan;   /* the one the device was last seen on */
	enum session_state state;
	__u8 unused;
};

_Static_assert(sizeof(struct session_key) == 8, "abi");
_Static_assert(sizeof(struct session) == 88, "abi");

/* x511_guests, by session_key: budget of a device that isn't signed in; oldest forgotten. */
struct guest {
	__u64 paid_ns; /* until when the budget is used up */
	__u64 over_ns; /* since when it has been over budget; 0: it isn't */
	__u64 parked_until_ns;
	__u64 https_paid_ns; /* until when its rate of TLS alerts is used up */
	__u64 packets;
	__u64 dropped;
};

_Static_assert(sizeof(struct guest) == 48, "abi");

/* x511_alerts: the rate of TLS alerts for all guests together. */
struct alerts {
	__u64 gap_ns; /* time one alert costs; 0: any number */
	__u64 burst_ns;
	__u64 paid_ns; /* until when the rate is used up: the gate's */
};

_Static_assert(sizeof(struct alerts) == 24, "abi");

/*
 * x511_cookies: keys of the initial sequence numbers (cookie.h). Slot n has key n % COOKIE_KEYS,
 * and the controller makes it anew while none of the slots that are valid then have it: keys
 * come and go without anybody's handshake being lost.
 */
#define COOKIE_KEYS 4

struct cookie_keys {
	__u64 words[COOKIE_KEYS][2];
};

_Static_assert(sizeof(struct cookie_keys) == 64, "abi");

/* x511_resolvers: a DNS server that guests of a zone may ask. */
struct resolver_key {
	struct address address;
	__u32 zone;
};

_Static_assert(sizeof(struct resolver_key) == 20, "abi");

/* x511_garden: longest-prefix trie of what guests of a zone may reach. */
#define X511_GARDEN_ZONE_BITS 32 /* a key's prefix starts with the whole zone number */

struct garden_key {
	__u32 prefix_bits; /* X511_GARDEN_ZONE_BITS + 96 (IPv4) + bits of the address */
	__u32 zone;
	struct address address;
};

#define X511_MAX_SERVICES 15 /* of one prefix, those of the shorter ones around it included */

struct service {
	__be16 port_be;
	__u8 protocol; /* IPPROTO_TCP or IPPROTO_UDP */
	__u8 unused;
};

struct garden {
	__u32 service_count; /* 0: every protocol and port */
	struct service services[X511_MAX_SERVICES];
};

_Static_assert(sizeof(struct garden_key) == 24, "abi");
_Static_assert(sizeof(struct service) == 4, "abi");
_Static_assert(sizeof(struct garden) == 64, "abi");

/* x511_stats, one a CPU: how many frames got which verdict, a field for each. */
struct counter {
	__u64 packets;
	__u64 bytes;
};

struct stats {
#define X(name, action, sentence) struct counter name;
	X511_VERDICTS(X)
#undef X
};

_Static_assert(sizeof(struct stats) == (V_COUNT - 1) * sizeof(struct counter), "abi");

#endif /* XDP511_ABI_H */
