/* SPDX-License-Identifier: MIT */
/* monotonic.h - the clock by which waits are measured, which nobody sets. */
#ifndef XDP511_MONOTONIC_H
#define XDP511_MONOTONIC_H

#include <stdint.h>

/* Milliseconds since some moment in the past. */
uint64_t monotonic_ms(void);

#endif /* XDP511_MONOTONIC_H */
