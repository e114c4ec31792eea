/* SPDX-License-Identifier: MIT */
/* cmd_top.c - `xdp511 top`: one loop of answers, keys, signals and frames. */
#include "cli/commands.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sys/signalfd.h>

#include "base/monotonic.h"
#include "cli/client.h"
#include "cli/output.h"
#include "cli/top/top_fetch.h"
#include "cli/top/top_layout.h"
#include "cli/top/top_once.h"
#include "cli/top/top_screen.h"

#define FRAME_MS    1000
#define EASE	    9	  /* the daemon has this many times as long for others as for a list */
#define FREE_MS	    1800  /* up to this it isn't asked less often */
#define EASE_MS	    10000 /* at most */
#define ONCE_MS	    4000  /* for two rounds of everything */
#define MS_A_SECOND 1000

/* How often what is asked, if it takes no time. */
static const unsigned int intervals_ms[FETCHES] = {
	[FETCH_STATS] = 1000,
	[FETCH_STATUS] = 2000,
	[FETCH_SESSIONS] = 1000,
	[FETCH_GUESTS] = 2000,
};

struct top {
	const struct arguments *arguments;
	struct top_model *model;
	struct top_view view;
	struct top_fetcher *fetcher;
	struct top_screen *screen; /* NULL: one frame as text */
	int signal_fd;
	bool draws_anew;
	bool is_over;
	uint64_t started_ms[FETCHES];
	uint64_t due_ms[FETCHES];
	struct top_target acting; /* what FETCH_ACT does; meanwhile another may be asked about */
	enum outcome outcome;
	struct error *error;
};

static enum fetch fetch_of(enum top_pane pane)
{
	return pane == TOP_SESSIONS ? FETCH_SESSIONS : FETCH_GUESTS;
}

/* --- answers ------------------------------------------------------------------------------- */

static void tell_act(struct top *top, const struct fetched *fetched)
{
	static const char *const sentences[] = {
		[ACT_SIGN_OUT] = "is signed out",
		[ACT_BLOCK] = "is blocked",
		[ACT_UNBLOCK] = "is no longer blocked",
	};
	const struct top_target *target = &top->acting;

	if (fetched->outcome == OUTCOME_DONE)
		top_view_say(&top->view, false, "%s %s", target->mac, sentences[target->act]);
	else
		top_view_say(&top->view, true, "%s", fetched->error.text);
	top->due_ms[fetch_of(top->view.pane)] = 0;
}

static void take_failure(struct top *top, const struct fetched *fetched)
{
	if (fetched->outcome == OUTCOME_UNREACHABLE && !top->view.away[0])
		top_model_gap(top->model);
	if (fetched->outcome == OUTCOME_UNREACHABLE)
		snprintf(top->view.away, sizeof(top->view.away), "%s", fetched->error.text);
	else
		top_view_say(&top->view, true, "%s", fetched->error.text);
	if (top->screen)
		return;
	*top->error = fetched->error;
	top->outcome = fetched->outcome;
	top->is_over = true;
}

static void take_answer(struct top *top, const struct fetched *fetched)
{
	uint64_t now = top->view.now_ms, started = top->started_ms[fetched->fetch];
	uint64_t ease_ms = EASE * (now - started);
	bool is_eased = top->screen && ease_ms > FREE_MS &&
			(fetched->fetch == FETCH_SESSIONS || fetched->fetch == FETCH_GUESTS);

	top->due_ms[fetched->fetch] = started + intervals_ms[fetched->fetch];
	if (is_eased && top->due_ms[fetched->fetch] < now + ease_ms)
		top->due_ms[fetched->fetch] = now + (ease_ms < EASE_MS ? ease_ms : EASE_MS);
	if (fetched->fetch == FETCH_ACT) {
		tell_act(top, fetched);
		return;
	}
	if (fetched->outcome != OUTCOME_DONE) {
		top->due_ms[fetched->fetch] = now + intervals_ms[fetched->fetch];
		take_failure(top, fetched);
		return;
	}
	top->view.away[0] = '\0';
	if (fetched->fetch == FETCH_STATS)
		top_model_stats(top->model, fetched->json, now);
	else if (fetched->fetch == FETCH_STATUS)
		top_model_status(top->model, fetched->json);
	else if (fetched->fetch == FETCH_SESSIONS)
		top_model_sessions(top->model, fetched->json, now);
	else
		top_model_guests(top->model, fetched->json, started);
}

/* --- the loop ------------------------------------------------------------------------------ */

static bool is_wanted(const struct top *top, enum fetch fetch)
{
	if (fetch == FETCH_ACT || top->view.is_paused)
		return false;
	/* JSON has both lists. */
	if (fetch == FETCH_SESSIONS || fetch == FETCH_GUESTS)
		return fetch == fetch_of(top->view.pane) || top->arguments->json;
	return true;
}

static void start_fetch(struct top *top, enum fetch fetch)
{
	struct fetched failed;

	top->started_ms[fetch] = top->view.now_ms;
	if (fetch == FETCH_ACT && !top_fetch_is_under_way(top->fetcher, fetch))
		top->acting = top->view.target;
	if (!top_fetch(top->fetcher, fetch, &top->view, &failed))
		take_answer(top, &failed);
}

/* Starts what is due. Returns the milliseconds until the next thing is. */
static int start_fetches(struct top *top)
{
	uint64_t now = top->view.now_ms, next = now + FRAME_MS;
	int i;

	for (i = 0; i < FETCHES; i++) {
		enum fetch fetch = (enum fetch)i;

		if (!is_wanted(top, fetch) || top_fetch_is_under_way(top->fetcher, fetch))
			continue;
		if (top->due_ms[i] <= now)
			start_fetch(top, fetch);
		else if (top->due_ms[i] < next)
			next = top->due_ms[i];
	}
	return (int)(next - now);
}

static void draw(struct top *top)
{
	struct grid *grid;
	size_t width, height;

	top_screen_size(top->screen, &width, &height);
	grid = grid_new(width, height);
	if (!grid)
		return;
	top_draw(grid, &top->view, top->model);
	top_screen_show(top->screen, grid, top->draws_anew);
	top->draws_anew = false;
	grid_free(grid);
}

static void do_act(struct top *top, enum top_act act)
{
	switch (act) {
	case ACT_NONE:
		break;
	case ACT_QUIT:
		top->is_over = true;
		break;
	case ACT_REDRAW:
		top->draws_anew = true;
		break;
	case ACT_FETCH:
		top->due_ms[fetch_of(top->view.pane)] = 0;
		break;
	case ACT_SIGN_OUT:
	case ACT_BLOCK:
	case ACT_UNBLOCK:
		start_fetch(top, FETCH_ACT);
		break;
	}
}

/* Each key meets what the one before has shown; an answer is to a question that was there. */
static void take_keys(struct top *top)
{
	int key;

	while (!top->is_over && (key = top_screen_key(top->screen)) != TOP_KEY_NONE) {
		do_act(top, top_view_key(&top->view, top->model, key));
		if (!top->is_over)
			draw(top);
		if (top->view.mode == MODE_CONFIRM)
			top_screen_forget_keys(top->screen);
	}
}

static void take_signals(struct top *top)
{
	struct signalfd_siginfo signal;

	while (read(top->signal_fd, &signal, sizeof(signal)) == sizeof(signal)) {
		if (signal.ssi_signo == SIGWINCH && top->screen)
			top_screen_resize(top->screen);
		else if (signal.ssi_signo != SIGWINCH)
			top->is_over = true;
	}
}

static void wait_for_something(struct top *top, int timeout_ms)
{
	struct pollfd fds[] = {{.fd = top->signal_fd, .events = POLLIN},
			       {.fd = STDIN_FILENO, .events = POLLIN}};
	struct fetched fetched;

	top_fetch_wait(top->fetcher, fds, top->screen ? 2 : 1, timeout_ms);
	top->view.now_ms = monotonic_ms();
	top->view.wall_s = (uint64_t)time(NULL);
	while (top_fetch_take(top->fetcher, &fetched)) {
		take_answer(top, &fetched);
		json_decref(fetched.json);
	}
	if (fds[0].revents)
		take_signals(top);
	if (!top->screen)
		return;
	if (fds[1].revents & (POLLHUP | POLLERR | POLLNVAL))
		top->is_over = true; /* the terminal is gone */
	take_keys(top);
}

/* Rates of everything are known, or nothing moves that could have one. */
static bool is_whole(const struct top *top)
{
	const struct top_list *list =
		top->view.pane == TOP_SESSIONS ? &top->model->sessions : &top->model->guests;
	bool is_measured = top->model->active + top->model->trusted == 0;
	size_t i;

	for (i = 0; i < list->n && top->view.pane == TOP_SESSIONS; i++)
		is_measured |= list->devices[i].is_measured;
	if (top->view.pane == TOP_GUESTS)
		is_measured = !list->n || list->devices[0].is_measured;
	return top->model->has_rates && top->model->has_status && list->is_known && is_measured;
}

static void run(struct top *top)
{
	uint64_t end_ms = monotonic_ms() + ONCE_MS;

	while (!top->is_over) {
		int timeout_ms;

		top->view.now_ms = monotonic_ms();
		top->view.wall_s = (uint64_t)time(NULL);
		timeout_ms = start_fetches(top);
		if (top->screen && !top->is_over)
			draw(top);
		if (!top->is_over)
			wait_for_something(top, timeout_ms);
		if (!top->screen && (is_whole(top) || top->view.now_ms >= end_ms))
			break;
	}
}

/* --- around it ----------------------------------------------------------------------------- */

static int watch_signals(struct top *top)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGQUIT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGWINCH);
	if (sigprocmask(SIG_BLOCK, &signals, NULL))
		return -errno;
	top->signal_fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	return top->signal_fd < 0 ? -errno : 0;
}

/* Whoever isn't there at the start isn't waited for. */
static enum outcome ask_once(struct top *top, struct error *error)
{
	struct url url;
	struct request request = client_request(top->arguments, "GET", "/v1/stats", &url);
	json_t *stats = NULL;
	enum outcome outcome = client_object(&request, &stats, NULL, error);

	if (outcome == OUTCOME_DONE)
		top_model_stats(top->model, stats, monotonic_ms());
	json_decref(stats);
	top->due_ms[FETCH_STATS] = monotonic_ms() + intervals_ms[FETCH_STATS];
	return outcome;
}

static enum outcome show(struct top *top, struct error *error)
{
	bool is_once = top->view.is_once;
	enum outcome outcome = ask_once(top, error);
	int err;

	if (outcome != OUTCOME_DONE)
		return outcome;
	/* Not earlier: until there is a screen any signal may end the program as it does. */
	if (watch_signals(top)) {
		fail(error, EMFILE, "out of file descriptors");
		return OUTCOME_REFUSED;
	}
	if (!is_once && top_screen_new(&top->screen, error))
		return OUTCOME_REFUSED;
	run(top);
	top->screen = top_screen_free(top->screen);
	if (!is_once || top->outcome != OUTCOME_DONE)
		return top->outcome;
	err = top->arguments->json ? top_print_json(&top->view, top->model, error)
				   : top_print_frame(&top->view, top->model, error);
	return err ? OUTCOME_REFUSED : OUTCOME_DONE;
}

enum outcome cmd_top(const struct arguments *arguments, struct error *error)
{
	struct top top = {
		.arguments = arguments,
		.signal_fd = -1,
		.error = error,
		.view.is_once = arguments->once || arguments->json,
		.view.sort[TOP_GUESTS] = SORT_UP,
		.view.pane = arguments->guests ? TOP_GUESTS : TOP_SESSIONS,
	};
	enum outcome outcome = OUTCOME_REFUSED;

	if (!top.view.is_once && (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))) {
		fail(error, ENOTTY,
		     "top needs a terminal for its screen and its keys; for one frame as text use "
		     "`xdp511 top --once`");
		return OUTCOME_REFUSED;
	}
	top.model = top_model_new();
	top.fetcher = top_fetcher_new(arguments);
	if (!top.model || !top.fetcher)
		fail(error, ENOMEM, "out of memory");
	else
		outcome = show(&top, error);
	if (top.signal_fd >= 0)
		close(top.signal_fd);
	top_fetcher_free(top.fetcher);
	top_model_free(top.model);
	return outcome;
}
