/* SPDX-License-Identifier: MIT */
/* segment.h - a TCP segment with the frame around it: read from bytes, written to bytes. */
#ifndef XDP511_SEGMENT_H
#define XDP511_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xdp511/abi.h>

#define LINK_HEADER_MAX	  22   /* Ethernet and two VLAN tags */
#define SEGMENT_FRAME_MAX 1792 /* what fits in a 2048-byte buffer of the ring */

/* Everything about a frame that its answer needs. */
struct segment {
	uint8_t link_header[LINK_HEADER_MAX]; /* as received: MACs, tags, EtherType */
	size_t link_len;
	uint16_t vlan; /* 0: none; as the gate counts them */
	uint16_t inner_vlan;
	struct address src;
	struct address dst;
	uint16_t sport;
	uint16_t dport;
	uint32_t seq;
	uint32_t ack;
	uint8_t flags; /* TCP_FIN … of <xdp511/net.h> */
	uint16_t window;
	uint16_t mss;		/* of the option; 0: absent */
	const uint8_t *payload; /* points into the frame */
	size_t payload_len;
	bool partial_checksum; /* the sender left it to hardware that veth hasn't (CHECKSUM_PARTIAL) */
};

/* The client's MAC: the frame's source. */
static inline const uint8_t *segment_client_mac(const struct segment *segment)
{
	return segment->link_header + 6;
}

/*
 * Reads a frame. -EBADMSG for anything that isn't a whole, correctly summed, unfragmented
 * TCP segment over IPv4 or IPv6 (extension headers the gate steps over included).
 */
int segment_parse(const uint8_t *frame, size_t len, struct segment *ret_segment);

/* What goes back, to where @to came from. */
struct reply {
	uint32_t seq;
	uint32_t ack;
	uint8_t flags;
	uint16_t window;
	uint16_t mss; /* 0: no option */
	const uint8_t *payload;
	size_t payload_len;
};

/*
 * Writes the frame, with MACs, addresses and ports of @to exchanged and its VLAN tags kept.
 * @size: at least SEGMENT_FRAME_MAX. Returns the frame's length, 0 if it doesn't fit.
 */
size_t segment_write(const struct segment *to, const struct reply *reply, uint8_t *buffer,
		     size_t size);

#endif /* XDP511_SEGMENT_H */
