/* SPDX-License-Identifier: MIT */
/* bytes.c - the Internet checksum. */
#include <string.h>

#include <arpa/inet.h>

#include "responder/bytes.h"

typedef uint64_t words __attribute__((vector_size(16)));

/*
 * Ones' complement addition doesn't care for the word size or the byte order of its words
 * (RFC 1071 2), so this adds 32-bit words as they lie in memory, four at a time in lanes of
 * 64 bits; sum_fold() swaps once.
 */
uint64_t sum_add(uint64_t sum, const uint8_t *data, size_t len)
{
	words total = {0}, next;

	for (; len >= sizeof(next); data += sizeof(next), len -= sizeof(next)) {
		memcpy(&next, data, sizeof(next));
		total += (next & UINT32_MAX) + (next >> 32);
	}
	next = (words){0};
	memcpy(&next, data, len);
	total += (next & UINT32_MAX) + (next >> 32);
	return sum + total[0] + total[1];
}

uint16_t sum_fold(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ntohs((uint16_t)sum);
}
