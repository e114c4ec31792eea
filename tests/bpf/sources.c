/* SPDX-License-Identifier: MIT */
/* sources.c - what a session learns of its device's addresses and places, and what it tells of them. */
#include <errno.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "floor.h"

#define GUARDED_ZONE 40
#define GUARDED_L2   18 /* bytes before the IP header in that zone's frames */
#define SOURCE4_AT   12
#define SOURCE6_AT   8
#define MANY	     20 /* addresses: more than a session has room for */

#define SPOOFED		 3000 /* frames */
#define NOTICES_A_SECOND 20   /* of one device */

/* What the gate has told since it was last asked. */
struct told {
	struct ring_buffer *ring;
	struct notice last;
	unsigned int count;
};

static int hear(void *context, void *record, size_t size)
{
	struct told *told = context;

	if (size == sizeof(told->last))
		memcpy(&told->last, record, size);
	told->count++;
	return 0;
}

static unsigned int listen(struct told *told)
{
	told->count = 0;
	ring_buffer__consume(told->ring);
	return told->count;
}

/* A device in the guarded zone, or (VLAN and zone 0) in the one that isn't. */
struct device {
	struct bench *bench;
	struct session_key key;
	struct frame ipv4, ipv6;
	__u32 l2_len;
	struct told told;
};

static void strip_tag(struct frame *frame)
{
	memmove(frame->bytes + ETHER_LEN - 2, frame->bytes + ETHER_LEN + 2,
		frame->len - ETHER_LEN - 2);
	frame->len -= TAG_LEN;
}

static void device_open(struct device *device, struct bench *bench, const struct fixtures *fixtures,
			__u16 zone)
{
	*device = (struct device){
		.bench = bench,
		.ipv4 = *fixtures_template(fixtures, "bound4"),
		.ipv6 = *fixtures_template(fixtures, "bound6"),
		.l2_len = GUARDED_L2,
	};
	if (!zone) {
		strip_tag(&device->ipv4);
		strip_tag(&device->ipv6);
		device->l2_len = ETHER_LEN;
	}
	device->key = device_key(&device->ipv4, zone, false);
	device->told.ring = ring_buffer__new(bench->notices, hear, &device->told, NULL);
	if (!device->told.ring)
		complain("the notices can't be read: %s", strerror(errno));
}

static void sign_in(struct device *device)
{
	struct session session = session_of_kind("active");

	map_put(device->bench->sessions, &device->key, &session);
	listen(&device->told);
}

static void device_close(struct device *device)
{
	bpf_map_delete_elem(device->bench->sessions, &device->key);
	addresses_clear(device->bench, &device->key);
	ring_buffer__free(device->told.ring);
}

static void send4(struct device *device, __u8 last, enum verdict want)
{
	struct shot shot = {.frame = &device->ipv4};

	device->ipv4.bytes[device->l2_len + SOURCE4_AT + 3] = last;
	expect(device->bench, &shot, want);
}

static void send6(struct device *device, __u8 last, enum verdict want)
{
	struct shot shot = {.frame = &device->ipv6};

	device->ipv6.bytes[device->l2_len + SOURCE6_AT + 15] = last;
	expect(device->bench, &shot, want);
}

static void send_link_local(struct device *device, __u8 last, enum verdict want)
{
	struct frame global = device->ipv6;
	__u8 *source = device->ipv6.bytes + device->l2_len + SOURCE6_AT;

	memset(source, 0, 16);
	source[0] = 0xfe;
	source[1] = 0x80;
	send6(device, last, want);
	device->ipv6 = global;
}

static struct session session_now(struct device *device)
{
	struct session session = {0};

	if (bpf_map_lookup_elem(device->bench->sessions, &device->key, &session))
		complain("there is no session");
	return session;
}

static void check_ipv4(struct device *device, __u8 last)
{
	struct session session = session_now(device);

	if (((__u8 *)&session.ipv4_be)[3] != last)
		complain("the IPv4 address known ends in %u, not in %u",
			 ((__u8 *)&session.ipv4_be)[3], last);
}

/* Slot @slot ends in that byte; 0: it is empty or isn't there. */
static void check_slot(struct device *device, __u32 slot, __u8 last)
{
	struct addresses_key key = {.device = device->key, .chunk = slot / X511_ADDRESSES_A_CHUNK};
	struct addresses chunk = {0};
	__u8 found;

	bpf_map_lookup_elem(device->bench->addresses, &key, &chunk);
	found = chunk.list[slot % X511_ADDRESSES_A_CHUNK].bytes[15];
	if (found != last)
		complain("slot %u ends in %u, not in %u", slot, found, last);
}

static void check_told(struct device *device, enum notice_kind kind, unsigned int count)
{
	unsigned int heard = listen(&device->told);

	if (heard != count)
		complain("%u notices instead of %u", heard, count);
	else if (count && (device->told.last.kind != kind ||
			   memcmp(&device->told.last.device, &device->key, sizeof(device->key))))
		complain("notice of kind %u, not %u, or of another device", device->told.last.kind,
			 kind);
}

static void run_free(struct bench *bench, const struct fixtures *fixtures)
{
	struct device device;
	int i;

	device_open(&device, bench, fixtures, 0);
	sign_in(&device);
	for (i = 10; i < 13; i++) {
		send4(&device, i, V_PASS_SESSION);
		check_ipv4(&device, i);
	}
	report_close("a session knows the IPv4 address that its device had last");

	for (i = 0; i < MANY; i++)
		send6(&device, 100 + i, V_PASS_SESSION);
	for (i = 0; i < X511_MAX_IPV6; i++)
		check_slot(&device, i, i < MANY - X511_MAX_IPV6 ? 116 + i : 100 + i);
	if (session_now(&device).ipv6_count != MANY)
		complain("the count is %u", session_now(&device).ipv6_count);
	for (i = MANY; i < 100; i++)
		send6(&device, 100 + i, V_PASS_SESSION);
	if (session_now(&device).ipv6_count != 16 + 100 % 16)
		complain("the count is %u", session_now(&device).ipv6_count);
	for (i = 84; i < 100; i++)
		send6(&device, 100 + i, V_PASS_SESSION);
	if (session_now(&device).ipv6_count != 16 + 100 % 16)
		complain("addresses that are known are learned again");
	report_close("and its last sixteen of IPv6");

	send_link_local(&device, 21, V_PASS_SESSION);
	send_link_local(&device, 22, V_PASS_SESSION);
	check_slot(&device, X511_MAX_IPV6, 22);
	check_told(&device, 0, 0);
	report_close("and its last link-local one, and has nothing to tell of all that");
	device_close(&device);
}

static void run_bound(struct bench *bench, const struct fixtures *fixtures)
{
	struct device device;
	int i;

	device_open(&device, bench, fixtures, GUARDED_ZONE);
	sign_in(&device);
	send4(&device, 10, V_PASS_SESSION);
	send4(&device, 11, V_DROP_ADDRESS);
	check_told(&device, NOTICE_SPOOF, 1);
	if (memcmp(device.told.last.address.bytes, "\0\0\0\0\0\0\0\0\0\0\xff\xff", 12) ||
	    device.told.last.address.bytes[15] != 11 || device.told.last.vlan != 840)
		complain("the notice has another address or VLAN");
	send4(&device, 10, V_PASS_SESSION);
	check_ipv4(&device, 10);
	report_close("a bound session keeps its first IPv4 address and tells of others");

	for (i = 0; i < X511_MAX_IPV6; i++)
		send6(&device, 100 + i, V_PASS_SESSION);
	check_told(&device, 0, 0);
	send6(&device, 116, V_DROP_ADDRESS);
	check_told(&device, NOTICE_SPOOF, 1);
	if (device.told.last.address.bytes[15] != 116)
		complain("the notice has another address");
	for (i = 0; i < X511_MAX_IPV6; i++)
		send6(&device, 100 + i, V_PASS_SESSION);
	send6(&device, 116, V_DROP_ADDRESS);
	report_close("and sixteen of IPv6: the 17th is dropped");

	send_link_local(&device, 21, V_PASS_SESSION);
	send_link_local(&device, 22, V_DROP_ADDRESS);
	send_link_local(&device, 21, V_PASS_SESSION);
	check_slot(&device, X511_MAX_IPV6, 21);
	report_close("and apart from them a link-local one");

	sign_in(&device);
	send_link_local(&device, 22, V_PASS_SESSION);
	send_link_local(&device, 21, V_DROP_ADDRESS);
	send6(&device, 116, V_PASS_SESSION);
	check_slot(&device, 0, 116);
	report_close("a new session isn't bound to what an older one has left");
	device_close(&device);
}

/* However much one device has to tell, there is room for what another has. */
static void run_talkative(struct bench *bench, const struct fixtures *fixtures)
{
	struct device loud, other;
	__u64 start = now_ns();
	unsigned int i, heard, most;

	device_open(&loud, bench, fixtures, GUARDED_ZONE);
	device_open(&other, bench, fixtures, GUARDED_ZONE);
	other.key.mac[5] ^= 1;
	other.ipv4.bytes[11] ^= 1;
	sign_in(&loud);
	sign_in(&other);
	send4(&loud, 10, V_PASS_SESSION);
	send4(&other, 20, V_PASS_SESSION);
	for (i = 0; i < SPOOFED; i++)
		send4(&loud, 11, V_DROP_ADDRESS);
	heard = listen(&loud.told);
	most = NOTICES_A_SECOND * (1 + (now_ns() - start) / NS_PER_S + 1);
	if (!heard || heard > most)
		complain("%u notices, and at most %u were to be told", heard, most);
	send4(&other, 21, V_DROP_ADDRESS);
	check_told(&other, NOTICE_SPOOF, 1);
	device_close(&loud);
	device_close(&other);
	report_close("a device that has much to tell leaves room for another");
}

static void set_guard(struct bench *bench, __u32 zone, bool guard)
{
	struct zone rules;

	bpf_map_lookup_elem(bench->zones, &zone, &rules);
	rules.spoof_guard = guard;
	map_put(bench->zones, &zone, &rules);
}

static void run_switch(struct bench *bench, const struct fixtures *fixtures)
{
	struct device device;
	int i;

	device_open(&device, bench, fixtures, 0);
	sign_in(&device);
	for (i = 0; i < MANY; i++)
		send6(&device, 100 + i, V_PASS_SESSION);
	send4(&device, 10, V_PASS_SESSION);
	send4(&device, 11, V_PASS_SESSION);
	set_guard(bench, 0, true);
	send4(&device, 10, V_DROP_ADDRESS);
	send4(&device, 11, V_PASS_SESSION);
	send6(&device, 100, V_DROP_ADDRESS);
	send6(&device, 104, V_PASS_SESSION);
	set_guard(bench, 0, false);
	send4(&device, 10, V_PASS_SESSION);
	send6(&device, 100, V_PASS_SESSION);
	device_close(&device);
	report_close("a guard that is switched on binds to what is known then; off, it frees");
}

static void run_full(struct bench *bench, const struct fixtures *fixtures)
{
	struct addresses_key filler = {.device.mac = {2, 9}};
	struct addresses nothing = {0};
	struct device bound, open;

	device_open(&bound, bench, fixtures, GUARDED_ZONE);
	device_open(&open, bench, fixtures, 0);
	sign_in(&bound);
	sign_in(&open);
	while (!map_put(bench->addresses, &filler, &nothing))
		filler.chunk++;
	send6(&bound, 100, V_DROP_ADDRESS);
	send6(&open, 100, V_PASS_SESSION);
	send_link_local(&bound, 21, V_DROP_ADDRESS);
	send_link_local(&open, 21, V_PASS_SESSION);
	send4(&bound, 10, V_PASS_SESSION);
	while (filler.chunk--)
		bpf_map_delete_elem(bench->addresses, &filler);
	send6(&bound, 100, V_PASS_SESSION);
	send6(&open, 101, V_PASS_SESSION);
	check_slot(&bound, 0, 100);
	check_slot(&open, 0, 101);
	device_close(&bound);
	device_close(&open);
	report_close("without room for addresses a bound session gets no new one, others pass");
}

static void send_at(struct device *device, enum port_name port, __u16 vlan)
{
	struct frame frame = device->ipv4;
	struct shot shot = {.frame = &frame, .port = port};

	if (vlan)
		frame_insert_tag(&frame, TPID_8021Q, vlan);
	expect(device->bench, &shot, V_PASS_SESSION);
}

static void check_place(struct device *device, __u16 vlan, __u8 port)
{
	struct session session = session_now(device);

	if (session.vlan != vlan || session.port != port)
		complain("seen at VLAN %u of port %u", session.vlan, session.port);
}

static void run_moves(struct bench *bench, const struct fixtures *fixtures)
{
	struct device device;

	device_open(&device, bench, fixtures, 0);
	sign_in(&device);
	send_at(&device, PORT_DEFAULT, UNNAMED_OUTER);
	check_told(&device, 0, 0);
	check_place(&device, UNNAMED_OUTER, 0);
	send_at(&device, PORT_DEFAULT, UNNAMED_OUTER);
	check_told(&device, 0, 0);
	report_close("the first frame of a session shows where its device is");

	send_at(&device, PORT_DEFAULT, UNNAMED_INNER);
	check_told(&device, NOTICE_MOVED, 1);
	if (device.told.last.vlan != UNNAMED_INNER || device.told.last.old_vlan != UNNAMED_OUTER ||
	    device.told.last.port || device.told.last.old_port)
		complain("the notice has other VLANs or ports");
	check_place(&device, UNNAMED_INNER, 0);
	report_close("the device on another VLAN is told of");

	send_at(&device, PORT_STRICT, 0);
	check_told(&device, NOTICE_MOVED, 1);
	if (device.told.last.port != 1 || device.told.last.old_port != 0 || device.told.last.vlan)
		complain("the notice has other ports or VLANs");
	check_place(&device, 0, 1);
	send_at(&device, PORT_STRICT, 0);
	check_told(&device, 0, 0);
	report_close("and on another port");
	device_close(&device);
}

void run_sources(struct bench *bench, const struct fixtures *fixtures)
{
	if (!fixtures_template(fixtures, "bound4") || !fixtures_template(fixtures, "bound6")) {
		report(false, "there are templates of a bound device");
		return;
	}
	run_free(bench, fixtures);
	run_bound(bench, fixtures);
	run_talkative(bench, fixtures);
	run_switch(bench, fixtures);
	run_full(bench, fixtures);
	run_moves(bench, fixtures);
}
