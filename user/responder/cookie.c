// SPDX-License-Identifier: MIT
/* cookie.c - makes and checks the initial sequence number. */
#include <string.h>

#include "responder/bytes.h"
#include "responder/cookie.h"
#include "responder/siphash.h"

#define MSS_SHIFT 30
#define HASH_MASK ((1U << MSS_SHIFT) - 1)

/* Segment sizes that two bits can say. A client gets the largest not above its own, or the first. */
static const uint16_t mss_table[] = {128, 256, 536, 1220};

#define MSS_DEFAULT 536 /* of a SYN without the option (RFC 9293 3.7.1); fits IPv6 as well */

static uint32_t mss_index(uint16_t mss)
{
	uint32_t index = sizeof(mss_table) / sizeof(mss_table[0]) - 1;

	if (!mss)
		mss = MSS_DEFAULT;
	while (index && mss_table[index] > mss)
		index--;
	return index;
}

static uint32_t hash(const uint8_t key[COOKIE_KEY_SIZE], const struct segment *segment,
		     uint64_t slot)
{
	uint8_t input[44];

	memcpy(input, segment->src.bytes, 16);
	memcpy(input + 16, segment->dst.bytes, 16);
	put_be16(input + 32, segment->sport);
	put_be16(input + 34, segment->dport);
	put_be32(input + 36, (uint32_t)(slot >> 32));
	put_be32(input + 40, (uint32_t)slot);
	return (uint32_t)siphash(key, input, sizeof(input)) & HASH_MASK;
}

uint32_t cookie_make(const uint8_t key[COOKIE_KEY_SIZE], const struct segment *segment,
		     uint64_t unix_seconds)
{
	uint32_t hashed = hash(key, segment, unix_seconds / COOKIE_SLOT_SECONDS);

	return mss_index(segment->mss) << MSS_SHIFT | hashed;
}

bool cookie_check(const uint8_t key[COOKIE_KEY_SIZE], const struct segment *segment,
		  uint64_t unix_seconds, struct cookie *ret_cookie)
{
	uint64_t slot = unix_seconds / COOKIE_SLOT_SECONDS;

	for (int age = 0; age < 2; age++, slot--) {
		/* The SYN-ACK took one number; what is above the hash is the size and the bytes. */
		uint32_t rest = segment->ack - 1 - hash(key, segment, slot);

		if ((rest & HASH_MASK) > ANSWER_MAX + 1)
			continue;
		*ret_cookie = (struct cookie){
			.mss = mss_table[rest >> MSS_SHIFT],
			.received = rest & HASH_MASK,
			.unix_seconds = slot * COOKIE_SLOT_SECONDS,
		};
		return true;
	}
	return false;
}
