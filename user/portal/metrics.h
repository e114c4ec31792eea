/* SPDX-License-Identifier: MIT */
/* metrics.h - GET /metrics of the portal: over plain HTTP, and on the socket of its API. */
#ifndef XDP511_PORTAL_METRICS_H
#define XDP511_PORTAL_METRICS_H

#include "http/metrics_http.h"

struct portal;
struct metrics;

/* portal->metrics serves `portal-listen` of [metrics], if there is one. */
int metrics_start(struct portal *portal, struct error *error);
void metrics_stop(struct portal *portal); /* also when it was never started */

/* metrics_fn, with a struct portal. */
void metrics_write(void *context, struct openmetrics *out);

/* metrics_radius.c: servers, accounting, and what servers ask. */
void metrics_write_radius(const struct portal *portal, struct openmetrics *out);

#endif /* XDP511_PORTAL_METRICS_H */
