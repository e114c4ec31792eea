/* SPDX-License-Identifier: MIT */
/* vectors.h - packets of tests/unit/radius_vectors.txt, and attributes of a test's own. */
#ifndef XDP511_TEST_VECTORS_H
#define XDP511_TEST_VECTORS_H

#include "radius/packet.h"

struct vector {
	uint8_t data[RADIUS_MAX];
	size_t size;
};

/* Aborts when there is none of that name: unit tests run in the root of the tree. */
struct vector vector_load(const char *name);

/* An attribute of a test. Its attribute 0 with neither ends a list. */
struct given {
	enum attribute attribute;
	const char *text; /* NULL: a number */
	uint32_t number;
};

/* They point into @packet. Aborts when they don't fit. */
struct attributes attributes_of(struct packet *packet, const struct given *given, size_t n);

struct secret secret_of(const char *text);

#endif /* XDP511_TEST_VECTORS_H */
