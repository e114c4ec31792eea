/* SPDX-License-Identifier: MIT */
/* workers.c - the responder's processes, one for each receive queue: started, watched, replaced. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/mman.h>
#include <sys/wait.h>

#include "controller/clock.h"
#include "controller/workers/workers.h"

#define BACKOFF_MIN_MS 100
#define BACKOFF_MAX_MS 10000
#define LONG_LIFE_NS   (60 * NS_PER_S)
#define END_NS	       NS_PER_S /* from SIGTERM to SIGKILL */

/* Sets the timer for whoever is due first. */
static void arm(struct workers *workers)
{
	uint64_t now_ns = gate_now_ns(), first_ns = 0;
	size_t i;

	for (i = 0; i < workers->n; i++) {
		uint64_t due_ns = workers->list[i].due_ns;

		if (due_ns && (!first_ns || due_ns < first_ns))
			first_ns = due_ns;
	}
	if (first_ns)
		loop_set(workers->loop, workers->timer,
			 first_ns > now_ns ? (first_ns - now_ns) / NS_PER_MS + 1 : 0);
}

static int start_one(struct workers *workers, struct worker *worker)
{
	pid_t parent = getpid();
	int err = xsk_open(worker->port->name, worker->queue, worker->port->native, &worker->xsk);

	if (err)
		return err;
	err = gate_set_xsk(workers->gate, worker->port->xsk_base + worker->queue,
			   xsk_fd(worker->xsk));
	if (!err) {
		worker->pid = fork();
		if (!worker->pid)
			worker_child(workers, worker, parent);
		err = worker->pid < 0 ? -errno : 0;
	}
	if (err) {
		worker->pid = 0;
		worker->xsk = xsk_close(worker->xsk);
		return err;
	}
	worker->is_zerocopy = xsk_is_zerocopy(worker->xsk);
	worker->started_ns = gate_now_ns();
	if (worker->has_died && workers->on_restart)
		workers->on_restart(workers->restart_context, worker);
	worker->restarts += worker->has_died;
	worker->has_died = false;
	worker->is_stale = worker->is_retiring = worker->has_hung = false;
	worker->n_still = 0;
	worker->due_ns = 0;
	return 0;
}

static void postpone(struct worker *worker)
{
	worker->due_ns = gate_now_ns() + worker->backoff_ms * NS_PER_MS;
	worker->backoff_ms *= 2;
	if (worker->backoff_ms > BACKOFF_MAX_MS)
		worker->backoff_ms = BACKOFF_MAX_MS;
}

static void start_or_postpone(struct workers *workers, struct worker *worker)
{
	int err = start_one(workers, worker);

	if (!err)
		return;
	log_warning("the worker of '%s' queue %u can't start: %s; tried again in %llu ms",
		    worker->port->name, worker->queue, strerror(-err),
		    (unsigned long long)worker->backoff_ms);
	postpone(worker);
}

/* At most one is missing at a time. */
static void retire_next(struct workers *workers)
{
	size_t i;

	for (i = 0; i < workers->n; i++) {
		if (workers->list[i].is_retiring)
			return;
	}
	for (i = 0; i < workers->n; i++) {
		struct worker *worker = &workers->list[i];

		if (!worker->is_stale || !worker->pid)
			continue;
		worker->is_retiring = true;
		worker->due_ns = gate_now_ns() + END_NS;
		(void)kill(worker->pid, SIGTERM);
		return;
	}
}

void workers_renew(struct workers *workers, const struct gate_port *port)
{
	size_t i;

	for (i = 0; i < workers->n; i++) {
		struct worker *worker = &workers->list[i];

		if (port && worker->port != port)
			continue;
		worker->is_stale = worker->pid != 0;
		if (worker->pid)
			continue;
		worker->backoff_ms = BACKOFF_MIN_MS;
		worker->due_ns = gate_now_ns();
	}
	retire_next(workers);
	arm(workers);
}

static void tick(void *context)
{
	struct workers *workers = context;
	uint64_t now_ns = gate_now_ns();
	size_t i;

	for (i = 0; i < workers->n; i++) {
		struct worker *worker = &workers->list[i];

		if (!worker->due_ns || now_ns < worker->due_ns)
			continue;
		worker->due_ns = 0;
		if (worker->pid) {
			(void)kill(worker->pid, SIGKILL);
			continue;
		}
		start_or_postpone(workers, worker);
	}
	retire_next(workers);
	arm(workers);
}

static void tell_death(const struct worker *worker, int status)
{
	char how[WORKER_DEATH_SIZE];

	log_event(LOG_LEVEL_WARNING,
		  &(struct log_event){.kind = LOG_KIND_WORKER_ENDED,
				      .interface = worker->port->name},
		  "the worker of '%s' queue %u ended (%s); a new one starts in %llu ms",
		  worker->port->name, worker->queue, worker_death(status, how, sizeof(how)),
		  (unsigned long long)worker->backoff_ms);
}

static void bury(struct workers *workers, struct worker *worker, int status)
{
	worker->pid = 0;
	worker->xsk = xsk_close(worker->xsk);
	if (worker->is_retiring) {
		worker->is_retiring = false;
		worker->due_ns = 0;
		start_or_postpone(workers, worker);
		return;
	}
	if (gate_now_ns() - worker->started_ns >= LONG_LIFE_NS)
		worker->backoff_ms = BACKOFF_MIN_MS;
	if (worker->has_hung)
		status |= WORKER_HUNG;
	tell_death(worker, status);
	worker->has_died = true;
	worker->death_status = status;
	worker->death_ms = clock_wall_ms();
	postpone(worker);
}

/* Asks for each child by its number, because other parts may have children of their own. */
void workers_reap(struct workers *workers)
{
	size_t i;

	for (i = 0; i < workers->n; i++) {
		struct worker *worker = &workers->list[i];
		int status;

		if (worker->pid && waitpid(worker->pid, &status, WNOHANG) == worker->pid)
			bury(workers, worker, status);
	}
	retire_next(workers);
	arm(workers);
}

static int allocate(struct workers *workers)
{
	size_t i, n_ports, n = 0;
	const struct gate_port *ports = gate_ports(workers->gate, &n_ports);
	void *shared;
	uint32_t queue;

	for (i = 0; i < n_ports; i++)
		n += ports[i].queues;
	workers->list = calloc(n + 1, sizeof(*workers->list));
	if (!workers->list)
		return -ENOMEM;
	shared = mmap(NULL, (n + 1) * sizeof(*workers->counters), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return -errno;
	workers->counters = shared;
	for (i = 0; i < n_ports; i++) {
		for (queue = 0; queue < ports[i].queues; queue++) {
			struct worker *worker = &workers->list[workers->n++];

			worker->port = &ports[i];
			worker->queue = queue;
			worker->backoff_ms = BACKOFF_MIN_MS;
		}
	}
	return 0;
}

int workers_start(struct workers *workers, struct error *error)
{
	size_t i;
	int err = allocate(workers);

	if (!err)
		err = workers->timer = loop_timer(workers->loop, tick, workers);
	if (err < 0)
		return fail(error, -err, "the workers could not be prepared: %s", strerror(-err));
	for (i = 0; i < workers->n; i++)
		start_or_postpone(workers, &workers->list[i]);
	arm(workers);
	return 0;
}

/* SIGCHLD is blocked, so none is missed between looking and waiting. */
static void await_end(struct worker *worker, uint64_t until_ns)
{
	sigset_t child;
	int status;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	while (waitpid(worker->pid, &status, WNOHANG) == 0) {
		uint64_t now_ns = gate_now_ns();
		uint64_t left_ns = until_ns > now_ns ? until_ns - now_ns : 0;
		struct timespec left = {left_ns / NS_PER_S, left_ns % NS_PER_S};

		if (!left_ns) {
			(void)kill(worker->pid, SIGKILL);
			(void)waitpid(worker->pid, &status, 0);
			break;
		}
		(void)sigtimedwait(&child, NULL, &left);
	}
	worker->pid = 0;
}

void workers_stop(struct workers *workers)
{
	uint64_t until_ns = gate_now_ns() + END_NS;
	size_t i;

	for (i = 0; i < workers->n; i++) {
		if (workers->list[i].pid)
			(void)kill(workers->list[i].pid, SIGTERM);
	}
	for (i = 0; i < workers->n; i++) {
		if (workers->list[i].pid)
			await_end(&workers->list[i], until_ns);
		workers->list[i].xsk = xsk_close(workers->list[i].xsk);
	}
	if (workers->counters)
		(void)munmap(workers->counters, (workers->n + 1) * sizeof(*workers->counters));
	free(workers->list);
	*workers = (struct workers){};
}

struct responder_counters workers_counters(const struct workers *workers)
{
	struct responder_counters sum = {};
	size_t i;

	for (i = 0; i < workers->n; i++) {
#define X(name, sentence) sum.name += workers->counters[i].name;
		RESPONDER_COUNTERS(X)
#undef X
	}
	return sum;
}

size_t workers_of(const struct workers *workers, const struct gate_port *port)
{
	size_t i, n = 0;

	for (i = 0; i < workers->n; i++)
		n += workers->list[i].port == port;
	return n;
}
