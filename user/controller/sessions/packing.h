/* SPDX-License-Identifier: MIT */
/*
 * packing.h - a sign-in in about fifty bytes: what is zero takes none, and a text its length. A
 * million of them wait in memory until they are written in the order of their ids.
 */
#ifndef XDP511_PACKING_H
#define XDP511_PACKING_H

#include "controller/journal/store.h"

#define PACKED_MAX 384 /* bytes of the longest */

/* All but the MAC, which the id holds, and the zone's name; how many bytes of @to it takes. */
size_t sign_in_pack(const struct sign_in *who, uint8_t *to);

/* Fills in the MAC, too. */
void sign_in_unpack(const uint8_t *from, struct sign_in *ret_who);

/* Of it alone, without the rest. */
uint64_t packed_id(const uint8_t *from);
size_t packed_size(const uint8_t *from);
uint32_t packed_line(const uint8_t *from);

#endif /* XDP511_PACKING_H */
