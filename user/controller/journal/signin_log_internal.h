/* SPDX-License-Identifier: MIT */
/* signin_log_internal.h - what the sign-in log's two halves share: making lines, and writing them. */
#ifndef XDP511_SIGNIN_LOG_INTERNAL_H
#define XDP511_SIGNIN_LOG_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/signin_record.h"
#include "controller/journal/signin_log.h"

#define SIGNIN_PIECE (256UL * 1024) /* of a transaction's lines, put into one row */

struct signin_log {
	struct gate *gate;
	char directory[PATH_SIZE];
	_Atomic uint64_t keep_s;

	/* Of the transaction under way. */
	char lines[SIGNIN_PIECE + RECORD_LINE];
	size_t used;
	size_t n_lines;	     /* in @lines */
	uint64_t saved;	     /* bytes of it that are in the database */
	zone_names zones;    /* as the database has them */
	bool has_zones;	     /* they are read */
	bool has_bases;	     /* there may be some */
	bool may_have_bases; /* the same, if the transaction succeeds */
	uint64_t dropping;   /* lines that found no room */

	/* Of what waits in the database. */
	uint64_t waiting; /* bytes */
	uint64_t written; /* the last piece that is in the file already */
	uint64_t flush_at_ns;
	uint64_t clean_at_ns;
	uint64_t cleaned_day; /* 0: none yet */
	uint64_t cleaned_keep_s;
	uint64_t seen_day;
	bool is_steady; /* it came after the day before, which was seen, too */

	pthread_mutex_t lock; /* of what follows */
	struct error trouble;
	uint64_t n_dropped;
};

#endif /* XDP511_SIGNIN_LOG_INTERNAL_H */
