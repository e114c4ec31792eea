/* SPDX-License-Identifier: MIT */
/* tcp.c - sequence numbers in, sequence numbers out. */
#include <arpa/inet.h>
#include <string.h>

#include <linux/if_ether.h>

#include <xdp511/net.h>

#include "responder/bytes.h"
#include "responder/tcp.h"

struct tcp_segment tcp_segment_of(const struct segment *segment)
{
	struct tcp_segment plain = {
		.flow = {{.vlan = segment->vlan},
			 segment->src,
			 segment->dst,
			 htons(segment->sport),
			 htons(segment->dport)},
		.seq = segment->seq,
		.ack = segment->ack,
		.payload_len = (uint16_t)segment->payload_len,
		.flags = segment->flags,
	};

	memcpy(plain.flow.link.mac, segment_client_mac(segment), ETH_ALEN);
	return plain;
}

struct reply tcp_syn_ack(const struct cookie_keys *keys, const struct segment *segment,
			 uint64_t seconds)
{
	const struct tcp_segment syn = tcp_segment_of(segment);
	const struct cookie_syn kept = {segment->seq, segment->mss};
	uint16_t ethertype = get_be16(segment->link_header + segment->link_len - 2);

	/*
	 * Data within the SYN (Fast Open) isn't acknowledged; the client sends it again. A SYN
	 * without options gets none back, for a SYN-ACK is never longer than its SYN: its source
	 * may be forged. The client then takes the default, which is as good (RFC 9293 3.7.1).
	 */
	return (struct reply){
		.seq = cookie_make(keys, &syn.flow, &kept, seconds),
		.ack = segment->seq + 1,
		.flags = TCP_SYN | TCP_ACK,
		.window = RESPONDER_WINDOW,
		.mss = !segment->mss	       ? 0
		       : ethertype == ETH_P_IP ? RESPONDER_MSS_IPV4
					       : RESPONDER_MSS_IPV6,
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
		.window = RESPONDER_WINDOW,
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
	if (!last && end > start && end % ANSWER_ALIGN == 0)
		end--; /* of a shut window there is nothing to take back */
	if (start > len || (end <= start && !last))
		return false;
	*ret_reply = (struct reply){
		.seq = segment->ack + (uint32_t)(start - cookie->received),
		.ack = segment->seq,
		.flags = TCP_ACK | TCP_PSH | (last ? TCP_FIN : 0),
		.window = RESPONDER_WINDOW,
		.payload = data + start,
		.payload_len = end - start,
	};
	return true;
}
