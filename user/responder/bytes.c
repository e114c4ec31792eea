// SPDX-License-Identifier: MIT
/* bytes.c - the Internet checksum. */
#include <string.h>

#include <arpa/inet.h>

#include "responder/bytes.h"

/*
 * Ones' complement addition doesn't care for the word size or the byte order of its words
 * (RFC 1071 2), so this adds 32-bit words as they lie in memory; sum_fold() swaps once.
 */
uint64_t sum_add(uint64_t sum, const uint8_t *data, size_t len)
{
	uint32_t word = 0;

	for (; len >= sizeof(word); data += sizeof(word), len -= sizeof(word)) {
		memcpy(&word, data, sizeof(word));
		sum += word;
	}
	word = 0;
	memcpy(&word, data, len);
	return sum + word;
}

uint16_t sum_fold(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ntohs((uint16_t)sum);
}
