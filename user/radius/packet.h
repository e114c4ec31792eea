/* SPDX-License-Identifier: MIT */
/*
 * packet.h - RADIUS packets: built, signed and checked (RFC 2865, 2866, 3579, 5176). Pure.
 *
 * Why not a library: radcli 1.2.11, the one that Debian 12 has, sends no Message-Authenticator,
 * takes an Access-Accept without one (CVE-2024-3596; both seen on the wire), has nothing for CoA
 * and Disconnect requests, and its rc_auth() blocks: 6 s for a server that is silent for two
 * tries of 3 s. Here one thread serves all guests. MD5 and HMAC-MD5 are nettle's.
 */
#ifndef XDP511_RADIUS_PACKET_H
#define XDP511_RADIUS_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "radius/attributes.h"
#include "radius/secret.h"

#define RADIUS_MIN	     20 /* bytes of a packet: the header … */
#define RADIUS_MAX	     4096
#define AUTHENTICATOR_SIZE   16
#define RADIUS_PASSWORD_SIZE 129 /* RFC 2865 5.2: 128 bytes, and a NUL */

enum radius_code {
	CODE_ACCESS_REQUEST = 1,
	CODE_ACCESS_ACCEPT = 2,
	CODE_ACCESS_REJECT = 3,
	CODE_ACCOUNTING_REQUEST = 4,
	CODE_ACCOUNTING_RESPONSE = 5,
	CODE_ACCESS_CHALLENGE = 11,
	CODE_STATUS_SERVER = 12, /* RFC 5997: is anybody there? */
	CODE_DISCONNECT_REQUEST = 40,
	CODE_DISCONNECT_ACK = 41,
	CODE_DISCONNECT_NAK = 42,
	CODE_COA_REQUEST = 43,
	CODE_COA_ACK = 44,
	CODE_COA_NAK = 45,
};

/* One being built. Once something doesn't fit, @is_full stays and nothing more is added. */
struct packet {
	uint8_t data[RADIUS_MAX];
	size_t size;
	bool is_full;
};

/*
 * Begins a packet with a Message-Authenticator (zeroes, until it is signed) in the first place,
 * if @is_authenticated. @authenticator NULL: zeroes.
 */
void packet_begin(struct packet *packet, uint8_t code, bool is_authenticated,
		  const uint8_t authenticator[AUTHENTICATOR_SIZE]);

/* Values of 1 to 253 bytes (247 of a vendor's); longer ones make it full, empty ones nothing. */
void packet_add(struct packet *packet, enum attribute attribute, const void *value, size_t size);
void packet_add_text(struct packet *packet, enum attribute attribute, const char *text);
void packet_add_number(struct packet *packet, enum attribute attribute, uint32_t number);

/* User-Password, hidden (RFC 2865 5.2). @password has at most 128 bytes; more make it full. */
void packet_add_password(struct packet *packet, const struct secret *secret, const char *password);

/* CHAP-Password and CHAP-Challenge of a password (RFC 2865 5.3). */
void packet_add_chap(struct packet *packet, uint8_t id, const uint8_t challenge[16],
		     const uint8_t response[16]);
void chap_response(uint8_t id, const char *password, const uint8_t challenge[16],
		   uint8_t ret_response[16]);

/*
 * Gives a request its id and signs it: an Access-Request's or Status-Server's Message-Authenticator,
 * others' Request Authenticator too (RFC 2866 3, RFC 5176 2.3). -EMSGSIZE: it is full.
 */
int packet_sign_request(struct packet *packet, uint8_t id, const struct secret *secret);

/* The same of an answer to the request of these 20 bytes. */
int packet_sign_answer(struct packet *packet, const uint8_t request[RADIUS_MIN],
		       const struct secret *secret);

/* What is wrong with a packet that came. */
enum packet_fault {
	PACKET_OK,
	PACKET_SHORT,	  /* fewer than 20 bytes, or fewer than its length says */
	PACKET_LONG,	  /* its length is more than 4096 */
	PACKET_MALFORMED, /* attributes that don't add up */
	PACKET_FORGED,	  /* its authenticator is wrong: another secret, or another's packet */
	PACKET_UNAUTHENTICATED, /* no Message-Authenticator, where there has to be one */
	PACKET_FAULT_COUNT
};
const char *packet_fault_text(enum packet_fault fault); /* "has no Message-Authenticator" */

/* One that came; attributes point into its bytes. */
struct received {
	uint8_t code;
	uint8_t id;
	const uint8_t *data;
	size_t size; /* by its length: what comes behind is padding */
	struct attributes attributes;
};

/* Lengths alone; nothing of it can be believed yet. */
enum packet_fault packet_read(const uint8_t *data, size_t size, struct received *ret_received);

/*
 * Whether it comes from who knows the secret. An answer is checked with its request; with
 * @must_authenticate there has to be a Message-Authenticator, and one that is there has to be right.
 */
enum packet_fault packet_check_answer(const struct received *answer,
				      const uint8_t request[RADIUS_MIN],
				      const struct secret *secret, bool must_authenticate);
enum packet_fault packet_check_request(const struct received *request, const struct secret *secret,
				       bool must_authenticate);

#endif /* XDP511_RADIUS_PACKET_H */
