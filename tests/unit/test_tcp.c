/* SPDX-License-Identifier: MIT */
/* test_tcp.c - conversations with the responder: every loss, every size, every odd segment. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include "client.h"
#include "server.h"

#include <cmocka.h> /* last: it has a macro of the name fail */

#define REQUEST "GET /news?id=1 HTTP/1.1\r\nHost: www.example.com\r\nAccept: text/html\r\n\r\n"
#define ISS	0xfffffff0U /* wraps within the request */
#define ROUNDS	40

static struct server server;

/* A connection from the client's side. */
struct connection {
	struct path path;
	uint32_t next; /* of the server's bytes */
	uint32_t una;  /* of ours */
	bool open;
	bool finished;
	char answer[4096];
	size_t len;
	uint64_t lost; /* bit n: the nth frame on the wire is lost */
	unsigned int wire;
	uint16_t window;
};

static bool is_lost(struct connection *c)
{
	return c->wire < 64 && c->lost >> c->wire++ & 1;
}

static void take_segment(struct connection *c, const struct tcp *tcp)
{
	if (tcp->flags & SYN) {
		c->open = true;
		c->next = tcp->seq + 1;
		c->una = tcp->ack;
		return;
	}
	assert_int_equal(tcp->flags & RST, 0);
	if ((int32_t)(tcp->ack - c->una) > 0)
		c->una = tcp->ack;
	if (tcp->seq != c->next || c->finished)
		return;
	assert_true(c->len + tcp->len < sizeof(c->answer));
	memcpy(c->answer + c->len, tcp->data, tcp->len);
	c->len += tcp->len;
	c->next += (uint32_t)tcp->len + !!(tcp->flags & FIN);
	c->finished = tcp->flags & FIN;
}

static void send_segment(struct connection *c, struct tcp tcp)
{
	struct frame frame;
	struct tcp got;

	tcp.window = c->window;
	build(&c->path, &tcp, &frame);
	if (is_lost(c))
		return;
	server_give(&server, &frame);
	for (size_t i = 0; i < server.n_sent; i++) {
		assert_true(dissect(&c->path, &server.sent[i], &got));
		assert_true(!c->path.mss || got.len <= c->path.mss);
		assert_true((got.flags & SYN) || got.len <= c->window);
		if (!is_lost(c))
			take_segment(c, &got);
	}
}

/* What a client does: try again until the answer is here and the request acknowledged. */
static void converse(struct connection *c, const char *request)
{
	uint32_t len = (uint32_t)strlen(request);

	for (int round = 0; round < ROUNDS; round++, server.world.seconds++) {
		if (!c->open) {
			send_segment(c, (struct tcp){.seq = ISS, .flags = SYN, .mss = c->path.mss});
			continue;
		}
		if (c->una != ISS + 1 + len)
			send_segment(c, (struct tcp){.seq = ISS + 1,
						     .ack = c->next,
						     .flags = ACK | PSH,
						     .data = request,
						     .len = len});
		send_segment(c, (struct tcp){.seq = ISS + 1 + len, .ack = c->next, .flags = ACK});
		if (c->finished && c->una == ISS + 1 + len)
			return;
	}
}

static struct connection connect_by(bool ipv6, uint16_t mss)
{
	return (struct connection){
		.path = {.ipv6 = ipv6, .port = 80, .mss = mss},
		.window = 65535,
	};
}

static void every_page_arrives_whatever_is_lost(void **state)
{
	static const uint16_t sizes[] = {1460, 1220, 1000, 536, 0, 200, 128};
	struct connection whole = connect_by(false, 1460);

	(void)state;
	server_init(&server);
	converse(&whole, REQUEST);
	assert_true(whole.finished);
	for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
		for (uint64_t lost = 0; lost < 1 << 12; lost++) {
			struct connection c = connect_by(lost & 1, sizes[s]);

			c.lost = lost;
			server.world.seconds = 1795248000;
			converse(&c, REQUEST);
			assert_true(c.finished);
			assert_int_equal(c.una, ISS + 1 + (uint32_t)strlen(REQUEST));
			assert_int_equal(c.len, whole.len);
			assert_memory_equal(c.answer, whole.answer, c.len);
		}
	}
}

static void small_windows_get_the_page_in_pieces(void **state)
{
	struct connection whole = connect_by(true, 1440);

	(void)state;
	server_init(&server);
	converse(&whole, REQUEST);
	for (uint16_t window = 40; window < 1400; window++) {
		struct connection c = connect_by(window & 1, 1440);

		c.window = window;
		server.world.seconds = 1795248000;
		converse(&c, REQUEST);
		assert_true(c.finished);
		assert_memory_equal(c.answer, whole.answer, whole.len);
	}
}

static void tagged_clients_are_answered_tagged_and_by_their_zone(void **state)
{
	struct connection plain = connect_by(false, 1460), tagged = connect_by(true, 1440);
	struct connection twice = connect_by(false, 1460);

	(void)state;
	server_init(&server);
	tagged.path.tags = 1;
	twice.path.tags = 2;
	converse(&plain, REQUEST);
	converse(&tagged, REQUEST);
	converse(&twice, REQUEST);
	assert_non_null(strstr(plain.answer, "https://portal.example/login?mac=02:11:22:33:44:55"));
	assert_non_null(strstr(tagged.answer, "https://press.example/in?lang=en&amp;mac=02:11"));
	assert_non_null(strstr(tagged.answer, "zone=press"));
	assert_non_null(strstr(twice.answer, "zone=default"));
}

/* A client that holds back what follows until what it sent is acknowledged (Nagle). */
static void a_client_that_waits_for_acknowledgements_gets_its_page(void **state)
{
	struct connection whole = connect_by(false, 1460);
	uint32_t len = (uint32_t)strlen(REQUEST);

	(void)state;
	server_init(&server);
	converse(&whole, REQUEST);
	for (uint32_t step = 1; step < len; step++) {
		for (uint64_t lost = 0; lost < 64; lost++) {
			struct connection c = connect_by(lost & 1, 1460);

			server.world.seconds = 1795248000;
			send_segment(&c, (struct tcp){.seq = ISS, .flags = SYN, .mss = 1460});
			c.lost = lost << 2;
			for (unsigned int turn = 0; turn < 400 && !c.finished; turn++) {
				uint32_t from = c.una - (ISS + 1);
				uint32_t n = from + step < len ? step : len - from;

				send_segment(&c, (struct tcp){.seq = c.una,
							      .ack = c.next,
							      .flags = ACK | PSH,
							      .data = REQUEST + from,
							      .len = n});
			}
			assert_true(c.finished);
			assert_int_equal(c.len, whole.len);
			assert_memory_equal(c.answer, whole.answer, whole.len);
		}
	}
}

static void behind_a_fin_nothing_more_is_waited_for(void **state)
{
	struct connection c = connect_by(true, 1440);

	(void)state;
	server_init(&server);
	send_segment(&c, (struct tcp){.seq = ISS, .flags = SYN, .mss = 1440});
	send_segment(&c, (struct tcp){.seq = ISS + 1,
				      .ack = c.next,
				      .flags = ACK | FIN,
				      .data = "GET / HTTP/1.0\r\n",
				      .len = 16});
	assert_true(c.finished);
	assert_memory_equal(c.answer, "HTTP/1.1 511 ", 13);
}

static void a_head_longer_than_a_segment_is_answered_by_its_start(void **state)
{
	struct connection c = connect_by(false, 1460);
	char request[1461];

	(void)state;
	server_init(&server);
	memset(request, 'a', sizeof(request) - 1);
	memcpy(request, "GET /", 5);
	request[1460] = '\0';
	converse(&c, request);
	assert_true(c.finished);
	assert_memory_equal(c.answer, "HTTP/1.1 511 ", 13);
}

static void the_tls_client_gets_alert_49(void **state)
{
	static const char alert[] = {21, 3, 3, 0, 2, 2, 49};
	struct connection c = connect_by(true, 1440);

	(void)state;
	server_init(&server);
	c.path.port = 443;
	for (c.lost = 0; c.lost < 64; c.lost++) {
		struct connection again = c;

		converse(&again, "\x16\x03\x01 hello");
		assert_true(again.finished);
		assert_int_equal(again.len, sizeof(alert));
		assert_memory_equal(again.answer, alert, sizeof(alert));
	}
}

/* One segment outside a good conversation, and what may come back. */
static const struct {
	const char *sentence;
	struct tcp tcp;
	bool forged; /* acknowledgement that is no cookie of ours */
	size_t answers;
	uint8_t flags;
} odd[] = {
	{"a reset is not answered", {.flags = RST | ACK}, false, 0, 0},
	{"a bare ACK of the SYN-ACK is not answered", {.flags = ACK}, false, 0, 0},
	{"a FIN before any request waits", {.flags = FIN | ACK}, false, 0, 0},
	{"data without ACK is not answered", {.flags = PSH, .data = "GET", .len = 3}, false, 0, 0},
	{"a segment without flags is not answered", {.flags = 0}, false, 0, 0},
	{"a SYN-ACK is reset", {.flags = SYN | ACK}, false, 1, RST},
	{"a forged ACK is reset", {.flags = ACK}, true, 1, RST},
	{"a forged request is reset", {.flags = ACK, .data = REQUEST, .len = 60}, true, 1, RST},
	{"a forged reset is not answered", {.flags = RST | ACK}, true, 0, 0},
	{"random bytes on port 80 wait",
	 {.flags = ACK, .data = "\x00\xff\x80", .len = 3},
	 false,
	 0,
	 0},
	{"an SSH banner waits", {.flags = ACK, .data = "SSH-2.0-x\r\n", .len = 11}, false, 0, 0},
};

static void odd_segments_never_get_a_page(void **state)
{
	struct connection c = connect_by(false, 1460);
	struct frame frame;
	struct tcp tcp, got;

	(void)state;
	server_init(&server);
	send_segment(&c, (struct tcp){.seq = ISS, .flags = SYN, .mss = 1460});
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		server_init(&server); /* none is the repetition of the one before */
		print_message("%s\n", odd[i].sentence);
		tcp = odd[i].tcp;
		tcp.seq = ISS + 1;
		tcp.ack = odd[i].forged ? c.next ^ 0x20000000 : c.next;
		tcp.window = 65535;
		build(&c.path, &tcp, &frame);
		server_give(&server, &frame);
		assert_int_equal(server.n_sent, odd[i].answers);
		if (!odd[i].answers)
			continue;
		assert_true(dissect(&c.path, &server.sent[0], &got));
		assert_int_equal(got.flags, odd[i].flags);
		assert_int_equal(got.seq, tcp.ack);
		assert_int_equal(got.len, 0);
	}
}

static void a_cookie_lives_for_one_to_two_slots(void **state)
{
	static const struct {
		uint64_t age;
		bool valid;
	} ages[] = {{0, true},	 {127, true},  {128, true},
		    {255, true}, {256, false}, {100000, false}};
	struct connection c = connect_by(false, 1460);
	struct frame frame;
	struct tcp got;

	(void)state;
	server_init(&server);
	server.world.seconds = 1795248000 / 128 * 128;
	send_segment(&c, (struct tcp){.seq = ISS, .flags = SYN, .mss = 1460});
	build(&c.path,
	      &(struct tcp){.seq = ISS + 1,
			    .ack = c.next,
			    .flags = ACK,
			    .window = 9000,
			    .data = REQUEST,
			    .len = strlen(REQUEST)},
	      &frame);
	for (size_t i = 0; i < sizeof(ages) / sizeof(ages[0]); i++) {
		server.world.seconds = 1795248000 / 128 * 128 + ages[i].age;
		server_give(&server, &frame);
		if (!server.n_sent && !ages[i].valid)
			continue; /* looks like a later segment of today */
		assert_int_equal(server.n_sent, 1);
		assert_true(dissect(&c.path, &server.sent[0], &got));
		assert_int_equal(!(got.flags & RST), ages[i].valid);
	}
}

static void broken_frames_are_not_answered(void **state)
{
	struct connection c = connect_by(false, 1460);
	struct frame good, bad;

	(void)state;
	server_init(&server);
	for (int ipv6 = 0; ipv6 < 2; ipv6++) {
		c.path.ipv6 = ipv6;
		build(&c.path, &(struct tcp){.seq = ISS, .flags = SYN, .mss = 1460, .window = 1000},
		      &good);
		server_give(&server, &good);
		assert_int_equal(server.n_sent, 1);
		for (size_t len = 0; len < good.len; len++) {
			bad = good;
			bad.len = len;
			server_give(&server, &bad);
			assert_int_equal(server.n_sent, 0);
		}
		for (size_t bit = 14 * 8; bit < good.len * 8; bit++) {
			bad = good;
			bad.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
			server_give(&server, &bad);
			/* IPv6 has no sum over traffic class, flow label and hop limit. */
			if (ipv6 && (bit / 8 < 18 || bit / 8 == 21))
				continue;
			assert_int_equal(server.n_sent, 0);
		}
	}
}

static void a_checksum_left_to_the_hardware_is_taken_and_counted(void **state)
{
	struct path path = {.port = 80};
	struct frame frame;
	uint32_t sum = 198 * 256 + 18 + 1 * 256 + 100 + 198 * 256 + 18 + 2 * 256 + 80 + 6 + 20;

	(void)state;
	server_init(&server);
	build(&path, &(struct tcp){.seq = ISS, .flags = SYN, .window = 1000}, &frame);
	frame.bytes[14 + 20 + 16] = (uint8_t)((sum + (sum >> 16)) >> 8);
	frame.bytes[14 + 20 + 17] = (uint8_t)(sum + (sum >> 16));
	server_give(&server, &frame);
	assert_int_equal(server.n_sent, 1);
	assert_int_equal(server.counters.partial_checksums, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_page_arrives_whatever_is_lost),
		cmocka_unit_test(small_windows_get_the_page_in_pieces),
		cmocka_unit_test(tagged_clients_are_answered_tagged_and_by_their_zone),
		cmocka_unit_test(a_client_that_waits_for_acknowledgements_gets_its_page),
		cmocka_unit_test(behind_a_fin_nothing_more_is_waited_for),
		cmocka_unit_test(a_head_longer_than_a_segment_is_answered_by_its_start),
		cmocka_unit_test(the_tls_client_gets_alert_49),
		cmocka_unit_test(odd_segments_never_get_a_page),
		cmocka_unit_test(a_cookie_lives_for_one_to_two_slots),
		cmocka_unit_test(broken_frames_are_not_answered),
		cmocka_unit_test(a_checksum_left_to_the_hardware_is_taken_and_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
