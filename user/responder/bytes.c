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
	uint32_t words[4];

	for (; len >= sizeof(words); data += sizeof(words), len -= sizeof(words)) {
		memcpy(words, data, sizeof(words));
		sum += (uint64_t)words[0] + words[1] + words[2] + words[3];
	}
	memset(words, 0, sizeof(words));
	memcpy(words, data, len);
	return sum + words[0] + words[1] + words[2] + words[3];
}

uint16_t sum_fold(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ntohs((uint16_t)sum);
}
