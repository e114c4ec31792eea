/* SPDX-License-Identifier: MIT */
/* address.c - IP addresses, prefixes and services of the walled garden as text. */
#include "base/address.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/units.h"

#define IPV4_OFFSET  12 /* of the IPv4 address in its mapped form */
#define IPV4_BITS    96 /* of the mapped form that come before the IPv4 address */
#define ADDRESS_BITS 128

static const uint8_t mapped[IPV4_OFFSET] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool address_is_ipv4(const struct address *address)
{
	return !memcmp(address->bytes, mapped, sizeof(mapped));
}

int address_compare(const struct address *a, const struct address *b)
{
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

void address_from_ipv4(const struct in_addr *ipv4, struct address *ret_address)
{
	memcpy(ret_address->bytes, mapped, sizeof(mapped));
	memcpy(ret_address->bytes + IPV4_OFFSET, ipv4, sizeof(*ipv4));
}

static int parse_ipv4(const char *text, struct address *ret_address)
{
	struct in_addr in;

	if (inet_pton(AF_INET, text, &in) != 1)
		return -EINVAL;
	address_from_ipv4(&in, ret_address);
	return 0;
}

int parse_address(const char *text, struct address *ret_address)
{
	struct in6_addr in6;

	if (!parse_ipv4(text, ret_address))
		return 0;
	if (inet_pton(AF_INET6, text, &in6) != 1)
		return -EINVAL;
	memcpy(ret_address->bytes, &in6, sizeof(in6));
	return 0;
}

char *format_address(const struct address *address, char *buffer)
{
	bool ipv4 = address_is_ipv4(address);

	if (!inet_ntop(ipv4 ? AF_INET : AF_INET6, address->bytes + (ipv4 ? IPV4_OFFSET : 0), buffer,
		       ADDRESS_TEXT))
		buffer[0] = '\0';
	return buffer;
}

/* The bits of @address beyond @bits become 0; true when some were not. */
static bool clear_host_bits(struct address *address, unsigned int bits)
{
	bool cleared = false;
	size_t i;

	for (i = bits / 8; i < sizeof(address->bytes); i++) {
		unsigned int keep = i == bits / 8 ? 0xff00U >> bits % 8 & 0xff : 0;

		cleared |= (address->bytes[i] & ~keep) != 0;
		address->bytes[i] &= (uint8_t)keep;
	}
	return cleared;
}

/* IPv4 lives inside ::ffff:0:0/96, so a shorter prefix around that would let IPv4 out too. */
static bool holds_all_ipv4(const struct garden_entry *entry)
{
	struct address ipv4 = {{0}};

	if (entry->bits >= IPV4_BITS)
		return false;
	memcpy(ipv4.bytes, mapped, sizeof(mapped));
	clear_host_bits(&ipv4, entry->bits);
	return !address_compare(&ipv4, &entry->address);
}

/* "443/tcp" */
static int parse_service(const char *text, struct service *ret_service)
{
	char digits[8];
	const char *slash = strchr(text, '/');
	uint64_t port;
	uint8_t protocol;

	if (!slash || (size_t)(slash - text) >= sizeof(digits))
		return -EINVAL;
	memcpy(digits, text, (size_t)(slash - text));
	digits[slash - text] = '\0';
	if (parse_number(digits, 1, UINT16_MAX, &port))
		return -EINVAL;
	if (!strcmp(slash + 1, "tcp"))
		protocol = IPPROTO_TCP;
	else if (!strcmp(slash + 1, "udp"))
		protocol = IPPROTO_UDP;
	else
		return -EINVAL;
	ret_service->port_be = htons((uint16_t)port);
	ret_service->protocol = protocol;
	ret_service->unused = 0;
	return 0;
}

/* "198.51.100.0/24" or "2001:db8::"; cuts @text at the slash. */
static int parse_prefix(char *text, struct garden_entry *entry)
{
	char *slash = strchr(text, '/');
	unsigned int before; /* bits that the notation leaves out */
	uint64_t bits;

	if (slash)
		*slash = '\0';
	if (parse_address(text, &entry->address))
		return -EINVAL;
	before = strchr(text, ':') ? 0 : IPV4_BITS;
	bits = ADDRESS_BITS - before;
	if (slash && parse_number(slash + 1, 0, bits, &bits))
		return -EINVAL;
	entry->bits = before + (unsigned int)bits;
	return 0;
}

/*
 * Splits "PREFIX", "PREFIX:SERVICE" (IPv4) or "[PREFIX]:SERVICE" (IPv6) in place.
 * @ret_service is NULL when there is none.
 */
static int split_entry(char *text, char **ret_prefix, char **ret_service)
{
	char *colon = strchr(text, ':');

	*ret_prefix = text;
	*ret_service = NULL;
	if (text[0] == '[') {
		char *end = strchr(text, ']');

		if (!end || (end[1] && end[1] != ':') || !colon || colon > end)
			return -EINVAL;
		*ret_prefix = text + 1;
		*end = '\0';
		colon = end[1] ? end + 1 : NULL;
	} else if (colon && strchr(colon + 1, ':')) {
		return 0; /* two colons: a bare IPv6 prefix */
	}
	if (colon) {
		*colon = '\0';
		*ret_service = colon + 1;
	}
	return 0;
}

int parse_garden_entry(const char *text, struct garden_entry *ret_entry, struct error *error)
{
	struct garden_entry entry = {.bits = 0};
	char copy[GARDEN_ENTRY_TEXT + ADDRESS_TEXT];
	char canonical[GARDEN_ENTRY_TEXT];
	char *prefix, *service;

	if (strlen(text) >= sizeof(copy))
		return fail(error, EINVAL,
			    "'%.64s' is too long for a prefix; write it like 192.0.2.0/24", text);
	strcpy(copy, text);
	if (split_entry(copy, &prefix, &service) || parse_prefix(prefix, &entry))
		return fail(error, EINVAL,
			    "'%s' is not a prefix; write it like 192.0.2.0/24, 2001:db8::/32, "
			    "192.0.2.0/24:443/tcp or [2001:db8::/32]:443/tcp",
			    text);
	if (service && parse_service(service, &entry.service))
		return fail(error, EINVAL,
			    "'%s' has no valid port after its prefix; write it like :443/tcp or "
			    ":53/udp",
			    text);
	if (clear_host_bits(&entry.address, entry.bits))
		return fail(error, EINVAL, "'%s' has bits set beyond its prefix length; write %s",
			    text, format_garden_entry(&entry, canonical));
	if (holds_all_ipv4(&entry))
		return fail(
			error, EINVAL,
			"'%s' would hold every IPv4 address too; write 2000::/3 for all of IPv6 "
			"and 0.0.0.0/0 for all of IPv4",
			text);
	*ret_entry = entry;
	return 0;
}

char *format_garden_entry(const struct garden_entry *entry, char *buffer)
{
	const struct service *service = &entry->service;
	bool ipv4 = address_is_ipv4(&entry->address) && entry->bits >= IPV4_BITS;
	bool brackets = !ipv4 && service->protocol;
	char address[ADDRESS_TEXT];
	char bits[8] = "";
	char port[16] = "";

	if (entry->bits < ADDRESS_BITS)
		snprintf(bits, sizeof(bits), "/%u", (entry->bits - (ipv4 ? IPV4_BITS : 0)) & 0xff);
	if (service->protocol)
		snprintf(port, sizeof(port), ":%u/%s", ntohs(service->port_be),
			 service->protocol == IPPROTO_UDP ? "udp" : "tcp");
	snprintf(buffer, GARDEN_ENTRY_TEXT, "%s%s%s%s%s", brackets ? "[" : "",
		 format_address(&entry->address, address), bits, brackets ? "]" : "", port);
	return buffer;
}

bool garden_entry_equal(const struct garden_entry *a, const struct garden_entry *b)
{
	return !address_compare(&a->address, &b->address) && a->bits == b->bits &&
	       a->service.port_be == b->service.port_be &&
	       a->service.protocol == b->service.protocol;
}
