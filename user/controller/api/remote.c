/* SPDX-License-Identifier: MIT */
/* remote.c - the control API on TCP: its sockets, and the process that speaks TLS on them. */
#include "controller/api/remote.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/wait.h>

#include "base/endpoint.h"
#include "controller/api/remote_server.h"
#include "http/tcp_socket.h"

#define BACKLOG	      128
#define START_MS      10000 /* for a process to read its files */
#define RETRY_MS      5000
#define ABOVE	      64 /* descriptors that are in nobody's way */
#define MESSAGES_TURN 64

/* A process that isn't yet, or no longer, the one in use. */
struct child {
	pid_t pid;
	int channel;
};

static void end(struct child child)
{
	if (child.pid > 0) {
		(void)kill(child.pid, SIGKILL);
		(void)waitpid(child.pid, NULL, 0);
	}
	if (child.channel >= 0)
		close(child.channel);
}

/* The file may come back, or a new one be put in its place: then it is another one. */
static struct remote_print print_of(const char *file)
{
	struct stat status;

	if (stat(file, &status))
		return (struct remote_print){};
	return (struct remote_print){
		.device = status.st_dev,
		.inode = status.st_ino,
		.size = status.st_size,
		.changed = status.st_ctim,
	};
}

static bool is_same(const struct remote_print *a, const struct remote_print *b)
{
	return a->device == b->device && a->inode == b->inode && a->size == b->size &&
	       a->changed.tv_sec == b->changed.tv_sec && a->changed.tv_nsec == b->changed.tv_nsec;
}

static void print_files(const struct remote *remote, struct remote_print prints[REMOTE_FILES])
{
	prints[0] = print_of(remote->config.certificate);
	prints[1] = print_of(remote->config.key);
	prints[2] = print_of(remote->config.token_file);
}

/* --- the process ---------------------------------------------------------------------------- */

/*
 * In the child: the channel and the listening sockets get their numbers, and whatever else is open
 * is closed. Only calls that are safe after a fork.
 */
static void become_server(const struct remote *remote, int channel)
{
	const struct config_api *api = &remote->config;
	char n[4] = {(char)('0' + remote->n_listeners)};
	char *const arguments[] = {
		"xdp511d",
		REMOTE_OPTION,
		(char *)api->certificate,
		(char *)api->key,
		(char *)api->token_file,
		n,
		NULL,
	};
	int high[ENDPOINTS_MAX + 1];
	size_t i;

	high[0] = fcntl(channel, F_DUPFD_CLOEXEC, ABOVE);
	for (i = 0; i < remote->n_listeners; i++)
		high[i + 1] = fcntl(remote->listeners[i], F_DUPFD_CLOEXEC, ABOVE);
	for (i = 0; i <= remote->n_listeners; i++) {
		if (high[i] < 0 || dup2(high[i], REMOTE_CHANNEL + (int)i) < 0)
			_exit(1);
	}
	(void)close_range(REMOTE_CHANNEL + (unsigned int)i, ~0U, 0);
	(void)execv("/proc/self/exe", arguments);
	_exit(1);
}

static int spawn(const struct remote *remote, struct child *ret_child)
{
	int pair[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return -errno;
	pid = fork();
	if (!pid)
		become_server(remote, pair[1]);
	close(pair[1]);
	if (pid < 0) {
		close(pair[0]);
		return -errno;
	}
	*ret_child = (struct child){.pid = pid, .channel = pair[0]};
	return 0;
}

/* Until it says that it is ready, or why not. */
static int await_start(const struct child *child, struct error *error)
{
	struct remote_message message = {};
	struct pollfd channel = {.fd = child->channel, .events = POLLIN};

	if (poll(&channel, 1, START_MS) <= 0)
		return fail(error, ETIMEDOUT,
			    "the API's process doesn't start; look at the load of the machine");
	if (recv(child->channel, &message, sizeof(message), 0) != sizeof(message))
		return fail(error, ECHILD,
			    "the API's process ended at its start; see the log before");
	message.text[sizeof(message.text) - 1] = '\0';
	if (message.kind != REMOTE_READY)
		return fail(error, EINVAL, "%s", message.text);
	return fcntl(child->channel, F_SETFL, O_NONBLOCK) ? -errno : 0;
}

static void on_channel(void *context);

/* A new process takes the place of the present one, if there is one. */
static int replace(struct remote *remote, struct error *error)
{
	struct child child = {.channel = -1}, old = {remote->pid, remote->channel};
	struct remote_print prints[REMOTE_FILES];
	int err;

	print_files(remote, prints);
	err = spawn(remote, &child);
	if (err)
		return fail(error, -err, "the API's process can't be made: %s", strerror(-err));
	err = await_start(&child, error);
	if (!err && (err = loop_watch(remote->loop, child.channel, on_channel, remote)))
		(void)fail(error, -err, "the API's process can't be watched: %s", strerror(-err));
	if (err) {
		end(child);
		return err;
	}
	if (old.pid) {
		loop_unwatch(remote->loop, old.channel);
		end(old);
	}
	remote->pid = child.pid;
	remote->channel = child.channel;
	remote->trouble.text[0] = '\0';
	memcpy(remote->prints, prints, sizeof(prints));
	return 0;
}

static void lose(struct remote *remote)
{
	loop_unwatch(remote->loop, remote->channel);
	end((struct child){remote->pid, remote->channel});
	remote->pid = 0;
	log_warning("the API's process ended; a new one starts");
	loop_set(remote->loop, remote->timer, 0);
}

static void on_retry(void *context)
{
	struct remote *remote = context;
	struct error trouble;

	if (remote->pid || !replace(remote, &trouble))
		return;
	if (strcmp(trouble.text, remote->trouble.text) != 0)
		log_error("%s; until then the API on TCP doesn't answer", trouble.text);
	remote->trouble = trouble;
	loop_set(remote->loop, remote->timer, RETRY_MS);
}

/* --- connections ---------------------------------------------------------------------------- */

/* A descriptor that came with the message; -1: none. */
static int descriptor_of(struct msghdr *header)
{
	struct cmsghdr *rights = CMSG_FIRSTHDR(header);
	int fd;

	if (!rights || rights->cmsg_level != SOL_SOCKET || rights->cmsg_type != SCM_RIGHTS ||
	    rights->cmsg_len != CMSG_LEN(sizeof(fd)))
		return -1;
	memcpy(&fd, CMSG_DATA(rights), sizeof(fd));
	return fd;
}

/* One message; false: there is none, or the process is gone. */
static bool take_connection(struct remote *remote)
{
	struct remote_message message;
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec bytes = {&message, sizeof(message)};
	struct msghdr header = {
		.msg_iov = &bytes,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control.room),
	};
	ssize_t n = recvmsg(remote->channel, &header, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
	int fd = n > 0 ? descriptor_of(&header) : -1;

	if (!n || (n < 0 && errno != EAGAIN && errno != EINTR)) {
		lose(remote);
		return false;
	}
	if (fd >= 0)
		httpd_add(remote->httpd, fd);
	return n > 0;
}

static void on_channel(void *context)
{
	struct remote *remote = context;
	int i;

	for (i = 0; i < MESSAGES_TURN && take_connection(remote); i++)
		;
}

/* --- sockets -------------------------------------------------------------------------------- */

/* An address may come later than the daemon: then it listens there all the same. */
static int listen_at(struct remote *remote, const struct endpoint *endpoint, struct error *error)
{
	char text[ENDPOINT_TEXT];
	bool is_early;
	int fd, err = tcp_socket_listen(endpoint, BACKLOG, &is_early, &fd);

	if (err)
		return fail(error, -err,
			    "the API can't listen at '%s': %s; correct `listen` in [api]",
			    format_endpoint(endpoint, text), strerror(-err));
	if (is_early)
		log_warning("the address of '%s' in [api] isn't this machine's yet; the API "
			    "answers there once it is",
			    format_endpoint(endpoint, text));
	remote->listeners[remote->n_listeners++] = fd;
	return 0;
}

int remote_start(struct remote *remote, struct error *error)
{
	const struct endpoints *listen_to = &remote->config.listen;
	const struct httpd_setup setup = {
		.loop = remote->loop,
		.listen_fd = -1,
		.open = remote->open,
		.answer = remote->answer,
		.context = remote->context,
	};
	size_t i;
	int err = 0;

	if (!listen_to->n)
		return 0;
	remote->timer = loop_timer(remote->loop, on_retry, remote);
	if (remote->timer < 0)
		return fail(error, -remote->timer, "the API's timer can't be made");
	for (i = 0; i < listen_to->n && !err; i++)
		err = listen_at(remote, &listen_to->list[i], error);
	if (!err)
		err = httpd_start(&setup, &remote->httpd, error);
	return err ? err : replace(remote, error);
}

int remote_renew(struct remote *remote, struct error *error)
{
	struct remote_print prints[REMOTE_FILES];
	size_t i;
	int err;

	if (!remote->n_listeners)
		return 0;
	print_files(remote, prints);
	for (i = 0; i < REMOTE_FILES && is_same(&prints[i], &remote->prints[i]);)
		i++;
	if (i == REMOTE_FILES && remote->pid)
		return 0;
	err = replace(remote, error);
	return err ? err : 1;
}

void remote_stop(struct remote *remote)
{
	if (remote->pid)
		end((struct child){remote->pid, remote->channel});
	remote->pid = 0;
	while (remote->n_listeners)
		close(remote->listeners[--remote->n_listeners]);
	remote->httpd = httpd_stop(remote->httpd);
}
