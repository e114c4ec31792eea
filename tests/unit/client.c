/* SPDX-License-Identifier: MIT */
/* client.c - builds and reads frames, byte by byte. */
#include "client.h"

#include <string.h>

static const uint8_t client_mac[6] = {0x02, 0x11, 0x22, 0x33, 0x44, 0x55};
static const uint8_t server_mac[6] = {0x02, 0xaa, 0xbb, 0xcc, 0xdd, 0xee};
static const uint8_t client4[4] = {198, 18, 1, 100}, server4[4] = {198, 18, 2, 80};
static const uint8_t client6[16] = {0x20, 0x01, 0x0d, 0xb8, [15] = 1};
static const uint8_t server6[16] = {0x20, 0x01, 0x0d, 0xb8, [14] = 9, [15] = 80};

static unsigned int client_port(const struct path *path)
{
	return path->client_port ? path->client_port : 49152;
}

static uint8_t *u8(uint8_t *p, unsigned int v)
{
	*p = (uint8_t)v;
	return p + 1;
}

static uint8_t *u16(uint8_t *p, unsigned int v)
{
	return u8(u8(p, v >> 8), v & 0xff);
}

static uint8_t *u32(uint8_t *p, uint32_t v)
{
	return u16(u16(p, v >> 16), v & 0xffff);
}

static uint8_t *raw(uint8_t *p, const void *data, size_t len)
{
	if (len)
		memcpy(p, data, len);
	return p + len;
}

static unsigned int r16(const uint8_t *p)
{
	return (unsigned int)p[0] << 8 | p[1];
}

static uint32_t r32(const uint8_t *p)
{
	return (uint32_t)r16(p) << 16 | r16(p + 2);
}

/* Ones' complement sum, sixteen bits at a time, straight from RFC 1071. */
static uint32_t ones(const uint8_t *p, size_t len, uint32_t sum)
{
	for (size_t i = 0; i < len; i++)
		sum += i % 2 ? p[i] : (uint32_t)p[i] << 8;
	while (sum > 0xffff)
		sum = (sum >> 16) + (sum & 0xffff);
	return sum;
}

static uint32_t tcp_sum(bool ipv6, const uint8_t *a, const uint8_t *b, const uint8_t *tcp,
			size_t len)
{
	size_t size = ipv6 ? 16 : 4;
	uint32_t sum = ones(a, size, 0);

	sum = ones(b, size, sum);
	sum = ones(tcp, len, sum + 6 + (uint32_t)len);
	return sum;
}

static uint8_t *add_tags(uint8_t *p, const struct path *path)
{
	if (path->tags == 2)
		p = u16(u16(p, 0x88a8), 30);
	if (path->tags)
		p = u16(u16(p, 0x8100), 5 << 13 | 200);
	return u16(p, path->ipv6 ? 0x86dd : 0x0800);
}

static uint8_t *add_ip(uint8_t *p, const struct path *path, size_t tcp_len)
{
	uint8_t *ip = p;

	if (path->ipv6) {
		p = u32(p, 0x60012345 | (uint32_t)path->ecn << 20);
		p = u16(p, (unsigned int)tcp_len);
		p = u8(u8(p, 6), 63);
		return raw(raw(p, client6, 16), server6, 16);
	}
	p = u16(u16(p, 0x4500u | path->ecn), (unsigned int)(20 + tcp_len));
	p = u16(u16(p, 0x1234), 0x4000);
	p = u16(u8(u8(p, 63), 6), 0);
	p = raw(raw(p, client4, 4), server4, 4);
	u16(ip + 10, ~ones(ip, 20, 0) & 0xffff);
	return p;
}

static uint8_t *add_options(uint8_t *p, const struct tcp *tcp)
{
	if (tcp->options_len)
		return raw(p, tcp->options, tcp->options_len);
	if (tcp->mss) /* NOP, window scale, NOP, NOP, SACK permitted, MSS */
		return u16(u16(u32(u32(p, 0x01030307), 0x01010402), 0x0204), tcp->mss);
	return p;
}

void build(const struct path *path, const struct tcp *tcp, struct frame *ret_frame)
{
	size_t options = tcp->options_len ? tcp->options_len : tcp->mss ? 12 : 0;
	size_t header = 20 + options, len = header + tcp->len;
	const uint8_t *a = path->ipv6 ? client6 : client4, *b = path->ipv6 ? server6 : server4;
	uint8_t *p = ret_frame->bytes, *start, length[2];

	p = add_tags(raw(raw(p, server_mac, 6), client_mac, 6), path);
	p = start = add_ip(p, path, len);
	p = u32(u32(u16(u16(p, client_port(path)), path->port), tcp->seq), tcp->ack);
	p = u16(u8(u8(p, (unsigned int)header / 4 << 4), tcp->flags), tcp->window);
	p = u16(u16(p, 0), tcp->urgent);
	p = add_options(p, tcp);
	p = raw(p, tcp->data, tcp->len);
	u16(length, (unsigned int)len);
	if (path->partial)
		u16(start + 16, ones(length, 2, tcp_sum(path->ipv6, a, b, start, 0)));
	else
		u16(start + 16, ~tcp_sum(path->ipv6, a, b, start, len) & 0xffff);
	ret_frame->len = (size_t)(p - ret_frame->bytes);
}

/* Returns the IP header behind the link header that our frames must come back with, or NULL. */
static const uint8_t *check_link(const struct path *path, const struct frame *frame)
{
	uint8_t expected[32], *p = expected;
	size_t len;

	p = add_tags(raw(raw(p, client_mac, 6), server_mac, 6), path);
	len = (size_t)(p - expected);
	if (frame->len < len + (path->ipv6 ? 60 : 40) || memcmp(frame->bytes, expected, len))
		return NULL;
	return frame->bytes + len;
}

static const uint8_t *check_ip(const struct path *path, const uint8_t *ip, size_t len)
{
	if (path->ipv6) {
		if (ip[0] != 0x60 || r16(ip + 4) != len - 40 || ip[6] != 6 || !ip[7])
			return NULL;
		return memcmp(ip + 8, server6, 16) || memcmp(ip + 24, client6, 16) ? NULL : ip + 40;
	}
	if (ip[0] != 0x45 || r16(ip + 2) != len || ip[9] != 6 || ones(ip, 20, 0) != 0xffff)
		return NULL;
	return memcmp(ip + 12, server4, 4) || memcmp(ip + 16, client4, 4) ? NULL : ip + 20;
}

bool dissect(const struct path *path, const struct frame *frame, struct tcp *ret_tcp)
{
	const uint8_t *ip = check_link(path, frame), *end = frame->bytes + frame->len, *tcp;
	size_t len, header;

	tcp = ip ? check_ip(path, ip, (size_t)(end - ip)) : NULL;
	if (!tcp)
		return false;
	len = (size_t)(end - tcp);
	header = (size_t)(tcp[12] >> 4) * 4;
	if (header < 20 || header > len || r16(tcp) != path->port ||
	    r16(tcp + 2) != client_port(path))
		return false;
	if (tcp_sum(path->ipv6, path->ipv6 ? client6 : client4, path->ipv6 ? server6 : server4, tcp,
		    len) != 0xffff)
		return false;
	*ret_tcp = (struct tcp){
		.seq = r32(tcp + 4),
		.ack = r32(tcp + 8),
		.flags = tcp[13],
		.window = (uint16_t)r16(tcp + 14),
		.mss = header == 24 && r16(tcp + 20) == 0x0204 ? (uint16_t)r16(tcp + 22) : 0,
		.data = tcp + header,
		.len = len - header,
	};
	return true;
}
