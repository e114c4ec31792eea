/* SPDX-License-Identifier: MIT */
/*
 * advertise.h - sends router advertisements with the captive-portal API's URL (RFC 8910).
 *
 * To the clients of each port, with the api-url of the zone that untagged frames have there; and by
 * VLAN interfaces on top of a port (not of QinQ), with that of their VLAN's zone.
 */
#ifndef XDP511_ADVERTISE_H
#define XDP511_ADVERTISE_H

#include <stdbool.h>

#include "base/config.h"
#include "base/loop.h"
#include "gate/gate.h"

#define ADVERTISE_LINKS (X511_MAX_PORTS * 4)

/* An interface, and what is said there. */
struct advertise_link {
	uint32_t ifindex;
	char name[IF_NAMESIZE];
	uint8_t mac[6];
	char url[PORTAL_URL_SIZE];
	uint64_t sent_ms; /* 0: never */
	uint64_t due_ms;
	unsigned int n_sent; /* of the first few, which come sooner */
	bool is_known_to_fail;
};

struct advertise {
	struct loop *loop;
	struct gate *gate;
	int fd; /* -1: off */
	int timer;
	struct advertise_link links[ADVERTISE_LINKS];
	size_t n_links;
};

/* -errno with a sentence. */
int advertise_start(struct advertise *advertise, struct loop *loop, struct gate *gate,
		    struct error *error);

/* By that configuration from now on; also after interfaces have come or gone. Off: says nothing. */
void advertise_apply(struct advertise *advertise, const struct config *config);

void advertise_stop(struct advertise *advertise);

/* Which interfaces there are, and what is said there (advertise_links.c); the number of them. */
size_t advertise_find_links(struct gate *gate, const struct config *config,
			    struct advertise_link links[ADVERTISE_LINKS]);

#endif /* XDP511_ADVERTISE_H */
