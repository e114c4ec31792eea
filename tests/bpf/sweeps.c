/* SPDX-License-Identifier: MIT */
/* sweeps.c - every value of a header field, each without a tag, with one and with two. */
#include "sweep.h"

static const struct sweep sweeps[] = {
	{"EtherTypes of an IPv4 web request", "ethertype-web4", ETHERTYPE, WORDS,
	 .expect = web4_by_ethertype},
	{"EtherTypes of an IPv6 web request", "ethertype-web6", ETHERTYPE, WORDS,
	 .expect = web6_by_ethertype},
	{"EtherTypes of an ARP request", "ethertype-arp", ETHERTYPE, WORDS,
	 .expect = arp_by_ethertype},
	{"IPv4 protocols", "tcp4-outside", PROTOCOL4, BYTES, .expect = outside4_by_protocol},
	{"IPv6 next headers", "tcp6-outside", PROTOCOL6, BYTES, .expect = outside6_by_protocol},
	{"IPv4 protocols to the open garden", "tcp4-open", PROTOCOL4, BYTES,
	 .expect = open4_by_protocol},
	{"IPv6 next headers to the open garden", "tcp6-open", PROTOCOL6, BYTES,
	 .expect = open6_by_protocol},
	{"IPv4 TCP ports", "tcp4-outside", DPORT4, WORDS, .expect = tcp_by_port},
	{"IPv6 TCP ports", "tcp6-outside", DPORT6, WORDS, .expect = tcp_by_port},
	{"IPv4 TCP ports of a resolver", "tcp4-resolver", DPORT4, WORDS,
	 .expect = tcp_resolver_by_port},
	{"IPv6 TCP ports of a resolver", "tcp6-resolver", DPORT6, WORDS,
	 .expect = tcp_resolver_by_port},
	{"IPv4 TCP ports of a service", "tcp4-service", DPORT4, WORDS,
	 .expect = tcp_service_by_port},
	{"IPv6 TCP ports of a service", "tcp6-service", DPORT6, WORDS,
	 .expect = tcp_service_by_port},
	{"IPv4 TCP ports where https is reset", "tcp4-press", DPORT4, WORDS,
	 .expect = tcp_press_by_port},
	{"IPv6 TCP ports where https is reset", "tcp6-press", DPORT6, WORDS,
	 .expect = tcp_press_by_port},
	{"IPv4 UDP ports", "udp4-outside", DPORT4, WORDS, .expect = udp4_by_port},
	{"IPv6 UDP ports", "udp6-outside", DPORT6, WORDS, .expect = udp6_by_port},
	{"IPv4 UDP ports of a resolver", "udp4-resolver", DPORT4, WORDS,
	 .expect = udp4_resolver_by_port},
	{"IPv6 UDP ports of a resolver", "udp6-resolver", DPORT6, WORDS,
	 .expect = udp6_resolver_by_port},
	{"IPv4 UDP ports of a TCP service", "udp4-service", DPORT4, WORDS, .expect = udp4_by_port},
	{"IPv6 UDP ports of a TCP service", "udp6-service", DPORT6, WORDS, .expect = udp6_by_port},
	{"IPv4 UDP source ports", "udp4-outside", SPORT4, WORDS, .expect = udp4_by_source_port},
	{"IPv6 UDP source ports", "udp6-outside", SPORT6, WORDS, .expect = udp6_by_source_port},
	{"flags of IPv4 TCP/22", "tcp4-outside", FLAGS4, BYTES, .expect = refused_by_flags,
	 .dport = 22},
	{"flags of IPv6 TCP/22", "tcp6-outside", FLAGS6, BYTES, .expect = refused_by_flags,
	 .dport = 22},
	{"flags of IPv4 TCP/443, reset", "tcp4-press", FLAGS4, BYTES, .expect = refused_by_flags,
	 .dport = 443},
	{"flags of IPv6 TCP/443, reset", "tcp6-press", FLAGS6, BYTES, .expect = refused_by_flags,
	 .dport = 443},
	{"ICMP types", "icmp4-outside", TYPE4, BYTES, .expect = icmp_dropped},
	{"ICMP types to the open garden", "icmp4-open", TYPE4, BYTES, .expect = icmp_to_open4},
	{"ICMPv6 types to an address outside", "icmp6-outside", TYPE6, BYTES,
	 .expect = icmp6_from_afar},
	{"ICMPv6 types of hop limit 255", "icmp6-hops-255", TYPE6, BYTES,
	 .expect = icmp6_of_hops_255},
	{"ICMPv6 types of hop limit 254", "icmp6-hops-254", TYPE6, BYTES,
	 .expect = icmp6_from_afar},
	{"ICMPv6 types of hop limit 64", "icmp6-hops-64", TYPE6, BYTES, .expect = icmp6_from_afar},
	{"ICMPv6 types of hop limit 1", "icmp6-hops-1", TYPE6, BYTES, .expect = icmp6_of_hops_1},
	{"ICMPv6 types to the open garden", "icmp6-open", TYPE6, BYTES, .expect = icmp6_to_open},
	{"EtherTypes to a guest", "down-arp", ETHERTYPE, WORDS, .expect = down_arp_by_ethertype,
	 .down = true},
	{"IPv4 TCP source ports to a guest", "down-tcp4", SPORT4, WORDS, .expect = down_by_port,
	 .down = true},
	{"IPv6 UDP source ports to a guest", "down-udp6", SPORT6, WORDS, .expect = down_by_port,
	 .down = true},
	{"ICMPv6 types to a guest", "down-icmp6", TYPE6, BYTES, .expect = down_icmp6, .down = true},
};

static void put_value(struct frame *frame, const struct sweep *sweep, __u32 value)
{
	__u32 at = frame_l2_len(frame) + sweep->field;

	if (sweep->values == WORDS)
		frame_put16(frame, at, value);
	else
		frame->bytes[at] = value;
}

/* One value; complains when the verdict isn't the expected one. */
static void try_value(struct bench *bench, const struct sweep *sweep, const struct frame *frame,
		      struct outcome *outcome, enum verdict want)
{
	struct shot shot = {.frame = frame, .down = sweep->down};

	if (bench_shoot(bench, &shot, outcome))
		complain("%s", outcome->why);
	else if (outcome->verdict != want)
		complain("%s expected, %s given", verdict_name(want),
			 verdict_name(outcome->verdict));
}

/* Opens the template's connection, and has it say back the cookie. */
static void acknowledge(struct bench *bench, const struct sweep *sweep, struct frame *frame)
{
	struct frame syn = *frame;
	struct shot shot = {.frame = &syn};
	__u32 cookie = 0;

	syn.bytes[frame_tcp(&syn) + TCP_FLAGS_AT] = FLAG_SYN;
	if (client_open(bench, &shot, &cookie))
		complain("the connection can't be opened");
	client_acknowledge(frame, cookie + sweep->received);
}

/* Of frames that are tagged already, one tag is counted; they aren't tagged again. */
static void run_sweep(struct bench *bench, const struct sweep *sweep, const struct frame *template)
{
	static struct outcome outcome; /* big, and needed a million times */
	struct scene scene;
	struct fixture nothing = {.state = "-"};
	int tags, most = frame_is_tagged(template) ? 0 : 2;
	__u32 value;

	for (tags = 0; tags <= most; tags++) {
		struct frame frame = *template, changed;

		if (scene_set(bench, &nothing, &scene))
			complain("the rate of refusals can't be reset");
		frame_tag(&frame, tags);
		if (sweep->dport)
			frame_put16(&frame, frame_l2_len(&frame) + (sweep->field - FLAGS4 + DPORT4),
				    sweep->dport);
		if (sweep->received)
			acknowledge(bench, sweep, &frame);
		if (sweep->stranger && client_estrange(bench, &frame))
			complain("the template isn't a stray by any keys");
		for (value = 0; value < sweep->values; value++) {
			changed.len = frame.len;
			__builtin_memcpy(changed.bytes, frame.bytes, frame.len);
			put_value(&changed, sweep, value);
			try_value(bench, sweep, &changed, &outcome, sweep->expect(value, tags));
		}
	}
}

void sweep_all(struct bench *bench, const struct fixtures *fixtures, const struct sweep *table,
	       unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		const struct frame *template = fixtures_template(fixtures, table[i].template);

		if (template)
			run_sweep(bench, &table[i], template);
		else
			complain("there is no template \"%s\"", table[i].template);
		report_close("all %u %s", table[i].values, table[i].sentence);
	}
}

void run_sweeps(struct bench *bench, const struct fixtures *fixtures)
{
	sweep_all(bench, fixtures, sweeps, sizeof(sweeps) / sizeof(sweeps[0]));
	run_web_sweeps(bench, fixtures);
}
