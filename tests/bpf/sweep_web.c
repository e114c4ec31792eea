/* SPDX-License-Identifier: MIT */
/*
 * sweep_web.c - every flag of web segments with a cookie and without, every first option of a SYN.
 *
 * What is acknowledged is counted as TCP does: 1 is the SYN-ACK alone, 9 that and 8 bytes.
 */
#include "sweep.h"

/* A web segment that has no valid cookie, and what nobody asks for one. */
static enum verdict stray_by_flags(__u32 flags, int tags)
{
	(void)tags;
	if (flags & FLAG_RST)
		return V_DROP_ACK;
	if (flags & FLAG_ACK)
		return V_REFUSE_STRAY;
	return flags & FLAG_SYN ? V_REPLY_SYN : V_DROP_ACK;
}

static enum verdict proven_by_flags(__u32 flags, enum verdict proven)
{
	bool says_cookie = (flags & (FLAG_RST | FLAG_SYN | FLAG_ACK)) == FLAG_ACK;

	return says_cookie ? proven : stray_by_flags(flags, 0);
}

/* Without data, before the answer: only a FIN says something. */
static enum verdict http_by_flags(__u32 flags, int tags)
{
	(void)tags;
	return proven_by_flags(flags, flags & FLAG_FIN ? V_STEER_HTTP : V_DROP_ACK);
}

static enum verdict https_by_flags(__u32 flags, int tags)
{
	(void)tags;
	return proven_by_flags(flags, flags & FLAG_FIN ? V_STEER_HTTPS : V_DROP_ACK);
}

static enum verdict http_request_by_flags(__u32 flags, int tags)
{
	(void)tags;
	return proven_by_flags(flags, V_STEER_HTTP);
}

static enum verdict https_request_by_flags(__u32 flags, int tags)
{
	(void)tags;
	return proven_by_flags(flags, V_STEER_HTTPS);
}

/* Behind the whole answer. */
static enum verdict answered_by_flags(__u32 flags, int tags)
{
	(void)tags;
	return proven_by_flags(flags, V_REPLY_ACK);
}

/* Whatever the first option of a SYN is and whatever length it says. */
static enum verdict syn_by_option(__u32 value, int tags)
{
	(void)value;
	(void)tags;
	return V_REPLY_SYN;
}

/* The byte of the header's length, of a SYN with 40 bytes of zeros behind 20 of its own. */
static enum verdict syn_by_offset(__u32 offset, int tags)
{
	(void)tags;
	return offset >> 4 < 5 ? V_DROP_L4_HEADER : V_REPLY_SYN;
}

static const struct sweep sweeps[] = {
	{"flags of IPv4 TCP/80, no cookie", "tcp4-outside", FLAGS4, BYTES, .expect = stray_by_flags,
	 .stranger = true},
	{"flags of IPv4 TCP/80, no cookie, data", "web4-request", FLAGS4, BYTES,
	 .expect = stray_by_flags, .stranger = true},
	{"flags of IPv4 TCP/80, a cookie", "web4-ack", FLAGS4, BYTES, .expect = http_by_flags,
	 .received = 1},
	{"flags of IPv4 TCP/80, a cookie, data", "web4-request", FLAGS4, BYTES,
	 .expect = http_request_by_flags, .received = 1},
	{"flags of IPv4 TCP/80, the answer taken", "web4-ack", FLAGS4, BYTES,
	 .expect = answered_by_flags, .received = 9},
	{"flags of IPv4 TCP/80, the answer taken, data", "web4-request", FLAGS4, BYTES,
	 .expect = answered_by_flags, .received = 1217},
	{"flags of IPv4 TCP/80, more than the answer taken", "web4-request", FLAGS4, BYTES,
	 .expect = stray_by_flags, .received = 1218},
	{"flags of IPv4 TCP/443, no cookie", "tcp4-outside", FLAGS4, BYTES,
	 .expect = stray_by_flags, .stranger = true, .dport = 443},
	{"flags of IPv4 TCP/443, no cookie, data", "web4-request", FLAGS4, BYTES,
	 .expect = stray_by_flags, .stranger = true, .dport = 443},
	{"flags of IPv4 TCP/443, a cookie", "web4-ack", FLAGS4, BYTES, .expect = https_by_flags,
	 .dport = 443, .received = 1},
	{"flags of IPv4 TCP/443, a cookie, data", "web4-request", FLAGS4, BYTES,
	 .expect = https_request_by_flags, .dport = 443, .received = 1},
	{"flags of IPv4 TCP/443, the answer taken", "web4-ack", FLAGS4, BYTES,
	 .expect = answered_by_flags, .dport = 443, .received = 9},
	{"flags of IPv4 TCP/443, the answer taken, data", "web4-request", FLAGS4, BYTES,
	 .expect = answered_by_flags, .dport = 443, .received = 1217},
	{"flags of IPv4 TCP/443, more than the answer taken", "web4-request", FLAGS4, BYTES,
	 .expect = stray_by_flags, .dport = 443, .received = 1218},
	{"flags of IPv6 TCP/80, no cookie", "tcp6-outside", FLAGS6, BYTES, .expect = stray_by_flags,
	 .stranger = true},
	{"flags of IPv6 TCP/80, no cookie, data", "web6-request", FLAGS6, BYTES,
	 .expect = stray_by_flags, .stranger = true},
	{"flags of IPv6 TCP/80, a cookie", "web6-ack", FLAGS6, BYTES, .expect = http_by_flags,
	 .received = 1},
	{"flags of IPv6 TCP/80, a cookie, data", "web6-request", FLAGS6, BYTES,
	 .expect = http_request_by_flags, .received = 1},
	{"flags of IPv6 TCP/80, the answer taken", "web6-ack", FLAGS6, BYTES,
	 .expect = answered_by_flags, .received = 9},
	{"flags of IPv6 TCP/80, the answer taken, data", "web6-request", FLAGS6, BYTES,
	 .expect = answered_by_flags, .received = 1217},
	{"flags of IPv6 TCP/80, more than the answer taken", "web6-request", FLAGS6, BYTES,
	 .expect = stray_by_flags, .received = 1218},
	{"flags of IPv6 TCP/443, no cookie", "tcp6-outside", FLAGS6, BYTES,
	 .expect = stray_by_flags, .stranger = true, .dport = 443},
	{"flags of IPv6 TCP/443, no cookie, data", "web6-request", FLAGS6, BYTES,
	 .expect = stray_by_flags, .stranger = true, .dport = 443},
	{"flags of IPv6 TCP/443, a cookie", "web6-ack", FLAGS6, BYTES, .expect = https_by_flags,
	 .dport = 443, .received = 1},
	{"flags of IPv6 TCP/443, a cookie, data", "web6-request", FLAGS6, BYTES,
	 .expect = https_request_by_flags, .dport = 443, .received = 1},
	{"flags of IPv6 TCP/443, the answer taken", "web6-ack", FLAGS6, BYTES,
	 .expect = answered_by_flags, .dport = 443, .received = 9},
	{"flags of IPv6 TCP/443, the answer taken, data", "web6-request", FLAGS6, BYTES,
	 .expect = answered_by_flags, .dport = 443, .received = 1217},
	{"flags of IPv6 TCP/443, more than the answer taken", "web6-request", FLAGS6, BYTES,
	 .expect = stray_by_flags, .dport = 443, .received = 1218},
	{"first TCP options of an IPv4 SYN", "web4-mss", OPTION4, BYTES, .expect = syn_by_option},
	{"lengths of an IPv4 SYN's first option", "web4-mss", OPTION_LEN4, BYTES,
	 .expect = syn_by_option},
	{"TCP header lengths of an IPv4 SYN", "web4-offset", OFFSET4, BYTES,
	 .expect = syn_by_offset},
	{"first TCP options of an IPv6 SYN", "web6-mss", OPTION6, BYTES, .expect = syn_by_option},
	{"lengths of an IPv6 SYN's first option", "web6-mss", OPTION_LEN6, BYTES,
	 .expect = syn_by_option},
	{"TCP header lengths of an IPv6 SYN", "web6-offset", OFFSET6, BYTES,
	 .expect = syn_by_offset},
};

void run_web_sweeps(struct bench *bench, const struct fixtures *fixtures)
{
	sweep_all(bench, fixtures, sweeps, sizeof(sweeps) / sizeof(sweeps[0]));
}
