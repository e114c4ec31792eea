/* SPDX-License-Identifier: MIT */
/* probe.h - questions to several others at once, with one deadline for all of them. */
#ifndef XDP511_PREFLIGHT_PROBE_H
#define XDP511_PREFLIGHT_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/dns.h"
#include "base/endpoint.h"
#include "radius/packet.h"

#define PROBE_AGAIN_MS 700 /* a datagram may be lost */
#define PROBE_PACKETS  2

struct probe;

/* How one sort of question is put, and what counts as its answer. */
struct probe_kind {
	int socket_type;
	/* A datagram socket may be written to; called at first and every PROBE_AGAIN_MS. */
	void (*send)(struct probe *probe);
	/* True: that was the answer, and err, rcode and fault say what it is worth. */
	bool (*take)(struct probe *probe, const uint8_t *bytes, size_t n);
};

extern const struct probe_kind probe_tcp;
extern const struct probe_kind probe_dns;
extern const struct probe_kind probe_radius;

struct probe {
	const struct probe_kind *kind;
	struct endpoint endpoint;

	/* What is asked. */
	struct dns_name name;
	const struct secret *secret;
	const char *nas_id;
	bool is_accounting;

	/* What has come of it: -ETIMEDOUT until something has. */
	int err;
	int rcode;
	enum packet_fault fault; /* of an answer that doesn't count */

	/* Its own. */
	int fd;
	bool is_over;
	unsigned int n_sent;
	int64_t due_ms;
	uint16_t id;
	struct packet packets[PROBE_PACKETS];
};

/* Returns when all are over, or at @until_ms of the monotonic clock. */
void probes_run(struct probe *probes, size_t n, int64_t until_ms);

#endif /* XDP511_PREFLIGHT_PROBE_H */
