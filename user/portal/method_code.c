/* SPDX-License-Identifier: MIT */
/* method_code.c - signing in with a code that the operator's hook knows. */
#include "portal/attempt.h"

void method_code(struct attempt *attempt)
{
	attempt->result = ATTEMPT_UNAVAILABLE;
	attempt->done(attempt);
}
