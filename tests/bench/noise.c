/* SPDX-License-Identifier: MIT */
/* noise.c - builds one frame of each kind, and sends them by the clock; the relay varies them. */
#include "noise.h"

#include <string.h>

#include <arpa/inet.h>
#include <linux/if_ether.h>

#include <xdp511/net.h>

#include "macs.h"
#include "ports.h"
#include "udp.h"

#define BACKLOG_MAX  160 /* more at once would only overflow the ring of a veth */
#define BURST_MAX    96
#define GATEWAY	     0xc6120101 /* 198.18.1.1 */
#define SERVER	     0xc6120250 /* 198.18.2.80 */
#define RESOLVER     0xc6120335 /* 198.18.3.53 */
#define MDNS_GROUP   0xe00000fb /* 224.0.0.251 */
#define PORT_MDNS    5353
#define PORT_PUSH    5223 /* where phones of one maker wait for news */
#define PORT_OTHER   40001
#define PORT_STREAM  9
#define UDP_HEAD_LEN (ETH_HLEN + 20 + 8)
#define SHORT_LEN    90

enum kind {
	SYN_HTTPS,
	QUIC,
	MDNS,
	DNS,
	WHO_HAS,
	OTHER_TCP,
	OTHER_UDP,
	STRANGER,
	STREAM,
	KIND_COUNT,
};

_Static_assert(KIND_COUNT == NOISE_KINDS, "a frame of each");

/* What a guest's phone sends, by frequency: 40 % HTTPS, 25 % QUIC, 10 % mDNS, 10 % DNS, 5 % ARP. */
static const enum kind cycle[] = {
	SYN_HTTPS, QUIC,      MDNS, SYN_HTTPS, DNS,	  QUIC,	     SYN_HTTPS,
	OTHER_TCP, SYN_HTTPS, QUIC, SYN_HTTPS, MDNS,	  SYN_HTTPS, QUIC,
	DNS,	   SYN_HTTPS, QUIC, WHO_HAS,   OTHER_UDP, SYN_HTTPS,
};

static void write_udp(struct noise_frame *frame, const struct udp_plan *plan)
{
	udp_write(plan, frame->bytes);
	frame->len = plan->len;
}

static void write_tcp(struct noise_frame *frame, const struct wire *wire, uint16_t port,
		      uint8_t group)
{
	struct wire to = *wire;
	const struct flight flight = {
		.client = NOISE_ADDRESSES - 0xc6120000, /* as wire.c counts addresses */
		.client_port = FLOOD_PORT,
		.flags = TCP_SYN,
	};

	to.server_port = port;
	frame->len = wire_write(&to, &flight, frame->bytes);
	frame->bytes[7] = group;
}

static void write_arp(struct noise_frame *frame)
{
	static const uint8_t everybody[ETH_ALEN] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	static const uint8_t device[ETH_ALEN] = {0x02, NOISE_GUEST, 0, 0, 0, 1};
	static const uint8_t head[] = {8, 6, 0, 1, 8, 0, ETH_ALEN, 4, 0, ARP_REQUEST};
	uint32_t from = htonl(NOISE_ADDRESSES), to = htonl(GATEWAY);
	uint8_t *arp = frame->bytes + ETH_HLEN;

	memcpy(frame->bytes, everybody, ETH_ALEN);
	memcpy(frame->bytes + ETH_ALEN, device, ETH_ALEN);
	memcpy(frame->bytes + 2 * ETH_ALEN, head, sizeof(head));
	memcpy(arp + 8, device, ETH_ALEN);
	memcpy(arp + 14, &from, sizeof(from));
	memcpy(arp + 24, &to, sizeof(to));
	frame->len = ETH_ZLEN;
}

static void write_question(struct noise_frame *frame, struct udp_plan plan)
{
	static const uint8_t question[] = "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
					  "\x07"
					  "connect"
					  "\x07"
					  "example\x00\x00\x01\x00\x01";
	const size_t len = sizeof(question) - 1;

	plan.to = RESOLVER;
	plan.to_port = 53;
	plan.len = UDP_HEAD_LEN + len;
	write_udp(frame, &plan);
	memcpy(frame->bytes + UDP_HEAD_LEN, question, len);
}

static void write_mdns(struct noise_frame *frame, struct udp_plan plan)
{
	static const uint8_t group[ETH_ALEN] = {0x01, 0x00, 0x5e, 0x00, 0x00, 0xfb};

	memcpy(plan.to_mac, group, ETH_ALEN);
	plan.to = MDNS_GROUP;
	plan.from_port = plan.to_port = PORT_MDNS;
	write_udp(frame, &plan);
}

void noise_prepare(struct noise *noise, const struct wire *wire, size_t stream_len)
{
	struct noise_frame *frames = noise->frames;
	struct udp_plan plan = {
		.from_mac = {0x02, NOISE_GUEST, 0, 0, 0, 1},
		.from = NOISE_ADDRESSES,
		.to = SERVER,
		.from_port = FLOOD_PORT,
		.to_port = PORT_HTTPS,
		.len = SHORT_LEN,
	};

	memcpy(plan.to_mac, wire->gateway_mac, ETH_ALEN);
	write_tcp(&frames[SYN_HTTPS], wire, PORT_HTTPS, NOISE_GUEST);
	write_tcp(&frames[OTHER_TCP], wire, PORT_PUSH, NOISE_GUEST);
	write_tcp(&frames[STRANGER], wire, PORT_HTTPS, NOISE_STRANGER);
	write_arp(&frames[WHO_HAS]);
	write_question(&frames[DNS], plan);
	write_mdns(&frames[MDNS], plan);
	write_udp(&frames[QUIC], &plan);
	plan.to_port = PORT_OTHER;
	write_udp(&frames[OTHER_UDP], &plan);
	plan.to_port = PORT_STREAM;
	plan.from_mac[1] = NOISE_SIGNED_IN;
	plan.len = stream_len;
	write_udp(&frames[STREAM], &plan);
	noise->noise.rate = noise->chatter + noise->strangers;
}

static bool put(struct noise *noise, enum kind kind)
{
	uint8_t *frame = xsk_take(noise->xsk);

	if (!frame)
		return false;
	memcpy(frame, noise->frames[kind].bytes, noise->frames[kind].len);
	xsk_put(noise->xsk, frame, noise->frames[kind].len);
	return true;
}

/* Whether @n frames are due. */
static bool is_due(struct pace *pace, uint64_t now_ns, unsigned int n)
{
	uint64_t due;

	if (!pace->started_ns)
		pace->started_ns = now_ns;
	due = (uint64_t)((double)(now_ns - pace->started_ns) * 1e-9 * pace->rate);
	if (due > pace->met + BACKLOG_MAX)
		pace->met = due - BACKLOG_MAX;
	return pace->met + n <= due;
}

static void meet(struct pace *pace, unsigned int n)
{
	pace->met += n;
	pace->sent += n;
}

/* Guests and strangers keep their proportion, whatever of both can be sent. */
static enum kind next_kind(struct noise *noise)
{
	noise->strangers_due += noise->strangers / noise->noise.rate;
	if (noise->strangers_due >= 1) {
		noise->strangers_due--;
		return STRANGER;
	}
	noise->next_kind = (noise->next_kind + 1) % (sizeof(cycle) / sizeof(*cycle));
	return cycle[noise->next_kind];
}

size_t noise_send(struct noise *noise, uint64_t now_ns, size_t max)
{
	size_t n = 0;

	while (n < max && is_due(&noise->stream, now_ns, 1) && put(noise, STREAM)) {
		meet(&noise->stream, 1);
		n++;
	}
	if (max > n + BURST_MAX)
		max = n + BURST_MAX;
	while (n + noise->copies <= max && is_due(&noise->noise, now_ns, noise->copies) &&
	       put(noise, next_kind(noise))) {
		meet(&noise->noise, noise->copies);
		n += noise->copies;
	}
	return n;
}
