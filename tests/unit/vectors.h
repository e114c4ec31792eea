/* SPDX-License-Identifier: MIT */
/* vectors.h - packets of tests/unit/radius_vectors.txt, by their names. */
#ifndef XDP511_TEST_VECTORS_H
#define XDP511_TEST_VECTORS_H

#include "radius/packet.h"

struct vector {
	uint8_t data[RADIUS_MAX];
	size_t size;
};

/* Aborts when there is none of that name: unit tests run in the root of the tree. */
struct vector vector_load(const char *name);

struct secret secret_of(const char *text);

#endif /* XDP511_TEST_VECTORS_H */
