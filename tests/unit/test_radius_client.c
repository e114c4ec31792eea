/* SPDX-License-Identifier: MIT */
/* test_radius_client.c - asking RADIUS servers of the test's own: who is asked, how often, and when. */
#include "table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <sys/stat.h>

#include "base/endpoint.h"
#include "radius/client.h"
#include "vectors.h"

#define SECRET	    "testing123"
#define SERVERS	    2
#define LIMIT_MS    30000 /* a test that takes so long has failed */
#define MANY	    1500  /* more than there are ids */
#define DATAGRAM_MS 20

/* A server of the test: it counts, and answers as it is told. */
struct server {
	int fd;
	bool is_silent;
	unsigned int asked;
	uint8_t heads[4][RADIUS_MIN]; /* of the first requests */
	unsigned int ports;	      /* of the gateway that it was asked from */
	uint16_t seen[8];
};

static struct world {
	struct loop *loop;
	struct config_radius config;
	struct radius *radius;
	struct server servers[SERVERS];
	int ticker;
	unsigned int ticks;
	unsigned int answered, timed_out, cancelled;
	unsigned int wanted; /* of all three together */
} world;

static void on_answer(void *context, int err, const struct received *answer)
{
	unsigned int *code = context;

	if (code)
		*code = answer ? answer->code : 0;
	world.answered += !err;
	world.timed_out += err == -ETIMEDOUT;
	world.cancelled += err == -ECANCELED;
	if (world.answered + world.timed_out == world.wanted)
		loop_stop(world.loop);
}

static void note_port(struct server *server, uint16_t port)
{
	for (unsigned int i = 0; i < server->ports; i++) {
		if (server->seen[i] == port)
			return;
	}
	if (server->ports < ARRAY_SIZE(server->seen))
		server->seen[server->ports++] = port;
}

static void serve(void *context)
{
	const struct secret secret = secret_of(SECRET);
	struct server *server = context;
	struct sockaddr_in from;
	socklen_t length = sizeof(from);
	uint8_t data[RADIUS_MAX];
	struct packet answer;
	ssize_t size = recvfrom(server->fd, data, sizeof(data), MSG_DONTWAIT,
				(struct sockaddr *)&from, &length);

	if (size < RADIUS_MIN)
		return;
	if (server->asked < ARRAY_SIZE(server->heads))
		memcpy(server->heads[server->asked], data, RADIUS_MIN);
	server->asked++;
	note_port(server, from.sin_port);
	if (server->is_silent)
		return;
	packet_begin(&answer,
		     data[0] == CODE_ACCESS_REQUEST ? CODE_ACCESS_ACCEPT : CODE_ACCOUNTING_RESPONSE,
		     data[0] == CODE_ACCESS_REQUEST, NULL);
	assert_int_equal(packet_sign_answer(&answer, data, &secret), 0);
	/* Twice, as a network may do. */
	for (int i = 0; i < 2; i++)
		assert_int_equal(sendto(server->fd, answer.data, answer.size, 0,
					(const struct sockaddr *)&from, length),
				 answer.size);
}

static void on_tick(void *context)
{
	(void)context;
	/* Both were asked, and the first one twice: the second one may speak. */
	if (world.servers[0].asked >= 2 && world.servers[1].asked)
		world.servers[1].is_silent = false;
	if (++world.ticks > LIMIT_MS / DATAGRAM_MS)
		loop_stop(world.loop);
}

static void start_server(struct server *server, struct endpoints *endpoints)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	struct endpoint *endpoint = &endpoints->list[endpoints->n++];
	socklen_t length = sizeof(endpoint->address);
	const int room = 1 << 22;

	server->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_true(server->fd >= 0);
	(void)setsockopt(server->fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	assert_int_equal(bind(server->fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(getsockname(server->fd, (struct sockaddr *)&endpoint->address, &length),
			 0);
	assert_int_equal(loop_watch(world.loop, server->fd, serve, server), 0);
}

static int set_up(void **state)
{
	struct config_radius *config = &world.config;
	int fd;

	(void)state;
	world = (struct world){.config = {.timeout_s = 1, .deadline_s = 3}};
	snprintf(config->nas_id, sizeof(config->nas_id), "venue-1");
	snprintf(config->secret_file, sizeof(config->secret_file), "/tmp/x511-secret-XXXXXX");
	fd = mkstemp(config->secret_file);
	if (fd < 0 || write(fd, SECRET "\n", sizeof(SECRET)) != sizeof(SECRET) || close(fd) ||
	    loop_new(&world.loop))
		return -1;
	world.ticker = loop_timer(world.loop, on_tick, NULL);
	loop_set_every(world.loop, world.ticker, DATAGRAM_MS);
	for (int i = 0; i < SERVERS; i++)
		start_server(&world.servers[i], &config->servers);
	config->accounting = config->servers;
	return radius_new(world.loop, config, &world.radius, NULL);
}

static int tear_down(void **state)
{
	(void)state;
	world.radius = radius_free(world.radius);
	for (int i = 0; i < SERVERS; i++) {
		if (world.servers[i].fd >= 0)
			close(world.servers[i].fd);
	}
	loop_free(world.loop);
	return unlink(world.config.secret_file);
}

static void ask(enum radius_kind kind, unsigned int *code)
{
	struct packet packet;

	radius_begin(world.radius, kind, &packet);
	packet_add_text(&packet, ATTR_USER_NAME, "bob");
	assert_int_equal(radius_ask(world.radius, kind, &packet, on_answer, code), 0);
	world.wanted++;
}

static struct radius_status status_of(unsigned int server)
{
	struct radius_status status[ENDPOINTS_MAX];

	assert_int_equal(radius_status(world.radius, RADIUS_AUTHENTICATION, status), SERVERS);
	return status[server];
}

static void answers_of_both_kinds(void **state)
{
	unsigned int codes[2] = {0, 0};

	(void)state;
	ask(RADIUS_AUTHENTICATION, &codes[0]);
	ask(RADIUS_ACCOUNTING, &codes[1]);
	assert_int_equal(world.answered, 0);
	loop_run(world.loop);
	assert_int_equal(codes[0], CODE_ACCESS_ACCEPT);
	assert_int_equal(codes[1], CODE_ACCOUNTING_RESPONSE);
	assert_int_equal(world.servers[0].asked, 2);
	assert_int_equal(world.servers[1].asked, 0);
	assert_int_equal(status_of(0).answers, 1);
	assert_int_equal(status_of(0).rejects, 0);
	assert_true(status_of(0).latency.sum_us > 0);
	assert_int_equal(radius_unanswered(world.radius, RADIUS_AUTHENTICATION), 0);
}

/* One after the other, round and round; to the same server the same bytes. */
static void silent_servers(void **state)
{
	unsigned int asked;

	(void)state;
	world.config.deadline_s = 30; /* for slow machines */
	world.servers[0].is_silent = world.servers[1].is_silent = true;
	ask(RADIUS_AUTHENTICATION, NULL);
	loop_run(world.loop);
	assert_int_equal(world.answered, 1);
	assert_true(world.servers[0].asked >= 2);
	assert_memory_equal(world.servers[0].heads[0], world.servers[0].heads[1], RADIUS_MIN);
	assert_true(status_of(0).is_silent);
	/* For a while the one that answers is asked first. */
	asked = world.servers[1].asked;
	ask(RADIUS_AUTHENTICATION, NULL);
	loop_run(world.loop);
	assert_int_equal(world.answered, 2);
	assert_true(world.servers[1].asked > asked);
	assert_int_equal(radius_waiting(world.radius, RADIUS_AUTHENTICATION), 0);
}

static void nobody_answers(void **state)
{
	(void)state;
	world.config.deadline_s = 1;
	world.servers[0].is_silent = true;
	ask(RADIUS_AUTHENTICATION, NULL);
	loop_run(world.loop);
	assert_int_equal(world.timed_out, 1);
	assert_int_equal(world.servers[1].asked, 0);
}

/* Nobody listens: the next one is asked without waiting for the time of the first. */
static void refusing_server(void **state)
{
	(void)state;
	loop_unwatch(world.loop, world.servers[0].fd);
	close(world.servers[0].fd);
	world.servers[0].fd = -1;
	ask(RADIUS_AUTHENTICATION, NULL);
	loop_run(world.loop);
	assert_int_equal(world.answered, 1);
	assert_true(status_of(0).is_silent);
	ask(RADIUS_AUTHENTICATION, NULL);
	loop_run(world.loop);
	assert_int_equal(world.answered, 2);
	assert_int_equal(status_of(0).sent, 1);
}

/* More than one socket's ids, and more than all of them; each is answered once. */
static void many_at_once(void **state)
{
	(void)state;
	world.config.deadline_s = 30; /* for slow machines */
	for (unsigned int i = 0; i < MANY; i++)
		ask(RADIUS_AUTHENTICATION, NULL);
	assert_int_equal(radius_waiting(world.radius, RADIUS_AUTHENTICATION), MANY);
	loop_run(world.loop);
	assert_int_equal(world.answered, MANY);
	assert_int_equal(world.servers[0].ports, 4);
}

static void stops_in_between(void **state)
{
	struct packet packet;

	(void)state;
	world.servers[0].is_silent = true;
	for (unsigned int i = 0; i < MANY; i++)
		ask(RADIUS_AUTHENTICATION, NULL);
	radius_quit(world.radius);
	assert_int_equal(world.cancelled, MANY);
	radius_begin(world.radius, RADIUS_AUTHENTICATION, &packet);
	assert_int_equal(radius_ask(world.radius, RADIUS_AUTHENTICATION, &packet, on_answer, NULL),
			 -ECANCELED);
}

static void refuses_what_cant_be(void **state)
{
	struct packet packet;
	int err = 0;

	(void)state;
	radius_begin(world.radius, RADIUS_AUTHENTICATION, &packet);
	packet.is_full = true;
	assert_int_equal(radius_ask(world.radius, RADIUS_AUTHENTICATION, &packet, on_answer, NULL),
			 -EMSGSIZE);
	packet.is_full = false;
	world.servers[0].is_silent = true;
	for (unsigned int i = 0; i < 20000 && !err; i++)
		err = radius_ask(world.radius, RADIUS_AUTHENTICATION, &packet, on_answer, NULL);
	assert_int_equal(err, -EBUSY);
	world.wanted = 1000000;
}

static void secrets(void **state)
{
	const char *file = world.config.secret_file;
	struct secret secret;
	struct error error;
	FILE *text;

	(void)state;
	assert_int_equal(secret_load(file, &secret, &error), 0);
	assert_int_equal(secret.size, strlen(SECRET));
	assert_int_equal(chmod(file, 0644), 0);
	assert_int_equal(secret_load(file, &secret, &error), -EPERM);
	assert_non_null(strstr(error.text, "chmod 600"));
	assert_int_equal(chmod(file, 0640), 0);
	text = fopen(file, "we");
	fputs("one\ntwo\n", text);
	fclose(text);
	assert_int_equal(secret_load(file, &secret, &error), -EINVAL);
	text = fopen(file, "we");
	fputs("\r\n", text);
	fclose(text);
	assert_int_equal(secret_load(file, &secret, &error), -EINVAL);
	assert_int_equal(secret_load("/nonexistent/secret", &secret, &error), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(answers_of_both_kinds, set_up, tear_down),
		cmocka_unit_test_setup_teardown(silent_servers, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nobody_answers, set_up, tear_down),
		cmocka_unit_test_setup_teardown(refusing_server, set_up, tear_down),
		cmocka_unit_test_setup_teardown(many_at_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(stops_in_between, set_up, tear_down),
		cmocka_unit_test_setup_teardown(refuses_what_cant_be, set_up, tear_down),
		cmocka_unit_test_setup_teardown(secrets, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("client", tests, NULL, NULL);
}
