/* SPDX-License-Identifier: MIT */
/* internal.h - what the files of the gate share and nobody else sees. */
#ifndef XDP511_GATE_INTERNAL_H
#define XDP511_GATE_INTERNAL_H

#include "gate/gate.h"

struct gate_bpf; /* the skeleton */
struct ring_buffer;

struct gate {
	struct config_gateway config;
	struct gate_bpf *skeleton;
	int lock_fd; /* the pin directory, locked */
	bool fresh;
	uint32_t old_abi; /* of the pinned maps that are to be migrated; 0: none, or it is done */
	struct gate_port ports[X511_MAX_PORTS];
	size_t n_ports;
	struct cookie_keys *cookies; /* mapped: the value of x511_cookies */
	struct ring_buffer *notices; /* NULL: not opened */
	gate_notice_fn on_notice;
	void *notice_context;
	uint64_t cookie_slot; /* the last one that gate_renew_cookies() saw */
};

/* Forgets ports whose interface is gone or no longer configured. */
void gate_prune_ports(struct gate *gate);

/* A page of any table (sessions.c); see gate_walk_sessions(). */
int gate_walk_table(int fd, struct gate_walk *walk, void *keys, void *values, uint32_t max);

/* Maps the keys, and makes them where there are none (cookies.c). */
int gate_map_cookies(struct gate *gate);
void gate_unmap_cookies(struct gate *gate);

#endif /* XDP511_GATE_INTERNAL_H */
