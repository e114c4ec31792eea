/* SPDX-License-Identifier: MIT */
/* bytes.h - numbers in network order at any address, and the Internet checksum (RFC 1071). */
#ifndef XDP511_BYTES_H
#define XDP511_BYTES_H

#include <stddef.h>
#include <stdint.h>

static inline uint16_t get_be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t get_be32(const uint8_t *p)
{
	return (uint32_t)get_be16(p) << 16 | get_be16(p + 2);
}

static inline void put_be16(uint8_t *p, uint16_t value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
}

static inline void put_be32(uint8_t *p, uint32_t value)
{
	put_be16(p, (uint16_t)(value >> 16));
	put_be16(p + 2, (uint16_t)value);
}

/* Adds @len bytes to a running sum. Only the last piece may be of odd length. */
uint64_t sum_add(uint64_t sum, const uint8_t *data, size_t len);

/* Folds to 16 bits without the final complement, in host order. */
uint16_t sum_fold(uint64_t sum);

#endif /* XDP511_BYTES_H */
