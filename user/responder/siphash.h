/* SPDX-License-Identifier: MIT */
/* siphash.h - SipHash-2-4 (Aumasson, Bernstein 2012), the keyed hash for short inputs. */
#ifndef XDP511_SIPHASH_H
#define XDP511_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t siphash(const uint8_t key[16], const uint8_t *data, size_t len);

#endif /* XDP511_SIPHASH_H */
