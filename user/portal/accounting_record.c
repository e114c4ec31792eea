/* SPDX-License-Identifier: MIT */
/* accounting_record.c - a record's attributes (RFC 2866, 2869), as they are sent but for the delay. */
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>

#include "base/mac.h"
#include "portal/accounting_internal.h"

#define AUTHENTIC_RADIUS 1

static void begin(struct packet *packet, enum acct_status status, uint64_t at)
{
	packet_begin(packet, CODE_ACCOUNTING_REQUEST, false, NULL);
	packet_add_number(packet, ATTR_ACCT_STATUS_TYPE, status);
	packet_add_number(packet, ATTR_EVENT_TIMESTAMP, (uint32_t)at);
}

/* "02-05-11-00-00-01", as RFC 3580 3.21 has it. */
static void add_station(struct packet *packet, const uint8_t mac[6])
{
	char text[MAC_TEXT];

	snprintf(text, sizeof(text), "%02X-%02X-%02X-%02X-%02X-%02X", mac[0], mac[1], mac[2],
		 mac[3], mac[4], mac[5]);
	packet_add_text(packet, ATTR_CALLING_STATION_ID, text);
}

static void add_addresses(struct packet *packet, const struct acct_row *row)
{
	struct in_addr ipv4;
	struct in6_addr ipv6;

	if (inet_pton(AF_INET, row->ipv4, &ipv4) == 1)
		packet_add(packet, ATTR_FRAMED_IP_ADDRESS, &ipv4, sizeof(ipv4));
	if (inet_pton(AF_INET6, row->ipv6, &ipv6) == 1)
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

void acct_record(struct packet *packet, const struct acct_row *row, enum acct_status status,
		 uint64_t at, const struct acct_counts *counts, enum acct_cause cause)
{
	begin(packet, status, at);
	packet_add_text(packet, ATTR_ACCT_SESSION_ID, row->id);
	packet_add_text(packet, ATTR_USER_NAME, row->user);
	add_station(packet, row->mac);
	add_addresses(packet, row);
	packet_add(packet, ATTR_CLASS, row->class_value, row->class_size);
	packet_add_number(packet, ATTR_ACCT_AUTHENTIC, AUTHENTIC_RADIUS);
	if (status == ACCT_START)
		return;
	packet_add_number(packet, ATTR_ACCT_SESSION_TIME,
			  at > row->started_at ? (uint32_t)(at - row->started_at) : 0);
	add_counts(packet, counts);
	if (status == ACCT_STOP)
		packet_add_number(packet, ATTR_ACCT_TERMINATE_CAUSE, cause);
}

void acct_record_all(struct packet *packet, enum acct_status status, uint64_t at)
{
	begin(packet, status, at);
}
