/* SPDX-License-Identifier: MIT */
/*
 * password.c - a password from a terminal, without echo, or a line of standard input.
 *
 * It never stands on the command line, where every user of the machine could read it.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "cli/accounts.h"

#define TERMINAL_MS 60000 /* between two keys */
#define STDIN_MS    5000
#define KEY_CTRL_C  3
#define KEY_CTRL_D  4
#define KEY_DELETE  127

/* 1: a byte; 0: the end; -errno. */
static int read_byte(int limit_ms, char *ret_byte)
{
	struct pollfd poll_fd = {.fd = STDIN_FILENO, .events = POLLIN};
	int ready;
	ssize_t n;

	do {
		ready = poll(&poll_fd, 1, limit_ms);
	} while (ready < 0 && errno == EINTR);
	if (ready < 0)
		return -errno;
	if (!ready)
		return -ETIMEDOUT;
	n = read(STDIN_FILENO, ret_byte, 1);
	return n < 0 ? -errno : (int)n;
}

static enum outcome refuse(int err, struct error *error)
{
	if (err == -ETIMEDOUT)
		fail(error, ETIMEDOUT,
		     "no password came; type it, or write it to standard input, ended by a "
		     "newline");
	else if (err == -EINTR)
		fail(error, EINTR, "no password was typed; nothing has been changed");
	else
		fail(error, -err, "the password could not be read: %s; write it to standard input",
		     strerror(-err));
	return OUTCOME_REFUSED;
}

/* Up to a newline or the end; -E2BIG: it is too long. */
static int read_line(int limit_ms, bool is_terminal, char password[PASSWORD_SIZE])
{
	size_t used = 0;
	char byte = 0;
	int more;

	for (;;) {
		more = read_byte(limit_ms, &byte);
		if (more < 0)
			return more;
		if (!more || byte == '\n' || byte == '\r')
			break;
		if (is_terminal && (byte == KEY_CTRL_C || byte == KEY_CTRL_D))
			return -EINTR;
		if (is_terminal && (byte == KEY_DELETE || byte == '\b')) {
			used -= used > 0;
			continue;
		}
		if (used == PASSWORD_SIZE - 1)
			return -E2BIG;
		password[used++] = byte;
	}
	password[used] = '\0';
	return strlen(password) == used ? 0 : -EINVAL;
}

/* Keys come one by one, so that the terminal is set back whatever is typed. */
static int read_terminal(const char *prompt, char password[PASSWORD_SIZE])
{
	struct termios was, now;
	int err;

	if (tcgetattr(STDIN_FILENO, &was))
		return -errno;
	now = was;
	now.c_lflag &= ~(tcflag_t)(ECHO | ICANON | ISIG);
	now.c_cc[VMIN] = 1;
	now.c_cc[VTIME] = 0;
	if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &now))
		return -errno;
	fprintf(stderr, "%s: ", prompt);
	err = read_line(TERMINAL_MS, true, password);
	fprintf(stderr, "\n");
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &was);
	return err;
}

enum outcome read_password(const char *prompt, char password[PASSWORD_SIZE], struct error *error)
{
	char again[PASSWORD_SIZE] = "";
	bool is_terminal = isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
	int err;

	err = is_terminal ? read_terminal(prompt, password) : read_line(STDIN_MS, false, password);
	if (!err && is_terminal)
		err = read_terminal("again", again);
	if (err && err != -E2BIG && err != -EINVAL)
		return refuse(err, error);
	if (is_terminal && !err && strcmp(password, again) != 0) {
		fail(error, EINVAL, "the two passwords differ; type the same twice");
		err = -EINVAL;
	} else if (err || !password[0] || !is_printable(password)) {
		err = fail(error, EINVAL,
			   "the password isn't printable text of 1 to %d bytes; choose another",
			   PASSWORD_SIZE - 1);
	}
	explicit_bzero(again, sizeof(again));
	return err ? OUTCOME_REFUSED : OUTCOME_DONE;
}
