/* SPDX-License-Identifier: MIT */
/* segment.c - frames to segments and back; every length is checked where it is used. */
#include <errno.h>
#include <string.h>

#include <linux/if_ether.h>
#include <netinet/in.h>

#include <xdp511/net.h>

#include "responder/bytes.h"
#include "responder/segment.h"

#define IPV4_HEADER	20
#define IPV6_HEADER	40
#define TCP_HEADER	20
#define TCP_MSS_OPTION	4
#define MAX_EXT_HEADERS 4
#define REPLY_TTL	64

/* The unread rest of the frame. */
struct rest {
	const uint8_t *pos;
	size_t len;
};

/* Steps over @len bytes and returns them, or NULL when they aren't there. */
static const uint8_t *take(struct rest *rest, size_t len)
{
	const uint8_t *taken = rest->pos;

	if (rest->len < len)
		return NULL;
	rest->pos += len;
	rest->len -= len;
	return taken;
}

/* Cuts off what lies behind the packet, such as the padding of a short frame. */
static int trim(struct rest *rest, size_t len)
{
	if (rest->len < len)
		return -EBADMSG;
	rest->len = len;
	return 0;
}

static bool is_vlan(uint16_t ethertype)
{
	return ethertype == ETH_P_8021Q || ethertype == ETH_P_8021AD;
}

static int parse_link(struct rest *rest, struct segment *segment, uint16_t *ret_ethertype)
{
	const uint8_t *start = rest->pos, *tag;
	uint16_t ethertype;
	int tags = 0;

	if (!take(rest, ETH_HLEN))
		return -EBADMSG;
	ethertype = get_be16(start + 12);
	for (; is_vlan(ethertype) && tags < ETH_MAX_TAGS; tags++) {
		tag = take(rest, 4);
		if (!tag)
			return -EBADMSG;
		/* VLAN id 0 is a priority alone, not a VLAN (IEEE 802.1Q 9.6). */
		if (!segment->vlan)
			segment->vlan = get_be16(tag) & VLAN_ID_MASK;
		else
			segment->inner_vlan = get_be16(tag) & VLAN_ID_MASK;
		ethertype = get_be16(tag + 2);
	}
	segment->link_len = ETH_HLEN + 4 * (size_t)tags;
	memcpy(segment->link_header, start, segment->link_len);
	*ret_ethertype = ethertype;
	return 0;
}

static void address_from_ipv4(struct address *address, const uint8_t *ipv4)
{
	memset(address->bytes, 0, 10);
	memset(address->bytes + 10, 0xff, 2);
	memcpy(address->bytes + 12, ipv4, 4);
}

static int parse_ipv4(struct rest *rest, struct segment *segment)
{
	const uint8_t *ip = rest->pos;
	size_t header_len, total_len;

	if (rest->len < IPV4_HEADER || ip[0] >> 4 != 4)
		return -EBADMSG;
	header_len = (size_t)(ip[0] & 0xf) * 4;
	total_len = get_be16(ip + 2);
	if (header_len < IPV4_HEADER || total_len < header_len || trim(rest, total_len))
		return -EBADMSG;
	if (get_be16(ip + 6) & IPV4_FRAGMENT || ip[9] != IPPROTO_TCP)
		return -EBADMSG;
	if (sum_fold(sum_add(0, ip, header_len)) != 0xffff)
		return -EBADMSG;
	address_from_ipv4(&segment->src, ip + 12);
	address_from_ipv4(&segment->dst, ip + 16);
	take(rest, header_len);
	return 0;
}

static int parse_ipv6(struct rest *rest, struct segment *segment)
{
	const uint8_t *ip = take(rest, IPV6_HEADER), *option;
	uint8_t next;
	int i;

	if (!ip || ip[0] >> 4 != 6 || trim(rest, get_be16(ip + 4)))
		return -EBADMSG;
	memcpy(segment->src.bytes, ip + 8, sizeof(segment->src));
	memcpy(segment->dst.bytes, ip + 24, sizeof(segment->dst));
	next = ip[6];
	for (i = 0; i < MAX_EXT_HEADERS && (next == IPPROTO_HOPOPTS || next == IPPROTO_DSTOPTS);
	     i++) {
		option = rest->pos;
		if (rest->len < 2 || !take(rest, ((size_t)option[1] + 1) * 8))
			return -EBADMSG;
		next = option[0];
	}
	return next == IPPROTO_TCP ? 0 : -EBADMSG;
}

/* MSS of the options (RFC 9293 3.2); 0 when absent or when the options make no sense. */
static uint16_t find_mss(const uint8_t *options, size_t len)
{
	while (len >= TCP_MSS_OPTION) {
		if (options[0] == 0)
			break;
		if (options[0] == 1) {
			options++;
			len--;
			continue;
		}
		if (options[1] < 2 || options[1] > len)
			break;
		if (options[0] == 2 && options[1] == TCP_MSS_OPTION)
			return get_be16(options + 2);
		len -= options[1];
		options += options[1];
	}
	return 0;
}

/* Mapped IPv4 addresses add 0xffff twice, which is zero: one pseudo header for both families. */
static uint64_t sum_pseudo(const struct address *a, const struct address *b, size_t len)
{
	uint8_t tail[4];
	uint64_t sum;

	put_be16(tail, (uint16_t)len);
	put_be16(tail + 2, IPPROTO_TCP);
	sum = sum_add(0, a->bytes, sizeof(a->bytes));
	sum = sum_add(sum, b->bytes, sizeof(b->bytes));
	return sum_add(sum, tail, sizeof(tail));
}

/*
 * A sender on this machine leaves the sum to the hardware: the field then holds the pseudo
 * header's sum alone, uncomplemented. Whatever it covers never left memory, so it is taken.
 */
static int check_sum(const uint8_t *tcp, size_t len, struct segment *segment)
{
	uint64_t pseudo = sum_pseudo(&segment->src, &segment->dst, len);

	if (sum_fold(sum_add(pseudo, tcp, len)) == 0xffff)
		return 0;
	segment->partial_checksum = get_be16(tcp + 16) == sum_fold(pseudo);
	return segment->partial_checksum ? 0 : -EBADMSG;
}

static int parse_tcp(struct rest *rest, struct segment *segment)
{
	const uint8_t *tcp = rest->pos;
	size_t header_len;

	if (rest->len < TCP_HEADER)
		return -EBADMSG;
	header_len = (size_t)(tcp[12] >> 4) * 4;
	if (header_len < TCP_HEADER || header_len > rest->len || check_sum(tcp, rest->len, segment))
		return -EBADMSG;
	segment->sport = get_be16(tcp);
	segment->dport = get_be16(tcp + 2);
	segment->seq = get_be32(tcp + 4);
	segment->ack = get_be32(tcp + 8);
	segment->flags = tcp[13];
	segment->window = get_be16(tcp + 14);
	segment->mss = find_mss(tcp + TCP_HEADER, header_len - TCP_HEADER);
	segment->payload = tcp + header_len;
	segment->payload_len = rest->len - header_len;
	return 0;
}

int segment_parse(const uint8_t *frame, size_t len, struct segment *ret_segment)
{
	struct rest rest = {frame, len};
	struct segment segment = {0};
	uint16_t ethertype;
	int err;

	err = parse_link(&rest, &segment, &ethertype);
	if (err)
		return err;
	if (ethertype == ETH_P_IP)
		err = parse_ipv4(&rest, &segment);
	else if (ethertype == ETH_P_IPV6)
		err = parse_ipv6(&rest, &segment);
	else
		err = -EBADMSG;
	if (!err)
		err = parse_tcp(&rest, &segment);
	if (!err)
		*ret_segment = segment;
	return err;
}

static bool is_ipv4(const struct segment *segment)
{
	return get_be16(segment->link_header + segment->link_len - 2) == ETH_P_IP;
}

static size_t write_link(const struct segment *to, uint8_t *out)
{
	memcpy(out, to->link_header, to->link_len);
	memcpy(out, to->link_header + ETH_ALEN, ETH_ALEN);
	memcpy(out + ETH_ALEN, to->link_header, ETH_ALEN);
	return to->link_len;
}

static size_t write_ipv4(const struct segment *to, size_t tcp_len, uint8_t *out)
{
	memset(out, 0, IPV4_HEADER);
	out[0] = 0x45;
	put_be16(out + 2, (uint16_t)(IPV4_HEADER + tcp_len));
	put_be16(out + 6, IPV4_DONT_FRAGMENT);
	out[8] = REPLY_TTL;
	out[9] = IPPROTO_TCP;
	memcpy(out + 12, to->dst.bytes + 12, 4);
	memcpy(out + 16, to->src.bytes + 12, 4);
	put_be16(out + 10, (uint16_t)~sum_fold(sum_add(0, out, IPV4_HEADER)));
	return IPV4_HEADER;
}

static size_t write_ipv6(const struct segment *to, size_t tcp_len, uint8_t *out)
{
	memset(out, 0, IPV6_HEADER);
	out[0] = 0x60;
	put_be16(out + 4, (uint16_t)tcp_len);
	out[6] = IPPROTO_TCP;
	out[7] = REPLY_TTL;
	memcpy(out + 8, to->dst.bytes, sizeof(to->dst));
	memcpy(out + 24, to->src.bytes, sizeof(to->src));
	return IPV6_HEADER;
}

static void write_tcp(const struct segment *to, const struct reply *reply, size_t len, uint8_t *out)
{
	size_t header_len = len - reply->payload_len;
	uint64_t sum;

	memset(out, 0, header_len);
	put_be16(out, to->dport);
	put_be16(out + 2, to->sport);
	put_be32(out + 4, reply->seq);
	put_be32(out + 8, reply->ack);
	out[12] = (uint8_t)(header_len / 4 << 4);
	out[13] = reply->flags;
	put_be16(out + 14, reply->window);
	if (reply->mss) {
		out[TCP_HEADER] = 2;
		out[TCP_HEADER + 1] = TCP_MSS_OPTION;
		put_be16(out + TCP_HEADER + 2, reply->mss);
	}
	if (reply->payload_len)
		memcpy(out + header_len, reply->payload, reply->payload_len);
	sum = sum_pseudo(&to->src, &to->dst, len);
	put_be16(out + 16, (uint16_t)~sum_fold(sum_add(sum, out, len)));
}

size_t segment_write(const struct segment *to, const struct reply *reply, uint8_t *buffer,
		     size_t size)
{
	size_t tcp_len = TCP_HEADER + (reply->mss ? TCP_MSS_OPTION : 0) + reply->payload_len;
	uint8_t *out = buffer;

	if (size < SEGMENT_FRAME_MAX || reply->payload_len > SEGMENT_FRAME_MAX ||
	    to->link_len + IPV6_HEADER + tcp_len > SEGMENT_FRAME_MAX)
		return 0;
	out += write_link(to, out);
	out += is_ipv4(to) ? write_ipv4(to, tcp_len, out) : write_ipv6(to, tcp_len, out);
	write_tcp(to, reply, tcp_len, out);
	return (size_t)(out - buffer) + tcp_len;
}
