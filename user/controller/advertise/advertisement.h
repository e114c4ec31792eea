/* SPDX-License-Identifier: MIT */
/* advertisement.h - router advertisements with the address of the captive-portal API. Pure. */
#ifndef XDP511_ADVERTISEMENT_H
#define XDP511_ADVERTISEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <netinet/in.h>

#define ADVERTISEMENT_MAX 1024

/*
 * One that says nothing but the URL (RFC 8910 2.3): no default router, no prefix, nothing of how
 * addresses are got. Its length; the kernel fills in the checksum. -EMSGSIZE: the URL is too long.
 */
int advertisement_write(const char *url, uint8_t ret_message[ADVERTISEMENT_MAX]);

/*
 * The link-local address it is sent from, made of the interface's MAC: not the machine's own. A
 * host that had a default route by that one would drop it at an advertisement which isn't of a
 * default router (RFC 4861 6.3.4).
 */
struct in6_addr advertisement_source(const uint8_t mac[6]);

/* Whether a message is a solicitation that is to be answered (RFC 4861 6.1.1). */
bool advertisement_is_asked(const uint8_t *message, size_t size, int hop_limit);

#endif /* XDP511_ADVERTISEMENT_H */
