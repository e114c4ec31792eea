/* SPDX-License-Identifier: MIT */
/* status_parts.h - the health of each part, those that the daemon can't see included. */
#ifndef XDP511_STATUS_PARTS_H
#define XDP511_STATUS_PARTS_H

#include <jansson.h>

/* To `parts` of the daemon's status: clock, certificates and portal, as far as its file is readable. */
void status_add_parts(json_t *status);

void status_print_parts(const json_t *status);

#endif /* XDP511_STATUS_PARTS_H */
