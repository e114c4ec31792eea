/* SPDX-License-Identifier: MIT */
/* sweep.h - what a sweep is, and the expectations that the tables of sweeps name. */
#ifndef BPF_SWEEP_H
#define BPF_SWEEP_H

#include "floor.h"

/* The verdict on the template with @value in the swept field and @tags VLAN tags. */
typedef enum verdict expectation(__u32 value, int tags);

#define BYTES 256
#define WORDS 65536

/* Where a field stands behind the Ethernet header; -2 is the EtherType itself. */
enum field {
	ETHERTYPE = -2,
	PROTOCOL4 = 9,
	PROTOCOL6 = 6,
	TYPE4 = 20,
	TYPE6 = 40,
	SPORT4 = 20,
	SPORT6 = 40,
	DPORT4 = 22,
	DPORT6 = 42,
	FLAGS4 = 33,
	FLAGS6 = 53,
	OFFSET4 = 32,
	OFFSET6 = 52,
	OPTION4 = 40,
	OPTION6 = 60,
	OPTION_LEN4 = 41,
	OPTION_LEN6 = 61,
};

struct sweep {
	const char *sentence, *template;
	enum field field;
	__u32 values;
	expectation *expect;
	__u16 dport;	/* TCP's or UDP's destination port meanwhile; 0: the template's */
	__u32 received; /* what is acknowledged: a SYN-ACK's number and bytes; 0: the template's */
	bool stranger;	/* what the template acknowledges must be nobody's cookie */
	bool down;
};

/* sweeps.c */
void sweep_all(struct bench *bench, const struct fixtures *fixtures, const struct sweep *table,
	       unsigned int count);

/* sweep_web.c */
void run_web_sweeps(struct bench *bench, const struct fixtures *fixtures);

/* sweep_policy.c */
expectation web4_by_ethertype, web6_by_ethertype, arp_by_ethertype;
expectation outside4_by_protocol, outside6_by_protocol, open4_by_protocol, open6_by_protocol;
expectation tcp_by_port, tcp_resolver_by_port, tcp_service_by_port, tcp_press_by_port;
expectation udp4_by_port, udp6_by_port, udp4_resolver_by_port, udp6_resolver_by_port;
expectation udp4_by_source_port, udp6_by_source_port;
expectation refused_by_flags;
expectation icmp_dropped, icmp_to_open4, icmp6_of_hops_255, icmp6_of_hops_1, icmp6_from_afar;
expectation icmp6_to_open;
expectation down_arp_by_ethertype, down_by_port, down_icmp6;

#endif /* BPF_SWEEP_H */
