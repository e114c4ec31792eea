/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * maps.h - every map of the gate. All are pinned by name; only the controller writes those not
 * marked.
 */
#ifndef XDP511_MAPS_H
#define XDP511_MAPS_H

/* Which layout the pins have; read before anything else is reused. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct abi);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} x511_abi SEC(".maps");

/*
 * Client-facing interfaces; a frame from any other is dropped. The first few of an array are
 * found sooner than one in a hash.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, X511_MAX_PORTS);
	__type(key, __u32);
	__type(value, struct port);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} x511_ports SEC(".maps");

/* The zone of each VLAN that a zone names. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, X511_MAX_PORTS * X511_MAX_ZONES);
	__type(key, struct vlan_key);
	__type(value, struct vlan);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} x511_vlans SEC(".maps");

/* The rules for guests of each zone. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, X511_MAX_ZONES);
	__type(key, __u32);
	__type(value, struct zone);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} x511_zones SEC(".maps");

/* Devices that signed in, are trusted or blocked. The gate only counts in them (meter.h). */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1048576);
	__type(key, struct session_key);
	__type(value, struct session);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} x511_sessions SEC(".maps");

/* IPv6 addresses of sessions. The gate learns them, the controller removes them (source.h). */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1048576);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct addresses_key);
	__type(value, struct addresses);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} x511_addresses SEC(".maps");

/* Devices that are not signed in and sent something lately. Written by the gate alone (guest.h). */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1048576);
	__type(key, struct session_key);
	__type(value, struct guest);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} x511_guests SEC(".maps");

/* What the guests of a receive queue may cause together. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct ceilings);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} x511_ceilings SEC(".maps");

/* And how much of it they have caused. Written by the gate alone (guest.h). */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, X511_MAX_PORTS * X511_MAX_QUEUES);
	__type(key, __u32);
	__type(value, struct queue_paid);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} x511_queues SEC(".maps");

/* Addresses of the gateway itself, which no guest may use as its own. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, struct address);
	__type(value, __u32);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} x511_own SEC(".maps");

/* DNS servers that guests of a zone may ask. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, struct resolver_key);
	__type(value, __u32);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} x511_resolvers SEC(".maps");

/* The walled garden of each zone, its portal included. */
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 65536);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct garden_key);
	__type(value, struct garden);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} x511_garden SEC(".maps");

/* The host names in the gardens, by their hash. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, struct pattern_key);
	__type(value, __u32);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} x511_patterns SEC(".maps");

/* The one that is being looked at, each CPU its own. Written by the gate alone (names.h). */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct question_text);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} x511_question SEC(".maps");

/* Guests' questions for these names. Written by the gate alone (names.h). */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, struct question_key);
	__type(value, struct dns_question);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} x511_questions SEC(".maps");

/* The resolvers' answers, on their way to the controller. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1048576);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} x511_answers SEC(".maps");

/* How many of them found no room there. Written by the gate alone (names.h). */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct lost);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} x511_lost SEC(".maps");

/* The addresses that were in them. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, X511_MAX_NAMES);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct name_key);
	__type(value, struct host_name);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} x511_names SEC(".maps");

/* The responder's sockets: X511_MAX_QUEUES * position of the port + receive queue. An entry leaves with its socket. */
struct {
	__uint(type, BPF_MAP_TYPE_XSKMAP);
	__uint(max_entries, X511_MAX_PORTS * X511_MAX_QUEUES);
	__type(key, __u32);
	__type(value, __u32);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} x511_xsks SEC(".maps");

/* Keys of the cookies; the responder reads them here as well, as mapped memory (cookie.h). */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct cookie_keys);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} x511_cookies SEC(".maps");

/* The rate of TLS alerts for all guests. The gate pays from it (web.h). */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct alerts);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} x511_alerts SEC(".maps");

/* Frames and bytes of every verdict, each CPU on its own. Written by the gate alone (conclude.h). */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct stats);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} x511_stats SEC(".maps");

/* Until when each CPU's rate of ICMP errors is used up. Written by the gate alone (refuse.h). */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} x511_icmp SEC(".maps");

/* Connections with this machine itself, by their client. Written by the gate alone (visit.h). */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, X511_MAX_VISITS);
	__type(key, struct syn_ack_key);
	__type(value, struct syn_ack);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} x511_visits SEC(".maps");

/* What the controller should know, in struct notice (notice.h). */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 262144);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} x511_notices SEC(".maps");

/*
 * Until when each CPU's rates of notices are used up, that of all and those of devices. Written by
 * the gate alone (notice.h).
 */
#define X511_NOTICE_SLOTS 1025

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, X511_NOTICE_SLOTS);
	__type(key, __u32);
	__type(value, __u64);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} x511_noticed SEC(".maps");

#endif /* XDP511_MAPS_H */
