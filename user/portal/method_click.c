/* SPDX-License-Identifier: MIT */
/* method_click.c - signing in by agreeing to the terms. */
#include <stdio.h>
#include <string.h>

#include "portal/attempt.h"
#include "portal/web/form.h"

void method_click(struct attempt *attempt)
{
	bool has_agreed = !strcmp(form_value(attempt->form, "accept"), "1");

	attempt->result = has_agreed ? ATTEMPT_GRANTED : ATTEMPT_REFUSED;
	if (!has_agreed)
		attempt->problem = "problem.accept";
	snprintf(attempt->grant.method, sizeof(attempt->grant.method), "click");
	attempt->done(attempt);
}
