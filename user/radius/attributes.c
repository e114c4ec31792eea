/* SPDX-License-Identifier: MIT */
/* attributes.c - the RADIUS attributes that mean something here, and how they are read. */
#include "radius/attributes.h"

#include <errno.h>
#include <string.h>

#include "base/log.h"

#define HEAD		  2 /* number, length */
#define NUMBER_OF_VENDORS 26
#define VENDOR_SIZE	  4

static const struct attribute_facts facts[ATTRIBUTE_COUNT] = {
#define X(name, vendor, number, type, text) [ATTR_##name] = {vendor, number, TYPE_##type, text},
	RADIUS_ATTRIBUTES(X)
#undef X
};

const struct attribute_facts *attribute_facts(enum attribute attribute)
{
	return &facts[attribute];
}

static uint32_t get_be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static enum attribute find(uint32_t vendor, uint8_t number)
{
	enum attribute attribute = 0;

	while (attribute < ATTRIBUTE_COUNT &&
	       (facts[attribute].vendor != vendor || facts[attribute].number != number))
		attribute++;
	return attribute;
}

static bool has_shape(enum attribute attribute, size_t size)
{
	if (attribute == ATTR_MESSAGE_AUTHENTICATOR || attribute == ATTR_CHAP_CHALLENGE)
		return size == 16;
	switch (facts[attribute].type) {
	case TYPE_NUMBER:
	case TYPE_IPV4:
		return size == 4;
	case TYPE_IPV6:
		return size == 16;
	case TYPE_TEXT:
	case TYPE_BYTES:
		break;
	}
	return size > 0;
}

/* Goes over the attributes of a packet and the vendors' ones in them. */
struct walk {
	const uint8_t *data, *end; /* what is left */
	const uint8_t *vendor_end; /* of the vendor's attributes; NULL: not among such */
	uint32_t vendor;
};

struct item {
	enum attribute attribute; /* ATTRIBUTE_COUNT: none of ours */
	bool is_vendors;	  /* those in it come next */
	const uint8_t *value;
	size_t size;
};

/*
 * Whether those of a vendor are laid out as RFC 2865 5.26 recommends; the others are the vendor's
 * own business, and skipped.
 */
static bool is_usual(const uint8_t *data, const uint8_t *end)
{
	while (end - data >= HEAD && data[1] >= HEAD && data[1] <= end - data)
		data += data[1];
	return data == end;
}

/* 1: *ret_item is the next; 0: no more; -EBADMSG: lengths don't add up. */
static int step(struct walk *walk, struct item *ret_item)
{
	const uint8_t *data = walk->data;
	size_t size;

	if (walk->vendor_end && data == walk->vendor_end) {
		walk->vendor_end = NULL;
		walk->vendor = 0;
	}
	if (data == walk->end)
		return 0;
	if (walk->end - data < HEAD || data[1] < HEAD || data[1] > walk->end - data)
		return -EBADMSG;
	size = data[1];
	*ret_item = (struct item){
		.attribute = find(walk->vendor, data[0]),
		.value = data + HEAD,
		.size = size - HEAD,
	};
	walk->data += size;
	if (walk->vendor_end || data[0] != NUMBER_OF_VENDORS || size <= HEAD + VENDOR_SIZE ||
	    !get_be32(data + HEAD) || !is_usual(data + HEAD + VENDOR_SIZE, data + size))
		return 1;
	walk->vendor = get_be32(data + HEAD);
	walk->vendor_end = data + size;
	walk->data = data + HEAD + VENDOR_SIZE;
	ret_item->is_vendors = true;
	return 1;
}

int attributes_read(const uint8_t *data, size_t size, struct attributes *ret_attributes)
{
	struct attributes read = {.data = data, .size = size, .misshapen = ATTRIBUTE_COUNT};
	struct walk walk = {.data = data, .end = data + size};
	struct item item;
	int err;

	while ((err = step(&walk, &item)) > 0) {
		struct attribute_value *value;

		if (item.attribute == ATTRIBUTE_COUNT) {
			read.has_unknown |= !item.is_vendors;
			continue;
		}
		if (!has_shape(item.attribute, item.size)) {
			if (read.misshapen == ATTRIBUTE_COUNT)
				read.misshapen = item.attribute;
			continue;
		}
		value = &read.values[item.attribute];
		if (!value->times++) {
			value->data = item.value;
			value->size = (uint8_t)item.size;
		}
	}
	if (err)
		return err;
	*ret_attributes = read;
	return 0;
}

bool attribute_number(const struct attributes *attributes, enum attribute attribute,
		      uint32_t *ret_number)
{
	const struct attribute_value *value = &attributes->values[attribute];

	if (!value->data || value->size != sizeof(uint32_t))
		return false;
	*ret_number = get_be32(value->data);
	return true;
}

bool attribute_text(const struct attributes *attributes, enum attribute attribute, char *ret_text,
		    size_t size)
{
	const struct attribute_value *value = &attributes->values[attribute];
	char text[UINT8_MAX + 1];
	size_t used = 0, n;

	if (!value->data || memchr(value->data, '\0', value->size))
		return false;
	memcpy(text, value->data, value->size);
	text[value->size] = '\0';
	if (!is_printable(text))
		return false;
	while ((n = printable_length(text + used)) && used + n < size)
		used += n;
	memcpy(ret_text, text, used);
	ret_text[used] = '\0';
	return true;
}

bool attributes_next(const struct attributes *attributes, enum attribute attribute, size_t *cursor,
		     struct attribute_value *ret_value)
{
	struct walk walk = {
		.data = attributes->data,
		.end = attributes->data + attributes->size,
	};
	size_t n = 0;
	struct item item;

	while (step(&walk, &item) > 0) {
		if (item.attribute != attribute || !has_shape(attribute, item.size) ||
		    n++ < *cursor)
			continue;
		*ret_value = (struct attribute_value){item.value, (uint8_t)item.size, 1};
		++*cursor;
		return true;
	}
	return false;
}
