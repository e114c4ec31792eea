/* SPDX-License-Identifier: MIT */
/* journal_bulk.c - rows in bulk: gathered, put into the order of their ids, written in slices. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sys/mman.h>

#include "controller/journal/journal_internal.h"
#include "controller/sessions/packing.h"

#define GATHER_MS 100 /* after the last one, unless nothing more can come */
#define REST_MS	  200 /* then the store is as before */
#define DIGITS	  256
#define ID_BITS	  64
#define AHEAD	  8 /* rows, which are fetched before they are read */
#define LINE	  64

/* As large as this they don't stay with the process once they are free. */
static struct bulk_row *take_rows(size_t n)
{
	void *pages = mmap(NULL, n * sizeof(struct bulk_row), PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return pages == MAP_FAILED ? NULL : pages;
}

static void free_rows(struct bulk_row *rows, size_t n)
{
	if (rows)
		munmap(rows, n * sizeof(*rows));
}

bool journal_bulk_is_due(const struct journal *journal, uint64_t *ret_due_ns)
{
	*ret_due_ns = UINT64_MAX;
	if (journal->bulk)
		return true;
	if (!journal->bulk_queue.first)
		return false;
	*ret_due_ns = journal->bulk_at_ns + GATHER_MS * NS_PER_MS;
	return journal->is_stopping || journal->is_hurried || gate_now_ns() >= *ret_due_ns;
}

void journal_begin_bulk(struct journal *journal)
{
	struct bulk *bulk = calloc(1, sizeof(*bulk)), **end = &journal->bulks;
	struct journal_job *job;

	journal->is_hurried = false;
	while (!bulk && (job = journal_list_take(&journal->bulk_queue))) {
		job->err = -ENOMEM;
		journal_list_add(&journal->completed, job);
	}
	if (!bulk) {
		journal_tell_loop(journal);
		return;
	}
	journal_list_init(&bulk->jobs);
	while ((job = journal_list_take(&journal->bulk_queue))) {
		journal_list_add(&bulk->jobs, job);
		bulk->n += job->n_rows;
		bulk->n_jobs++;
	}
	while (*end)
		end = &(*end)->next;
	*end = journal->bulk = bulk;
	journal->bulk_started_ns = gate_now_ns();
}

/* One digit of the ids; those that have the same stay as they were. */
static void sort_by_digit(const struct bulk_row *from, struct bulk_row *to, size_t n,
			  unsigned int shift, const size_t counts[DIGITS])
{
	size_t at[DIGITS], i, sum = 0;

	for (i = 0; i < DIGITS; i++) {
		at[i] = sum;
		sum += counts[i];
	}
	for (i = 0; i < n; i++)
		to[at[from[i].id >> shift & (DIGITS - 1)]++] = from[i];
}

/* From the last digit to the first. A tenth of the time of comparing. */
static int sort(struct bulk *bulk)
{
	struct bulk_row *from = bulk->rows, *to = take_rows(bulk->n), *was;
	size_t counts[DIGITS], i;
	unsigned int shift;

	if (!to)
		return -ENOMEM;
	for (shift = 0; shift < ID_BITS; shift += 8) {
		memset(counts, 0, sizeof(counts));
		for (i = 0; i < bulk->n; i++)
			counts[from[i].id >> shift & (DIGITS - 1)]++;
		if (counts[from[0].id >> shift & (DIGITS - 1)] == bulk->n)
			continue;
		sort_by_digit(from, to, bulk->n, shift, counts);
		was = from;
		from = to;
		to = was;
	}
	bulk->rows = from;
	free_rows(to, bulk->n);
	return 0;
}

static int gather(struct bulk *bulk)
{
	struct journal_job *job;
	size_t n = 0, n_jobs = 0, i;

	bulk->rows = take_rows(bulk->n);
	bulk->numbered = calloc(bulk->n_jobs, sizeof(struct journal_job *));
	if (!bulk->rows || !bulk->numbered)
		return -ENOMEM;
	for (job = bulk->jobs.first; job; job = job->next, n_jobs++) {
		const uint8_t *at = job->packed;

		bulk->numbered[n_jobs] = job;
		for (i = 0; i < job->n_rows; i++, at += packed_size(at))
			bulk->rows[n++] = (struct bulk_row){
				.id = packed_id(at),
				.job = (uint32_t)n_jobs,
				.offset = (uint32_t)(at - job->packed),
			};
	}
	return sort(bulk);
}

static const uint8_t *row_at(const struct bulk *bulk, size_t i)
{
	return bulk->numbered[bulk->rows[i].job]->packed + bulk->rows[i].offset;
}

/* Rows lie anywhere, most in two lines of the cache. */
static void fetch(const struct bulk *bulk, size_t i)
{
	if (i >= bulk->n)
		return;
	__builtin_prefetch(row_at(bulk, i));
	__builtin_prefetch(row_at(bulk, i) + LINE);
}

/* Of those with the same id, the last one counts. */
static bool counts(const struct bulk *bulk, size_t i)
{
	return i + 1 == bulk->n || bulk->rows[i].id != bulk->rows[i + 1].id;
}

/* Where the rows of a slice are. */
struct slice {
	const struct bulk *bulk;
	size_t first;
};

static void read_row(const void *context, size_t i, struct sign_in *ret_row)
{
	const struct slice *slice = context;

	fetch(slice->bulk, slice->first + i + AHEAD);
	sign_in_unpack(row_at(slice->bulk, slice->first + i), ret_row);
}

/* The rows of the slice, [at, end), are in the order of their ids, as those of the store are. */
static int end_replaced(struct journal *journal, size_t at, size_t end)
{
	const struct bulk *bulk = journal->bulk;
	struct sign_in old, new;
	struct signin_change change = {.old = &old, .new = &new};
	int n = 0;

	if (!signin_log_is_on(journal->log))
		return 0;
	while (at < end) {
		const struct store_range range = {.after = bulk->rows[at].id - 1,
						  .last = bulk->rows[end - 1].id};

		n = store_page(journal->store, &range, &old, 1);
		if (n <= 0)
			break;
		while (at < end && bulk->rows[at].id < old.id)
			at++;
		/* Of several for the same device the last one counts. */
		while (at + 1 < end && bulk->rows[at + 1].id == old.id)
			at++;
		if (bulk->rows[at].id != old.id)
			continue;
		sign_in_unpack(row_at(bulk, at++), &new);
		change.goes_on = new.keeps_usage;
		n = signin_log_replace(journal->log, journal->store, &change);
		if (n)
			break;
	}
	return n < 0 ? n : 0;
}

/* In a transaction. */
int journal_write_slice(struct journal *journal, size_t max)
{
	struct bulk *bulk = journal->bulk;
	struct slice slice = {.bulk = bulk};
	struct store_rows rows = {.read = read_row, .context = &slice};
	size_t n;
	int err = 0;

	if (!bulk)
		return 0;
	if (!bulk->rows)
		err = gather(bulk);
	if (err)
		return err;
	slice.first = bulk->n_written;
	n = bulk->n - slice.first < max ? bulk->n - slice.first : max;
	rows.n = n;
	err = end_replaced(journal, slice.first, slice.first + n);
	return err ? err : store_put_many(journal->store, &rows);
}

/* The slice is on the disk, or failed and the rest with it. */
void journal_end_slice(struct journal *journal, size_t max, int err)
{
	struct bulk *bulk = journal->bulk;

	if (!bulk)
		return;
	bulk->err = err;
	if (!err)
		bulk->n_written +=
			bulk->n - bulk->n_written < max ? bulk->n - bulk->n_written : max;
	bulk->is_ended = err || bulk->n_written == bulk->n;
	if (bulk->is_ended)
		journal->bulk = NULL;
}

/* The store is prepared for many rows as long as they come; when to look again. */
uint64_t journal_rest_bulk(struct journal *journal)
{
	uint64_t rest_ns;
	bool is_under_way;

	pthread_mutex_lock(&journal->lock);
	is_under_way = journal->bulk || journal->bulk_queue.first;
	rest_ns = journal->bulk_at_ns + REST_MS * NS_PER_MS;
	pthread_mutex_unlock(&journal->lock);
	if (is_under_way != journal->is_prepared && (is_under_way || gate_now_ns() >= rest_ns)) {
		journal->is_prepared = is_under_way;
		store_expect_many(journal->store, is_under_way);
	}
	return journal->is_prepared && !is_under_way ? rest_ns : UINT64_MAX;
}

static void end_bulk(struct journal *journal, struct bulk *bulk)
{
	struct journal_job *job;

	pthread_mutex_lock(&journal->lock);
	journal->bulks = bulk->next;
	pthread_mutex_unlock(&journal->lock);
	free_rows(bulk->rows, bulk->n);
	free(bulk->numbered);
	while ((job = journal_list_take(&bulk->jobs))) {
		job->err = bulk->err;
		job->done(job);
	}
	free(bulk);
}

static void tell_rows(struct journal *journal, struct bulk *bulk, size_t end)
{
	struct journal_row rows[JOURNAL_ROWS];
	size_t n = 0;

	for (; bulk->n_told < end && n < JOURNAL_ROWS; bulk->n_told++) {
		if (!counts(bulk, bulk->n_told))
			continue;
		rows[n].job = bulk->numbered[bulk->rows[bulk->n_told].job];
		fetch(bulk, bulk->n_told);
		rows[n++].packed = row_at(bulk, bulk->n_told);
	}
	if (journal->setup.on_rows)
		journal->setup.on_rows(journal->setup.context, rows, n);
}

bool journal_follow_bulk(struct journal *journal)
{
	struct bulk *bulk;
	size_t n_written = 0;
	bool is_ended = false;

	pthread_mutex_lock(&journal->lock);
	bulk = journal->bulks;
	if (bulk) {
		n_written = bulk->n_written;
		is_ended = bulk->is_ended;
	}
	pthread_mutex_unlock(&journal->lock);
	if (bulk && bulk->n_told < n_written)
		tell_rows(journal, bulk, n_written);
	else if (is_ended)
		end_bulk(journal, bulk);
	else
		return false;
	return true;
}
