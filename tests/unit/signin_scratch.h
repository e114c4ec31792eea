/* SPDX-License-Identifier: MIT */
/* signin_scratch.h - a journal with a sign-in log in the scratch directory, for the log's tests. */
#ifndef XDP511_TEST_SIGNIN_SCRATCH_H
#define XDP511_TEST_SIGNIN_SCRATCH_H

#include "base/signin_record.h"
#include "controller/journal/journal.h"
#include "controller/journal/signin_log.h"
#include "made_up_gate.h"

#define DEADLINE_S 30
#define LOGIN	   1795292100123ULL
#define LATER	   (LOGIN + 60000) /* what the clock says */
#define DEVICE	   0x020511000001ULL
#define MAX_FOUND  128

struct task {
	struct journal_job job;
	struct sign_in row;
	uint64_t id;
	bool is_done;
};

extern char directory[80]; /* of the log */
extern struct signin_record found[MAX_FOUND];

int set_up(void **state); /* as cmocka has it */
struct journal *start(uint64_t keep_s);

/* Each waits for its end, and gives its error. */
int finish(struct journal *journal, struct task *task);
int put(struct journal *journal, uint64_t id, const char *user, uint64_t login_ms);
int drop(struct journal *journal, uint64_t id);

/* How many lines there are; they are in @found. */
size_t read_log(void);
void wait_for_lines(size_t wanted);

/* The gate has this device, with so many bytes sent, and twice as many received. */
void make_up(uint64_t id, uint64_t bytes);

#endif /* XDP511_TEST_SIGNIN_SCRATCH_H */
