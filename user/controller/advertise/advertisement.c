/* SPDX-License-Identifier: MIT */
/* advertisement.c - router advertisements with the address of the captive-portal API. Pure. */
#include "controller/advertise/advertisement.h"

#include <errno.h>
#include <string.h>

#include <netinet/icmp6.h>

#include <xdp511/net.h>

#define OPTION_PORTAL 37 /* RFC 8910 2.3 */
#define OPTION_UNIT   8	 /* what an option's length is counted in */
#define OPTION_HEAD   2

int advertisement_write(const char *url, uint8_t ret_message[ADVERTISEMENT_MAX])
{
	const struct nd_router_advert head = {.nd_ra_type = ND_ROUTER_ADVERT};
	size_t length = strlen(url);
	size_t units = (OPTION_HEAD + length + OPTION_UNIT - 1) / OPTION_UNIT;
	uint8_t *option = ret_message + sizeof(head);

	if (units > UINT8_MAX || sizeof(head) + units * OPTION_UNIT > ADVERTISEMENT_MAX)
		return -EMSGSIZE;
	memcpy(ret_message, &head, sizeof(head));
	memset(option, 0, units * OPTION_UNIT);
	option[0] = OPTION_PORTAL;
	option[1] = (uint8_t)units;
	memcpy(option + OPTION_HEAD, url, length);
	return (int)(sizeof(head) + units * OPTION_UNIT);
}

struct in6_addr advertisement_source(const uint8_t mac[6])
{
	struct in6_addr source = {.s6_addr = {0xfe, 0x80, [8] = 0x05, 0x11}};

	memcpy(source.s6_addr + 10, mac, 6);
	return source;
}

bool advertisement_is_asked(const uint8_t *message, size_t size, int hop_limit)
{
	const struct nd_router_solicit *head = (const void *)message;
	size_t at = sizeof(*head);

	if (size < sizeof(*head) || hop_limit != ND_HOP_LIMIT ||
	    head->nd_rs_type != ND_ROUTER_SOLICIT || head->nd_rs_code)
		return false;
	while (at + OPTION_HEAD <= size && message[at + 1])
		at += message[at + 1] * (size_t)OPTION_UNIT;
	return at == size;
}
