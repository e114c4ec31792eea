/* SPDX-License-Identifier: MIT */
/* workers.h - the responder's processes, one for each receive queue: started, watched, replaced. */
#ifndef XDP511_WORKERS_H
#define XDP511_WORKERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/types.h>

#include "base/loop.h"
#include "gate/gate.h"
#include "responder/responder.h"

struct worker {
	const struct gate_port *port;
	uint32_t queue;
	struct xsk *xsk; /* NULL while down; the child has the rings, the parent only the handle */
	pid_t pid;	 /* 0 while down */
	bool is_zerocopy;
	bool is_stale;	       /* has old settings */
	bool is_retiring;      /* asked to end because of that */
	bool has_died;	       /* since it was started, and not because it was asked to */
	bool has_hung;	       /* and was ended for that */
	uint64_t turns;	       /* when it was looked at last */
	unsigned int n_still;  /* looks since which it has made none */
	unsigned int restarts; /* after deaths */
	int death_status;      /* of the last one, as of waitpid(), and WORKER_HUNG */
	uint64_t death_ms;     /* wall clock; 0: none yet */
	uint64_t started_ns;
	uint64_t backoff_ms;
	uint64_t due_ns; /* when something is to be done: a start, or SIGKILL to a retiring one */
};

struct workers {
	struct gate *gate;
	const struct responder_settings *settings;
	struct loop *loop;
	int timer;
	struct worker *list;
	size_t n;
	struct responder_counters *counters; /* one each, shared with the children */
	/* After one that had died was started again; NULL: nobody wants to know. */
	void (*on_restart)(void *context, const struct worker *worker);
	void *restart_context;
};

/* One that can't be started is tried again later, as one that died. */
int workers_start(struct workers *workers, struct error *error);
void workers_reap(struct workers *workers); /* after SIGCHLD */
/* Those of one port, or NULL: of all. Replaced one after the other; who is down starts at once. */
void workers_renew(struct workers *workers, const struct gate_port *port);
void workers_stop(struct workers *workers); /* ends all; returns within a second or so */

/*
 * Once a second (worker_pulse.c): one that stands still is ended, and a new one starts. False: that
 * is to no avail, one could not be ended or started for long.
 */
bool workers_watch(struct workers *workers);

/* How many queues of the port have one, or are to have. */
size_t workers_of(const struct workers *workers, const struct gate_port *port);

#define WORKER_DEATH_SIZE 80
#define WORKER_HUNG	  0x10000 /* above all that waitpid() says */
#define WORKER_STILL_S	  10	  /* from then on it has hung */

/* How it died (worker_death.c): what waitpid() says, in words. Returns @text. */
char *worker_death(int status, char *text, size_t size);

/* What all workers have counted, those that have ended included. */
struct responder_counters workers_counters(const struct workers *workers);

/* The child (worker_child.c); never returns. */
void worker_child(const struct workers *workers, const struct worker *worker, pid_t parent)
	__attribute__((noreturn));

#endif /* XDP511_WORKERS_H */
