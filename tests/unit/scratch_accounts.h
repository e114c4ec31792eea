/* SPDX-License-Identifier: MIT */
/* scratch_accounts.h - the portal's database in a directory of the test's own. */
#ifndef XDP511_TEST_SCRATCH_ACCOUNTS_H
#define XDP511_TEST_SCRATCH_ACCOUNTS_H

#include "portal/accounts/accounts.h"
#include "scratch.h"

extern struct accounts *accounts;

/* As cmocka's set-up and tear-down. */
int accounts_set_up(void **state);
int accounts_tear_down(void **state);

#endif /* XDP511_TEST_SCRATCH_ACCOUNTS_H */
