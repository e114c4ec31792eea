/* SPDX-License-Identifier: MIT */
/* api_metrics.h - the parts of GET /metrics that have files of their own. */
#ifndef XDP511_API_METRICS_H
#define XDP511_API_METRICS_H

#include "base/openmetrics.h"
#include "controller/controller.h"

/* api_metrics_parts.c: the daemon itself; then interfaces, workers, database, events, names. */
void api_write_health(const struct controller *controller, struct openmetrics *out);
void api_write_parts(const struct controller *controller, struct openmetrics *out);

#endif /* XDP511_API_METRICS_H */
