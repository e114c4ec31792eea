/* SPDX-License-Identifier: MIT */
/* address.h - IP addresses, prefixes and services of the walled garden as text. Pure functions. */
#ifndef XDP511_ADDRESS_H
#define XDP511_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

#include <xdp511/abi.h>

#include "base/log.h"

#define ADDRESS_TEXT	  46
#define GARDEN_ENTRY_TEXT 64

bool address_is_ipv4(const struct address *address);
int address_compare(const struct address *a, const struct address *b); /* as memcmp() */

struct in_addr;
void address_from_ipv4(const struct in_addr *ipv4, struct address *ret_address);

/* IPv4 dotted quad or IPv6 text; -EINVAL otherwise. */
int parse_address(const char *text, struct address *ret_address);

/* Returns @buffer, which holds ADDRESS_TEXT bytes; IPv4 as a dotted quad. */
char *format_address(const struct address *address, char *buffer);

/* A line of the garden: where to, and optionally only one port of one protocol. */
struct garden_entry {
	struct address address; /* host bits are zero */
	unsigned int bits;	/* 96-128 for IPv4 (in its mapped form), 0-128 for IPv6 */
	struct service service; /* protocol 0: everything */
};

/*
 * "198.51.100.0/24", "198.51.100.7", "198.51.100.0/24:443/tcp", "2001:db8::/32",
 * "[2001:db8::/32]:443/tcp". Host bits beyond the prefix length are an error (most likely a
 * typing mistake). -EINVAL with a sentence naming @text and what is wrong.
 */
int parse_garden_entry(const char *text, struct garden_entry *ret_entry, struct error *error);

/* The same notation, canonical: /32 and /128 are left out. @buffer holds GARDEN_ENTRY_TEXT. */
char *format_garden_entry(const struct garden_entry *entry, char *buffer);

bool garden_entry_equal(const struct garden_entry *a, const struct garden_entry *b);

#endif /* XDP511_ADDRESS_H */
