/* SPDX-License-Identifier: MIT */
/* test_portal_privileges.c - a portal that somebody else has got hold of: files, programs, threads. */
#include "table.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "base/landlock.h"
#include "portal/privileges.h"

static char directory[] = "/tmp/x511-portal-XXXXXX";
static struct config *config;
static char config_file[64];

static const char *in(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	return path;
}

static void make_file(const char *name)
{
	const int fd = open(in(name), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	close(fd);
}

/* As an operator may have it: the certificate is a link into another directory. */
static int set_up(void **state)
{
	static const char *const directories[] = {"etc", "live",  "archive", "state",
						  "run", "theme", "other"};
	char text[2048], target[256];
	struct error error;

	(void)state;
	assert_non_null(mkdtemp(directory));
	for (size_t i = 0; i < ARRAY_SIZE(directories); i++)
		assert_int_equal(mkdir(in(directories[i]), 0755), 0);
	make_file("etc/x.conf");
	make_file("etc/radius.secret");
	make_file("archive/cert2.pem");
	make_file("theme/style.css");
	make_file("other/secret");
	strcpy(target, in("archive/cert2.pem"));
	assert_int_equal(symlink(target, in("live/cert.pem")), 0);
	snprintf(config_file, sizeof(config_file), "%s", in("etc/x.conf"));
	snprintf(text, sizeof(text),
		 "[gateway]\ninterface=a\n[portal]\nurl=http://a.example/\n[web]\n"
		 "https=198.18.1.1\ncertificate=%1$s/live/cert.pem\nkey=%1$s/live/key.pem\n"
		 "state-dir=%1$s/state\nadmin=%1$s/run/admin.sock\ntheme=%1$s/theme\n"
		 "[radius]\nserver=198.18.2.10\nsecret-file=%1$s/etc/radius.secret\n",
		 directory);
	if (config_parse(text, strlen(text), config_file, &config, &error))
		print_error("%s\n", error.text);
	return config ? 0 : -1;
}

static int tear_down(void **state)
{
	char command[128];

	(void)state;
	config = config_free(config);
	snprintf(command, sizeof(command), "rm -r %s", directory);
	return system(command) ? -1 : 0;
}

/* Not _exit(), ahead of which ASan makes a call of its own. */
static void end(int code)
{
	(void)syscall(SYS_exit_group, code);
}

static int try_open(const char *path, int flags)
{
	const int fd = open(path, flags | O_CLOEXEC, 0600);

	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

static int read_config(void)
{
	return try_open(config_file, O_RDONLY);
}

static int read_secret(void)
{
	return try_open(in("etc/radius.secret"), O_RDONLY);
}

static int read_certificate(void)
{
	return try_open(in("live/cert.pem"), O_RDONLY);
}

static int read_theme(void)
{
	return try_open(in("theme/style.css"), O_RDONLY);
}

static int keep_state(void)
{
	char from[256];
	int err = try_open(in("state/new"), O_RDWR | O_CREAT | O_EXCL);

	strcpy(from, in("state/new"));
	if (!err && (rename(from, in("state/newer")) ||
		     try_open(in("state/newer"), O_WRONLY | O_TRUNC) || unlink(in("state/newer"))))
		err = -errno;
	return err;
}

static int read_other(void)
{
	return try_open(in("other/secret"), O_RDONLY);
}

static int read_passwords(void)
{
	return try_open("/etc/shadow", O_RDONLY);
}

static int write_config(void)
{
	return try_open(config_file, O_WRONLY);
}

static int plant_config(void)
{
	return try_open(in("etc/more"), O_WRONLY | O_CREAT);
}

static int plant_elsewhere(void)
{
	return try_open("/tmp/x511-planted", O_WRONLY | O_CREAT);
}

static int map_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
			       MAP_FAILED
		       ? -errno
		       : 0;
}

static int map_data(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
			       MAP_FAILED
		       ? -errno
		       : 0;
}

static int run_program(void)
{
	return execl("/bin/true", "true", NULL) ? -errno : 0;
}

static int start_process(void)
{
	return syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0) < 0 ? -errno : 0;
}

static int send_signal(void)
{
	return kill(getppid(), 0) ? -errno : 0;
}

static int become_root(void)
{
	return setuid(0) ? -errno : 0;
}

static int open_socket(void)
{
	const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return fd < 0 ? -errno : 0;
}

static void *nothing(void *context)
{
	return context;
}

static int start_thread(void)
{
	pthread_t thread;
	int err = pthread_create(&thread, NULL, nothing, NULL);

	return err ? -err : -pthread_join(thread, NULL);
}

#define KILLED (-10000)

static const struct row {
	const char *sentence;
	int (*call)(void);
	int expected; /* KILLED: ended by it */
} rows[] = {
	{"the configuration is read again", read_config, 0},
	{"so is a secret", read_secret, 0},
	{"so is a certificate behind a link", read_certificate, 0},
	{"so is the theme", read_theme, 0},
	{"the state is kept", keep_state, 0},
	{"other files aren't read", read_other, -EACCES},
	{"passwords aren't read", read_passwords, -EACCES},
	{"the configuration isn't written", write_config, -EACCES},
	{"nothing is put beside it", plant_config, -EACCES},
	{"nothing is put elsewhere", plant_elsewhere, -EACCES},
	{"memory with code isn't had", map_code, -EPERM},
	{"other memory is", map_data, 0},
	{"another program kills", run_program, KILLED},
	{"a process isn't started", start_process, -EPERM},
	{"signals aren't sent", send_signal, -EPERM},
	{"root isn't had back", become_root, -EPERM},
	{"a socket is had", open_socket, 0},
	{"a thread is had", start_thread, 0},
};

static void run_confined(const struct row *row)
{
	struct error error;
	int got;

	if (privileges_limit_files(config, config_file, &error) || privileges_limit_calls(&error))
		end(200);
	got = row->call();
	if (got != row->expected)
		dprintf(STDERR_FILENO, "got %d\n", got);
	end(got == row->expected ? 0 : 1);
}

static void test_row(void **state)
{
	const struct row *row = *state;
	int rules, status;
	pid_t pid;

	if (row->expected == -EACCES && landlock_new(&rules) == -ENOSYS) {
		print_message("this kernel has no Landlock\n");
		skip();
	}
	pid = fork();
	assert_true(pid >= 0);
	if (!pid)
		run_confined(row);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (row->expected == KILLED) {
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), SIGSYS);
		return;
	}
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(rows)];

	TABLE_TESTS(tests, rows, test_row);
	return cmocka_run_group_tests_name("the portal's privileges", tests, set_up, tear_down);
}
