/* SPDX-License-Identifier: MIT */
/* dns.h - DNS answers as the garden needs them: of which name, and which addresses. Pure functions. */
#ifndef XDP511_DNS_H
#define XDP511_DNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xdp511/abi.h>
#include <xdp511/name_hash.h>

#define DNS_NAME_TEXT	  254 /* without the last dot, with NUL */
#define DNS_MAX_ADDRESSES 64  /* of one answer; more are left out */
#define DNS_MAX_ALIASES	  16  /* CNAME upon CNAME */

/* A name as it travels, without compression, in lower case; @length without the root's zero. */
struct dns_name {
	uint8_t wire[NAME_WIRE_MAX];
	size_t length;
};

struct dns_address {
	struct address address;
	uint32_t ttl_s; /* the shortest on the way to it, aliases included */
};

struct dns_reply {
	char name[DNS_NAME_TEXT]; /* the one asked for: lower case; letters, digits, - and _ */
	struct dns_address addresses[DNS_MAX_ADDRESSES];
	size_t n;
};

/*
 * Reads the answer to one question for an A or AAAA record of class IN; its addresses are those of
 * the name asked for or of what that is an alias for, and no others; an error has none. -EBADMSG: it
 * isn't such an answer, or is malformed. -ELOOP: too many aliases.
 */
int dns_read_reply(const uint8_t *bytes, size_t size, struct dns_reply *ret_reply);

/* From text like "pay.example"; -EINVAL when it is none. */
int dns_name_from_text(const char *text, struct dns_name *ret_name);

/* "pay.example" is itself alone, "*.pay.example" every name below; both in lower case. */
bool dns_matches(const char *pattern, const char *name);

#endif /* XDP511_DNS_H */
