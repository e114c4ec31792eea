/* SPDX-License-Identifier: MIT */
/* users.h - the gateway's own list of users, in the portal's database. */
#ifndef XDP511_PORTAL_USERS_H
#define XDP511_PORTAL_USERS_H

#include <stdbool.h>
#include <stdint.h>

#include "portal/accounts/accounts.h"
#include "portal/attempt.h"
#include "portal/accounts/password.h"
#include "portal/portal.h"

#define USERS_MAX	100000U
#define USERS_PAGE	64U
#define USER_NOTE_SIZE	129
#define USER_NAME_BYTES 64 /* at most, without NUL */

/* Limits that aren't given are the zone's. Times are seconds of the wall clock. */
struct user {
	char name[GRANT_USER_SIZE]; /* the case of ASCII letters doesn't matter */
	char hash[PASSWORD_HASH_SIZE];
	char note[USER_NOTE_SIZE];
	char zone[ZONE_NAME_SIZE]; /* "": any */
	bool is_disabled;
	struct limit timeout_s, idle_s, up_bps, down_bps, quota_bytes; /* of each session */
	struct limit devices;					       /* at a time; 0: any */
	struct limit is_oldest_out;
	uint64_t created_at;
	uint64_t changed_at;
};

/* -EINVAL with a sentence: it is empty, too long or has characters that names don't have. */
int user_check_name(const char *name, struct error *error);

/* Functions return 0 or -errno, those of one name -ENOENT. */
int users_get(struct accounts *accounts, const char *name, struct user *ret_user);
/* The next ones behind @after ("": from the start): the number of them, or -errno. */
int users_page(struct accounts *accounts, const char *after, struct user *users, size_t max);
int users_put(struct accounts *accounts, const struct user *user);
int users_remove(struct accounts *accounts, const char *name);
int users_count(struct accounts *accounts, uint64_t *ret_n);

/* What the user is granted in @zone. Pure. */
void user_grant(const struct user *user, const struct config_zone *zone, struct grant *ret_grant);

/* Signs out all sessions of a method's user, as far as the daemon answers (sign_out.c). */
void sign_out_account(struct control *control, const char *method, const char *user);

#endif /* XDP511_PORTAL_USERS_H */
