/* SPDX-License-Identifier: MIT */
/* accounting_facts.h - rules of accounting: causes, counters, and when to try again. Pure. */
#ifndef XDP511_PORTAL_ACCOUNTING_FACTS_H
#define XDP511_PORTAL_ACCOUNTING_FACTS_H

#include <stdbool.h>
#include <stdint.h>

/* Acct-Status-Type (RFC 2866 5.1). */
enum acct_status {
	ACCT_START = 1,
	ACCT_STOP = 2,
	ACCT_INTERIM = 3,
	ACCT_ON = 7,
	ACCT_OFF = 8,
};

/* Acct-Terminate-Cause (RFC 2866 5.10), those that happen here. */
enum acct_cause {
	CAUSE_NONE = 0,
	CAUSE_USER_REQUEST = 1,
	CAUSE_LOST_SERVICE = 3,
	CAUSE_IDLE_TIMEOUT = 4,
	CAUSE_SESSION_TIMEOUT = 5,
	CAUSE_ADMIN_RESET = 6,
	CAUSE_NAS_REQUEST = 10,
	CAUSE_NAS_REBOOT = 11,
};

/* Of a session, as the gate counts: up is what the device has sent. */
struct acct_counts {
	uint64_t up_bytes, up_packets, down_bytes, down_packets;
};

/* No counter of @now is behind that of @before: it may be the same session. */
bool acct_goes_on(const struct acct_counts *now, const struct acct_counts *before);

/* What came after @base; counters that are behind it are 0. */
struct acct_counts acct_since(const struct acct_counts *now, const struct acct_counts *base);

/*
 * Why it ended, by the reason in the daemon's event. `logout` is for @noted, what this program
 * said before it asked for that (CAUSE_NONE: then it was the operator).
 */
enum acct_cause acct_cause(const char *reason, enum acct_cause noted);

/* What is known of a session that the daemon no longer has, and nobody has seen it end. */
struct acct_loss {
	enum acct_cause noted;
	bool is_superseded;			   /* the device has signed in anew since */
	bool has_rebooted;			   /* the machine, since it was last seen */
	uint64_t expires_at, last_seen_at, idle_s; /* 0: not known, none */
	uint64_t seen_at;			   /* it was there then */
	uint64_t now;
};

/* The likeliest cause, and when that was. */
enum acct_cause acct_cause_of_loss(const struct acct_loss *loss, uint64_t *ret_at);

/* Seconds until a record that was sent @tries times without an answer is sent again. */
uint64_t acct_patience_s(uint32_t tries);

/* [radius] interim wins (RFC 2869 5.16); what a server says is a minute at least. */
uint64_t acct_interim_s(uint64_t configured_s, uint64_t granted_s);

/* When the first interim is due: sessions that begin together don't stay in step. */
uint64_t acct_first_interim(uint64_t now, uint64_t interim_s, uint32_t random);

#endif /* XDP511_PORTAL_ACCOUNTING_FACTS_H */
