/* SPDX-License-Identifier: MIT */
/* test_mac_auth.c - ten thousand devices at once: how many questions that is, and who waits. */
#include "table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "portal/nas/mac_auth_internal.h"
#include "portal/nas/nas.h"
#include "portal/nas/radius_grant.h"
#include "radius/client.h"

#define DEVICES 10000

static char directory[64];
static struct config_zone zone = {.name = "default", .sign_in = {.mac_auth = true}};
static struct config config = {.zones = &zone, .n_zones = 1, .radius = {.remember_s = 3600}};
static struct portal portal = {.config = &config};
static struct attempt attempts[DEVICES];
static unsigned int n_done[ATTEMPT_UNAVAILABLE + 1];

/* --- RADIUS, made up (the linker's --wrap): questions wait until the test answers them ----------- */

int __wrap_radius_ask(struct radius *radius, enum radius_kind kind, const struct packet *packet,
		      radius_fn fn, void *context);
void __wrap_radius_begin(struct radius *radius, enum radius_kind kind, struct packet *ret_packet);
const struct secret *__wrap_radius_secret(const struct radius *radius);

static struct {
	radius_fn fn;
	void *context;
} asked[64];
static size_t n_asked, most_asked, n_questions;

int __wrap_radius_ask(struct radius *radius, enum radius_kind kind, const struct packet *packet,
		      radius_fn fn, void *context)
{
	(void)radius;
	assert_int_equal(kind, RADIUS_AUTHENTICATION);
	assert_false(packet->is_full);
	assert_in_range(n_asked, 0, ARRAY_SIZE(asked) - 1);
	asked[n_asked].fn = fn;
	asked[n_asked++].context = context;
	most_asked = n_asked > most_asked ? n_asked : most_asked;
	n_questions++;
	return 0;
}

void __wrap_radius_begin(struct radius *radius, enum radius_kind kind, struct packet *ret_packet)
{
	(void)radius;
	(void)kind;
	packet_begin(ret_packet, CODE_ACCESS_REQUEST, true, NULL);
}

const struct secret *__wrap_radius_secret(const struct radius *radius)
{
	static const struct secret secret = {};

	(void)radius;
	return &secret;
}

void nas_add_device(const struct portal *of, const struct device *device, struct packet *packet)
{
	(void)of;
	(void)device;
	(void)packet;
}

void radius_judge(struct attempt *attempt, const char *user, const char *method, int err,
		  const struct received *answer)
{
	(void)err;
	attempt->result = ATTEMPT_REFUSED;
	if (answer->code != CODE_ACCESS_ACCEPT)
		return;
	snprintf(attempt->grant.user, sizeof(attempt->grant.user), "%s", user);
	snprintf(attempt->grant.method, sizeof(attempt->grant.method), "%s", method);
	attempt->result = ATTEMPT_GRANTED;
}

int control_follow(struct control *control, control_event_fn fn, void *context)
{
	(void)control;
	(void)fn;
	(void)context;
	return 0;
}

/* --- the tests ------------------------------------------------------------------------------------ */

static int set_up(void **state)
{
	struct error error;

	(void)state;
	n_asked = most_asked = n_questions = 0;
	memset(n_done, 0, sizeof(n_done));
	/* There is a client, but nothing of it is looked at. */
	portal.radius = (struct radius *)(void *)attempts;
	strcpy(directory, "/tmp/x511-macs.XXXXXX");
	if (!mkdtemp(directory) || loop_new(&portal.loop) ||
	    accounts_open(directory, &portal.accounts, &error))
		return -1;
	return mac_auth_start(&portal, &error);
}

static int tear_down(void **state)
{
	char command[128];

	(void)state;
	mac_auth_stop(&portal);
	portal.accounts = accounts_close(portal.accounts);
	portal.loop = loop_free(portal.loop);
	snprintf(command, sizeof(command), "rm -rf '%s'", directory);
	return system(command);
}

static void on_done(struct attempt *attempt)
{
	assert_in_range(attempt->result, 0, ATTEMPT_UNAVAILABLE);
	n_done[attempt->result]++;
}

/* Attempt @i by the device @device. */
static void try(size_t i, size_t device)
{
	attempts[i] = (struct attempt){.portal = &portal, .zone = &zone, .done = on_done};
	attempts[i].device = (struct device){
		.mac = {2, 5, 0x11, 0, (uint8_t)(device >> 8), (uint8_t)device},
		.zone = "default",
	};
	mac_auth_try(&attempts[i]);
}

static void answer_oldest(int err, uint8_t code)
{
	const struct received answer = {.code = code};
	radius_fn fn = asked[0].fn;
	void *context = asked[0].context;

	n_asked--;
	memmove(asked, asked + 1, n_asked * sizeof(asked[0]));
	fn(context, err, err ? NULL : &answer);
}

static void try_all(void)
{
	size_t i;

	for (i = 0; i < DEVICES; i++)
		try(i, i);
}

static void a_mass_rejoin_asks_for_each_once_and_for_few_at_a_time(void **state)
{
	size_t i;

	(void)state;
	try_all();
	assert_int_equal(n_asked, 32);
	/* Those for whom there is no room get their page at once. */
	assert_int_equal(n_done[ATTEMPT_UNAVAILABLE], DEVICES - 32 - 4096);
	while (n_asked)
		answer_oldest(0, CODE_ACCESS_ACCEPT);
	assert_int_equal(n_questions, 32 + 4096);
	assert_int_equal(most_asked, 32);
	assert_int_equal(n_done[ATTEMPT_GRANTED], 32 + 4096);
	/* The rest of them come again, as their answers have room now. */
	for (i = 0; i < DEVICES; i++) {
		try(i, i);
		while (n_asked)
			answer_oldest(0, CODE_ACCESS_ACCEPT);
	}
	assert_int_equal(n_questions, DEVICES);
	/* The gate was started again, and all of them come at once: nobody is asked. */
	memset(n_done, 0, sizeof(n_done));
	try_all();
	assert_int_equal(n_asked, 0);
	assert_int_equal(n_questions, DEVICES);
	assert_int_equal(n_done[ATTEMPT_GRANTED], DEVICES);
	assert_string_equal(attempts[1].grant.user, "02-05-11-00-00-01");
	assert_string_equal(attempts[1].grant.method, "mac");
}

static void connections_of_one_device_are_one_question(void **state)
{
	(void)state;
	try(0, 7);
	try(1, 7);
	try(2, 8);
	assert_int_equal(n_questions, 2);
	answer_oldest(0, CODE_ACCESS_REJECT);
	assert_int_equal(n_done[ATTEMPT_REFUSED], 2);
	answer_oldest(0, CODE_ACCESS_ACCEPT);
	try(3, 7);
	try(4, 8);
	assert_int_equal(n_questions, 2);
	assert_int_equal(n_done[ATTEMPT_REFUSED], 3);
	assert_int_equal(n_done[ATTEMPT_GRANTED], 2);
}

static void pages_do_not_wait_for_a_server_that_is_away(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < 100; i++)
		try(i, i);
	answer_oldest(-ETIMEDOUT, 0);
	/* The one without an answer, and the 68 that were behind. */
	assert_int_equal(n_done[ATTEMPT_UNAVAILABLE], 69);
	try(200, 200);
	assert_int_equal(n_done[ATTEMPT_UNAVAILABLE], 70);
	assert_int_equal(n_questions, 32);
	/* One that answers after all. */
	answer_oldest(0, CODE_ACCESS_REJECT);
	try(201, 201);
	assert_int_equal(n_questions, 33);
	/* Silence is not remembered. */
	try(202, 0);
	assert_int_equal(n_questions, 34);
	while (n_asked)
		answer_oldest(-ECANCELED, 0);
}

static void who_signs_out_is_not_let_in_at_once(void **state)
{
	(void)state;
	try(0, 7);
	answer_oldest(0, CODE_ACCESS_ACCEPT);
	mac_auth_forget(&portal, attempts[0].device.mac, "default", 60);
	try(1, 7);
	assert_int_equal(n_done[ATTEMPT_REFUSED], 1);
	mac_auth_forget(&portal, attempts[0].device.mac, "default", 0);
	try(2, 7);
	assert_int_equal(n_questions, 2);
	/* Stopped while it waits: the client's answer comes to nothing. */
	mac_auth_stop(&portal);
	answer_oldest(-ECANCELED, 0);
	assert_int_equal(n_done[ATTEMPT_UNAVAILABLE], 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_mass_rejoin_asks_for_each_once_and_for_few_at_a_time),
		TEST(connections_of_one_device_are_one_question),
		TEST(pages_do_not_wait_for_a_server_that_is_away),
		TEST(who_signs_out_is_not_let_in_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
