/* SPDX-License-Identifier: MIT */
/* packing.c - the fields of a sign-in one behind the other: numbers of seven bits a byte, texts. */
#include <string.h>

#include "controller/sessions/packing.h"

#define MORE 0x80

/* Where the numbers stand; a bit each says which of them are not zero. */
static const size_t places[] = {
	offsetof(struct sign_in, login_ms),	   offsetof(struct sign_in, expires_ms),
	offsetof(struct sign_in, idle_s),	   offsetof(struct sign_in, up_bps),
	offsetof(struct sign_in, down_bps),	   offsetof(struct sign_in, quota_bytes),
	offsetof(struct sign_in, used.up_bytes),   offsetof(struct sign_in, used.up_packets),
	offsetof(struct sign_in, used.down_bytes), offsetof(struct sign_in, used.down_packets),
	offsetof(struct sign_in, used.seen_ms),
};
#define N_PLACES (sizeof(places) / sizeof(places[0]))

/* What stands before the numbers, as it is. */
struct head {
	uint64_t id;
	uint32_t line;
	uint32_t ipv4_be;
	uint16_t vlan;
	uint16_t size;	  /* of all */
	uint16_t numbers; /* a bit each */
	uint8_t state;
	uint8_t keeps_usage;
	uint8_t user_size;
	uint8_t method_size;
} __attribute__((packed));

_Static_assert(sizeof(struct sign_in) == 312, "what is new in a sign-in has to be packed, too");
_Static_assert(sizeof(struct head) + N_PLACES * 10 + USER_SIZE + METHOD_SIZE <= PACKED_MAX,
	       "the longest has room");

static uint64_t *number_at(const struct sign_in *who, size_t i)
{
	return (uint64_t *)(void *)((char *)who + places[i]);
}

static uint8_t *write_number(uint8_t *to, uint64_t number)
{
	for (; number >= MORE; number >>= 7)
		*to++ = (uint8_t)(number | MORE);
	*to++ = (uint8_t)number;
	return to;
}

static const uint8_t *read_number(const uint8_t *from, uint64_t *ret_number)
{
	uint64_t number = *from & (MORE - 1);
	unsigned int shift = 7;

	for (; *from & MORE; shift += 7)
		number |= (uint64_t)(*++from & (MORE - 1)) << shift;
	*ret_number = number;
	return from + 1;
}

size_t sign_in_pack(const struct sign_in *who, uint8_t *to)
{
	struct head head = {
		.id = who->id,
		.line = who->line,
		.ipv4_be = who->used.ipv4_be,
		.vlan = who->used.vlan,
		.state = (uint8_t)who->state,
		.keeps_usage = who->keeps_usage,
		.user_size = (uint8_t)strlen(who->user),
		.method_size = (uint8_t)strlen(who->method),
	};
	uint8_t *at = to + sizeof(head);
	size_t i;

	for (i = 0; i < N_PLACES; i++) {
		if (!*number_at(who, i))
			continue;
		head.numbers |= (uint16_t)(1U << i);
		at = write_number(at, *number_at(who, i));
	}
	memcpy(at, who->user, head.user_size);
	memcpy(at + head.user_size, who->method, head.method_size);
	head.size = (uint16_t)(at + head.user_size + head.method_size - to);
	memcpy(to, &head, sizeof(head));
	return head.size;
}

void sign_in_unpack(const uint8_t *from, struct sign_in *ret_who)
{
	struct session_key key;
	struct head head;
	size_t i;

	memcpy(&head, from, sizeof(head));
	from += sizeof(head);
	store_key(head.id, &key);
	memcpy(ret_who->mac, key.mac, sizeof(ret_who->mac));
	ret_who->id = head.id;
	ret_who->line = head.line;
	ret_who->used.ipv4_be = head.ipv4_be;
	ret_who->used.vlan = head.vlan;
	ret_who->state = (enum session_state)head.state;
	ret_who->keeps_usage = head.keeps_usage;
	ret_who->zone[0] = '\0';
	for (i = 0; i < N_PLACES; i++) {
		*number_at(ret_who, i) = 0;
		if (head.numbers & 1U << i)
			from = read_number(from, number_at(ret_who, i));
	}
	memcpy(ret_who->user, from, head.user_size);
	ret_who->user[head.user_size] = '\0';
	memcpy(ret_who->method, from + head.user_size, head.method_size);
	ret_who->method[head.method_size] = '\0';
}

static struct head head_of(const uint8_t *from)
{
	struct head head;

	memcpy(&head, from, sizeof(head));
	return head;
}

uint64_t packed_id(const uint8_t *from)
{
	return head_of(from).id;
}

size_t packed_size(const uint8_t *from)
{
	return head_of(from).size;
}

uint32_t packed_line(const uint8_t *from)
{
	return head_of(from).line;
}
