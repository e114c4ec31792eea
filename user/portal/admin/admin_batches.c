/* SPDX-License-Identifier: MIT */
/* admin_batches.c - POST /v1/vouchers: a slice each turn of the loop, and the codes as the answer. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "portal/admin/admin_vouchers.h"

#define JOBS_MAX 8

/* Vouchers that are being made for a request that waits. */
struct batch_job {
	struct batch_job *next;
	struct api_request *request;
	struct voucher like;
	uint32_t n_wanted, n_made;
};

/* --- the answer: {"batch":12,"count":3,"codes":["…","…","…"]} --- */

struct code_list {
	struct list list; /* first */
	struct accounts *accounts;
	uint32_t batch;
	struct voucher_place place;
	char head[96];
};

static int fill(struct list *of)
{
	struct code_list *list = (struct code_list *)(void *)of;
	struct voucher vouchers[VOUCHERS_PAGE];
	int i, n = vouchers_page(list->accounts, list->batch, &list->place, vouchers,
				 VOUCHERS_PAGE);

	for (i = 0; i < n; i++)
		list_add(of, json_string(vouchers[i].code));
	of->has_ended = n < (int)VOUCHERS_PAGE;
	return n < 0 ? n : 0;
}

static void free_list(struct list *of)
{
	free(of);
}

static void answer(struct admin *admin, const struct batch_job *job)
{
	struct code_list *list = calloc(1, sizeof(*list));

	if (!list) {
		(void)httpd_problem(job->request, MHD_HTTP_INTERNAL_SERVER_ERROR, "out of memory");
		return;
	}
	list->list.fill = fill;
	list->list.free = free_list;
	list->accounts = admin->portal->accounts;
	list->batch = job->like.batch;
	snprintf(list->head, sizeof(list->head),
		 "{\"batch\":%" PRIu32 ",\"count\":%" PRIu32 ",\"codes\":[", job->like.batch,
		 job->n_made);
	list->list.head = list->head;
	list->list.tail = "]}\n";
	job->request->status = MHD_HTTP_OK;
	(void)admin_stream(job->request, &list->list);
}

/* --- the making ---------------------------------------------------------------------------- */

/* 0: not yet whole; 1: it is; -errno. */
static int make_slice(struct accounts *accounts, struct batch_job *job)
{
	uint32_t left = job->n_wanted - job->n_made;
	uint32_t n = left < VOUCHERS_SLICE ? left : VOUCHERS_SLICE;
	int err = vouchers_make(accounts, &job->like, n);

	if (err)
		return err;
	job->n_made += n;
	if (job->n_made < job->n_wanted)
		return 0;
	err = vouchers_end_batch(accounts, job->like.batch, true);
	return err ? err : 1;
}

void admin_on_timer(void *context)
{
	struct admin *admin = context;
	struct accounts *accounts = admin->portal->accounts;
	struct batch_job *job = admin->batches;
	int result;

	if (!job)
		return;
	result = make_slice(accounts, job);
	if (result) {
		admin->batches = job->next;
		if (result > 0) {
			answer(admin, job);
		} else {
			(void)admin_fail(job->request, accounts, result);
			(void)vouchers_end_batch(accounts, job->like.batch, false);
		}
		free(job);
	}
	if (admin->batches)
		loop_set(admin->portal->loop, admin->timer, 0);
}

/* What is there of them is removed at the next start. */
void admin_drop_batches(struct admin *admin)
{
	struct batch_job *job;

	while ((job = admin->batches) != NULL) {
		admin->batches = job->next;
		(void)httpd_problem(job->request, MHD_HTTP_SERVICE_UNAVAILABLE,
				    "xdp511-portal is stopped; make the vouchers again");
		free(job);
	}
}

static int read_count(const json_t *body, uint32_t *ret_count, struct error *error)
{
	const json_t *value = json_object_get(body, "count");
	json_int_t count = json_integer_value(value);

	if (!json_is_integer(value) || count < 1 || count > VOUCHERS_BATCH)
		return fail(error, EINVAL,
			    "'count' is no whole number from 1 to %u; give how many vouchers there "
			    "shall be",
			    VOUCHERS_BATCH);
	*ret_count = (uint32_t)count;
	return 0;
}

/* 0, or the answer has been given. */
static int check_room(struct admin *admin, struct api_request *request, uint32_t n_wanted)
{
	struct batch_job *job;
	uint64_t n = 0;
	size_t n_jobs = 0;
	int err = vouchers_count(admin->portal->accounts, &n);

	if (err) {
		(void)admin_fail(request, admin->portal->accounts, err);
		return err;
	}
	for (job = admin->batches; job; job = job->next, n_jobs++)
		n += job->n_wanted - job->n_made;
	if (n_jobs >= JOBS_MAX) {
		(void)httpd_problem(request, MHD_HTTP_SERVICE_UNAVAILABLE,
				    "%d batches are being made already; try again", JOBS_MAX);
		return -EBUSY;
	}
	if (n + n_wanted > VOUCHERS_MAX) {
		(void)httpd_problem(request, MHD_HTTP_INSUFFICIENT_STORAGE,
				    "%" PRIu64 " of %u vouchers are there already; forget old "
				    "batches with `xdp511 voucher revoke BATCH --forget`",
				    n, VOUCHERS_MAX);
		return -ENOSPC;
	}
	return 0;
}

enum MHD_Result admin_make_vouchers(struct resource_call *call)
{
	struct admin *admin = call->context;
	struct portal *portal = admin->portal;
	struct batch_job *job, **last = &admin->batches;
	uint64_t now = (uint64_t)time(NULL);
	struct voucher like = {.devices = 1, .created_at = now};
	uint32_t count = 0;
	struct error error;
	int err;

	if (read_count(call->body, &count, &error) ||
	    voucher_read_fields(portal->config, call->body, now, &like, &error))
		return httpd_problem(call->request, MHD_HTTP_BAD_REQUEST, "%s", error.text);
	if (check_room(admin, call->request, count))
		return MHD_YES; /* answered */
	job = calloc(1, sizeof(*job));
	if (!job)
		return MHD_NO;
	err = vouchers_begin_batch(portal->accounts, &like.batch);
	if (err) {
		free(job);
		return admin_fail(call->request, portal->accounts, err);
	}
	*job = (struct batch_job){.request = call->request, .like = like, .n_wanted = count};
	while (*last)
		last = &(*last)->next;
	*last = job;
	loop_set(portal->loop, admin->timer, 0);
	return httpd_defer(call->request);
}
