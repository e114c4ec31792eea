/* SPDX-License-Identifier: MIT */
/* accounting_record.c - a record's attributes (RFC 2866, 2869), as they are sent but for the delay. */
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>

#include "portal/nas/accounting_internal.h"
#include "portal/nas/nas.h"

#define AUTHENTIC_RADIUS 1

static void begin(struct packet *packet, enum acct_status status, uint64_t at)
{
	packet_begin(packet, CODE_ACCOUNTING_REQUEST, false, NULL);
	packet_add_number(packet, ATTR_ACCT_STATUS_TYPE, status);
	packet_add_number(packet, ATTR_EVENT_TIMESTAMP, (uint32_t)at);
}

/* Of its addresses nas_add_device() adds one: the other family's is missing still. */
static void add_device(const struct portal *portal, const struct acct_row *row,
		       struct packet *packet)
{
	struct device device = {};
	struct in6_addr ipv6;

	memcpy(device.mac, row->mac, sizeof(device.mac));
	snprintf(device.zone, sizeof(device.zone), "%s", row->zone);
	snprintf(device.address, sizeof(device.address), "%s",
		 row->ipv4[0] ? row->ipv4 : row->ipv6);
	nas_add_device(portal, &device, packet);
	if (row->ipv4[0] && inet_pton(AF_INET6, row->ipv6, &ipv6) == 1)
		packet_add(packet, ATTR_FRAMED_IPV6_ADDRESS, &ipv6, sizeof(ipv6));
}

static void add_bytes(struct packet *packet, enum attribute octets, enum attribute gigawords,
		      uint64_t bytes)
{
	packet_add_number(packet, octets, (uint32_t)bytes);
	packet_add_number(packet, gigawords, (uint32_t)(bytes >> 32));
}

/* Input is what the NAS takes in from the device: its uploads. */
static void add_counts(struct packet *packet, const struct acct_counts *counts)
{
	add_bytes(packet, ATTR_ACCT_INPUT_OCTETS, ATTR_ACCT_INPUT_GIGAWORDS, counts->up_bytes);
	add_bytes(packet, ATTR_ACCT_OUTPUT_OCTETS, ATTR_ACCT_OUTPUT_GIGAWORDS, counts->down_bytes);
	packet_add_number(packet, ATTR_ACCT_INPUT_PACKETS, (uint32_t)counts->up_packets);
	packet_add_number(packet, ATTR_ACCT_OUTPUT_PACKETS, (uint32_t)counts->down_packets);
}

void acct_record(const struct portal *portal, const struct acct_row *row,
		 const struct acct_what *what, struct packet *packet)
{
	uint64_t at = what->at;

	begin(packet, what->status, at);
	packet_add_text(packet, ATTR_ACCT_SESSION_ID, row->id);
	packet_add_text(packet, ATTR_USER_NAME, row->user);
	add_device(portal, row, packet);
	packet_add(packet, ATTR_CLASS, row->class_value, row->class_size);
	packet_add_number(packet, ATTR_ACCT_AUTHENTIC, AUTHENTIC_RADIUS);
	if (what->status == ACCT_START)
		return;
	packet_add_number(packet, ATTR_ACCT_SESSION_TIME,
			  at > row->started_at ? (uint32_t)(at - row->started_at) : 0);
	add_counts(packet, &what->counts);
	if (what->status == ACCT_STOP)
		packet_add_number(packet, ATTR_ACCT_TERMINATE_CAUSE, what->cause);
}

void acct_record_all(struct packet *packet, enum acct_status status, uint64_t at)
{
	begin(packet, status, at);
}
