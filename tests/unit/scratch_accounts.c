/* SPDX-License-Identifier: MIT */
/* scratch_accounts.c - the portal's database in a directory of the test's own. */
#include "scratch_accounts.h"

struct accounts *accounts;

int accounts_set_up(void **state)
{
	struct error error;

	return scratch_make(state) || accounts_open(scratch, &accounts, &error);
}

int accounts_tear_down(void **state)
{
	accounts = accounts_close(accounts);
	return scratch_remove(state);
}
