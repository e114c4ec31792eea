/* SPDX-License-Identifier: MIT */
/* alerts.c - the rates of TLS alerts: who pays, who is refused, and until when. */
#include <string.h>

#include <bpf/bpf.h>

#include "floor.h"

#define CALM_VLAN   600 /* the zone of the fixtures that has a rate: 4 alerts at once */
#define CALM_ZONE   4
#define CALM_BURST  4
#define CALM_GAP_NS (200 * NS_PER_S) /* longer than this test */
#define ALL_BURST   3
#define PORT_HTTP   80
#define PORT_HTTPS  443

/* The template in the zone with a rate. @mac: last byte of the device's. */
static struct frame calm_frame(const struct frame *template, __u16 port, __u8 mac)
{
	struct frame frame = *template;

	frame_put16(&frame, frame_tcp(&frame) + 2, port);
	frame_insert_tag(&frame, TPID_8021Q, CALM_VLAN);
	frame.bytes[11] = mac;
	return frame;
}

static void forget(struct bench *bench, const struct frame *frame)
{
	struct session_key key = device_key(frame, CALM_ZONE, false);

	bpf_map_delete_elem(bench->guests, &key);
}

static __u64 paid_by(struct bench *bench, const struct frame *frame)
{
	struct session_key key = device_key(frame, CALM_ZONE, false);
	struct guest guest = {0};

	if (bpf_map_lookup_elem(bench->guests, &key, &guest))
		complain("the guest isn't known");
	return guest.https_paid_ns;
}

static void set_paid(struct bench *bench, const struct frame *frame, __u64 paid_ns)
{
	struct session_key key = device_key(frame, CALM_ZONE, false);
	struct guest guest = {.https_paid_ns = paid_ns};

	map_put(bench->guests, &key, &guest);
}

static void set_all(struct bench *bench, struct alerts alerts)
{
	__u32 zero = 0;

	if (map_put(bench->alerts, &zero, &alerts))
		complain("the rate for all can't be set");
}

static __u64 paid_by_all(struct bench *bench)
{
	struct alerts alerts = {0};
	__u32 zero = 0;

	if (bpf_map_lookup_elem(bench->alerts, &zero, &alerts))
		complain("the rate for all can't be read");
	return alerts.paid_ns;
}

/* A device's first segment on an open connection; what it is about. */
struct asker {
	struct frame syn, request;
	struct shot open, ask;
};

/* Opens the connection, which costs nothing. */
static void make_asker(struct bench *bench, const struct frame *const templates[2], __u16 port,
		       __u8 mac, struct asker *ret_asker)
{
	__u32 cookie = 0;

	ret_asker->syn = calm_frame(templates[0], port, mac);
	ret_asker->request = calm_frame(templates[1], port, mac);
	ret_asker->open = (struct shot){.frame = &ret_asker->syn};
	ret_asker->ask = (struct shot){.frame = &ret_asker->request};
	forget(bench, &ret_asker->syn);
	if (client_open(bench, &ret_asker->open, &cookie))
		complain("the connection isn't opened");
	client_acknowledge(&ret_asker->request, cookie + 1);
}

static void run_device(struct bench *bench, const struct frame *const templates[2])
{
	struct asker https, http, neighbour;
	__u64 paid;
	int i;

	make_asker(bench, templates, PORT_HTTPS, 2, &neighbour);
	make_asker(bench, templates, PORT_HTTP, 1, &http);
	make_asker(bench, templates, PORT_HTTPS, 1, &https);
	for (i = 0; i < CALM_BURST; i++)
		expect(bench, &https.ask, V_STEER_HTTPS);
	paid = paid_by(bench, &https.syn);
	expect(bench, &https.ask, V_REFUSE_HTTPS);
	expect(bench, &https.ask, V_REFUSE_HTTPS);
	if (paid_by(bench, &https.syn) != paid)
		complain("the refused ones were paid for");
	report_close("a device gets its burst of TLS alerts, then TCP/443 is reset");

	expect(bench, &https.open, V_REPLY_SYN);
	expect(bench, &http.ask, V_STEER_HTTP);
	expect(bench, &neighbour.ask, V_STEER_HTTPS);
	report_close("its handshakes, its TCP/80 and other devices are served meanwhile");

	set_paid(bench, &https.syn, paid - CALM_GAP_NS);
	expect(bench, &https.ask, V_STEER_HTTPS);
	expect(bench, &https.ask, V_REFUSE_HTTPS);
	report_close("after the time of one alert it gets one more");

	set_paid(bench, &https.syn, now_ns() - NS_PER_S);
	for (i = 0; i < CALM_BURST; i++)
		expect(bench, &https.ask, V_STEER_HTTPS);
	expect(bench, &https.ask, V_REFUSE_HTTPS);
	report_close("after a pause it gets the burst again, and no more than that");
}

static void run_all(struct bench *bench, const struct frame *const templates[2])
{
	struct alerts rate = {
		.gap_ns = CALM_GAP_NS,
		.burst_ns = ALL_BURST * CALM_GAP_NS,
	};
	struct asker http, https;
	int i;

	make_asker(bench, templates, PORT_HTTP, 9, &http);
	set_all(bench, rate);
	for (i = 0; i < ALL_BURST + 2; i++) {
		make_asker(bench, templates, PORT_HTTPS, 100 + i, &https);
		expect(bench, &https.ask, i < ALL_BURST ? V_STEER_HTTPS : V_REFUSE_HTTPS);
	}
	expect(bench, &http.ask, V_STEER_HTTP);
	rate.paid_ns = paid_by_all(bench) - CALM_GAP_NS;
	set_all(bench, rate);
	make_asker(bench, templates, PORT_HTTPS, 99, &https);
	expect(bench, &https.ask, V_STEER_HTTPS);
	expect(bench, &https.ask, V_REFUSE_HTTPS);
	report_close("many devices share one burst of TLS alerts, then TCP/443 is reset");

	rate.gap_ns = 0;
	set_all(bench, rate);
	for (i = 0; i < 100; i++) {
		make_asker(bench, templates, PORT_HTTPS, 100 + i, &https);
		expect(bench, &https.ask, V_STEER_HTTPS);
	}
	set_all(bench, (struct alerts){0});
	report_close("a gap of 0 is no rate");
}

static void try_flags(struct bench *bench, const struct asker *asker, __u8 flags, bool pays)
{
	struct frame frame = asker->request;
	struct shot shot = {.frame = &frame};
	struct outcome outcome;

	frame.bytes[frame_tcp(&frame) + 13] = flags;
	set_all(bench, (struct alerts){.gap_ns = CALM_GAP_NS, .burst_ns = CALM_GAP_NS});
	set_paid(bench, &frame, 0);
	if (bench_shoot(bench, &shot, &outcome))
		complain("%s", outcome.why);
	if (!!paid_by(bench, &frame) != pays || !!paid_by_all(bench) != pays)
		complain("flags %02x: the device paid until %llu, all until %llu", flags,
			 paid_by(bench, &frame), paid_by_all(bench));
}

static void run_payers(struct bench *bench, const struct frame *const templates[2])
{
	struct asker https, http;
	int flags;

	make_asker(bench, templates, PORT_HTTPS, 1, &https);
	make_asker(bench, templates, PORT_HTTP, 1, &http);
	for (flags = 0; flags < 256; flags++) {
		bool asks = (flags & (FLAG_SYN | FLAG_RST | FLAG_ACK)) == FLAG_ACK;

		try_flags(bench, &https, flags, asks);
		try_flags(bench, &http, flags, false);
	}
	set_all(bench, (struct alerts){0});
	report_close("of all 256 flags, only proven data to TCP/443 pays");
}

void run_alerts(struct bench *bench, const struct fixtures *fixtures)
{
	static const char *const names[] = {"tcp4-outside", "web4-request", "tcp6-outside",
					    "web6-request"};
	const struct frame *templates[4];
	unsigned int i;

	for (i = 0; i < 4; i++) {
		templates[i] = fixtures_template(fixtures, names[i]);
		if (!templates[i]) {
			report(false, "there is no template \"%s\"", names[i]);
			return;
		}
	}
	for (i = 0; i < 4; i += 2) {
		run_device(bench, templates + i);
		run_all(bench, templates + i);
		run_payers(bench, templates + i);
	}
}
