/* SPDX-License-Identifier: MIT */
/*
 * attempt.h - one try to sign in: who asks, by which method, and what it is granted.
 *
 *   form or UAM request ─► attempt ─► method_…() ─► done() ─► admit() ─► the daemon
 *
 * A method decides and does nothing else: it fills in the result and the grant, and calls done()
 * exactly once, on the loop's thread, perhaps before it returns. The attempt is the asker's, and
 * stays in place until then, also when the guest has left meanwhile.
 */
#ifndef XDP511_PORTAL_ATTEMPT_H
#define XDP511_PORTAL_ATTEMPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "portal/daemon/device.h"

struct portal;
struct form;

#define GRANT_USER_SIZE	     129 /* the daemon's bounds, with NUL */
#define GRANT_METHOD_SIZE    33
#define REPLY_SIZE	     254
#define CLASS_SIZE	     253
#define ACCT_SESSION_ID_SIZE 33 /* of an Acct-Session-Id, with NUL */

/* A limit that was granted; else the zone's own holds. 0: unlimited. */
struct limit {
	bool is_given;
	uint64_t value;
};

struct grant {
	char user[GRANT_USER_SIZE];	/* of the session: a name, a voucher's code; "": nobody */
	char method[GRANT_METHOD_SIZE]; /* of the session */
	struct limit timeout_s, idle_s, up_bps, down_bps, quota_bytes;

	/* Sessions of this user and method are counted together against it; 0: any number. */
	uint32_t max_devices;
	bool is_oldest_out; /* at one too many; else the new one is refused */

	/* RADIUS accounting: */
	bool has_accounting;
	uint8_t class_value[CLASS_SIZE];       /* as the server gave it */
	size_t class_size;		       /* 0: none */
	uint32_t interim_s;		       /* 0: none */
	char session_id[ACCT_SESSION_ID_SIZE]; /* that a portal elsewhere was told; "": a new one */
};

enum attempt_result {
	ATTEMPT_GRANTED,
	ATTEMPT_SENT,	     /* a code is on its way to the guest, who is to type it */
	ATTEMPT_REFUSED,     /* what was given isn't right, or no longer */
	ATTEMPT_FULL,	     /* too many devices, or no room in the gateway */
	ATTEMPT_TOO_OFTEN,   /* by the device, or in that name; later */
	ATTEMPT_UNAVAILABLE, /* who has to say so can't be asked */
	ATTEMPT_RESULT_COUNT
};

struct attempt {
	struct portal *portal;
	const struct config_zone *zone;
	struct device device;
	const struct form *form; /* the fields that came with it (form.h) */
	/* Of a CHAP answer (UAM); the password isn't known then. */
	bool is_chap;
	uint8_t chap_id;
	uint8_t chap_challenge[16];
	uint8_t chap_response[16];
	bool is_radius; /* it is that method, whatever it was called: set by it */

	void (*done)(struct attempt *attempt);
	void *context; /* the asker's */

	enum attempt_result result;
	char reply[REPLY_SIZE]; /* of the server or hook, for the guest; "": the theme's sentence */
	const char *problem;	/* the theme's key for why not, static; NULL: the result's own */
	struct grant grant;
	void *method_state; /* the method's own, while it decides */
};

/* The methods; each has a file method_….c. Names are those of [sign-in] methods. */
void method_click(struct attempt *attempt);
void method_voucher(struct attempt *attempt); /* form field voucher */
void method_user(struct attempt *attempt);    /* username, password */
void method_radius(struct attempt *attempt);  /* username, password; or CHAP */
void method_code(struct attempt *attempt);    /* code, contact */

/*
 * Puts into force what was granted: the account's devices are counted, the daemon is told, and
 * accounting begins. done() is called as by a method; a result that isn't GRANTED stays as it is.
 */
void admit(struct attempt *attempt);

#endif /* XDP511_PORTAL_ATTEMPT_H */
