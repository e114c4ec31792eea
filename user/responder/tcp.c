// SPDX-License-Identifier: MIT
/* tcp.c - sequence numbers in, sequence numbers out. */
#include <linux/if_ether.h>

#include <xdp511/net.h>

#include "responder/bytes.h"
#include "responder/tcp.h"

#define WINDOW	 65535 /* we take whatever comes: nothing is stored */
#define MSS_IPV4 1460
#define MSS_IPV6 1440

static bool is_complete(uint32_t received)
{
	return received && received % ANSWER_ALIGN == 0;
}

enum tcp_step tcp_judge(const uint8_t key[COOKIE_KEY_SIZE], const struct segment *segment,
			uint64_t unix_seconds, struct cookie *ret_cookie)
{
	struct cookie cookie;

	if (segment->flags & TCP_RST)
		return TCP_IGNORE;
	if (!(segment->flags & TCP_ACK))
		return segment->flags & TCP_SYN ? TCP_SYN_ACK : TCP_IGNORE;
	if (segment->flags & TCP_SYN || !cookie_check(key, segment, unix_seconds, &cookie))
		return TCP_BAD_COOKIE;

	*ret_cookie = cookie;
	if (is_complete(cookie.received))
		return TCP_ACK_ALL;
	return segment->payload_len || segment->flags & TCP_FIN ? TCP_ANSWER : TCP_IGNORE;
}

struct reply tcp_syn_ack(const uint8_t key[COOKIE_KEY_SIZE], const struct segment *segment,
			 uint64_t unix_seconds)
{
	uint16_t ethertype = get_be16(segment->link_header + segment->link_len - 2);

	/* Data within the SYN (Fast Open) isn't acknowledged; the client sends it again. */
	return (struct reply){
		.seq = cookie_make(key, segment, unix_seconds),
		.ack = segment->seq + 1,
		.flags = TCP_SYN | TCP_ACK,
		.window = WINDOW,
		.mss = ethertype == ETH_P_IP ? MSS_IPV4 : MSS_IPV6,
	};
}

struct reply tcp_reset(const struct segment *segment)
{
	return (struct reply){.seq = segment->ack, .flags = TCP_RST};
}

struct reply tcp_ack(const struct segment *segment)
{
	return (struct reply){
		.seq = segment->ack,
		.ack = segment->seq + (uint32_t)segment->payload_len + !!(segment->flags & TCP_FIN),
		.flags = TCP_ACK,
		.window = WINDOW,
	};
}

bool tcp_next_piece(const struct segment *segment, const struct cookie *cookie, const uint8_t *data,
		    size_t len, size_t start, struct reply *ret_reply)
{
	size_t window_end = cookie->received + segment->window;
	size_t end = start + cookie->mss;
	bool last;

	if (end > len)
		end = len;
	if (end > window_end)
		end = window_end;
	last = end == len && window_end > len; /* the FIN takes a place in the window, too */
	if (!last && end % ANSWER_ALIGN == 0)
		end--;
	if (start > len || (end <= start && !last))
		return false;
	*ret_reply = (struct reply){
		.seq = segment->ack + (uint32_t)(start - cookie->received),
		.ack = segment->seq,
		.flags = TCP_ACK | TCP_PSH | (last ? TCP_FIN : 0),
		.window = WINDOW,
		.payload = data + start,
		.payload_len = end - start,
	};
	return true;
}
