/* SPDX-License-Identifier: MIT */
/* journal_bulk.c - jobs in bulk: gathered, put into the order of their ids, written in slices. */
#include <errno.h>
#include <stdlib.h>

#include "controller/journal_internal.h"

#define GROUP_ROWS (160 * 1024) /* begun with at the latest; how much comes is its owners' matter */
#define GATHER_MS  10		/* after the last one */
#define REST_MS	   200		/* then the store is as before */

static int by_id(const void *a, const void *b)
{
	const struct bulk_row *one = a, *other = b;

	if (one->id != other->id)
		return one->id < other->id ? -1 : 1;
	return one->number < other->number ? -1 : 1;
}

bool journal_bulk_is_due(const struct journal *journal, uint64_t *ret_due_ns)
{
	*ret_due_ns = UINT64_MAX;
	if (journal->bulk.jobs.first)
		return true;
	if (!journal->bulk_queue.first)
		return false;
	*ret_due_ns = journal->bulk_at_ns + GATHER_MS * NS_PER_MS;
	return journal->is_stopping || journal->n_bulk >= GROUP_ROWS ||
	       gate_now_ns() >= *ret_due_ns;
}

void journal_begin_bulk(struct journal *journal)
{
	struct bulk *bulk = &journal->bulk;
	struct journal_job *job;

	bulk->n = bulk->next = 0;
	bulk->jobs.first = journal->bulk_queue.first;
	bulk->jobs.end = journal->bulk_queue.end;
	journal_list_init(&journal->bulk_queue);
	for (job = bulk->jobs.first; job; job = job->next)
		bulk->n += job->n_rows;
	journal->n_bulk = 0;
}

static int sort(struct bulk *bulk)
{
	const struct journal_job *job;
	size_t i, n = 0;

	if (!bulk->slice)
		bulk->slice = calloc(JOURNAL_SLICE, sizeof(struct sign_in *));
	bulk->rows = bulk->slice ? calloc(bulk->n, sizeof(*bulk->rows)) : NULL;
	if (!bulk->rows)
		return -ENOMEM;
	for (job = bulk->jobs.first; job; job = job->next) {
		for (i = 0; i < job->n_rows; i++, n++)
			bulk->rows[n] = (struct bulk_row){
				.id = job->rows[i].id,
				.number = (uint32_t)n,
				.row = &job->rows[i],
			};
	}
	qsort(bulk->rows, n, sizeof(bulk->rows[0]), by_id);
	return 0;
}

/* In a transaction. */
int journal_write_slice(struct journal *journal, size_t max)
{
	struct bulk *bulk = &journal->bulk;
	size_t i, n;
	int err = 0;

	if (!bulk->jobs.first)
		return 0;
	if (!bulk->rows)
		err = sort(bulk);
	if (err)
		return err;
	n = bulk->n - bulk->next < max ? bulk->n - bulk->next : max;
	for (i = 0; i < n; i++)
		bulk->slice[i] = bulk->rows[bulk->next + i].row;
	return store_put_many(journal->store, bulk->slice, n);
}

/* The slice is on the disk, or failed and the rest of the group with it. */
void journal_end_slice(struct journal *journal, size_t max, int err)
{
	struct bulk *bulk = &journal->bulk;
	struct journal_job *job;

	if (!bulk->jobs.first)
		return;
	bulk->next = bulk->n - bulk->next < max || err ? bulk->n : bulk->next + max;
	if (bulk->next < bulk->n)
		return;
	free(bulk->rows);
	bulk->rows = NULL;
	while ((job = journal_list_take(&bulk->jobs))) {
		job->err = err;
		journal_list_add(&journal->bulk_completed, job);
	}
}

/* The store is prepared for many rows as long as they come; when to look again. */
uint64_t journal_rest_bulk(struct journal *journal)
{
	uint64_t rest_ns;
	bool is_under_way;

	pthread_mutex_lock(&journal->lock);
	is_under_way = journal->bulk.jobs.first || journal->bulk_queue.first;
	rest_ns = journal->bulk_at_ns + REST_MS * NS_PER_MS;
	pthread_mutex_unlock(&journal->lock);
	if (is_under_way != journal->bulk.is_prepared &&
	    (is_under_way || gate_now_ns() >= rest_ns)) {
		journal->bulk.is_prepared = is_under_way;
		store_expect_many(journal->store, is_under_way);
	}
	return journal->bulk.is_prepared && !is_under_way ? rest_ns : UINT64_MAX;
}
