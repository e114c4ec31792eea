/* SPDX-License-Identifier: MIT */
/*
 * strangers.c - a cookie is worth nothing to another connection, and a guessed number never much.
 *
 * Every stranger has other keys, so that each is a draw of its own. Most are reset; the others
 * get what later segments of a connection get: silence, an acknowledgement, the responder.
 */
#include <errno.h>
#include <sys/random.h>

#include <xdp511/cookie.h>

#include "strangers.h"

void tally_add(struct tally *tally, enum verdict verdict, enum verdict later)
{
	if (verdict == V_REFUSE_STRAY)
		tally->strays++;
	else if (verdict == later || verdict == V_REPLY_ACK)
		tally->later++;
	else
		tally->others++;
}

void tally_check(const struct tally *tally)
{
	if (tally->strays < STRAYS_LEAST || tally->others)
		complain("%u strays, %u like later segments, %u with verdicts that aren't for them",
			 tally->strays, tally->later, tally->others);
}

/* What the opener has else than the segment that says its cookie. */
enum strangeness {
	PORT_DIFFERS,
	SERVICE_DIFFERS,
	SERVER_DIFFERS,
	CLIENT_DIFFERS,
	SLOT_DIFFERS, /* the number says the other slot */
	KEY_DIFFERS,
	NO_OPENER, /* a guessed number */
};

static const char *const sentences[] = {
	[PORT_DIFFERS] = "the cookie of another client port",
	[SERVICE_DIFFERS] = "the cookie of the other service",
	[SERVER_DIFFERS] = "the cookie of another server",
	[CLIENT_DIFFERS] = "the cookie of another client",
	[SLOT_DIFFERS] = "the cookie of the other slot",
	[KEY_DIFFERS] = "the cookie of other keys",
	[NO_OPENER] = "a guessed number",
};

/* Ports and addresses differ by one bit, another one each time. */
static struct frame opener_of(const struct frame *frame, enum strangeness strangeness,
			      unsigned int number)
{
	struct frame syn = *frame;
	__u32 tcp = frame_tcp(&syn);
	__u32 address_len = syn.bytes[ETHER_LEN] >> 4 == 4 ? 4 : 16;

	syn.bytes[tcp + TCP_FLAGS_AT] = FLAG_SYN;
	if (strangeness == PORT_DIFFERS)
		syn.bytes[tcp + number / 8 % 2] ^= 1U << number % 8;
	else if (strangeness == SERVICE_DIFFERS)
		frame_put16(&syn, tcp + 2, syn.bytes[tcp + 3] == 80 ? 443 : 80);
	else if (strangeness == SERVER_DIFFERS)
		syn.bytes[tcp - 1] ^= 1U << number % 8;
	else if (strangeness == CLIENT_DIFFERS)
		syn.bytes[tcp - address_len - 1] ^= 1U << number % 8;
	return syn;
}

/* The number that the stranger says. Its keys are new. */
static int find_number(struct bench *bench, const struct frame *frame, enum strangeness strangeness,
		       unsigned int number, __u32 *ret_ack)
{
	struct frame syn = opener_of(frame, strangeness, number);
	struct shot open = {.frame = &syn};
	__u32 cookie;
	int err = bench_rekey(bench);

	if (err)
		return err;
	if (strangeness == NO_OPENER)
		return getrandom(ret_ack, sizeof(*ret_ack), 0) == sizeof(*ret_ack) ? 0 : -EIO;
	err = client_open(bench, &open, &cookie);
	if (err)
		return err;
	if (strangeness == SLOT_DIFFERS)
		cookie ^= 1U << COOKIE_SLOT_SHIFT;
	*ret_ack = cookie + 1 + number * 8 % (ANSWER_MAX + 2);
	return strangeness == KEY_DIFFERS ? bench_rekey(bench) : 0;
}

static void meet_strangers(struct bench *bench, struct frame *frame, enum strangeness strangeness,
			   enum verdict later)
{
	struct shot say = {.frame = frame};
	struct tally tally = {0};
	struct outcome outcome;
	unsigned int i;

	for (i = 0; i < STRANGERS; i++) {
		__u32 ack;

		if (find_number(bench, frame, strangeness, i, &ack)) {
			complain("the connection can't be opened");
			return;
		}
		client_acknowledge(frame, ack);
		if (bench_shoot(bench, &say, &outcome)) {
			complain("%s", outcome.why);
			return;
		}
		tally_add(&tally, outcome.verdict, later);
	}
	tally_check(&tally);
}

static void run_template(struct bench *bench, const struct frame *template, const char *name,
			 bool with_data)
{
	struct frame http = *template, https = *template;
	unsigned int i;

	frame_put16(&https, frame_tcp(&https) + 2, 443);
	for (i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++) {
		meet_strangers(bench, &http, i, with_data ? V_STEER_HTTP : V_DROP_ACK);
		meet_strangers(bench, &https, i, with_data ? V_STEER_HTTPS : V_DROP_ACK);
		report_close("%s with %s: mostly a stray, never more than a later segment", name,
			     sentences[i]);
	}
}

void run_strangers(struct bench *bench, const struct fixtures *fixtures)
{
	static const char *const names[] = {"web4-request", "web6-request", "web4-ack", "web6-ack"};
	unsigned int i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct frame *template = fixtures_template(fixtures, names[i]);

		if (template)
			run_template(bench, template, names[i], i < 2);
		else
			report(false, "there is no template \"%s\"", names[i]);
	}
}
