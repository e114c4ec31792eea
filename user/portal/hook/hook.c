/* SPDX-License-Identifier: MIT */
/* hook.c - questions to the hook: their queue, and the helpers that run its program. */
#include "portal/hook/hook.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/socket.h>

#include "base/monotonic.h"
#include "portal/hook/hook_internal.h"
#include "portal/web/web.h"

#define SENDINGS_AT_ONCE 3
#define SENDINGS_EVERY	 60000

static const char *const problems[] = {
	[HOOK_NOT_STARTED] = "can't be started",
	[HOOK_FAILED] = "ended with a failure",
	[HOOK_SLOW] = "took more than 5 s and was ended",
	[HOOK_LONG] = "wrote too much",
};

void hook_finish(struct hook_question *question, int err, const char *text, size_t size)
{
	question->fn(question->context, err, text, size);
	if (question->text)
		explicit_bzero(question->text, strlen(question->text));
	free(question->text);
	free(question);
}

static void fail_with(struct hook_question *question, int err, const char *problem)
{
	hook_finish(question, err, problem, strlen(problem));
}

static struct hook_question *take_first(struct hook *hook)
{
	struct hook_question *question = hook->first;

	if (!question)
		return NULL;
	hook->first = question->next;
	if (!hook->first)
		hook->last = NULL;
	hook->n_waiting--;
	return question;
}

static void drop_helper(struct hook_helper *helper)
{
	struct hook_question *question = helper->question;

	loop_unwatch(helper->hook->portal->loop, helper->fd);
	close(helper->fd);
	helper->fd = -1;
	helper->question = NULL;
	log_error("a helper of the hook '%s' has ended; start xdp511-portal anew",
		  helper->hook->portal->config->web.code_exec);
	if (question)
		fail_with(question, -EPIPE, "has lost its helper");
}

/* Questions wait for helpers, and when there is none any more for nobody. */
static void assign(struct hook *hook)
{
	struct hook_question *question;
	size_t i, n_alive = 0;

	for (i = 0; i < hook->n_helpers && hook->first; i++) {
		struct hook_helper *helper = &hook->helpers[i];

		n_alive += helper->fd >= 0;
		if (helper->fd < 0 || helper->question)
			continue;
		helper->question = take_first(hook);
		if (send(helper->fd, helper->question->text, strlen(helper->question->text),
			 MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
			drop_helper(helper);
	}
	while (!n_alive && (question = take_first(hook)))
		fail_with(question, -EPIPE, "has no helper left");
}

static void on_answer(void *context)
{
	struct hook_helper *helper = context;
	struct hook_question *question = helper->question;
	char message[1 + HOOK_ANSWER_MAX];
	ssize_t n = recv(helper->fd, message, sizeof(message), MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0 || !question) {
		drop_helper(helper);
	} else {
		helper->question = NULL;
		if (message[0] == HOOK_ANSWERED)
			hook_finish(question, 0, message + 1, (size_t)n - 1);
		else
			fail_with(question, -EIO, problems[(int)message[0]]);
	}
	assign(helper->hook);
}

int hook_ask(struct portal *portal, char *question, hook_fn fn, void *context)
{
	struct hook *hook = portal->hook;
	struct hook_question *asked = NULL;
	int err = hook && question ? 0 : -ENOENT;

	if (!err && (hook->n_waiting == HOOK_WAITING || strlen(question) >= HOOK_QUESTION_MAX))
		err = -EBUSY;
	if (!err)
		asked = calloc(1, sizeof(*asked));
	if (!asked) {
		free(question);
		return err ? err : -ENOMEM;
	}
	*asked = (struct hook_question){
		.hook = hook, .text = question, .fn = fn, .context = context};
	if (hook->multi)
		return hook_url_ask(hook, asked);
	if (hook->last)
		hook->last->next = asked;
	else
		hook->first = asked;
	hook->last = asked;
	hook->n_waiting++;
	loop_set(portal->loop, hook->timer, 0); /* not before this has returned */
	return 0;
}

static void on_timer(void *context)
{
	assign(context);
}

uint64_t hook_limit_sending(struct portal *portal, const uint8_t mac[6])
{
	uint64_t wait_ms =
		portal->hook ? limits_take(portal->hook->sendings, mac, 6, monotonic_ms()) : 0;

	return (wait_ms + 999) / 1000;
}

uint64_t hook_sendings_refused(const struct portal *portal)
{
	return portal->hook ? limits_refused(portal->hook->sendings) : 0;
}

/* --- the part ------------------------------------------------------------------------------ */

static int fork_helper(struct hook *hook, const char *program)
{
	struct hook_helper *helper = &hook->helpers[hook->n_helpers];
	int pair[2];
	pid_t pid;
	size_t i;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return -errno;
	pid = fork();
	if (!pid) {
		close(pair[0]);
		for (i = 0; i < hook->n_helpers; i++) /* else their end would not be seen */
			close(hook->helpers[i].fd);
		hook_helper_run(pair[1], program);
	}
	close(pair[1]);
	if (pid < 0) {
		close(pair[0]);
		return -errno;
	}
	*helper = (struct hook_helper){.hook = hook, .fd = pair[0]};
	hook->n_helpers++;
	return 0;
}

int hook_fork(struct portal *portal, struct error *error)
{
	const char *program = portal->config->web.code_exec;
	struct hook *hook;
	int err = 0;

	if (!program[0] && !portal->config->web.code_url[0])
		return 0;
	if (program[0] && access(program, X_OK))
		return fail(error, errno,
			    "the hook '%s' can't be run: %s; it has to be a program for the "
			    "portal's user",
			    program, strerror(errno));
	hook = portal->hook = calloc(1, sizeof(*hook));
	if (!hook)
		return fail(error, ENOMEM, "out of memory");
	hook->epoll_fd = -1;
	hook->portal = portal;
	while (program[0] && hook->n_helpers < HOOK_HELPERS && !err)
		err = fork_helper(hook, program);
	return err ? fail(error, -err, "the hook's helpers can't be started: %s", strerror(-err))
		   : 0;
}

static int watch_helpers(struct hook *hook)
{
	struct loop *loop = hook->portal->loop;
	int err = 0;
	size_t i;

	hook->timer = loop_timer(loop, on_timer, hook);
	if (hook->timer < 0)
		return hook->timer;
	for (i = 0; i < hook->n_helpers && !err; i++)
		err = loop_watch(loop, hook->helpers[i].fd, on_answer, &hook->helpers[i]);
	return err;
}

int hook_start(struct portal *portal, struct error *error)
{
	struct hook *hook = portal->hook;
	int err;

	if (!hook)
		return 0;
	err = limits_new(SENDINGS_AT_ONCE, SENDINGS_EVERY, &hook->sendings);
	if (!err)
		err = hook->n_helpers ? watch_helpers(hook) : hook_url_start(hook);
	return err ? fail(error, -err, "the hook can't be used: %s", strerror(-err)) : 0;
}

/* Helpers see the end of their sockets, and end. */
void hook_stop(struct portal *portal)
{
	struct hook *hook = portal->hook;
	struct hook_question *question;
	size_t i;

	if (!hook)
		return;
	for (i = 0; i < hook->n_helpers; i++) {
		if (hook->helpers[i].question)
			fail_with(hook->helpers[i].question, -ECANCELED, "was not waited for");
		if (hook->helpers[i].fd >= 0)
			close(hook->helpers[i].fd);
	}
	while ((question = take_first(hook)))
		fail_with(question, -ECANCELED, "was not waited for");
	hook_url_stop(hook);
	limits_free(hook->sendings);
	free(hook);
	portal->hook = NULL;
}
