/* SPDX-License-Identifier: MIT */
/* dns.c - reads DNS answers (RFC 1035), and trusts no byte of them. */
#include "base/dns.h"

#include <errno.h>
#include <string.h>

#include "base/address.h"

#define HEADER_SIZE    12
#define LABEL_MAX      63
#define POINTER	       0xc0 /* the two bits of a length that make it a pointer */
#define FLAG_ANSWER    0x8000
#define FLAG_TRUNCATED 0x0200
#define MASK_OPCODE    0x7800
#define MASK_CODE      0x000f
#define CLASS_IN       1
#define TYPE_A	       1
#define TYPE_CNAME     5
#define TYPE_AAAA      28
#define SIZE_A	       4
#define SIZE_AAAA      16
#define TTL_SIGN       0x80000000U /* such a time counts as zero (RFC 2181 8) */
#define TTL_MAX	       UINT32_MAX

/* A message, and how far it has been read. */
struct reader {
	const uint8_t *bytes;
	size_t size;
	size_t at;
};

struct record {
	struct dns_name owner;
	uint16_t type;
	uint16_t class;
	uint32_t ttl_s;
	size_t data;
	size_t data_size;
};

/* Where the aliases have led to so far. */
struct chain {
	struct dns_name name;
	uint32_t ttl_s;
};

static bool has(const struct reader *reader, size_t n)
{
	return reader->size - reader->at >= n;
}

static uint16_t word_at(const struct reader *reader, size_t at)
{
	return (uint16_t)(reader->bytes[at] << 8 | reader->bytes[at + 1]);
}

static int append_label(struct dns_name *name, const uint8_t *label, size_t length)
{
	size_t i;

	if (name->length + 1 + length >= NAME_WIRE_MAX)
		return -EBADMSG;
	for (i = 0; i <= length; i++)
		name->wire[name->length++] = name_lower(label[i]);
	return 0;
}

/*
 * Each pointer has to lead to before where it was followed from last, so that none is followed
 * twice. @reader stands behind the name afterwards.
 */
static int read_name(struct reader *reader, struct dns_name *ret_name)
{
	size_t at = reader->at, end = 0, limit = reader->at;

	ret_name->length = 0;
	for (;;) {
		uint8_t length;

		if (at >= reader->size)
			return -EBADMSG;
		length = reader->bytes[at];
		if ((length & POINTER) == POINTER) {
			if (reader->size - at < 2)
				return -EBADMSG;
			end = end ? end : at + 2;
			at = word_at(reader, at) & ~(POINTER << 8);
			if (at >= limit)
				return -EBADMSG;
			limit = at;
			continue;
		}
		if (length > LABEL_MAX || reader->size - at < (size_t)length + 1)
			return -EBADMSG;
		if (!length)
			break;
		if (append_label(ret_name, reader->bytes + at, length))
			return -EBADMSG;
		at += (size_t)length + 1;
	}
	reader->at = end ? end : at + 1;
	return 0;
}

static int read_record(struct reader *reader, struct record *ret_record)
{
	int err = read_name(reader, &ret_record->owner);
	size_t at = reader->at;

	if (err || !has(reader, 10))
		return -EBADMSG;
	ret_record->type = word_at(reader, at);
	ret_record->class = word_at(reader, at + 2);
	ret_record->ttl_s = (uint32_t)word_at(reader, at + 4) << 16 | word_at(reader, at + 6);
	if (ret_record->ttl_s & TTL_SIGN)
		ret_record->ttl_s = 0;
	ret_record->data_size = word_at(reader, at + 8);
	ret_record->data = at + 10;
	reader->at += 10;
	if (!has(reader, ret_record->data_size))
		return -EBADMSG;
	reader->at += ret_record->data_size;
	return 0;
}

static bool same_name(const struct dns_name *a, const struct dns_name *b)
{
	return a->length == b->length && !memcmp(a->wire, b->wire, a->length);
}

/* What the answer section is, between the question and the records that nobody asked for. */
struct section {
	struct reader start;
	unsigned int n;
	bool truncated;
};

/* The next record of class IN; 0: there is none left. A truncated message may end anywhere. */
static int next_record(const struct section *section, struct reader *reader, unsigned int *left,
		       struct record *ret_record)
{
	while (*left) {
		(*left)--;
		if (read_record(reader, ret_record))
			return section->truncated ? 0 : -EBADMSG;
		if (ret_record->class == CLASS_IN)
			return 1;
	}
	return 0;
}

/* 1: the name is an alias, and @chain goes on with what it is an alias for. */
static int follow_alias(const struct section *section, struct chain *chain)
{
	struct reader reader = section->start;
	unsigned int left = section->n;
	struct record record;
	int more;

	while ((more = next_record(section, &reader, &left, &record)) > 0) {
		struct reader target = reader;

		if (record.type != TYPE_CNAME || !same_name(&record.owner, &chain->name))
			continue;
		target.at = record.data;
		if (read_name(&target, &chain->name) || target.at != reader.at)
			return -EBADMSG;
		chain->ttl_s = record.ttl_s < chain->ttl_s ? record.ttl_s : chain->ttl_s;
		return 1;
	}
	return more;
}

/* IPv6 addresses of the form that stands for IPv4 ones here must not become such. */
static bool read_address(const struct record *record, const uint8_t *data,
			 struct address *ret_address)
{
	struct address address = {.bytes = {[10] = 0xff, [11] = 0xff}};

	if (record->type == TYPE_A) {
		memcpy(address.bytes + 12, data, SIZE_A);
	} else {
		memcpy(address.bytes, data, SIZE_AAAA);
		if (address_is_ipv4(&address))
			return false;
	}
	*ret_address = address;
	return true;
}

static int collect_addresses(const struct section *section, const struct chain *chain,
			     struct dns_reply *reply)
{
	struct reader reader = section->start;
	unsigned int left = section->n;
	struct record record;
	int more;

	while ((more = next_record(section, &reader, &left, &record)) > 0) {
		struct dns_address *next = &reply->addresses[reply->n];

		if ((record.type != TYPE_A && record.type != TYPE_AAAA) ||
		    !same_name(&record.owner, &chain->name))
			continue;
		if (record.data_size != (record.type == TYPE_A ? SIZE_A : SIZE_AAAA))
			return -EBADMSG;
		if (reply->n == DNS_MAX_ADDRESSES ||
		    !read_address(&record, reader.bytes + record.data, &next->address))
			continue;
		next->ttl_s = record.ttl_s < chain->ttl_s ? record.ttl_s : chain->ttl_s;
		reply->n++;
	}
	return more;
}

static int follow_aliases(const struct section *section, struct chain *chain)
{
	int i, more = 1;

	for (i = 0; i <= DNS_MAX_ALIASES && more > 0; i++)
		more = follow_alias(section, chain);
	return more > 0 ? -ELOOP : more;
}

static bool is_name_byte(uint8_t byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '-' ||
	       byte == '_';
}

/* Only of letters, digits, - and _: what else a name may hold has no place in a garden. */
static int write_text(const struct dns_name *name, char text[DNS_NAME_TEXT])
{
	size_t at = 0, i, written = 0;

	if (!name->length)
		return -EBADMSG;
	while (at < name->length) {
		size_t length = name->wire[at++];

		if (written)
			text[written++] = '.';
		for (i = 0; i < length; i++, at++) {
			if (!is_name_byte(name->wire[at]))
				return -EBADMSG;
			text[written++] = (char)name->wire[at];
		}
	}
	text[written] = '\0';
	return 0;
}

/* @reader stands behind the question afterwards. */
static int read_question(struct reader *reader, struct dns_name *ret_name)
{
	uint16_t type;

	if (read_name(reader, ret_name) || !has(reader, 4))
		return -EBADMSG;
	type = word_at(reader, reader->at);
	if ((type != TYPE_A && type != TYPE_AAAA) || word_at(reader, reader->at + 2) != CLASS_IN)
		return -EBADMSG;
	reader->at += 4;
	return 0;
}

int dns_read_reply(const uint8_t *bytes, size_t size, struct dns_reply *ret_reply)
{
	struct section section = {.start = {bytes, size, HEADER_SIZE}};
	struct chain chain = {.ttl_s = TTL_MAX};
	struct dns_reply reply = {.n = 0};
	uint16_t flags;
	int err;

	if (size < HEADER_SIZE)
		return -EBADMSG;
	flags = word_at(&section.start, 2);
	if (!(flags & FLAG_ANSWER) || flags & MASK_OPCODE || word_at(&section.start, 4) != 1)
		return -EBADMSG;
	if (read_question(&section.start, &chain.name) || write_text(&chain.name, reply.name))
		return -EBADMSG;
	section.n = flags & MASK_CODE ? 0 : word_at(&section.start, 6);
	section.truncated = flags & FLAG_TRUNCATED;
	err = follow_aliases(&section, &chain);
	if (!err)
		err = collect_addresses(&section, &chain, &reply);
	if (!err)
		*ret_reply = reply;
	return err;
}

int dns_name_from_text(const char *text, struct dns_name *ret_name)
{
	struct dns_name name = {.length = 0};

	while (*text) {
		size_t length = strcspn(text, "."), i;
		uint8_t label[LABEL_MAX + 1] = {(uint8_t)length};

		if (!length || length > LABEL_MAX)
			return -EINVAL;
		for (i = 0; i < length; i++) {
			label[i + 1] = name_lower((uint8_t)text[i]);
			if (!is_name_byte(label[i + 1]))
				return -EINVAL;
		}
		if (append_label(&name, label, length))
			return -EINVAL;
		text += length;
		if (*text && !*++text)
			return -EINVAL;
	}
	if (!name.length)
		return -EINVAL;
	*ret_name = name;
	return 0;
}

bool dns_matches(const char *pattern, const char *name)
{
	size_t tail, length = strlen(name);

	if (strncmp(pattern, "*.", 2) != 0)
		return !strcmp(pattern, name);
	tail = strlen(pattern + 1);
	return length > tail && !strcmp(name + length - tail, pattern + 1);
}
