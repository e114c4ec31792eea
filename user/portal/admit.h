/* SPDX-License-Identifier: MIT */
/* admit.h - the admissions that are under way; admit() itself is in attempt.h. */
#ifndef XDP511_PORTAL_ADMIT_H
#define XDP511_PORTAL_ADMIT_H

#include "base/log.h"

struct portal;

int admissions_start(struct portal *portal, struct error *error);
void admissions_stop(struct portal *portal);

#endif /* XDP511_PORTAL_ADMIT_H */
