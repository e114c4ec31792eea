/* SPDX-License-Identifier: MIT */
/* visits.c - which device gets the SYN-ACK of a connection with the gateway itself. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include <bpf/bpf.h>

#include "floor.h"
#include "gate.skel.h"

#define CLIENT_PORT 51234
#define HANDSHAKE   (FLAG_FIN | FLAG_SYN | FLAG_RST | FLAG_ACK)

struct visits {
	struct bench *bench;
	const struct fixtures *fixtures;
	int map;
};

/* An entry of the table. */
struct note {
	struct syn_ack_key key;
	struct syn_ack visitor;
};

static struct frame find(const struct visits *visits, const char *name)
{
	const struct frame *frame = fixtures_template(visits->fixtures, name);

	if (!frame)
		complain("there is no template \"%s\"", name);
	return frame ? *frame : (struct frame){0};
}

/* Empties the table; true: there was just one entry. */
static bool take(const struct visits *visits, struct note *ret_note)
{
	struct syn_ack_key next;
	bool is_one;

	if (bpf_map_get_next_key(visits->map, NULL, &ret_note->key) ||
	    bpf_map_lookup_elem(visits->map, &ret_note->key, &ret_note->visitor))
		return false;
	is_one = bpf_map_get_next_key(visits->map, &ret_note->key, &next) != 0;
	while (!bpf_map_get_next_key(visits->map, NULL, &next))
		bpf_map_delete_elem(visits->map, &next);
	return is_one;
}

/* True: the frame left an entry. Whatever the verdict is, it is another test's. */
static bool is_noted(const struct visits *visits, const struct frame *frame, __u32 ingress_ifindex,
		     struct note *ret_note)
{
	struct shot shot = {.frame = frame, .down = true, .ingress_ifindex = ingress_ifindex};
	struct outcome outcome;

	if (bench_shoot(visits->bench, &shot, &outcome))
		complain("%s", outcome.why);
	return take(visits, ret_note);
}

static struct address client_of(const struct visits *visits, bool is_ipv6)
{
	/* The addresses of bound sessions are the guest's. */
	return visits->bench->bound[is_ipv6];
}

/* @vlan: of the frame; @zone: that it belongs to. */
static void check_noted(const struct visits *visits, const char *name, __u16 vlan, __u16 zone)
{
	struct frame frame = find(visits, name);
	struct session_key device = device_key(&frame, zone, true);
	struct address client = client_of(visits, strstr(name, "visit6") != NULL);
	__u32 before = tick_now();
	struct note note;

	if (!is_noted(visits, &frame, 0, &note))
		complain("%s: nothing is noted", name);
	else if (memcmp(&note.key.address, &client, sizeof(client)) ||
		 ntohs(note.key.port_be) != CLIENT_PORT || note.key.unused)
		complain("%s: another client is noted", name);
	else if (memcmp(&note.visitor.device, &device, sizeof(device)) || note.visitor.vlan != vlan)
		complain("%s: another device is noted", name);
	else if (note.visitor.seen_tick < before || note.visitor.seen_tick > tick_now())
		complain("%s: seen at tick %u", name, note.visitor.seen_tick);
	report_close("%s: the device that gets it is noted", name);
}

static void check_ignored(const struct visits *visits, const char *name)
{
	struct frame frame = find(visits, name);
	struct note note;

	if (is_noted(visits, &frame, 0, &note))
		complain("%s is noted", name);
	report_close("%s: nothing is noted", name);
}

static void check_flags(const struct visits *visits, const char *name)
{
	struct frame frame = find(visits, name);
	struct note note;
	unsigned int flags;

	for (flags = 0; flags < 256; flags++) {
		bool wanted = (flags & HANDSHAKE) == (FLAG_SYN | FLAG_ACK);

		frame.bytes[frame_tcp(&frame) + TCP_FLAGS_AT] = flags;
		if (is_noted(visits, &frame, 0, &note) != wanted)
			complain("flags %02x: %s", flags, wanted ? "not noted" : "noted");
	}
	report_close("%s: of all 256 sets of flags, only SYN and ACK is noted", name);
}

/* The kernel runs nothing shorter than an IP header. */
static void check_lengths(const struct visits *visits, const char *name)
{
	struct frame frame = find(visits, name);
	__u32 need = frame_tcp(&frame) + 20, whole = frame.len;
	struct note note;

	for (frame.len = frame_tcp(&frame); frame.len < whole; frame.len++) {
		if (is_noted(visits, &frame, 0, &note) != (frame.len >= need))
			complain("%u of %u bytes: %s", frame.len, whole,
				 frame.len < need ? "noted" : "not noted");
	}
	report_close("%s: it is noted as soon as its TCP header is whole", name);
}

static void check_forwarded(const struct visits *visits, const char *name)
{
	struct frame frame = find(visits, name);
	struct note note;

	if (is_noted(visits, &frame, visits->bench->ifindex[PORT_UNKNOWN], &note))
		complain("it is noted");
	report_close("%s: one that is only forwarded isn't noted", name);
}

/* Whose frames pass without a look at what they carry. */
static void check_signed_in(const struct visits *visits, const char *name)
{
	static const char *const kinds[] = {"active", "trusted", "expired"};
	struct frame frame = find(visits, name);
	struct session_key device = device_key(&frame, 0, true);
	struct note note;
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct session session = session_of_kind(kinds[i]);

		map_put(visits->bench->sessions, &device, &session);
		if (!is_noted(visits, &frame, 0, &note))
			complain("%s: nothing is noted", kinds[i]);
	}
	bpf_map_delete_elem(visits->bench->sessions, &device);
	report_close("%s: that of a signed-in device is noted, too", name);
}

static void shoot(const struct visits *visits, const struct frame *frame)
{
	struct shot shot = {.frame = frame, .down = true};
	struct outcome outcome;

	if (bench_shoot(visits->bench, &shot, &outcome))
		complain("%s", outcome.why);
}

/* Whoever moves an address to another's MAC for a moment isn't taken for that one. */
static void check_contested(const struct visits *visits, const char *name)
{
	struct frame frame = find(visits, name), other = frame;
	struct session_key nobody = {.zone = X511_NO_ZONE}, device;
	struct note note;

	other.bytes[5] ^= 1;
	device = device_key(&other, 0, true);
	shoot(visits, &frame);
	if (!is_noted(visits, &frame, 0, &note) || note.visitor.device.zone == X511_NO_ZONE)
		complain("one sent again to the same device is nobody's");
	shoot(visits, &frame);
	shoot(visits, &other);
	if (!is_noted(visits, &frame, 0, &note) ||
	    memcmp(&note.visitor.device, &nobody, sizeof(nobody)) != 0)
		complain("one sent to two devices is somebody's");
	note.visitor.seen_tick = tick_now() - (__u32)(130 * NS_PER_S / X511_TICK_NS);
	map_put(visits->map, &note.key, &note.visitor);
	if (!is_noted(visits, &other, 0, &note) ||
	    memcmp(&note.visitor.device, &device, sizeof(device)) != 0)
		complain("one long after the other isn't noted");
	report_close("%s: what two devices get is nobody's for a while", name);
}

void run_visits(struct bench *bench, const struct fixtures *fixtures)
{
	static const char *const names[] = {"visit4", "visit6"};
	struct visits visits = {
		.bench = bench,
		.fixtures = fixtures,
		.map = bpf_map__fd(bench->skel->maps.x511_visits),
	};
	struct note note;
	size_t i;

	(void)take(&visits, &note); /* of the tests before */
	check_noted(&visits, "visit4", 0, 0);
	check_noted(&visits, "visit6", 0, 0);
	check_noted(&visits, "visit4-options", 0, 0);
	check_noted(&visits, "visit4-tagged", 200, 1);
	check_noted(&visits, "visit6-tagged", 300, 2);
	check_ignored(&visits, "no-visit6-link");
	check_ignored(&visits, "no-visit4-udp");
	check_ignored(&visits, "no-visit6-udp");
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		check_flags(&visits, names[i]);
		check_lengths(&visits, names[i]);
		check_forwarded(&visits, names[i]);
		check_signed_in(&visits, names[i]);
		check_contested(&visits, names[i]);
	}
}
