/* SPDX-License-Identifier: MIT */
/* signin_log_flush.c - brings the lines that wait in the database to the file of the day. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "controller/clock.h"
#include "controller/journal/signin_file.h"
#include "controller/journal/signin_log_internal.h"
#include "gate/gate.h"

#define GATHER_MS   1000 /* after the first line */
#define RETRY_MS    3000
#define CLEAN_MS    30000		/* between two looks at the day */
#define BYTES_ATIME (8UL * 1024 * 1024) /* before others are served */
#define DAY_S	    86400

/* --- trouble -------------------------------------------------------------------------------- */

static const char *remedy_of(int err)
{
	switch (err) {
	case -ENOSPC:
	case -EDQUOT:
		return "make room on its disk";
	case -ENOENT:
	case -ENOTDIR:
		return "make that directory, for the daemon to write in";
	case -EACCES:
	case -EPERM:
	case -EROFS:
		return "make it writable for the daemon";
	case -ELOOP:
	case -EINVAL:
		return "move away what stands where the file of today should be";
	default:
		return "repair its disk";
	}
}

static void set_trouble(struct signin_log *log, int err)
{
	struct error trouble = {.text = ""};
	bool is_new;

	if (err)
		(void)fail(&trouble, -err, "the sign-in log in '%s' can't be written (%s); %s",
			   log->directory, strerror(-err), remedy_of(err));
	pthread_mutex_lock(&log->lock);
	is_new = strcmp(trouble.text, log->trouble.text) != 0;
	log->trouble = trouble;
	pthread_mutex_unlock(&log->lock);
	if (is_new && err)
		log_error("%s; until then its records wait in the database", trouble.text);
	else if (is_new)
		log_info("the sign-in log in '%s' can be written again", log->directory);
}

void signin_log_trouble(struct signin_log *log, struct error *ret_trouble)
{
	uint64_t n;

	ret_trouble->text[0] = '\0';
	if (!log)
		return;
	pthread_mutex_lock(&log->lock);
	*ret_trouble = log->trouble;
	n = log->n_dropped;
	pthread_mutex_unlock(&log->lock);
	if (n && !ret_trouble->text[0])
		(void)fail(ret_trouble, ENOSPC,
			   "%llu records of the sign-in log found no room in the database and are "
			   "lost; see the log of xdp511d for what kept them from '%s'",
			   (unsigned long long)n, log->directory);
}

/* --- made and gone -------------------------------------------------------------------------- */

int signin_log_new(const struct config_log *config, struct gate *gate, struct signin_log **ret_log)
{
	struct signin_log *log = calloc(1, sizeof(*log));
	int err;

	if (!log)
		return -ENOMEM;
	log->gate = gate;
	atomic_init(&log->keep_s, config->keep_s);
	snprintf(log->directory, sizeof(log->directory), "%s", config->directory);
	err = -pthread_mutex_init(&log->lock, NULL);
	if (err) {
		free(log);
		return err;
	}
	err = config->keep_s ? signin_directory_make(log->directory) : 0;
	if (err)
		set_trouble(log, err);
	*ret_log = log;
	return 0;
}

struct signin_log *signin_log_free(struct signin_log *log)
{
	if (log)
		pthread_mutex_destroy(&log->lock);
	free(log);
	return NULL;
}

void signin_log_attach(struct signin_log *log, struct store *store)
{
	uint64_t size = 0;

	if (!log)
		return;
	(void)store_log_size(store, &size);
	log->waiting = size;
	log->written = 0;
	log->flush_at_ns = 0;
	log->has_bases = log->may_have_bases = store_has_bases(store) != 0;
}

void signin_log_set_keep(struct signin_log *log, uint64_t keep_s)
{
	if (log)
		atomic_store_explicit(&log->keep_s, keep_s, memory_order_relaxed);
}

/* --- the file ------------------------------------------------------------------------------- */

/* Pieces that the file doesn't have yet; the last of them in *ret_last. */
static int append_pieces(struct signin_log *log, struct store *store, struct signin_file *file,
			 uint64_t *ret_last)
{
	uint64_t seq = log->written;
	size_t size, done = 0;
	char *lines;
	int err = 0;

	while (!err && done < BYTES_ATIME) {
		err = store_log_next(store, seq, &seq, &lines, &size);
		if (err)
			break;
		err = signin_file_append(file, lines, size);
		free(lines);
		done += size;
	}
	*ret_last = seq;
	return err == -ENOENT ? 0 : err;
}

static int write_pieces(struct signin_log *log, struct store *store)
{
	uint64_t last = 0, day = clock_wall_ms() / RECORD_DAY_MS;
	struct signin_file file;
	int err = signin_directory_make(log->directory);

	if (!err)
		err = signin_file_open(log->directory, day, &file);
	if (err)
		return err;
	err = append_pieces(log, store, &file, &last);
	if (!err)
		err = signin_file_sync(&file);
	signin_file_close(&file, err);
	if (!err)
		log->written = last;
	return err;
}

/* What the file has needs no place in the database. */
static int remove_pieces(struct store *store, uint64_t up_to)
{
	int err = store_begin(store);

	if (err)
		return err;
	err = store_log_remove(store, up_to);
	if (!err)
		return store_commit(store);
	store_rollback(store);
	return err;
}

/* Nothing is to be written any more: neither what waits, nor what would be subtracted. */
static int forget_all(struct signin_log *log, struct store *store)
{
	int err = store_begin(store);

	if (err)
		return err;
	err = store_log_remove(store, INT64_MAX);
	if (!err)
		err = store_bases_remove(store);
	if (err) {
		store_rollback(store);
		return err;
	}
	err = store_commit(store);
	if (!err)
		signin_log_attach(log, store);
	return err;
}

static int flush(struct signin_log *log, struct store *store)
{
	uint64_t size = 0;
	/* At the start the directory may not have been there, which ends by itself, too. */
	int err = log->waiting ? write_pieces(log, store) : signin_directory_make(log->directory);

	set_trouble(log, err);
	if (err || !log->waiting)
		return err;
	err = remove_pieces(store, log->written);
	if (err)
		return err;
	log->written = 0; /* the numbers may begin anew */
	err = store_log_size(store, &size);
	if (!err)
		log->waiting = size;
	return err;
}

/* --- days ----------------------------------------------------------------------------------- */

/* Once a day, at the start, and when less is to be kept. */
static void clean(struct signin_log *log, uint64_t keep_s)
{
	struct signin_retention retention = {
		.today = clock_wall_ms() / RECORD_DAY_MS,
		.keep_days = (keep_s + DAY_S - 1) / DAY_S,
	};
	size_t removed = 0;

	if (log->seen_day != retention.today)
		log->is_steady = log->seen_day && log->seen_day + 1 == retention.today;
	retention.is_steady = log->is_steady;
	log->seen_day = retention.today;
	if (retention.today == log->cleaned_day && keep_s == log->cleaned_keep_s)
		return;
	log->cleaned_day = retention.today;
	log->cleaned_keep_s = keep_s;
	if (signin_files_clean(log->directory, &retention, &removed))
		return;
	if (removed)
		log_info("%zu files of the sign-in log in '%s' were older than `keep` and are "
			 "removed",
			 removed, log->directory);
}

static uint64_t later(uint64_t now_ns, uint64_t ms)
{
	return now_ns + ms * NS_PER_MS;
}

static bool has_work(const struct signin_log *log)
{
	return log->waiting || log->trouble.text[0]; /* written by this thread alone */
}

uint64_t signin_log_flush(struct signin_log *log, struct store *store, bool is_last)
{
	uint64_t now_ns = gate_now_ns(), keep_s;
	int err;

	if (!log)
		return UINT64_MAX;
	keep_s = atomic_load_explicit(&log->keep_s, memory_order_relaxed);
	if (!keep_s) {
		set_trouble(log, 0);
		if (log->waiting || log->has_bases)
			(void)forget_all(log, store);
		return UINT64_MAX;
	}
	if (now_ns >= log->clean_at_ns || keep_s != log->cleaned_keep_s) {
		clean(log, keep_s);
		log->clean_at_ns = later(now_ns, CLEAN_MS);
	}
	if (!has_work(log))
		return log->clean_at_ns;
	if (!log->flush_at_ns)
		log->flush_at_ns = later(now_ns, GATHER_MS);
	if (now_ns >= log->flush_at_ns || is_last) {
		err = flush(log, store);
		log->flush_at_ns = later(gate_now_ns(), err ? RETRY_MS : 0);
	}
	if (!has_work(log))
		return log->clean_at_ns;
	return log->flush_at_ns < log->clean_at_ns ? log->flush_at_ns : log->clean_at_ns;
}
