/* SPDX-License-Identifier: MIT */
/* frame.c - small changes to a frame's bytes. */
#include <string.h>

#include "floor.h"

#define TCP_LEN 20

static __u16 get16(const struct frame *frame, __u32 offset)
{
	return frame->bytes[offset] << 8 | frame->bytes[offset + 1];
}

static bool is_tpid(__u16 ethertype)
{
	return ethertype == TPID_8021Q || ethertype == TPID_8021AD;
}

void frame_put16(struct frame *frame, __u32 offset, __u16 value)
{
	frame->bytes[offset] = value >> 8;
	frame->bytes[offset + 1] = value & 0xff;
}

/* As the outermost tag; an empty frame stays empty. */
void frame_insert_tag(struct frame *frame, __u16 tpid, __u16 tci)
{
	if (!frame->len || frame->len + TAG_LEN > FRAME_MAX)
		return;
	memmove(frame->bytes + 12 + TAG_LEN, frame->bytes + 12, frame->len - 12);
	frame_put16(frame, 12, tpid);
	frame_put16(frame, 14, tci);
	frame->len += TAG_LEN;
}

/* Puts 0, 1 or 2 tags into an untagged frame, of VLANs that no zone names. */
void frame_tag(struct frame *frame, int tags)
{
	if (tags == 2)
		frame_insert_tag(frame, TPID_8021Q, UNNAMED_INNER);
	if (tags)
		frame_insert_tag(frame, tags == 2 ? TPID_8021AD : TPID_8021Q, UNNAMED_OUTER);
}

bool frame_is_tagged(const struct frame *frame)
{
	return is_tpid(get16(frame, 12));
}

static void put32(struct frame *frame, __u32 offset, __u32 value)
{
	frame_put16(frame, offset, value >> 16);
	frame_put16(frame, offset + 2, value & 0xffff);
}

__u32 frame_get32(const struct frame *frame, __u32 offset)
{
	return (__u32)get16(frame, offset) << 16 | get16(frame, offset + 2);
}

/* The folded sum of @len bytes on top of @sum, uncomplemented (RFC 1071). */
__u16 frame_sum(const __u8 *bytes, __u32 len, __u64 sum)
{
	__u32 i;

	for (i = 0; i < len; i++)
		sum += i % 2 ? bytes[i] : bytes[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

/*
 * Where the TCP header of a well-formed frame starts, behind IP options or options headers. Of
 * another it is anywhere that a header has room.
 */
__u32 frame_tcp(const struct frame *frame)
{
	__u32 at = frame_l2_len(frame);
	__u8 next = frame->bytes[at + 6];

	if (get16(frame, at - 2) == 0x0800)
		return at + (frame->bytes[at] & 0xf) * 4;
	for (at += 40; (next == 0 || next == 60) && at < frame->len;
	     at += (frame->bytes[at + 1] + 1) * 8)
		next = frame->bytes[at];
	return at < FRAME_MAX - TCP_LEN ? at : FRAME_MAX - TCP_LEN;
}

/* Changes a word of the TCP header, and the checksum with it (RFC 1624). */
void frame_put_tcp(struct frame *frame, enum tcp_field field, __u32 value)
{
	__u32 tcp = frame_tcp(frame), old = ~frame_get32(frame, tcp + field);
	__u16 sum = ~get16(frame, tcp + 16);

	put32(frame, tcp + field, value);
	sum = frame_sum(frame->bytes + tcp + field, 4, (__u64)sum + (old >> 16) + (old & 0xffff));
	frame_put16(frame, tcp + 16, ~sum);
}

__u32 frame_l2_len(const struct frame *frame)
{
	__u32 len = ETHER_LEN;

	while (len + TAG_LEN <= frame->len && is_tpid(get16(frame, len - 2)))
		len += TAG_LEN;
	return len;
}
