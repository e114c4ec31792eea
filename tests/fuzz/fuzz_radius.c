/* SPDX-License-Identifier: MIT */
/* fuzz_radius.c - any bytes as an answer and as a request of a RADIUS server, signed or not. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "portal/nas/dynauth_request.h"
#include "portal/nas/radius_grant.h"
#include "vectors.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char text[] = "[gateway]\ninterface = lan0\n[portal]\nurl = https://a.example/\n"
			   "[zone press]\nvlan = 200\n";

/* What was read has to be something that a session can have. */
static void check_grant(const struct grant *grant)
{
	if (grant->timeout_s.value > 3650ULL * 86400 || grant->idle_s.value > 3650ULL * 86400 ||
	    (grant->up_bps.value && grant->up_bps.value < 1000) ||
	    grant->class_size > sizeof(grant->class_value) ||
	    (grant->interim_s && grant->interim_s < 60))
		abort();
}

static void check_texts(const struct dynauth_request *request)
{
	if (!is_printable(request->user) || !is_printable(request->session_id) ||
	    !is_printable(request->zone) ||
	    (!request->has_mac && !request->user[0] && !request->session_id[0]))
		abort();
}

/* Nobody who doesn't know the secret gets this far, but the secret may be a bad one. */
static void read_all(const struct config *config, const struct received *received)
{
	struct grant grant = {.interim_s = 0};
	struct dynauth_request request;
	char reply[REPLY_SIZE];

	reply_read(&received->attributes, reply);
	if (!is_printable(reply) || strlen(reply) >= sizeof(reply))
		abort();
	if (!grant_read(config, &received->attributes, 1800000000, &grant, NULL))
		check_grant(&grant);
	if (!dynauth_read(config, received, 1800000000, &request))
		check_texts(&request);
	(void)dynauth_is_recent(&received->attributes, 1800000000);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct config *config;
	static const uint8_t head[RADIUS_MIN] = {CODE_ACCESS_REQUEST};
	const struct secret secret = secret_of("testing123");
	struct packet copy = {.size = size};
	struct received received;

	if (!config && config_parse(text, strlen(text), "fuzz", &config, NULL))
		abort();
	if (packet_read(data, size, &received) != PACKET_OK)
		return 0;
	(void)packet_check_answer(&received, head, &secret, true);
	(void)packet_check_request(&received, &secret, true);
	read_all(config, &received);
	/* Signed as it should be it is believed, whatever is in it. */
	copy.size = received.size;
	memcpy(copy.data, data, received.size);
	if (packet_sign_answer(&copy, head, &secret) ||
	    packet_read(copy.data, copy.size, &received) != PACKET_OK)
		abort();
	switch (packet_check_answer(&received, head, &secret, false)) {
	case PACKET_OK:
	case PACKET_FORGED: /* a Message-Authenticator that isn't the first attribute */
		break;
	default:
		abort();
	}
	return 0;
}
