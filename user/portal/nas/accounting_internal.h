/* SPDX-License-Identifier: MIT */
/* accounting_internal.h - what the files of accounting share: rows, records, and the part itself. */
#ifndef XDP511_PORTAL_ACCOUNTING_INTERNAL_H
#define XDP511_PORTAL_ACCOUNTING_INTERNAL_H

#include <jansson.h>

#include "portal/nas/accounting.h"
#include "portal/nas/accounting_facts.h"
#include "portal/accounts/accounts.h"
#include "portal/portal.h"
#include "radius/packet.h"

#define ACCT_ID_SIZE ACCT_SESSION_ID_SIZE
#define ACCT_GRACE_S 3	/* for an event that is on its way, of a session found gone */
#define ACCT_SENDING 64 /* records on their way at a time, at most */
#define ACCT_LEASE_S 10 /* a look that had no answer; those of the daemon come within 5 s */

/* --- accounting_rows.c: sessions that were begun and have not been ended ---------------------- */

/* Times are seconds of the wall clock; 0: never, or not known. */
struct acct_row {
	char id[ACCT_ID_SIZE];
	uint8_t mac[6];
	char zone[ZONE_NAME_SIZE];
	char user[GRANT_USER_SIZE];
	char method[GRANT_METHOD_SIZE];
	uint8_t class_value[CLASS_SIZE];
	size_t class_size;
	char ipv4[ADDRESS_SIZE], ipv6[ADDRESS_SIZE]; /* "": not known */
	uint64_t interim_s;
	uint64_t started_at;
	uint64_t login_at;     /* as the daemon has it; it tells sign-ins of a device apart */
	uint64_t seen_at;      /* by a look; 0: the daemon may not even have been asked */
	uint64_t last_seen_at; /* the device, by the gate */
	uint64_t expires_at, idle_s;
	uint64_t look_at, interim_at; /* when the next is due */
	uint64_t lost_at;	      /* it was found gone */
	uint64_t noted_at;	      /* @noted was */
	enum acct_cause noted;
	bool is_started; /* its Start is in the spool, or was */
	bool is_superseded;
	struct acct_counts base; /* what the daemon's session had come to before */
	struct acct_counts last; /* of the daemon's session, when last seen */
};

int acct_row_put(struct accounts *accounts, const struct acct_row *row);
int acct_row_get(struct accounts *accounts, const char *id, struct acct_row *ret_row);
int acct_row_delete(struct accounts *accounts, const char *id);

/* The newest first; returns how many, or -errno. */
#define ACCT_ROWS_OF_DEVICE 8
int acct_rows_of(struct accounts *accounts, const uint8_t mac[6], const char *zone,
		 struct acct_row ret_rows[ACCT_ROWS_OF_DEVICE]);

/* The first of those to look at; it isn't found again before @lease_until. -ENOENT: none. */
int acct_row_due(struct accounts *accounts, uint64_t now, uint64_t lease_until,
		 struct acct_row *ret_row);
/* One that was found gone until @before. -ENOENT: none. */
int acct_row_lost(struct accounts *accounts, uint64_t before, struct acct_row *ret_row);

int acct_rows_look_at(struct accounts *accounts, uint64_t at); /* all that aren't lost */
/* The clock was set: all that happened was @by seconds later by it. */
int acct_rows_shift(struct accounts *accounts, int64_t by);
int acct_rows_number(struct accounts *accounts, uint64_t *ret_n);

/* --- accounting_record.c: a record's attributes, as they are sent but for the delay ----------- */

struct acct_what {
	enum acct_status status;
	uint64_t at;		   /* when it happened */
	struct acct_counts counts; /* of an interim and a stop */
	enum acct_cause cause;	   /* of a stop */
};
void acct_record(const struct portal *portal, const struct acct_row *row,
		 const struct acct_what *what, struct packet *packet);
/* Accounting-On and -Off, which are of no session. */
void acct_record_all(struct packet *packet, enum acct_status status, uint64_t at);

/* --- accounting_spool.c: records that no server has confirmed ---------------------------------- */

struct acct_spooled {
	uint64_t seq; /* in the order in which they were written */
	char session[ACCT_ID_SIZE];
	enum acct_status status;
	uint64_t at;
	uint32_t tries;
	uint8_t data[RADIUS_MAX];
	size_t size;
};

/*
 * An interim that still waits gives way to the next one of its session: totals are totals. How
 * many have, or -errno.
 */
int acct_spool_add(struct accounts *accounts, const char *session, enum acct_status status,
		   uint64_t at, const struct packet *packet);

/*
 * The next records that may be sent, one of a session, in their order; those of @on_way are
 * skipped. Behind an Accounting-On nothing is sent before it is confirmed. How many, or -errno.
 */
int acct_spool_next(struct accounts *accounts, uint64_t now_ms, const uint64_t *on_way,
		    size_t n_on_way, struct acct_spooled *ret_record);

int acct_spool_done(struct accounts *accounts, const struct acct_spooled *record);
int acct_spool_later(struct accounts *accounts, const struct acct_spooled *record, uint64_t due_ms);
int acct_spool_wake(struct accounts *accounts);			    /* all are due */
int acct_spool_oldest(struct accounts *accounts, uint64_t *ret_at); /* -ENOENT: it is empty */
int acct_spool_number(struct accounts *accounts, uint64_t *ret_n);
/* Makes room: the oldest interims go, and when there are none the oldest records. */
int acct_spool_shrink(struct accounts *accounts, uint64_t n, uint64_t *ret_n_removed);

/* --- the part ---------------------------------------------------------------------------------- */

struct look;
struct sending;

struct accounting {
	struct portal *portal;
	struct accounts *accounts; /* the portal's */
	int timer;
	uint64_t booted_at; /* the machine, by the clock as it is now */
	struct look *looks; /* on their way */
	size_t n_looks;
	struct sending *sending; /* on their way */
	size_t n_sending;
	size_t window;			      /* how many may be: one while no server answers */
	uint64_t n_spooled, n_spooled_before; /* before: the transaction that goes on */
	uint64_t told_at;	 /* when the log was told last that no server answers; 0: they do */
	uint64_t pause_until_ms; /* monotonic; nothing is sent before: it couldn't be noted */
	bool is_stopping;
};

/* accounting.c */
int acct_spool(struct accounting *accounting, const char *session, enum acct_status status,
	       uint64_t at, const struct packet *packet);
void acct_failed(struct accounting *accounting, int err); /* says that the database can't be used */

/* accounting_ends.c: what begins, goes on and ends, as rows and records in one transaction. */
struct acct_seen {
	char user[GRANT_USER_SIZE];
	char method[GRANT_METHOD_SIZE];
	bool is_active;
	uint64_t login_at, last_seen_at, expires_at, idle_s;
	char ipv4[ADDRESS_SIZE], ipv6[ADDRESS_SIZE];
	struct acct_counts counts;
};
/* As the daemon's event has it. */
struct acct_end {
	uint8_t mac[6];
	char zone[ZONE_NAME_SIZE];
	const char *reason;
	uint64_t login_at, at;
	struct acct_counts counts;
};
void acct_session_seen(struct accounting *accounting, const char *id, const struct acct_seen *seen);
void acct_session_missing(struct accounting *accounting, const char *id);
void acct_session_ended(struct accounting *accounting, const struct acct_end *end);
void acct_end_lost(struct accounting *accounting);

/* accounting_look.c: asks the daemon for sessions, a few at a time. */
void acct_look(struct accounting *accounting);
int acct_look_at(struct accounting *accounting, const struct acct_row *row); /* now */
void acct_on_event(void *context, const json_t *event); /* NULL: some may have been missed */
void acct_looks_orphan(struct accounting *accounting);	/* their answers count no more */

/* accounting_send.c: brings the spool to the servers. */
void acct_send(struct accounting *accounting);
void acct_sending_orphan(struct accounting *accounting);

#endif /* XDP511_PORTAL_ACCOUNTING_INTERNAL_H */
