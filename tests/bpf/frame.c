// SPDX-License-Identifier: MIT
/* frame.c - small changes to a frame's bytes. */
#include <string.h>

#include "floor.h"

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

__u32 frame_l2_len(const struct frame *frame)
{
	__u32 len = ETHER_LEN;

	while (len + TAG_LEN <= frame->len && is_tpid(get16(frame, len - 2)))
		len += TAG_LEN;
	return len;
}
