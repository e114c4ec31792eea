/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * abi.h - the maps' keys and values: the only types the gate and the controller share.
 *
 * Byte order: fields ending in _be are in network order, all others in host order.
 * Times: *_ns are nanoseconds of CLOCK_MONOTONIC, which the gate reads as of the last timer tick
 * (bpf_ktime_get_coarse_ns()); *_tick are that clock in units of X511_TICK_NS.
 * A change of any size or meaning here raises X511_ABI.
 */
#ifndef XDP511_ABI_H
#define XDP511_ABI_H

#include <linux/types.h>

#include <xdp511/verdict.h>

#define X511_ABI 3

#define X511_MAX_PORTS	16  /* client interfaces of one gateway */
#define X511_MAX_QUEUES 64  /* receive queues of one interface */
#define X511_MAX_ZONES	256 /* zone 0 is `default` */

/* A power of two, so that the gate divides by a shift; 32 bits of them are nine years of uptime. */
#define X511_TICK_SHIFT 26
#define X511_TICK_NS	(1ULL << X511_TICK_SHIFT) /* 67 ms */

/* An IPv6 address, or an IPv4 one as ::ffff:a.b.c.d (RFC 4291 2.5.5.2): one form for both. */
struct address {
	__u8 bytes[16];
} __attribute__((aligned(4))); /* the gate compares it word by word */

_Static_assert(sizeof(struct address) == 16, "abi");

/* x511_abi: which layout the pinned maps have. */
struct abi {
	__u32 version;
};

/*
 * x511_ports, by position in the configuration: a client-facing interface. Its queue 0 has slot
 * X511_MAX_QUEUES * position of x511_xsks.
 */
struct port {
	__u32 ifindex;		 /* 0: none at this position */
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

#define X511_ZONE_NAME_SIZE 32 /* with NUL */

/* x511_zones, by zone number: what guests of a zone may do. */
struct zone {
	__u64 guest_gap_ns;   /* time one packet costs a guest's budget; 0: no budget */
	__u64 guest_burst_ns; /* how far ahead of its budget a guest may run */
	__u64 guest_park_ns;  /* over budget for so long: parked for so long; 0: never */
	__u64 https_gap_ns;   /* time one TLS alert costs a guest; 0: any number */
	__u64 https_burst_ns; /* how far ahead of that a guest may run */
	__u32 https_reset;    /* 1: TCP/443 is refused by a reset, 0: answered by an alert */
	__u32 spoof_guard;    /* 1: sessions are bound to their addresses */
	__u32 has_names;      /* 1: its garden has host names: x511_patterns, x511_names */
	__u32 unused;
	char name[X511_ZONE_NAME_SIZE]; /* what the number stands for; the controller's */
};

_Static_assert(sizeof(struct zone) == 88, "abi");

/* x511_sessions: a device known to the controller. Only the controller adds and removes. */
struct session_key {
	__u8 mac[6];
	__u16 zone;
};

#define X511_NOWHERE 0xfff /* as a VLAN: no frame has this one (IEEE 802.1Q 9.6) */

/* One byte; as an enum, so that bpftool prints its name. */
enum session_state {
	SESSION_ACTIVE = 1,
	SESSION_TRUSTED = 2, /* passes without limits */
	SESSION_BLOCKED = 3, /* not even a guest */
	SESSION_ENDED = 4,   /* signed out: a guest; stays until its counters are read */
} __attribute__((packed));

/*
 * The controller writes limits and state, the gate all that it counts and learns: neither ever
 * writes the other's fields of an entry that is there, but for what a raised rate had paid
 * (bpf/change.h).
 */
struct session {
	__u64 quota_bytes; /* up and down together; 0: unlimited */
	__u64 up_bytes;
	__u64 up_packets;
	__u64 down_bytes;
	__u64 down_packets;
	__u64 up_paid_ns; /* until when the upload rate is used up; see bpf/meter.h */
	__u64 down_paid_ns;
	__u32 expires_tick;   /* 0: never */
	__u32 last_seen_tick; /* last packet that shows use, else the sign-in */
	__u32 idle_ticks;     /* 0: unlimited */
	__u32 up_kbps;	      /* 0: unlimited */
	__u32 down_kbps;
	__be32 ipv4_be;	  /* its IPv4 address; 0: none seen */
	__u32 ipv6_print; /* of the IPv6 source seen last: bpf/source.h */
	enum session_state state;
	__u8 ipv6_count; /* addresses but for the link-local one; goes round: bpf/source.h */
	__u16 vlan : 12; /* the one the device was last seen on; X511_NOWHERE: none yet */
	__u16 port : 4;	 /* the interface: its position in x511_ports */
};

_Static_assert(sizeof(struct session_key) == 8, "abi");
_Static_assert(sizeof(struct session) == 88, "abi");

/* What the programs of bpf/change.h are given. */
struct session_change {
	struct session_key device;
	struct session session;
};

/*
 * x511_addresses: IPv6 addresses of a session, a few to an entry; the rest of the last is zero.
 * The link-local one stands apart.
 */
#define X511_ADDRESSES_A_CHUNK 4
#define X511_MAX_IPV6	       16 /* of a session, but for the link-local one */
#define X511_LINK_LOCAL_CHUNK  (X511_MAX_IPV6 / X511_ADDRESSES_A_CHUNK)

struct addresses_key {
	struct session_key device;
	__u32 chunk;
};

struct addresses {
	struct address list[X511_ADDRESSES_A_CHUNK];
};

_Static_assert(sizeof(struct addresses_key) == 12, "abi");
_Static_assert(sizeof(struct addresses) == 64, "abi");

/* x511_guests, by session_key: budget of a device that isn't signed in; oldest forgotten. */
struct guest {
	__u64 paid_ns; /* until when the budget is used up */
	__u64 over_ns; /* since when it has been over budget; 0: it isn't */
	__u64 parked_until_ns;
	__u64 https_paid_ns; /* until when its rate of TLS alerts is used up */
	__u64 packets;
	__u64 dropped;
	__u64 answered_ns; /* when it was last told the address of a garden's name */
	__be32 ipv4_be;	   /* its IPv4 address; 0: none seen */
	__u32 seen_tick;   /* last packet */
};

_Static_assert(sizeof(struct guest) == 64, "abi");

/* x511_ceilings: what the guests of one receive queue may cause together. 0: any number. */
struct ceilings {
	__u64 responder_gap_ns; /* time one frame to the responder costs */
	__u64 resolver_gap_ns;	/* one DNS question */
	__u64 kernel_gap_ns;	/* any other frame that is let through */
	__u64 new_guest_gap_ns; /* one more entry of x511_guests */
};

/* x511_queues, numbered like x511_xsks: until when each of these is used up. One cache line. */
struct queue_paid {
	__u64 responder_paid_ns;
	__u64 resolver_paid_ns;
	__u64 kernel_paid_ns;
	__u64 new_guest_paid_ns;
	__u64 new_guests;     /* entries made */
	__u64 unknown_frames; /* of devices that were refused one */
	__u64 unused[2];
};

_Static_assert(sizeof(struct ceilings) == 32, "abi");
_Static_assert(sizeof(struct queue_paid) == 64, "abi");

/* x511_notices: what the gate tells the controller, as far as there is room. */
enum notice_kind {
	NOTICE_PARKED = 1, /* a guest was over its budget for too long */
	NOTICE_MOVED = 2,  /* a session's device is on another port or VLAN than before */
	NOTICE_SPOOF = 3,  /* a device used an address that isn't its own */
	NOTICE_OVER = 4,   /* the first packets of a session past one of its limits */
};

struct notice {
	__u64 at_ns;
	struct session_key device;
	enum notice_kind kind;
	__u16 vlan;
	__u16 old_vlan; /* of NOTICE_MOVED */
	__u8 port;
	__u8 old_port;
	__u16 unused;
	struct address address; /* of NOTICE_SPOOF */
	__u32 padding;
};

_Static_assert(sizeof(struct notice) == 48, "abi");

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

/*
 * Names of a garden. x511_patterns, by the hash of a name's tail (name_hash.h): whether the zone's
 * garden has that very name, names below it, or both.
 */
#define PATTERN_NAME  1 /* pay.example */
#define PATTERN_BELOW 2 /* *.pay.example */

struct pattern_key {
	__u64 hash;
	__u32 zone;
	__u32 unused;
};

#define X511_PATTERN_LABELS 16 /* a pattern has at most so many; a power of two */

/* x511_question: one that is being looked at, with the starts of its name's last labels. */
#define X511_QUESTION_SIZE 512 /* a power of two; a question has at most 271 */

struct question_text {
	__u8 bytes[X511_QUESTION_SIZE];
	__u16 labels[X511_PATTERN_LABELS];
};

/* x511_questions: a guest's question for such a name, on its way; oldest forgotten. */
struct question_key {
	struct session_key device;
	struct address resolver;
	__be16 port_be; /* the guest's */
	__u16 id;	/* as in the message */
};

struct dns_question {
	__u64 asked_ns;
};

/* x511_answers: answers to these questions, for the controller to read. */
#define X511_MAX_DNS 1500

struct dns_answer {
	__u64 at_ns;
	struct session_key device;
	struct address resolver;
	__u32 length;
	__u8 message[X511_MAX_DNS];
};

/* x511_lost: what found no room in a ring. */
struct lost {
	__u64 answers;
};

/* x511_names: an address that stands for a name of the zone's garden. */
#define X511_HOST_NAME_SIZE 256
#define X511_MAX_NAMES	    65536 /* such addresses */

struct name_key {
	struct address address;
	__u32 zone;
};

struct host_name {
	__u32 expires_tick;
	char name[X511_HOST_NAME_SIZE];
};

_Static_assert(sizeof(struct pattern_key) == 16, "abi");
_Static_assert(sizeof(struct question_text) == 544, "abi");
_Static_assert(sizeof(struct question_key) == 28, "abi");
_Static_assert(sizeof(struct dns_answer) == 1536, "abi");
_Static_assert(sizeof(struct lost) == 8, "abi");
_Static_assert(sizeof(struct name_key) == 20, "abi");
_Static_assert(sizeof(struct host_name) == 260, "abi");

/* x511_visits: which device got the SYN-ACK of a connection with this machine; oldest forgotten. */
#define X511_MAX_VISITS 65536
#define X511_NO_ZONE	0xffff /* of a device: two got it within two minutes, and it is nobody's */

struct syn_ack_key {
	struct address address; /* the client's, and its port */
	__be16 port_be;
	__u16 unused;
};

struct syn_ack {
	struct session_key device;
	__u32 seen_tick; /* the SYN-ACK, or the last one of several */
	__u16 vlan;	 /* as in struct session; 0: none */
	__u16 unused;
};

_Static_assert(sizeof(struct syn_ack_key) == 20, "abi");
_Static_assert(sizeof(struct syn_ack) == 16, "abi");

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
