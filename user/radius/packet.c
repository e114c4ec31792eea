/* SPDX-License-Identifier: MIT */
/* packet.c - RADIUS packets: built, signed and checked. */
#include "radius/packet.h"

#include <errno.h>
#include <string.h>

#include <nettle/hmac.h>
#include <nettle/md5.h>
#include <nettle/memops.h>

#define AUTHENTICATOR	    4 /* where it is in the header */
#define ATTRIBUTE_HEAD	    2 /* bytes before a value: number, length */
#define VENDOR_HEAD	    6 /* and before a vendor's attribute in it: vendor too */
#define ATTRIBUTE_MAX	    255
#define NUMBER_OF_VENDORS   26
#define PASSWORD_BLOCK	    16
#define PASSWORD_BLOCKS_MAX 8

static const uint8_t zeroes[AUTHENTICATOR_SIZE];

static void put_be16(uint8_t *p, size_t value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
}

static void put_be32(uint8_t *p, uint32_t value)
{
	put_be16(p, value >> 16);
	put_be16(p + 2, value & 0xffff);
}

const char *packet_fault_text(enum packet_fault fault)
{
	static const char *const texts[PACKET_FAULT_COUNT] = {
		[PACKET_OK] = "is right",
		[PACKET_SHORT] = "is shorter than it says",
		[PACKET_LONG] = "is longer than 4096 bytes",
		[PACKET_MALFORMED] = "has attributes whose lengths don't add up",
		[PACKET_FORGED] = "is not signed with the secret",
		[PACKET_UNAUTHENTICATED] = "has no Message-Authenticator",
	};

	return texts[fault];
}

void packet_begin(struct packet *packet, uint8_t code, bool is_authenticated,
		  const uint8_t authenticator[AUTHENTICATOR_SIZE])
{
	packet->size = RADIUS_MIN;
	packet->is_full = false;
	memset(packet->data, 0, RADIUS_MIN);
	packet->data[0] = code;
	if (authenticator)
		memcpy(packet->data + AUTHENTICATOR, authenticator, AUTHENTICATOR_SIZE);
	if (is_authenticated)
		packet_add(packet, ATTR_MESSAGE_AUTHENTICATOR, zeroes, sizeof(zeroes));
}

void packet_add(struct packet *packet, enum attribute attribute, const void *value, size_t size)
{
	const struct attribute_facts *facts = attribute_facts(attribute);
	size_t outer = facts->vendor ? VENDOR_HEAD : 0;
	size_t whole = outer + ATTRIBUTE_HEAD + size;
	uint8_t *p = packet->data + packet->size;

	if (!size || packet->is_full)
		return;
	if (whole > ATTRIBUTE_MAX || whole > RADIUS_MAX - packet->size) {
		packet->is_full = true;
		return;
	}
	if (outer) {
		p[0] = NUMBER_OF_VENDORS;
		p[1] = (uint8_t)whole;
		put_be32(p + 2, facts->vendor);
		p += outer;
	}
	p[0] = facts->number;
	p[1] = (uint8_t)(ATTRIBUTE_HEAD + size);
	memcpy(p + ATTRIBUTE_HEAD, value, size);
	packet->size += whole;
}

void packet_add_text(struct packet *packet, enum attribute attribute, const char *text)
{
	packet_add(packet, attribute, text, strlen(text));
}

void packet_add_number(struct packet *packet, enum attribute attribute, uint32_t number)
{
	uint8_t value[4];

	put_be32(value, number);
	packet_add(packet, attribute, value, sizeof(value));
}

/* Each block is covered by a digest of the secret and of the block before it, hidden already. */
void packet_add_password(struct packet *packet, const struct secret *secret, const char *password)
{
	uint8_t hidden[PASSWORD_BLOCK * PASSWORD_BLOCKS_MAX] = {0};
	const uint8_t *before = packet->data + AUTHENTICATOR;
	size_t length = strlen(password), size, i, j;

	if (length > sizeof(hidden)) {
		packet->is_full = true;
		return;
	}
	memcpy(hidden, password, length);
	size = length ? (length + PASSWORD_BLOCK - 1) / PASSWORD_BLOCK * PASSWORD_BLOCK
		      : PASSWORD_BLOCK;
	for (i = 0; i < size; i += PASSWORD_BLOCK) {
		uint8_t cover[MD5_DIGEST_SIZE];
		struct md5_ctx md5;

		md5_init(&md5);
		md5_update(&md5, secret->size, secret->bytes);
		md5_update(&md5, PASSWORD_BLOCK, before);
		md5_digest(&md5, sizeof(cover), cover);
		for (j = 0; j < PASSWORD_BLOCK; j++)
			hidden[i + j] ^= cover[j];
		before = hidden + i;
	}
	packet_add(packet, ATTR_USER_PASSWORD, hidden, size);
}

void chap_response(uint8_t id, const char *password, const uint8_t challenge[16],
		   uint8_t ret_response[16])
{
	struct md5_ctx md5;

	md5_init(&md5);
	md5_update(&md5, sizeof(id), &id);
	md5_update(&md5, strlen(password), (const uint8_t *)password);
	md5_update(&md5, 16, challenge);
	md5_digest(&md5, 16, ret_response);
}

void packet_add_chap(struct packet *packet, uint8_t id, const uint8_t challenge[16],
		     const uint8_t response[16])
{
	uint8_t value[1 + 16];

	value[0] = id;
	memcpy(value + 1, response, 16);
	packet_add(packet, ATTR_CHAP_PASSWORD, value, sizeof(value));
	packet_add(packet, ATTR_CHAP_CHALLENGE, challenge, 16);
}

/* A packet to be signed or checked, as if it had that authenticator. */
struct signed_bytes {
	const uint8_t *data;
	size_t size;
	const uint8_t *authenticator;
};

static void digest_with_secret(const struct signed_bytes *bytes, const struct secret *secret,
			       uint8_t ret_digest[AUTHENTICATOR_SIZE])
{
	struct md5_ctx md5;

	md5_init(&md5);
	md5_update(&md5, AUTHENTICATOR, bytes->data);
	md5_update(&md5, AUTHENTICATOR_SIZE, bytes->authenticator);
	md5_update(&md5, bytes->size - RADIUS_MIN, bytes->data + RADIUS_MIN);
	md5_update(&md5, secret->size, secret->bytes);
	md5_digest(&md5, AUTHENTICATOR_SIZE, ret_digest);
}

/* Message-Authenticator, whose own 16 bytes, at @value, count as zeroes (RFC 3579 3.2). */
static void message_authenticator(const struct signed_bytes *bytes, const uint8_t *value,
				  const struct secret *secret,
				  uint8_t ret_digest[AUTHENTICATOR_SIZE])
{
	const uint8_t *behind = value + AUTHENTICATOR_SIZE;
	struct hmac_md5_ctx hmac;

	hmac_md5_set_key(&hmac, secret->size, secret->bytes);
	hmac_md5_update(&hmac, AUTHENTICATOR, bytes->data);
	hmac_md5_update(&hmac, AUTHENTICATOR_SIZE, bytes->authenticator);
	hmac_md5_update(&hmac, (size_t)(value - bytes->data) - RADIUS_MIN,
			bytes->data + RADIUS_MIN);
	hmac_md5_update(&hmac, AUTHENTICATOR_SIZE, zeroes);
	hmac_md5_update(&hmac, (size_t)(bytes->data + bytes->size - behind), behind);
	hmac_md5_digest(&hmac, AUTHENTICATOR_SIZE, ret_digest);
}

/* Where packet_begin() puts it, if anywhere. */
static void sign_message(struct packet *packet, const uint8_t *authenticator,
			 const struct secret *secret)
{
	uint8_t *attribute = packet->data + RADIUS_MIN;
	const struct signed_bytes bytes = {packet->data, packet->size, authenticator};
	uint8_t digest[AUTHENTICATOR_SIZE];

	if (packet->size < RADIUS_MIN + ATTRIBUTE_HEAD + AUTHENTICATOR_SIZE ||
	    attribute[0] != attribute_facts(ATTR_MESSAGE_AUTHENTICATOR)->number ||
	    attribute[1] != ATTRIBUTE_HEAD + AUTHENTICATOR_SIZE)
		return;
	message_authenticator(&bytes, attribute + ATTRIBUTE_HEAD, secret, digest);
	memcpy(attribute + ATTRIBUTE_HEAD, digest, sizeof(digest));
}

static void sign(struct packet *packet, const uint8_t *authenticator, const struct secret *secret)
{
	const struct signed_bytes bytes = {packet->data, packet->size, authenticator};
	uint8_t digest[AUTHENTICATOR_SIZE];

	digest_with_secret(&bytes, secret, digest);
	memcpy(packet->data + AUTHENTICATOR, digest, sizeof(digest));
}

int packet_sign_request(struct packet *packet, uint8_t id, const struct secret *secret)
{
	bool is_random =
		packet->data[0] == CODE_ACCESS_REQUEST || packet->data[0] == CODE_STATUS_SERVER;

	if (packet->is_full)
		return -EMSGSIZE;
	packet->data[1] = id;
	put_be16(packet->data + 2, packet->size);
	sign_message(packet, is_random ? packet->data + AUTHENTICATOR : zeroes, secret);
	if (!is_random)
		sign(packet, zeroes, secret);
	return 0;
}

int packet_sign_answer(struct packet *packet, const uint8_t request[RADIUS_MIN],
		       const struct secret *secret)
{
	if (packet->is_full)
		return -EMSGSIZE;
	packet->data[1] = request[1];
	put_be16(packet->data + 2, packet->size);
	sign_message(packet, request + AUTHENTICATOR, secret);
	sign(packet, request + AUTHENTICATOR, secret);
	return 0;
}

enum packet_fault packet_read(const uint8_t *data, size_t size, struct received *ret_received)
{
	struct received received = {.data = data};

	if (size < RADIUS_MIN)
		return PACKET_SHORT;
	received.code = data[0];
	received.id = data[1];
	received.size = (size_t)data[2] << 8 | data[3];
	if (received.size > RADIUS_MAX)
		return PACKET_LONG;
	if (received.size < RADIUS_MIN || received.size > size)
		return PACKET_SHORT;
	if (attributes_read(data + RADIUS_MIN, received.size - RADIUS_MIN, &received.attributes))
		return PACKET_MALFORMED;
	*ret_received = received;
	return PACKET_OK;
}

static enum packet_fault check(const struct received *received, const uint8_t *authenticator,
			       const struct secret *secret, bool must_authenticate)
{
	const struct signed_bytes bytes = {received->data, received->size, authenticator};
	const struct attribute_value *value =
		&received->attributes.values[ATTR_MESSAGE_AUTHENTICATOR];
	uint8_t digest[AUTHENTICATOR_SIZE];

	digest_with_secret(&bytes, secret, digest);
	if (!memeql_sec(digest, received->data + AUTHENTICATOR, sizeof(digest)))
		return PACKET_FORGED;
	if (received->attributes.misshapen == ATTR_MESSAGE_AUTHENTICATOR || value->times > 1)
		return PACKET_FORGED;
	if (!value->data)
		return must_authenticate ? PACKET_UNAUTHENTICATED : PACKET_OK;
	message_authenticator(&bytes, value->data, secret, digest);
	return memeql_sec(digest, value->data, sizeof(digest)) ? PACKET_OK : PACKET_FORGED;
}

enum packet_fault packet_check_answer(const struct received *answer,
				      const uint8_t request[RADIUS_MIN],
				      const struct secret *secret, bool must_authenticate)
{
	return check(answer, request + AUTHENTICATOR, secret, must_authenticate);
}

enum packet_fault packet_check_request(const struct received *request, const struct secret *secret,
				       bool must_authenticate)
{
	return check(request, zeroes, secret, must_authenticate);
}
