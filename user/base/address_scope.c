/* SPDX-License-Identifier: MIT */
/* address_scope.c - which addresses are reached by way of the internet. */
#include "base/address_scope.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/address.h"

#define IPV4_OFFSET 12

struct prefix {
	uint8_t bytes[16];
	unsigned int bits;
};

/* RFC 6890, but for the ranges that documents and measurements use. */
static const struct prefix local4[] = {
	{{0}, 8},	  /* this network */
	{{10}, 8},	  /* private */
	{{100, 64}, 10},  /* shared by providers and their customers */
	{{127}, 8},	  /* loopback */
	{{169, 254}, 16}, /* link-local */
	{{172, 16}, 12},  /* private */
	{{192, 168}, 16}, /* private */
	{{224}, 3},	  /* multicast, reserved, broadcast */
};

static const struct prefix local6[] = {
	{{0}, 8},	    /* unspecified, loopback, IPv4 in other forms */
	{{0x20, 0x02}, 16}, /* 6to4: an IPv4 address in another form (RFC 7526) */
	{{0xfc}, 7},	    /* private */
	{{0xfe}, 8},	    /* link-local, and what site-local was */
	{{0xff}, 8},	    /* multicast */
};

/* NAT64 (RFC 6052) reaches the IPv4 address behind the prefix. */
static const struct prefix nat64 = {{0, 0x64, 0xff, 0x9b}, 96};

static bool is_within(const uint8_t *bytes, const struct prefix *prefix)
{
	unsigned int whole = prefix->bits / 8, rest = prefix->bits % 8;

	if (memcmp(bytes, prefix->bytes, whole) != 0)
		return false;
	return !rest || !((bytes[whole] ^ prefix->bytes[whole]) >> (8 - rest));
}

static bool is_within_any(const uint8_t *bytes, const struct prefix *prefixes, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (is_within(bytes, &prefixes[i]))
			return true;
	}
	return false;
}

#define IS_WITHIN_ANY(bytes, prefixes)                                                             \
	is_within_any(bytes, prefixes, sizeof(prefixes) / sizeof((prefixes)[0]))

bool address_is_public(const struct address *address)
{
	const uint8_t *bytes = address->bytes;

	if (address_is_ipv4(address))
		return !IS_WITHIN_ANY(bytes + IPV4_OFFSET, local4);
	if (is_within(bytes, &nat64))
		return !IS_WITHIN_ANY(bytes + IPV4_OFFSET, local4);
	return !IS_WITHIN_ANY(bytes, local6);
}
