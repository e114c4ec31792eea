/* SPDX-License-Identifier: MIT */
/* subject.h - a program whose verdicts are timed, its table, and how to fill that. */
#ifndef BENCH_SUBJECT_H
#define BENCH_SUBJECT_H

#include <stdbool.h>
#include <stdint.h>

#include <bpf/libbpf.h>

#include <xdp511/abi.h>

#define SUBJECT_SESSIONS 1048576

struct subject {
	const char *name;
	struct bpf_object *object; /* owned; NULL: the bench's own program */
	int program;
	int table;	     /* of devices, by MAC; -1: none */
	int counters;	     /* x511_stats of a gate, else -1 */
	size_t key_size;     /* 6 or 8: the MAC, and zeros */
	size_t value_size;   /* in user space, all CPUs' together */
	const void *value;   /* of every device; owned */
	uint32_t devices;    /* that are in the table */
	int known_verdict;   /* XDP code for a device in the table */
	int unknown_verdict; /* and for any other */
};

/* The real gate, out of its object file; -errno after a sentence on stderr. */
int subject_open_gate(const char *name, const char *path, struct subject *ret_subject);

/* xdp-filter of Debian's package, deny by default, with a table larger than its own 10,000. */
int subject_open_filter(struct subject *ret_subject);

void subject_done(struct subject *subject);

/* Adds devices until there are @devices. */
int subject_fill(struct subject *subject, uint32_t devices);

/* How many frames got which verdict so far; of a gate alone. */
int subject_count(const struct subject *subject, struct stats *ret_stats);

/* What the kernel has taken for the table, in bytes. */
uint64_t subject_memory(const struct subject *subject);

#endif /* BENCH_SUBJECT_H */
