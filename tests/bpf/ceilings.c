/* SPDX-License-Identifier: MIT */
/* ceilings.c - what the guests of a queue may cause together, and who of them becomes known. */
#include <errno.h>
#include <string.h>

#include <bpf/bpf.h>

#include "floor.h"

#define CALM_VLAN     600 /* the zone of the fixtures that has a rate of TLS alerts */
#define CALM_ZONE     4
#define CALM_BURST    4
#define RARE_GAP_NS   (60 * NS_PER_S) /* longer than this test: then a burst is two frames */
#define GAP_NS	      (NS_PER_S / 1000)
#define BURST	      100 /* frames at that gap: a tenth of a second */
#define NEWCOMER_NS   (NS_PER_S / 100)
#define NEWCOMERS     100 /* at that gap: a second */
#define PORT_DNS      53
#define PORT_HTTPS    443
#define OTHER_QUEUE   1
#define SENDER_IP_AT  (ETHER_LEN + 12)
#define SENDER_ARP_AT (ETHER_LEN + 14)

static void set_ceilings(struct bench *bench, struct ceilings ceilings)
{
	__u32 zero = 0;

	if (map_put(bench->ceilings, &zero, &ceilings))
		complain("the ceilings can't be set");
}

static struct queue_paid queue_of(struct bench *bench, enum port_name port, __u32 queue)
{
	__u32 slot = bench_xsk_slot(port) + queue;
	struct queue_paid paid = {0};

	if (bpf_map_lookup_elem(bench->queues, &slot, &paid))
		complain("the queue can't be read");
	return paid;
}

/* Nothing was paid, or by newcomers for long to come: then nobody becomes known. */
static void reset_queues(struct bench *bench, bool refuse_newcomers)
{
	struct queue_paid paid = {0};
	enum port_name port;
	__u32 queue;

	if (refuse_newcomers)
		paid.new_guest_paid_ns = now_ns() + FAR_NS;
	for (port = PORT_DEFAULT; port <= PORT_STRICT; port++)
		for (queue = 0; queue <= OTHER_QUEUE; queue++) {
			__u32 slot = bench_xsk_slot(port) + queue;

			if (map_put(bench->queues, &slot, &paid))
				complain("the queue can't be reset");
		}
}

/* Another device; its ARP is in its own name. */
static void set_device(struct frame *frame, __u16 number)
{
	frame_put16(frame, 10, number);
	if (frame->bytes[12] == 0x08 && frame->bytes[13] == 0x06)
		frame_put16(frame, ETHER_LEN + 12, number);
}

static bool is_known(struct bench *bench, const struct frame *frame, struct guest *ret_guest)
{
	struct session_key key = device_key(frame, 0, false);

	return !bpf_map_lookup_elem(bench->guests, &key, ret_guest);
}

static void make_known(struct bench *bench, const struct frame *frame)
{
	struct session_key key = device_key(frame, 0, false);
	struct guest guest = {0};

	if (map_put(bench->guests, &key, &guest))
		complain("the guest can't be made known");
}

static void forget(struct bench *bench, const struct frame *frame)
{
	struct session_key key = device_key(frame, 0, false);

	bpf_map_delete_elem(bench->guests, &key);
}

/* One ceiling: a frame that counts towards it, and what it gets. */
struct ceiling {
	const char *name;
	struct frame frame;
	enum verdict allowed, refused;
	struct ceilings gaps; /* with 1 where this one's gap belongs */
};

static struct ceilings with_gap(const struct ceiling *ceiling, __u64 gap_ns)
{
	return (struct ceilings){
		.responder_gap_ns = ceiling->gaps.responder_gap_ns * gap_ns,
		.resolver_gap_ns = ceiling->gaps.resolver_gap_ns * gap_ns,
		.kernel_gap_ns = ceiling->gaps.kernel_gap_ns * gap_ns,
		.new_guest_gap_ns = 1, /* newcomers pay, so that they can be refused */
	};
}

/* So slow that a burst is two frames, and one for devices that aren't known. */
static void run_exactly(struct bench *bench, struct ceiling *ceiling)
{
	struct shot shot = {.frame = &ceiling->frame};
	struct shot elsewhere = {.frame = &ceiling->frame, .queue = OTHER_QUEUE};

	set_ceilings(bench, with_gap(ceiling, RARE_GAP_NS));
	reset_queues(bench, true);
	forget(bench, &ceiling->frame);
	expect(bench, &shot, ceiling->allowed);
	expect(bench, &shot, ceiling->refused);
	make_known(bench, &ceiling->frame);
	expect(bench, &shot, ceiling->allowed);
	expect(bench, &shot, ceiling->refused);
	expect(bench, &shot, ceiling->refused);
	report_close("%s: half the burst for a device that isn't known, the rest for known ones",
		     ceiling->name);

	elsewhere.port = ceiling->allowed == V_STEER_HTTP ? PORT_STRICT : PORT_DEFAULT;
	elsewhere.queue = ceiling->allowed == V_STEER_HTTP ? 0 : OTHER_QUEUE;
	expect(bench, &elsewhere, ceiling->allowed);
	expect(bench, &elsewhere, ceiling->allowed);
	expect(bench, &elsewhere, ceiling->refused);
	report_close("%s: each queue has its own", ceiling->name);

	reset_queues(bench, false);
	expect(bench, &shot, ceiling->allowed);
	expect(bench, &shot, ceiling->allowed);
	expect(bench, &shot, ceiling->refused);
	report_close("%s: two frames out of the blue, however slow it is", ceiling->name);
}

static void check_burst(struct bench *bench, const struct ceiling *ceiling, __u32 burst)
{
	struct shot shot = {.frame = &ceiling->frame};
	__u64 start = now_ns(), most;
	__u32 count = count_until_other(bench, &shot, ceiling->allowed, 100000);

	most = burst + (now_ns() - start) / GAP_NS + 1;
	if (count < burst || count > most)
		complain("%u frames, of %u to %llu", count, burst, most);
}

static void run_burst(struct bench *bench, const struct ceiling *ceiling)
{
	set_ceilings(bench, with_gap(ceiling, GAP_NS));
	reset_queues(bench, true);
	forget(bench, &ceiling->frame);
	check_burst(bench, ceiling, BURST / 2);
	reset_queues(bench, true);
	make_known(bench, &ceiling->frame);
	check_burst(bench, ceiling, BURST);
	report_close("%s: a burst of a tenth of a second, then its rate", ceiling->name);

	set_ceilings(bench, (struct ceilings){0});
	if (count_until_other(bench, &(struct shot){.frame = &ceiling->frame}, ceiling->allowed,
			      3 * BURST) != 3 * BURST)
		complain("there is one");
	report_close("%s: a gap of 0 is none", ceiling->name);
}

/* One ceiling that is reached is no other's business. */
static void run_apart(struct bench *bench, struct ceiling *ceilings, int count)
{
	int full, i;

	for (full = 0; full < count; full++) {
		set_ceilings(bench, with_gap(&ceilings[full], RARE_GAP_NS));
		reset_queues(bench, false);
		for (i = 0; i < 3 * count; i++) {
			struct shot shot = {.frame = &ceilings[i % count].frame};
			bool over = i % count == full && i / count == 2;

			make_known(bench, shot.frame);
			expect(bench, &shot,
			       over ? ceilings[full].refused : ceilings[i % count].allowed);
		}
	}
	set_ceilings(bench, (struct ceilings){0});
	report_close("a ceiling that is reached leaves the others alone");
}

/* Opens the connection that the frame belongs to. */
static void say_cookie(struct bench *bench, const struct fixtures *fixtures, struct frame *request)
{
	struct frame syn = *fixtures_template(fixtures, "tcp4-outside");
	struct shot open = {.frame = &syn};
	__u32 cookie = 0;

	frame_put16(&syn, frame_tcp(&syn) + 2, 80);
	memcpy(syn.bytes + 6, request->bytes + 6, 6);
	if (client_open(bench, &open, &cookie))
		complain("the connection isn't opened");
	client_acknowledge(request, cookie + 1);
}

static void run_each(struct bench *bench, const struct fixtures *fixtures)
{
	struct ceiling ceilings[] = {
		{"to the responder",
		 *fixtures_template(fixtures, "web4-request"),
		 V_STEER_HTTP,
		 V_DROP_RESPONDER_FULL,
		 {.responder_gap_ns = 1}},
		{"to the resolver",
		 *fixtures_template(fixtures, "udp4-resolver"),
		 V_PASS_DNS,
		 V_DROP_RESOLVER_FULL,
		 {.resolver_gap_ns = 1}},
		{"to the garden",
		 *fixtures_template(fixtures, "tcp4-open"),
		 V_PASS_GARDEN,
		 V_DROP_KERNEL_FULL,
		 {.kernel_gap_ns = 1}},
		{"ARP to the kernel",
		 *fixtures_template(fixtures, "ethertype-arp"),
		 V_PASS_ARP,
		 V_DROP_KERNEL_FULL,
		 {.kernel_gap_ns = 1}},
	};
	int i;

	frame_put16(&ceilings[1].frame, ETHER_LEN + 22, PORT_DNS);
	say_cookie(bench, fixtures, &ceilings[0].frame);
	for (i = 0; i < 4; i++) {
		run_exactly(bench, &ceilings[i]);
		run_burst(bench, &ceilings[i]);
	}
	run_apart(bench, ceilings, 3);
	for (i = 0; i < 4; i++)
		forget(bench, &ceilings[i].frame);
}

/* What is answered or dropped in the gate costs nobody else anything. */
static void run_free(struct bench *bench, const struct fixtures *fixtures)
{
	struct frame frame = *fixtures_template(fixtures, "tcp4-outside");
	struct shot shot = {.frame = &frame};
	struct queue_paid paid;
	int i;

	set_ceilings(bench, (struct ceilings){RARE_GAP_NS, RARE_GAP_NS, RARE_GAP_NS, 1});
	reset_queues(bench, true);
	forget(bench, &frame);
	for (i = 0; i < 5; i++)
		expect(bench, &shot, V_REPLY_SYN);
	paid = queue_of(bench, PORT_DEFAULT, 0);
	if (paid.responder_paid_ns || paid.resolver_paid_ns || paid.kernel_paid_ns)
		complain("it paid");
	if (paid.unknown_frames != 5 || paid.new_guests)
		complain("%llu frames counted", paid.unknown_frames);
	set_ceilings(bench, (struct ceilings){0});
	report_close("what the gate answers by itself counts towards no ceiling");
}

static void run_newcomers(struct bench *bench, const struct fixtures *fixtures)
{
	struct frame frame = *fixtures_template(fixtures, "udp4-outside");
	struct shot shot = {.frame = &frame};
	__u64 start, most, refused;
	struct queue_paid paid;
	struct guest guest;
	__u32 i, known = 0;

	set_ceilings(bench, (struct ceilings){.new_guest_gap_ns = NEWCOMER_NS});
	reset_queues(bench, false);
	start = now_ns();
	for (i = 0; i < 3 * NEWCOMERS; i++) {
		set_device(&frame, i);
		forget(bench, &frame);
		expect(bench, &shot, V_DROP_UDP);
		known += is_known(bench, &frame, &guest);
	}
	most = NEWCOMERS + (now_ns() - start) / NEWCOMER_NS + 1;
	if (known < NEWCOMERS || known > most)
		complain("%u became known, of %d to %llu", known, NEWCOMERS, most);
	paid = queue_of(bench, PORT_DEFAULT, 0);
	if (paid.new_guests != known || paid.unknown_frames != 3 * NEWCOMERS - known)
		complain("%llu and %llu counted", paid.new_guests, paid.unknown_frames);
	report_close("so many devices become known in a second, and no more");

	reset_queues(bench, true);
	set_device(&frame, 0);
	make_known(bench, &frame);
	expect(bench, &shot, V_DROP_UDP);
	if (!is_known(bench, &frame, &guest) || guest.packets != 1)
		complain("a known guest's frame isn't counted");
	refused = queue_of(bench, PORT_DEFAULT, 0).unknown_frames;
	shot.queue = OTHER_QUEUE;
	reset_queues(bench, false);
	forget(bench, &frame);
	expect(bench, &shot, V_DROP_UDP);
	if (refused || !is_known(bench, &frame, &guest) || guest.packets != 1)
		complain("it isn't known by the other queue");
	report_close("who is known already stays so, and another queue has newcomers of its own");

	set_ceilings(bench, (struct ceilings){0});
	for (i = 0; i < 3 * NEWCOMERS; i++) {
		set_device(&frame, i);
		forget(bench, &frame);
		expect(bench, &shot, V_DROP_UDP);
		if (!is_known(bench, &frame, &guest))
			complain("device %u isn't known", i);
		forget(bench, &frame);
	}
	report_close("a gap of 0 makes everybody known");
}

/* Its rate of alerts would stand in its entry. */
static void run_unknown_alerts(struct bench *bench, const struct fixtures *fixtures)
{
	struct frame syn = *fixtures_template(fixtures, "tcp4-outside");
	struct frame request = *fixtures_template(fixtures, "web4-request");
	struct shot open = {.frame = &syn}, ask = {.frame = &request};
	struct session_key key;
	__u32 cookie = 0, zero = 0;
	struct alerts all = {.gap_ns = RARE_GAP_NS, .burst_ns = 2 * CALM_BURST * RARE_GAP_NS};
	int i;

	frame_put16(&syn, frame_tcp(&syn) + 2, PORT_HTTPS);
	frame_put16(&request, frame_tcp(&request) + 2, PORT_HTTPS);
	frame_insert_tag(&syn, TPID_8021Q, CALM_VLAN);
	frame_insert_tag(&request, TPID_8021Q, CALM_VLAN);
	key = device_key(&syn, CALM_ZONE, false);
	bpf_map_delete_elem(bench->guests, &key);
	set_ceilings(bench, (struct ceilings){.new_guest_gap_ns = 1});
	reset_queues(bench, true);
	map_put(bench->alerts, &zero, &all);
	if (client_open(bench, &open, &cookie))
		complain("the connection isn't opened");
	client_acknowledge(&request, cookie + 1);
	for (i = 0; i < 2 * CALM_BURST; i++)
		expect(bench, &ask, V_STEER_HTTPS);
	expect(bench, &ask, V_REFUSE_HTTPS);
	map_put(bench->alerts, &zero, &(struct alerts){0});
	set_ceilings(bench, (struct ceilings){0});
	report_close("a device that isn't known pays TLS alerts from the rate of all guests alone");
}

void run_ceilings(struct bench *bench, const struct fixtures *fixtures)
{
	static const char *const needed[] = {"tcp4-outside", "tcp4-open",     "web4-request",
					     "udp4-outside", "udp4-resolver", "ethertype-arp"};
	unsigned int i;

	for (i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (!fixtures_template(fixtures, needed[i])) {
			report(false, "there is no template \"%s\"", needed[i]);
			return;
		}
	run_each(bench, fixtures);
	run_free(bench, fixtures);
	run_newcomers(bench, fixtures);
	run_unknown_alerts(bench, fixtures);
	reset_queues(bench, false);
}
