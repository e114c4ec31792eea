/* SPDX-License-Identifier: MIT */
/* probe_radius.c - Status-Server (RFC 5997); for those who don't know it, a sign-in that must fail. */
#include <errno.h>
#include <string.h>

#include <sys/random.h>
#include <sys/socket.h>

#include "preflight/probe.h"

#define PROBE_USER "xdp511-check" /* nobody's name */
#define PROBE_WORD "no-password"

static void make(struct probe *probe, struct packet *packet, enum radius_code code)
{
	uint8_t random[AUTHENTICATOR_SIZE] = {0};

	if (getrandom(random, sizeof(random), GRND_NONBLOCK) < 0)
		memcpy(random, &probe->id, sizeof(probe->id));
	packet_begin(packet, (uint8_t)code, true, random);
	packet_add_text(packet, ATTR_NAS_IDENTIFIER, probe->nas_id);
	if (code == CODE_ACCESS_REQUEST) {
		packet_add_text(packet, ATTR_USER_NAME, PROBE_USER);
		packet_add_password(packet, probe->secret, PROBE_WORD);
	}
}

/* A server that is up but knows no Status-Server says nothing to the first packet. */
static void send_request(struct probe *probe)
{
	size_t i, n = probe->n_sent && !probe->is_accounting ? 2 : 1;

	for (i = 0; i < n; i++) {
		struct packet *packet = &probe->packets[i];

		if (!packet->size) {
			make(probe, packet, i ? CODE_ACCESS_REQUEST : CODE_STATUS_SERVER);
			if (packet_sign_request(packet, (uint8_t)(probe->id + i), probe->secret))
				continue;
		}
		(void)send(probe->fd, packet->data, packet->size, MSG_NOSIGNAL);
	}
}

static bool take_answer(struct probe *probe, const uint8_t *bytes, size_t n)
{
	struct received answer;
	const struct packet *request;
	enum packet_fault fault = packet_read(bytes, n, &answer);

	if (!fault) {
		request = &probe->packets[answer.id == (uint8_t)(probe->id + 1)];
		if (!request->size || request->data[1] != answer.id)
			return false;
		fault = packet_check_answer(&answer, request->data, probe->secret, false);
	}
	probe->fault = fault;
	probe->err = fault ? -EBADMSG : 0;
	return !fault;
}

const struct probe_kind probe_radius = {
	.socket_type = SOCK_DGRAM,
	.send = send_request,
	.take = take_answer,
};
