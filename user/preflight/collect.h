/* SPDX-License-Identifier: MIT */
/* collect.h - the parts that find out facts and hand them to judge.h. None changes anything. */
#ifndef XDP511_PREFLIGHT_COLLECT_H
#define XDP511_PREFLIGHT_COLLECT_H

#include <netinet/in.h>

#include "base/monotonic.h"
#include "preflight/judge.h"

/* Who runs already: their sockets are theirs, and so are their databases. */
struct running {
	bool daemon, portal;
	int64_t until_ms; /* when all has to be over */
};

void collect_capabilities(struct report *report);
void collect_kernel(struct report *report);
void collect_ports(struct report *report, const struct config *config, const struct links *links);
void collect_sysctls(struct report *report, const struct config *config, const struct links *links);
void collect_time(struct report *report);
void collect_files(struct report *report, const struct config *config);
void collect_disks(struct report *report, const struct config *config);
void collect_databases(struct report *report, const struct config *config,
		       const struct running *running);
void collect_listeners(struct report *report, const struct config *config,
		       const struct running *running);
void collect_certificates(struct report *report, const struct config *config);

/* Resolvers, portals and RADIUS servers, all at once. */
void collect_network(struct report *report, const struct config *config,
		     const struct running *running);

/* What preflight.c shares. */
bool has_capability(unsigned int capability);
bool is_listening(const char *socket_path); /* somebody takes connections there */
int try_write(const char *directory);	    /* or where it would be made */
long read_number(const char *path);	    /* UNKNOWN: it isn't there, or no number */

/* rtnetlink's links. *ret_links is the caller's, whose list is to be freed. -errno. */
int links_read(struct links *ret_links);

/* Parts of port_facts, each as far as kernel and driver tell. */
void port_read_ethtool(struct port_facts *port);
void port_read_features(struct port_facts *port, unsigned int ifindex);
void port_read_filters(struct port_facts *port, unsigned int ifindex);

#endif /* XDP511_PREFLIGHT_COLLECT_H */
