/* SPDX-License-Identifier: MIT */
/* test_sandbox.c - inside the sandbox the loop's calls work, and every other one kills. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "responder/sandbox.h"

#include <cmocka.h>

static int pair[2];

/* Not _exit(), ahead of which ASan makes a call of its own. */
static void end(int code)
{
	(void)syscall(SYS_exit_group, code);
}

static void wait_and_send(void)
{
	struct pollfd fd = {.fd = pair[0], .events = POLLIN};
	struct timespec now;

	if (poll(&fd, 1, 0) || clock_gettime(CLOCK_REALTIME_COARSE, &now) ||
	    sendto(pair[0], "x", 1, MSG_DONTWAIT, NULL, 0) != 1 || write(STDERR_FILENO, "", 0))
		end(1);
}

/* As with `xdp511d 2>file`: no file may grow, and what can't be said there is lost. */
static void write_to_file(void)
{
	if (write(STDERR_FILENO, "x", 1) != -1 || errno != EFBIG)
		end(1);
}

static void open_file(void)
{
	(void)open("/etc/passwd", O_RDONLY);
}

static void open_socket(void)
{
	(void)socket(AF_INET, SOCK_STREAM, 0);
}

static void start_process(void)
{
	(void)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
}

static void run_program(void)
{
	(void)execl("/bin/true", "true", NULL);
}

static void write_elsewhere(void)
{
	(void)!write(STDOUT_FILENO, "", 0);
}

static void load_program(void)
{
	(void)syscall(SYS_bpf, 5, NULL, 0);
}

static void grow_heap(void)
{
	(void)syscall(SYS_brk, (char *)sbrk(0) + (64UL << 20));
}

static void map_memory(void)
{
	(void)syscall(SYS_mmap, NULL, 4096, 3, 0x22, -1, 0);
}

static const struct {
	const char *sentence;
	void (*call)(void);
	bool allowed;
} cases[] = {
	{"waiting, the clock, sending and stderr work", wait_and_send, true},
	{"writing to stderr that is a file is lost", write_to_file, true},
	{"opening a file kills", open_file, false},
	{"opening a socket kills", open_socket, false},
	{"a new process kills", start_process, false},
	{"another program kills", run_program, false},
	{"writing to anything but stderr kills", write_elsewhere, false},
	{"loading a BPF program kills", load_program, false},
	{"a bigger heap kills", grow_heap, false},
	{"mapping memory kills", map_memory, false},
};

static void calls_are_allowed_or_kill(void **state)
{
	int status;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (!pid) {
			if (cases[i].call == write_to_file &&
			    dup2(memfd_create("log", MFD_CLOEXEC), STDERR_FILENO) < 0)
				end(3);
			if (sandbox_enter())
				end(2);
			cases[i].call();
			end(0);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		print_message("%s\n", cases[i].sentence);
		if (cases[i].allowed) {
			assert_true(WIFEXITED(status));
			assert_int_equal(WEXITSTATUS(status), 0);
		} else {
			assert_true(WIFSIGNALED(status));
			assert_int_equal(WTERMSIG(status), SIGSYS);
		}
	}
}

/* Ahead of the filter, which would kill: what Landlock does by itself. */
static void open_without_filter(void)
{
	int err = sandbox_close_files();

	if (err)
		end(err == -ENOSYS ? 3 : 2);
	if (open("/etc/passwd", O_RDONLY) >= 0 || errno != EACCES)
		end(1);
	if (open("/", O_RDONLY | O_DIRECTORY) >= 0 || errno != EACCES)
		end(1);
	if (open("/tmp", O_WRONLY | O_TMPFILE, 0600) >= 0 || errno != EACCES)
		end(1);
	if (unlink("/tmp/x511-not-there") == 0 || mkdir("/tmp/x511-not-there", 0700) == 0)
		end(1);
	end(0);
}

static void no_file_can_be_opened(void **state)
{
	pid_t pid = fork();
	int status;

	(void)state;
	assert_true(pid >= 0);
	if (!pid)
		open_without_filter();
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 3) {
		print_message("this kernel has no Landlock\n");
		skip();
	}
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_file_can_be_opened),
		cmocka_unit_test(calls_are_allowed_or_kill),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
