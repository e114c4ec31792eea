/* SPDX-License-Identifier: MIT */
/* repair.c - finds the headers of a frame and puts their checksums right, by RFC 1071. */
#include "repair.h"

#include <string.h>

static unsigned int r16(const uint8_t *p)
{
	return (unsigned int)p[0] << 8 | p[1];
}

static uint32_t add(const uint8_t *p, size_t len, uint32_t sum)
{
	for (size_t i = 0; i < len; i++)
		sum += i % 2 ? p[i] : (uint32_t)p[i] << 8;
	while (sum > 0xffff)
		sum = (sum >> 16) + (sum & 0xffff);
	return sum;
}

static bool find_ipv6(const struct frame *frame, struct layout *layout)
{
	const uint8_t *ip = frame->bytes + layout->ip;
	unsigned int next;

	if (layout->ip + 40 > frame->len || ip[0] >> 4 != 6)
		return false;
	layout->end = layout->ip + 40 + r16(ip + 4);
	layout->tcp = layout->ip + 40;
	for (next = ip[6]; next == 0 || next == 60; next = ip[0]) {
		if (layout->tcp + 8 > frame->len)
			return false;
		ip = frame->bytes + layout->tcp;
		layout->tcp += 8 + 8 * (size_t)ip[1];
	}
	return next == 6;
}

static bool find_ipv4(const struct frame *frame, struct layout *layout)
{
	const uint8_t *ip = frame->bytes + layout->ip;

	if (layout->ip + 20 > frame->len || ip[0] >> 4 != 4 || ip[9] != 6)
		return false;
	layout->tcp = layout->ip + 4 * (size_t)(ip[0] & 15);
	layout->end = layout->ip + r16(ip + 2);
	return layout->tcp >= layout->ip + 20;
}

bool repair_find(const struct frame *frame, struct layout *ret_layout)
{
	struct layout layout = {.ip = 14};
	unsigned int type;

	while (layout.ip <= 22 && layout.ip <= frame->len) {
		type = r16(frame->bytes + layout.ip - 2);
		layout.ipv6 = type == 0x86dd;
		if (type == 0x8100 || type == 0x88a8) {
			layout.ip += 4;
			continue;
		}
		if (type != 0x0800 && type != 0x86dd)
			return false;
		if (!(layout.ipv6 ? find_ipv6(frame, &layout) : find_ipv4(frame, &layout)))
			return false;
		if (layout.end > frame->len || layout.tcp + 20 > layout.end)
			return false;
		*ret_layout = layout;
		return true;
	}
	return false;
}

static uint32_t tcp_sum(const struct frame *frame, const struct layout *layout)
{
	const uint8_t *ip = frame->bytes + layout->ip;
	size_t len = layout->end - layout->tcp;
	uint32_t sum = 6 + (uint32_t)len;

	sum = layout->ipv6 ? add(ip + 8, 32, sum) : add(ip + 12, 8, sum);
	return add(frame->bytes + layout->tcp, len, sum);
}

static void put_sum(uint8_t *at, uint32_t sum)
{
	at[0] = (uint8_t)(~sum >> 8);
	at[1] = (uint8_t)~sum;
}

bool repair(struct frame *frame)
{
	struct layout layout;
	uint8_t *ip, *tcp;

	if (!repair_find(frame, &layout))
		return false;
	ip = frame->bytes + layout.ip;
	tcp = frame->bytes + layout.tcp;
	if (!layout.ipv6) {
		memset(ip + 10, 0, 2);
		put_sum(ip + 10, add(ip, layout.tcp - layout.ip, 0));
	}
	memset(tcp + 16, 0, 2);
	put_sum(tcp + 16, tcp_sum(frame, &layout));
	return true;
}

bool repair_is_whole(const struct frame *frame)
{
	struct layout layout;
	const uint8_t *tcp;
	size_t header;

	if (!repair_find(frame, &layout) || layout.end != frame->len)
		return false;
	tcp = frame->bytes + layout.tcp;
	header = (size_t)(tcp[12] >> 4) * 4;
	if (header < 20 || layout.tcp + header > layout.end)
		return false;
	if (!layout.ipv6 && add(frame->bytes + layout.ip, layout.tcp - layout.ip, 0) != 0xffff)
		return false;
	return tcp_sum(frame, &layout) == 0xffff;
}
