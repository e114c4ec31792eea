/* SPDX-License-Identifier: MIT */
/*
 * fuzz_segment.c - any frame as a segment, and any reply to it: what is written is a packet with
 * right lengths and sums, back to where the segment came from, and reads as what it was.
 */
#include <stdlib.h>
#include <string.h>

#include "repair.h"
#include "responder/segment.h"

#define KNOBS 8 /* bytes of the input that say what to reply */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* What segment_parse() says must lie within the frame, and agree with our own reading. */
static void check_parsed(const struct frame *frame, const struct segment *segment)
{
	const uint8_t *end = frame->bytes + frame->len;
	struct layout layout;

	require(repair_find(frame, &layout));
	require(segment->link_len == layout.ip);
	require(segment->payload >= frame->bytes + layout.tcp + 20 && segment->payload <= end);
	require(segment->payload + segment->payload_len == frame->bytes + layout.end);
	require(segment->flags == frame->bytes[layout.tcp + 13]);
	require(segment->partial_checksum || layout.end != frame->len || repair_is_whole(frame));
}

static void check_written(const struct segment *to, const struct reply *reply,
			  const struct frame *out)
{
	struct segment back;

	require(out->len <= SEGMENT_FRAME_MAX);
	require(repair_is_whole(out));
	require(!segment_parse(out->bytes, out->len, &back) && !back.partial_checksum);
	require(!memcmp(&back.src, &to->dst, sizeof(back.src)));
	require(!memcmp(&back.dst, &to->src, sizeof(back.dst)));
	require(!memcmp(out->bytes, to->link_header + 6, 6));
	require(!memcmp(out->bytes + 6, to->link_header, 6));
	require(!memcmp(out->bytes + 12, to->link_header + 12, to->link_len - 12));
	require(back.sport == to->dport && back.dport == to->sport);
	require(back.vlan == to->vlan && back.inner_vlan == to->inner_vlan);
	require(back.seq == reply->seq && back.ack == reply->ack);
	require(back.flags == reply->flags && back.window == reply->window);
	require(back.mss == reply->mss && back.payload_len == reply->payload_len);
	require(!memcmp(back.payload, reply->payload, reply->payload_len));
}

static struct reply reply_by(const uint8_t *knobs, const struct frame *frame)
{
	return (struct reply){
		.seq = (uint32_t)knobs[1] << 24 | knobs[2],
		.ack = (uint32_t)knobs[3] << 25 | knobs[2],
		.flags = knobs[4],
		.window = (uint16_t)(knobs[5] << 8 | knobs[2]),
		.mss = knobs[6],
		.payload = frame->bytes,
		.payload_len = (size_t)knobs[7] * 8,
	};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct frame frame, out;
	struct segment segment;
	struct reply reply;

	if (size < KNOBS || size - KNOBS > 1600)
		return 0;
	memcpy(frame.bytes, data + KNOBS, size - KNOBS);
	frame.len = size - KNOBS;
	if (data[0] & 1)
		repair(&frame);
	if (segment_parse(frame.bytes, frame.len, &segment))
		return 0;
	check_parsed(&frame, &segment);
	reply = reply_by(data, &frame);
	out.len = segment_write(&segment, &reply, out.bytes, sizeof(out.bytes));
	if (out.len)
		check_written(&segment, &reply, &out);
	else
		require(reply.payload_len > 1400);
	return 0;
}
