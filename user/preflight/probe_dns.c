/* SPDX-License-Identifier: MIT */
/* probe_dns.c - one question for an A record; whatever answers it is a resolver. */
#include <string.h>

#include <sys/socket.h>

#include "preflight/probe.h"

#define HEADER_SIZE 12
#define TYPE_A	    1
#define CLASS_IN    1

static void send_question(struct probe *probe)
{
	uint8_t bytes[HEADER_SIZE + NAME_WIRE_MAX + 5] = {
		(uint8_t)(probe->id >> 8), (uint8_t)probe->id, 0x01 /* recursion */, 0, 0, 1,
	};
	size_t n = HEADER_SIZE + probe->name.length + 1; /* with the root */

	memcpy(bytes + HEADER_SIZE, probe->name.wire, probe->name.length);
	bytes[n + 1] = TYPE_A;
	bytes[n + 3] = CLASS_IN;
	(void)send(probe->fd, bytes, n + 4, MSG_NOSIGNAL);
}

static bool take_answer(struct probe *probe, const uint8_t *bytes, size_t n)
{
	if (n < HEADER_SIZE || (bytes[0] << 8 | bytes[1]) != probe->id || !(bytes[2] & 0x80))
		return false;
	probe->err = 0;
	probe->rcode = bytes[3] & 0x0f;
	return true;
}

const struct probe_kind probe_dns = {
	.socket_type = SOCK_DGRAM,
	.send = send_question,
	.take = take_answer,
};
