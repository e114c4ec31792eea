/* SPDX-License-Identifier: MIT */
/*
 * vouchers.h - vouchers in the portal's database: made, listed, changed, and what their sessions
 * use of them.
 *
 * What a session uses is known from the daemon: at its end by the event, while it lasts by
 * asking now and then, which is also how a session is found whose end was missed.
 */
#ifndef XDP511_PORTAL_VOUCHERS_H
#define XDP511_PORTAL_VOUCHERS_H

#include <jansson.h>

#include "portal/accounts/accounts.h"
#include "portal/portal.h"
#include "portal/accounts/voucher.h"

#define VOUCHERS_MAX   1000000U
#define VOUCHERS_BATCH 100000U /* that are made at once */
#define VOUCHERS_SLICE 250U    /* of them in one transaction */
#define VOUCHERS_PAGE  64U

/* vouchers.c. Functions return 0 or -errno, those of one code -ENOENT. */
int vouchers_get(struct accounts *accounts, const char *code, struct voucher *ret_voucher);

/* The next ones behind @after (code "": from the start) in the order of batch and code. */
struct voucher_place {
	uint32_t batch;
	char code[VOUCHER_CODE_SIZE];
};
/* @batch 0: any. The number of them, or -errno. */
int vouchers_page(struct accounts *accounts, uint32_t batch, struct voucher_place *after,
		  struct voucher *vouchers, size_t max);

/* Writes what an operator may change: note, zone, limits, devices, end, and whether it is revoked. */
int vouchers_change(struct accounts *accounts, const struct voucher *voucher);

/* All of a batch; how many that concerned in *ret_n. */
int vouchers_revoke_batch(struct accounts *accounts, uint32_t batch, uint64_t now, uint64_t *ret_n);
/* Those of a batch that have no session are removed from the database. */
int vouchers_forget_batch(struct accounts *accounts, uint32_t batch, uint64_t *ret_n);
int vouchers_count(struct accounts *accounts, uint64_t *ret_n);

/* voucher_batches.c: a new batch begins, grows slice by slice, and is whole, or forgotten. */
int vouchers_begin_batch(struct accounts *accounts, uint32_t *ret_batch);
int vouchers_make(struct accounts *accounts, const struct voucher *like,
		  size_t n); /* -EINTR: again */
int vouchers_end_batch(struct accounts *accounts, uint32_t batch, bool is_whole);
int vouchers_clean_up(struct accounts *accounts); /* batches that never became whole */

/* voucher_sessions.c: what is known of sessions. */
struct voucher_session {
	char mac[MAC_TEXT];
	char zone[ZONE_NAME_SIZE];
	uint64_t bytes;
	uint64_t missing_at; /* since when the daemon doesn't have it; 0: it has it */
};
/* A session is there, perhaps for long; the voucher's time begins with its first one. */
int voucher_session_begin(struct accounts *accounts, const char *code,
			  const struct voucher_session *session, uint64_t now);
/* It has ended and used @bytes in all. One that isn't known has been counted. */
int voucher_session_end(struct accounts *accounts, const char *code,
			const struct voucher_session *session);
/* The voucher's sessions are these of the daemon's, an array. */
int voucher_sessions_take(struct accounts *accounts, const char *code, const json_t *list,
			  uint64_t now);
/* When each session of the voucher is to be asked for again. */
int voucher_sessions_set_due(struct accounts *accounts, const char *code, uint64_t due_at);
int voucher_sessions_set_all_due(struct accounts *accounts);
/* Codes that are due, at most @max: their number, or -errno. */
int voucher_sessions_due(struct accounts *accounts, uint64_t now, char codes[][VOUCHER_CODE_SIZE],
			 size_t max);
/* What the device's session has used; 0: it has none that is still there. */
uint64_t voucher_session_bytes(struct accounts *accounts, const char *code, const char *mac,
			       const char *zone);

/* voucher_watch.c: the part of the portal that follows them. */
int vouchers_start(struct portal *portal, struct error *error);
void vouchers_stop(struct portal *portal);

/* Asks the daemon for the voucher's sessions; ends them when it is worth nothing any more. */
typedef void (*vouchers_fn)(void *context, int err);
int vouchers_check(struct vouchers *vouchers, const char *code, vouchers_fn fn, void *context);

/* The daemon has confirmed the attempt; nothing if it isn't one of a voucher. */
void vouchers_begin(const struct attempt *attempt);

/* Wrong codes are limited for all devices together. False: there were too many. */
bool vouchers_may_try(struct vouchers *vouchers);
void vouchers_note_wrong(struct vouchers *vouchers);

#endif /* XDP511_PORTAL_VOUCHERS_H */
