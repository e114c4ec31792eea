/* SPDX-License-Identifier: MIT */
/* pool.c - threads for what takes long: a bounded queue, and results by an eventfd. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <sys/eventfd.h>

#include "portal/accounts/pool.h"

struct queue {
	struct pool_job *first, **last;
};

struct pool {
	struct loop *loop;
	pthread_t threads[POOL_THREADS];
	size_t n_threads;
	int event_fd;
	size_t n_jobs; /* the loop's own count */

	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t work_is_there;
	struct queue waiting, finished;
	bool is_ending;
};

static void queue_start(struct queue *queue)
{
	queue->first = NULL;
	queue->last = &queue->first;
}

static void queue_add(struct queue *queue, struct pool_job *job)
{
	job->next = NULL;
	*queue->last = job;
	queue->last = &job->next;
}

static struct pool_job *queue_take(struct queue *queue)
{
	struct pool_job *job = queue->first;

	if (!job)
		return NULL;
	queue->first = job->next;
	if (!queue->first)
		queue->last = &queue->first;
	return job;
}

static struct pool_job *wait_for_job(struct pool *pool)
{
	struct pool_job *job = NULL;

	pthread_mutex_lock(&pool->lock);
	while (!pool->is_ending && !pool->waiting.first)
		pthread_cond_wait(&pool->work_is_there, &pool->lock);
	if (!pool->is_ending)
		job = queue_take(&pool->waiting);
	pthread_mutex_unlock(&pool->lock);
	return job;
}

static void *run(void *context)
{
	struct pool *pool = context;
	struct pool_job *job;
	uint64_t one = 1;
	ssize_t written;

	while ((job = wait_for_job(pool)) != NULL) {
		job->work(job);
		pthread_mutex_lock(&pool->lock);
		queue_add(&pool->finished, job);
		pthread_mutex_unlock(&pool->lock);
		/* Only a counter that is full can't be raised, and then it is readable. */
		written = write(pool->event_fd, &one, sizeof(one));
		(void)written;
	}
	return NULL;
}

static struct pool_job *take_finished(struct pool *pool)
{
	struct pool_job *job;

	pthread_mutex_lock(&pool->lock);
	job = queue_take(&pool->finished);
	pthread_mutex_unlock(&pool->lock);
	return job;
}

static void on_finished(void *context)
{
	struct pool *pool = context;
	struct pool_job *job;
	uint64_t count;

	if (read(pool->event_fd, &count, sizeof(count)) < 0)
		return;
	while ((job = take_finished(pool)) != NULL) {
		pool->n_jobs--;
		job->done(job);
	}
}

/* Signals are the loop's: it reads them from a descriptor. */
static int start_threads(struct pool *pool)
{
	sigset_t all, old;
	int err = 0;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	while (!err && pool->n_threads < POOL_THREADS) {
		err = pthread_create(&pool->threads[pool->n_threads], NULL, run, pool);
		if (!err)
			pool->n_threads++;
	}
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return -err;
}

int pool_new(struct loop *loop, struct pool **ret_pool)
{
	struct pool *pool = calloc(1, sizeof(*pool));
	int err;

	if (!pool)
		return -ENOMEM;
	pool->loop = loop;
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->work_is_there, NULL);
	queue_start(&pool->waiting);
	queue_start(&pool->finished);
	pool->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	err = pool->event_fd < 0 ? -errno : start_threads(pool);
	if (!err)
		err = loop_watch(loop, pool->event_fd, on_finished, pool);
	if (err) {
		pool_free(pool);
		return err;
	}
	*ret_pool = pool;
	return 0;
}

int pool_submit(struct pool *pool, struct pool_job *job)
{
	if (pool->n_jobs == POOL_MAX)
		return -EBUSY;
	pool->n_jobs++;
	job->is_dropped = false;
	pthread_mutex_lock(&pool->lock);
	queue_add(&pool->waiting, job);
	pthread_cond_signal(&pool->work_is_there);
	pthread_mutex_unlock(&pool->lock);
	return 0;
}

struct pool *pool_free(struct pool *pool)
{
	struct pool_job *job;
	size_t i;

	if (!pool)
		return NULL;
	pthread_mutex_lock(&pool->lock);
	pool->is_ending = true;
	pthread_cond_broadcast(&pool->work_is_there);
	pthread_mutex_unlock(&pool->lock);
	for (i = 0; i < pool->n_threads; i++)
		pthread_join(pool->threads[i], NULL);
	while ((job = queue_take(&pool->finished)) != NULL)
		job->done(job);
	while ((job = queue_take(&pool->waiting)) != NULL) {
		job->is_dropped = true;
		job->done(job);
	}
	if (pool->event_fd >= 0) {
		loop_unwatch(pool->loop, pool->event_fd);
		close(pool->event_fd);
	}
	pthread_cond_destroy(&pool->work_is_there);
	pthread_mutex_destroy(&pool->lock);
	free(pool);
	return NULL;
}
