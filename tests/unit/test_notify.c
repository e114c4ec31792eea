/* SPDX-License-Identifier: MIT */
/* test_notify.c - what reaches the service manager, and how often. */
#include "table.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/socket.h>
#include <sys/un.h>

#include "base/notify.h"

static int manager;

/* An abstract name of this process's own, which the kernel chooses. */
static int set_up(void **state)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	socklen_t length = sizeof(address);
	char name[sizeof(address.sun_path) + 1];

	(void)state;
	manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	assert_int_equal(bind(manager, (struct sockaddr *)&address, sizeof(address.sun_family)), 0);
	assert_int_equal(getsockname(manager, (struct sockaddr *)&address, &length), 0);
	length -= (socklen_t)offsetof(struct sockaddr_un, sun_path) + 1;
	snprintf(name, sizeof(name), "@%.*s", (int)length, address.sun_path + 1);
	return setenv("NOTIFY_SOCKET", name, 1);
}

static int tear_down(void **state)
{
	(void)state;
	return close(manager);
}

static void expect_told(const char *expected)
{
	char text[2 * NOTIFY_SIZE];
	ssize_t n = recv(manager, text, sizeof(text) - 1, 0);

	if (!expected) {
		assert_int_equal(n, -1);
		return;
	}
	assert_true(n >= 0);
	text[n] = '\0';
	assert_string_equal(text, expected);
}

static void test_states(void **state)
{
	char text[3 * NOTIFY_SIZE];

	(void)state;
	notify("READY=1\nSTATUS=%s", "well");
	expect_told("READY=1\nSTATUS=well");
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	notify("%s", text);
	text[NOTIFY_SIZE - 1] = '\0';
	expect_told(text);
}

static void test_nobody(void **state)
{
	static const char *const names[] = {"", "nowhere", "/nowhere/at/all", "@nobody is here"};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		setenv("NOTIFY_SOCKET", names[i], 1);
		notify("READY=1");
	}
	unsetenv("NOTIFY_SOCKET");
	notify("READY=1");
	expect_told(NULL);
}

static void test_status(void **state)
{
	struct notify_status status = {};

	(void)state;
	assert_true(notify_status(&status, 1000, "a"));
	expect_told("STATUS=a");
	assert_false(notify_status(&status, 1001, "b"));
	assert_false(notify_status(&status, 999000, "a"));
	assert_true(notify_status(&status, 999000, "b"));
	expect_told("STATUS=b");
	assert_false(notify_status(&status, 999000 + NOTIFY_STATUS_EVERY_MS - 1, "c"));
	assert_true(notify_status(&status, 999000 + NOTIFY_STATUS_EVERY_MS, "c"));
	expect_told("STATUS=c");
	expect_told(NULL);
}

static void test_watchdog(void **state)
{
	char pid[32];

	(void)state;
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
	assert_int_equal(notify_watchdog_ms(), 0);
	setenv("WATCHDOG_USEC", "30000000", 1);
	assert_int_equal(notify_watchdog_ms(), 30000);
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	setenv("WATCHDOG_PID", pid, 1);
	assert_int_equal(notify_watchdog_ms(), 30000);
	setenv("WATCHDOG_PID", "1", 1);
	assert_int_equal(notify_watchdog_ms(), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_states, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_nobody, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_status, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_watchdog, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("notify", tests, NULL, NULL);
}
