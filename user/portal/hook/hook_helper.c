/* SPDX-License-Identifier: MIT */
/* hook_helper.c - a process outside the sandbox, which runs the hook's program for each question. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "base/capabilities.h"
#include "base/monotonic.h"
#include "portal/hook/hook_internal.h"

#define NOT_STARTED 127 /* as a shell has it */

struct run {
	pid_t pid;
	int in, out; /* the program's stdin, -1 once it has the question; its stdout */
	const char *question;
	size_t size, sent;
	char answer[HOOK_ANSWER_MAX];
	size_t used;
	uint64_t deadline_ms;
};

/* In the program's process. What it writes to stderr nobody reads: it would be the guest's to choose. */
static void become(const char *program, int in, int out)
{
	static char path[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
	char *const environment[] = {path, NULL};
	char *const arguments[] = {(char *)program, NULL};
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	(void)setpgid(0, 0);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)signal(SIGTERM, SIG_DFL);
	(void)signal(SIGINT, SIG_DFL);
	(void)signal(SIGHUP, SIG_DFL);
	(void)signal(SIGPIPE, SIG_DFL);
	if (dup2(in, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0 &&
	    dup2(null, STDERR_FILENO) >= 0 && !chdir("/"))
		execve(program, arguments, environment);
	_exit(NOT_STARTED);
}

static int start(struct run *run, const char *program)
{
	int in[2], out[2];

	if (pipe2(in, O_CLOEXEC))
		return -errno;
	if (pipe2(out, O_CLOEXEC)) {
		close(in[0]);
		close(in[1]);
		return -errno;
	}
	run->pid = fork();
	if (!run->pid)
		become(program, in[0], out[1]);
	close(in[0]);
	close(out[1]);
	run->in = in[1];
	run->out = out[0];
	if (run->pid < 0)
		return -errno;
	(void)setpgid(run->pid, run->pid); /* whoever of the two comes first */
	(void)fcntl(run->in, F_SETFL, O_NONBLOCK);
	return 0;
}

static void send_more(struct run *run)
{
	ssize_t n = write(run->in, run->question + run->sent, run->size - run->sent);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	run->sent += n > 0 ? (size_t)n : 0;
	if (n > 0 && run->sent < run->size)
		return;
	close(run->in); /* it has all, or doesn't want it */
	run->in = -1;
}

/* Until it has closed its stdout. */
static enum hook_verdict converse(struct run *run)
{
	for (;;) {
		struct pollfd fds[] = {{.fd = run->out, .events = POLLIN},
				       {.fd = run->in, .events = POLLOUT}};
		uint64_t now_ms = monotonic_ms();
		ssize_t n;

		if (now_ms >= run->deadline_ms ||
		    poll(fds, 2, (int)(run->deadline_ms - now_ms)) == 0)
			return HOOK_SLOW;
		if (run->in >= 0 && fds[1].revents)
			send_more(run);
		if (!fds[0].revents)
			continue;
		n = read(run->out, run->answer + run->used, sizeof(run->answer) - run->used);
		if (n == 0)
			return HOOK_ANSWERED;
		run->used += n > 0 ? (size_t)n : 0;
		if (run->used == sizeof(run->answer))
			return HOOK_LONG;
	}
}

/* It may go on for a moment when all is said; its end is waited for, as it tells whether it went well. */
static enum hook_verdict reap(struct run *run, enum hook_verdict verdict)
{
	int status = 0;
	pid_t ended = 0;

	while (verdict == HOOK_ANSWERED && !ended && monotonic_ms() < run->deadline_ms) {
		ended = waitpid(run->pid, &status, WNOHANG);
		if (!ended)
			(void)poll(NULL, 0, 5);
	}
	(void)kill(-run->pid, SIGKILL); /* with what it has left behind */
	if (ended != run->pid) {
		(void)waitpid(run->pid, &status, 0);
		return verdict == HOOK_ANSWERED ? HOOK_SLOW : verdict;
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return HOOK_ANSWERED;
	return WIFEXITED(status) && WEXITSTATUS(status) == NOT_STARTED && !run->used
		       ? HOOK_NOT_STARTED
		       : HOOK_FAILED;
}

static enum hook_verdict run_program(struct run *run, const char *program)
{
	enum hook_verdict verdict;

	run->deadline_ms = monotonic_ms() + HOOK_LIMIT_MS;
	if (start(run, program)) {
		verdict = HOOK_NOT_STARTED;
	} else {
		verdict = reap(run, converse(run));
	}
	if (run->in >= 0)
		close(run->in);
	if (run->out >= 0)
		close(run->out);
	return verdict;
}

void hook_helper_run(int fd, const char *program)
{
	static char message[1 + HOOK_ANSWER_MAX], question[HOOK_QUESTION_MAX];
	static struct run run;

	(void)signal(SIGTERM, SIG_IGN); /* it goes when the portal goes */
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (capabilities_limit(0))
		_exit(1);
	for (;;) {
		ssize_t n = recv(fd, question, sizeof(question), 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			_exit(0);
		run = (struct run){.in = -1, .out = -1, .question = question, .size = (size_t)n};
		message[0] = (char)run_program(&run, program);
		memcpy(message + 1, run.answer, run.used);
		if (send(fd, message, 1 + (message[0] == HOOK_ANSWERED ? run.used : 0),
			 MSG_NOSIGNAL) < 0)
			_exit(1);
		explicit_bzero(question, sizeof(question));
		explicit_bzero(message, sizeof(message));
	}
}
