/* SPDX-License-Identifier: MIT */
/* sweep.h - the expectations that the sweeps' table names. */
#ifndef BPF_SWEEP_H
#define BPF_SWEEP_H

#include "floor.h"

/* The verdict on the template with @value in the swept field and @tags VLAN tags. */
typedef enum verdict expectation(__u32 value, int tags);

expectation web4_by_ethertype, web6_by_ethertype, arp_by_ethertype;
expectation outside4_by_protocol, outside6_by_protocol, open4_by_protocol, open6_by_protocol;
expectation tcp_by_port, tcp_resolver_by_port, tcp_service_by_port, tcp_press_by_port;
expectation udp4_by_port, udp6_by_port, udp4_resolver_by_port, udp6_resolver_by_port;
expectation udp4_by_source_port, udp6_by_source_port;
expectation http_by_flags, https_by_flags, refused_by_flags;
expectation icmp_dropped, icmp_to_open4, icmp6_of_hops_255, icmp6_of_hops_1, icmp6_from_afar;
expectation icmp6_to_open;
expectation down_arp_by_ethertype, down_by_port, down_icmp6;

#endif /* BPF_SWEEP_H */
