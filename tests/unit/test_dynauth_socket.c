/* SPDX-License-Identifier: MIT */
/* test_dynauth_socket.c - an answer comes from the address that was asked, also of a listener at any. */
#include "table.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <poll.h>

#include "portal/nas/dynauth_socket.h"

static void wait_for(int fd)
{
	struct pollfd wait = {.fd = fd, .events = POLLIN};

	assert_int_equal(poll(&wait, 1, 20000), 1);
}

/* @asker asks @listener at @asked; both with any free port. */
static void ask(const char *listener, const char *asked, const char *asker)
{
	struct endpoint at, to, from, answered = {0};
	struct dynauth_path path = {0};
	socklen_t size = sizeof(at.address), answered_size = sizeof(answered.address);
	uint8_t data[16] = {0};
	int fd = -1, client;

	assert_int_equal(parse_endpoint(listener, 0, &at), 0);
	assert_int_equal(dynauth_socket_open(&at, &fd), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at.address, &size), 0);
	assert_int_equal(parse_endpoint(asked, endpoint_port(&at), &to), 0);
	assert_int_equal(parse_endpoint(asker, 0, &from), 0);
	client = socket(from.address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_return_code(client, errno);
	assert_return_code(bind(client, (struct sockaddr *)&from.address, endpoint_length(&from)),
			   errno);
	assert_int_equal(sendto(client, "question", 8, 0, (struct sockaddr *)&to.address,
				endpoint_length(&to)),
			 8);
	wait_for(fd);
	assert_int_equal(dynauth_socket_receive(fd, data, sizeof(data), &path), 8);
	assert_memory_equal(data, "question", 8);
	assert_true(endpoint_same_address(&path.from, &from));
	dynauth_socket_send(fd, &path, (const uint8_t *)"answer", 6);
	wait_for(client);
	assert_int_equal(recvfrom(client, data, sizeof(data), 0,
				  (struct sockaddr *)&answered.address, &answered_size),
			 6);
	assert_true(endpoint_equal(&answered, &to));
	close(client);
	close(fd);
}

static void an_answer_comes_from_where_was_asked(void **state)
{
	(void)state;
	ask("127.0.0.3", "127.0.0.3", "127.0.0.2");
	ask("0.0.0.0", "127.0.0.3", "127.0.0.2");
}

static void the_same_over_ipv6(void **state)
{
	(void)state;
	ask("::1", "::1", "::1");
	ask("::", "::1", "::1");
}

static void nothing_has_come(void **state)
{
	struct dynauth_path path;
	struct endpoint at;
	uint8_t data[16];
	int fd = -1;

	(void)state;
	assert_int_equal(parse_endpoint("127.0.0.1", 0, &at), 0);
	assert_int_equal(dynauth_socket_open(&at, &fd), 0);
	assert_int_equal(dynauth_socket_receive(fd, data, sizeof(data), &path), -EAGAIN);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_comes_from_where_was_asked),
		cmocka_unit_test(the_same_over_ipv6),
		cmocka_unit_test(nothing_has_come),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
