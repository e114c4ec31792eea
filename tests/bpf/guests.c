/* SPDX-License-Identifier: MIT */
/* guests.c - what the gate learns of a guest, and what it tells of one that is parked. */
#include <errno.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "floor.h"

#define THRIFTY_VLAN  500 /* the zone of the fixtures that has a budget */
#define THRIFTY_ZONE  3
#define PARK_NS	      (30 * NS_PER_S)
#define SENDER_IP_AT  (ETHER_LEN + 12)
#define SENDER_ARP_AT (ETHER_LEN + 14)

static struct guest guest_of(struct bench *bench, const struct frame *frame, __u16 zone)
{
	struct session_key key = device_key(frame, zone, false);
	struct guest guest = {0};

	if (bpf_map_lookup_elem(bench->guests, &key, &guest))
		complain("the guest isn't known");
	return guest;
}

static void put_guest(struct bench *bench, const struct frame *frame, __u16 zone,
		      struct guest guest)
{
	struct session_key key = device_key(frame, zone, false);

	if (map_put(bench->guests, &key, &guest))
		complain("the guest can't be set");
}

/* Shoots the frame, with @address as its sender's; the guest's must then be @want. */
static void learn(struct bench *bench, const struct frame *template, __u32 at,
		  const __u8 address[4], const __u8 want[4])
{
	struct frame frame = *template;
	struct shot shot = {.frame = &frame};
	struct outcome outcome;
	struct guest guest;
	__be32 want_be;

	memcpy(&want_be, want, sizeof(want_be));
	memcpy(frame.bytes + at, address, 4);
	if (bench_shoot(bench, &shot, &outcome))
		complain("%s", outcome.why);
	guest = guest_of(bench, &frame, 0);
	if (guest.ipv4_be != want_be)
		complain("%s: its address is %08x, not %08x", verdict_name(outcome.verdict),
			 guest.ipv4_be, want_be);
}

static void run_addresses(struct bench *bench, const struct fixtures *fixtures)
{
	static const __u8 none[4], first[4] = {198, 18, 1, 10}, other[4] = {198, 18, 1, 99};
	static const __u8 gateway[4] = {198, 18, 0, 1}, loopback[4] = {127, 0, 0, 1};
	const struct frame *udp = fixtures_template(fixtures, "udp4-outside");
	const struct frame *arp = fixtures_template(fixtures, "ethertype-arp");
	const struct frame *six = fixtures_template(fixtures, "udp6-outside");
	struct frame frame = *arp, cut = *udp;

	put_guest(bench, udp, 0, (struct guest){0});
	learn(bench, arp, SENDER_ARP_AT, none, none);
	learn(bench, udp, SENDER_IP_AT, none, none);
	learn(bench, udp, SENDER_IP_AT, first, first);
	learn(bench, udp, SENDER_IP_AT, none, first);
	learn(bench, arp, SENDER_ARP_AT, none, first);
	learn(bench, arp, SENDER_ARP_AT, other, other);
	learn(bench, udp, SENDER_IP_AT, first, first);
	report_close("a guest's IPv4 address is what it sends by, or gives by ARP as its own");

	learn(bench, udp, SENDER_IP_AT, gateway, first);
	learn(bench, arp, SENDER_ARP_AT, gateway, first);
	frame.bytes[ETHER_LEN + 8] ^= 0x40; /* in somebody else's name */
	learn(bench, &frame, SENDER_ARP_AT, other, first);
	frame_put16(&cut, ETHER_LEN + 24, 0); /* dropped for its UDP header */
	learn(bench, &cut, SENDER_IP_AT, gateway, first);
	learn(bench, udp, SENDER_IP_AT, loopback, first);
	report_close("what it claims of the gateway, or says of others, isn't its address");

	if (memcmp(udp->bytes + 6, six->bytes + 6, 6))
		complain("the IPv6 frame is another device's");
	learn(bench, six, ETHER_LEN + 20, other, first);
	report_close("an IPv6 packet leaves the IPv4 address alone");
}

static void run_seen(struct bench *bench, const struct fixtures *fixtures)
{
	static const struct guest kinds[] = {{.seen_tick = 1}, {.parked_until_ns = ~0ULL}};
	const struct frame *frame = fixtures_template(fixtures, "udp4-outside");
	struct shot shot = {.frame = frame};
	struct outcome outcome;
	__u32 before;
	int i;

	for (i = 0; i < 2; i++) {
		put_guest(bench, frame, 0, kinds[i]);
		before = tick_now();
		if (bench_shoot(bench, &shot, &outcome))
			complain("%s", outcome.why);
		if (guest_of(bench, frame, 0).seen_tick < before ||
		    guest_of(bench, frame, 0).seen_tick > tick_now())
			complain("seen at %u", guest_of(bench, frame, 0).seen_tick);
	}
	put_guest(bench, frame, 0, (struct guest){0});
	report_close("a guest's last packet is known, a dropped one, too");
}

/* What the ring had, and how much. */
struct told {
	struct notice last;
	int count;
};

static int take(void *context, void *data, size_t size)
{
	struct told *told = context;

	if (size != sizeof(told->last))
		complain("a notice of %zu bytes", size);
	else
		memcpy(&told->last, data, sizeof(told->last));
	told->count++;
	return 0;
}

static void check_notice(const struct told *told, const struct session_key *key, int count)
{
	const struct notice *notice = &told->last;

	if (told->count != count) {
		complain("%d notices, not %d", told->count, count);
		return;
	}
	if (notice->kind != NOTICE_PARKED || memcmp(&notice->device, key, sizeof(*key)) ||
	    notice->vlan != THRIFTY_VLAN || notice->port != PORT_STRICT ||
	    notice->at_ns > now_ns() || now_ns() - notice->at_ns > FAR_NS)
		complain("kind %u of zone %u, VLAN %u, port %u at %llu", notice->kind,
			 notice->device.zone, notice->vlan, notice->port, notice->at_ns);
}

static void run_parked(struct bench *bench, const struct fixtures *fixtures)
{
	struct frame frame = *fixtures_template(fixtures, "udp4-outside");
	struct shot shot = {.frame = &frame, .port = PORT_STRICT};
	struct told told = {0};
	struct ring_buffer *ring = ring_buffer__new(bench->notices, take, &told, NULL);
	struct session_key key;
	int i;

	if (!ring) {
		report(false, "the ring of notices is read");
		return;
	}
	frame_insert_tag(&frame, TPID_8021Q, THRIFTY_VLAN);
	key = device_key(&frame, THRIFTY_ZONE, false);
	ring_buffer__consume(ring);
	told.count = 0;
	for (i = 1; i <= 2; i++) {
		put_guest(bench, &frame, THRIFTY_ZONE,
			  (struct guest){
				  .paid_ns = now_ns() + FAR_NS,
				  .over_ns = now_ns() - PARK_NS,
				  .parked_until_ns = i, /* long ago */
			  });
		expect(bench, &shot, V_DROP_BUDGET);
		expect(bench, &shot, V_DROP_PARKED);
		expect(bench, &shot, V_DROP_PARKED);
		ring_buffer__consume(ring);
		check_notice(&told, &key, i);
	}
	report_close("each parking is told once");

	put_guest(bench, &frame, THRIFTY_ZONE, (struct guest){.paid_ns = now_ns() + FAR_NS});
	expect(bench, &shot, V_DROP_BUDGET);
	ring_buffer__consume(ring);
	if (told.count != 2)
		complain("it is told");
	report_close("that a guest is over its budget isn't told");
	bpf_map_delete_elem(bench->guests, &key);
	ring_buffer__free(ring);
}

void run_guests(struct bench *bench, const struct fixtures *fixtures)
{
	static const char *const needed[] = {"udp4-outside", "udp6-outside", "ethertype-arp"};
	unsigned int i;

	for (i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (!fixtures_template(fixtures, needed[i])) {
			report(false, "there is no template \"%s\"", needed[i]);
			return;
		}
	run_addresses(bench, fixtures);
	run_seen(bench, fixtures);
	run_parked(bench, fixtures);
}
