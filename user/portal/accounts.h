/* SPDX-License-Identifier: MIT */
/*
 * accounts.h - the portal's database (SQLite, WAL): vouchers, users, and what RADIUS is owed.
 *
 * One connection, used on the loop's thread. What an operator makes is on the disk when the
 * function returns; what guests use of it is, at the latest, after a second.
 */
#ifndef XDP511_PORTAL_ACCOUNTS_H
#define XDP511_PORTAL_ACCOUNTS_H

#include <sqlite3.h>

#include "base/log.h"

struct accounts {
	sqlite3 *db;
};

/* Opens or makes @state_dir/portal.db with all tables (each module has its own, by its SQL). */
int accounts_open(const char *state_dir, struct accounts **ret_accounts, struct error *error);
struct accounts *accounts_close(struct accounts *accounts); /* takes NULL, returns NULL */

#endif /* XDP511_PORTAL_ACCOUNTS_H */
