/* SPDX-License-Identifier: MIT */
/* names.c - host names in the garden: questions, the answers to them, and what they open. */
#include <stdio.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "base/dns.h"
#include "floor.h"
#include "gate.skel.h"

#define ZONE	    0
#define UDP_HEADER  8
#define LONG_AGO_NS (11 * NS_PER_S)

/* The tables that a test looks into. */
struct tables {
	struct bench *bench;
	const struct fixtures *fixtures;
	int questions, names;
	struct ring_buffer *ring;
	struct dns_answer last; /* read from the ring */
	int n;
};

static void add_pattern(const struct bench *bench, const char *text, __u32 flags)
{
	struct pattern_key key = {.zone = ZONE};
	struct dns_name name;

	if (dns_name_from_text(text, &name))
		complain("\"%s\" is no name", text);
	key.hash = name_hash(name.wire, name.length);
	if (map_put(bpf_map__fd(bench->skel->maps.x511_patterns), &key, &flags))
		complain("the pattern \"%s\" can't be set", text);
}

static void set_has_names(struct bench *bench, __u32 has_names)
{
	__u32 id = ZONE;
	struct zone zone;

	if (bpf_map_lookup_elem(bench->zones, &id, &zone))
		complain("the zone isn't there");
	zone.has_names = has_names;
	map_put(bench->zones, &id, &zone);
}

/* Removes all questions; how many there were. */
static int forget_questions(const struct tables *tables)
{
	struct question_key key;
	int n = 0;

	while (!bpf_map_get_next_key(tables->questions, NULL, &key)) {
		bpf_map_delete_elem(tables->questions, &key);
		n++;
	}
	return n;
}

static int on_record(void *context, void *record, size_t size)
{
	struct tables *tables = context;

	if (size < sizeof(tables->last))
		complain("a record of %zu bytes", size);
	else
		memcpy(&tables->last, record, sizeof(tables->last));
	tables->n++;
	return 0;
}

/* How many answers came since it was asked last. */
static int count_answers(struct tables *tables)
{
	tables->n = 0;
	ring_buffer__consume(tables->ring);
	return tables->n;
}

static const struct frame *find(const struct tables *tables, const char *name, int family)
{
	static const struct frame none;
	const struct frame *frame;
	char full[32];

	snprintf(full, sizeof(full), name, family);
	frame = fixtures_template(tables->fixtures, full);
	if (!frame)
		complain("there is no template \"%s\"", full);
	return frame ?: &none;
}

static void ask(const struct tables *tables, int family)
{
	struct shot shot = {.frame = find(tables, "question%d", family)};

	expect(tables->bench, &shot, V_PASS_DNS);
}

static void answer(const struct tables *tables, const struct frame *frame)
{
	struct shot shot = {.frame = frame, .down = true};

	expect(tables->bench, &shot, V_DOWN_PASS_DNS);
}

static void check_questions(struct tables *tables)
{
	size_t i;

	for (i = 0; i < tables->fixtures->template_count; i++) {
		const struct template *template = &tables->fixtures->templates[i];
		struct shot shot = {.frame = &template->frame};
		bool asked = !strncmp(template->name, "asked: ", 7);

		if (!asked && strncmp(template->name, "ignored: ", 9) != 0)
			continue;
		forget_questions(tables);
		expect(tables->bench, &shot, V_PASS_DNS);
		if (forget_questions(tables) != asked)
			complain("%s the question", asked ? "forgot" : "remembered");
		report_close("question %s", template->name);
	}
}

/* A zone without names remembers nothing, whatever the patterns say. */
static void check_zone_without_names(struct tables *tables)
{
	set_has_names(tables->bench, 0);
	ask(tables, 4);
	if (forget_questions(tables))
		complain("remembered the question");
	set_has_names(tables->bench, 1);
	report_close("question in a zone without names");
}

/* Else a flood of them would push out the questions that are answered. */
static void check_refused_question(struct tables *tables)
{
	const struct frame *frame = find(tables, "question%d", 4);
	struct ceilings ceilings = {.resolver_gap_ns = 60 * NS_PER_S};
	struct shot shot = {.frame = frame};
	__u32 zero = 0;

	map_put(tables->bench->ceilings, &zero, &ceilings);
	count_until_other(tables->bench, &shot, V_PASS_DNS, 3);
	forget_questions(tables);
	expect(tables->bench, &shot, V_DROP_RESOLVER_FULL);
	if (forget_questions(tables))
		complain("remembered the question");
	map_put(tables->bench->ceilings, &zero, &(struct ceilings){0});
	report_close("question that doesn't get to the resolver");
}

static void check_copy(struct tables *tables, const struct frame *frame, int family)
{
	__u32 start = frame_l2_len(frame) + (family == 4 ? 20 : 40) + UDP_HEADER;
	struct session_key device = device_key(frame, ZONE, true);

	if (count_answers(tables) != 1)
		complain("%d copies", tables->n);
	else if (tables->last.length != frame->len - start ||
		 memcmp(tables->last.message, frame->bytes + start, frame->len - start))
		complain("the copy has %u bytes, or others", tables->last.length);
	else if (memcmp(&tables->last.device, &device, sizeof(device)))
		complain("the copy is of another device");
}

static void check_answer(struct tables *tables, const char *name, int family)
{
	const struct frame *frame = find(tables, name, family);
	struct session_key device = device_key(frame, ZONE, true);
	struct guest guest = {0};

	bpf_map_delete_elem(tables->bench->guests, &device);
	ask(tables, family);
	if (bpf_map_lookup_elem(tables->bench->guests, &device, &guest) || guest.answered_ns)
		complain("the guest is answered before it is");
	answer(tables, frame);
	check_copy(tables, frame, family);
	if (bpf_map_lookup_elem(tables->bench->guests, &device, &guest) || !guest.answered_ns)
		complain("the guest isn't known to be answered");
	answer(tables, frame);
	if (count_answers(tables))
		complain("a second answer is copied");
	bpf_map_delete_elem(tables->bench->guests, &device);
	report_close("IPv%d answer to the question, once (%s)", family, name);
}

/* Where the forged answer differs from the true one: a byte of the frame, or of UDP in it. */
static const struct forgery {
	const char *sentence;
	int from_start; /* of the frame */
	int from_udp;
} forgeries[] = {
	{"to another device", 5, 0},
	{"to another port", 0, 3},
	{"with another number", 0, UDP_HEADER},
	{"with another number's last byte", 0, UDP_HEADER + 1},
};

static void check_forgeries(struct tables *tables, int family)
{
	size_t i;

	for (i = 0; i < sizeof(forgeries) / sizeof(forgeries[0]); i++) {
		struct frame frame = *find(tables, "answer%d", family);
		int udp = ETHER_LEN + (family == 4 ? 20 : 40);

		frame.bytes[forgeries[i].from_udp ? udp + forgeries[i].from_udp
						  : forgeries[i].from_start] ^= 1;
		ask(tables, family);
		answer(tables, &frame);
		if (count_answers(tables))
			complain("it is copied");
		if (forget_questions(tables) != 1)
			complain("the question is gone");
		report_close("IPv%d answer %s", family, forgeries[i].sentence);
	}
}

/* Nothing comes by a client's port, for no route leads there. */
static void check_way(struct tables *tables, int family)
{
	struct shot shot = {
		.frame = find(tables, "answer%d", family),
		.down = true,
		.ingress_ifindex = tables->bench->ifindex[PORT_STRICT],
	};

	ask(tables, family);
	expect(tables->bench, &shot, V_DOWN_PASS_DNS);
	if (count_answers(tables))
		complain("it is copied");
	if (forget_questions(tables) != 1)
		complain("the question is gone");
	report_close("IPv%d answer that came by a client's port", family);
}

static void check_age(struct tables *tables, int family)
{
	struct question_key key;
	struct dns_question old = {.asked_ns = now_ns() - LONG_AGO_NS};

	ask(tables, family);
	if (bpf_map_get_next_key(tables->questions, NULL, &key) ||
	    map_put(tables->questions, &key, &old))
		complain("the question isn't there");
	answer(tables, find(tables, "answer%d", family));
	if (count_answers(tables))
		complain("it is copied");
	forget_questions(tables);
	report_close("IPv%d answer that is too late", family);
}

/* What fits in stays in, and the guest gets its answer all the same. */
static void check_full_ring(struct tables *tables)
{
	const __u64 more = 1048576 / sizeof(struct dns_answer) + 8;
	struct lost lost = {0};
	__u32 zero = 0;
	__u64 i;

	for (i = 0; i < more; i++) {
		ask(tables, 4);
		answer(tables, find(tables, "answer%d", 4));
	}
	if (bpf_map_lookup_elem(bpf_map__fd(tables->bench->skel->maps.x511_lost), &zero, &lost) ||
	    !lost.answers)
		complain("nothing is counted as lost");
	if ((__u64)count_answers(tables) + lost.answers != more)
		complain("%d copies and %llu lost", tables->n, lost.answers);
	report_close("more answers than have room are counted");
}

static void forget_guest(const struct tables *tables, const struct frame *frame)
{
	struct session_key device = device_key(frame, ZONE, false);

	bpf_map_delete_elem(tables->bench->guests, &device);
}

static void set_answered(const struct tables *tables, const struct frame *frame, __u64 answered_ns)
{
	struct session_key device = device_key(frame, ZONE, false);
	struct guest guest = {.answered_ns = answered_ns};

	map_put(tables->bench->guests, &device, &guest);
}

static void check_pending(struct tables *tables, int family)
{
	struct shot syn = {.frame = find(tables, "to-web%d", family)};
	struct shot quic = {.frame = find(tables, "to-web%d-quic", family)};
	struct shot data = {.frame = find(tables, "to-web%d-data", family)};

	forget_guest(tables, syn.frame);
	expect(tables->bench, &syn, V_REFUSE_TCP);
	set_answered(tables, syn.frame,
		     now_ns() + FAR_NS); /* no stall of the machine is too long */
	expect(tables->bench, &syn, V_DROP_PENDING);
	expect(tables->bench, &quic, V_DROP_PENDING);
	expect(tables->bench, &data, V_REFUSE_TCP);
	set_answered(tables, syn.frame, now_ns() - NS_PER_S);
	expect(tables->bench, &syn, V_REFUSE_TCP);
	expect(tables->bench, &quic, V_REFUSE_QUIC);
	forget_guest(tables, syn.frame);
	report_close("IPv%d connection right behind the answer", family);
}

static struct name_key key_of(const struct frame *frame, int family, __u32 zone)
{
	struct name_key key = {.zone = zone, .address.bytes = {[10] = 0xff, [11] = 0xff}};

	if (family == 4)
		memcpy(key.address.bytes + 12, frame->bytes + ETHER_LEN + 16, 4);
	else
		memcpy(key.address.bytes, frame->bytes + ETHER_LEN + 24, 16);
	return key;
}

static void learn(const struct tables *tables, const struct name_key *key, __u64 expires_ns)
{
	struct host_name name = {.expires_tick = expires_ns >> X511_TICK_SHIFT,
				 .name = "pay.example"};

	if (map_put(tables->names, key, &name))
		complain("the address can't be learned");
}

static void check_learned(struct tables *tables, int family)
{
	struct shot up = {.frame = find(tables, "to-web%d", family)};
	struct shot back = {.frame = find(tables, "from-web%d", family), .down = true};
	struct name_key key = key_of(up.frame, family, ZONE);
	struct name_key other = key_of(up.frame, family, ZONE + 1);

	forget_guest(tables, up.frame);
	learn(tables, &other, now_ns() + FAR_NS);
	expect(tables->bench, &up, V_REFUSE_TCP);
	expect(tables->bench, &back, V_DOWN_DROP_GUEST);
	learn(tables, &key, now_ns() + FAR_NS);
	expect(tables->bench, &up, V_PASS_GARDEN);
	expect(tables->bench, &back, V_DOWN_PASS_GARDEN);
	set_has_names(tables->bench, 0);
	expect(tables->bench, &up, V_REFUSE_TCP);
	expect(tables->bench, &back, V_DOWN_DROP_GUEST);
	set_has_names(tables->bench, 1);
	learn(tables, &key, now_ns());
	expect(tables->bench, &up, V_REFUSE_TCP);
	expect(tables->bench, &back, V_DOWN_DROP_GUEST);
	bpf_map_delete_elem(tables->names, &key);
	bpf_map_delete_elem(tables->names, &other);
	report_close("IPv%d address of a name: its zone alone, until its end", family);
}

void run_names(struct bench *bench, const struct fixtures *fixtures)
{
	struct tables tables = {
		.bench = bench,
		.fixtures = fixtures,
		.questions = bpf_map__fd(bench->skel->maps.x511_questions),
		.names = bpf_map__fd(bench->skel->maps.x511_names),
	};
	int family;

	tables.ring = ring_buffer__new(bpf_map__fd(bench->skel->maps.x511_answers), on_record,
				       &tables, NULL);
	if (!tables.ring) {
		report(false, "the ring of answers can be read");
		return;
	}
	add_pattern(bench, "pay.example", PATTERN_NAME);
	add_pattern(bench, "shop.example", PATTERN_BELOW);
	set_has_names(bench, 1);
	check_questions(&tables);
	check_zone_without_names(&tables);
	check_refused_question(&tables);
	for (family = 4; family <= 6; family += 2) {
		check_answer(&tables, "answer%d", family);
		check_answer(&tables, "answer%d-tagged", family);
		check_forgeries(&tables, family);
		check_way(&tables, family);
		check_age(&tables, family);
		check_pending(&tables, family);
		check_learned(&tables, family);
	}
	check_full_ring(&tables);
	forget_guest(&tables, find(&tables, "question%d", 4)); /* it is being answered still */
	set_has_names(bench, 0);
	ring_buffer__free(tables.ring);
}
