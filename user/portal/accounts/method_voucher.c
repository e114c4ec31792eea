/* SPDX-License-Identifier: MIT */
/* method_voucher.c - signing in with the code of a voucher. */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "portal/web/form.h"
#include "portal/accounts/vouchers.h"

static void refuse(struct attempt *attempt, enum attempt_result result, const char *problem)
{
	attempt->result = result;
	attempt->problem = problem;
	attempt->done(attempt);
}

static const char *problem_of(enum voucher_state state)
{
	switch (state) {
	case VOUCHER_USED_UP:
		return "problem.voucher_used_up";
	case VOUCHER_EXPIRED:
		return "problem.voucher_expired";
	default: /* revoked: as if it had never been */
		return "problem.voucher";
	}
}

static void judge(struct attempt *attempt, const struct voucher *voucher)
{
	uint64_t now = (uint64_t)time(NULL), own_bytes;
	enum voucher_state state = voucher_state(voucher, now);
	char mac[MAC_TEXT];

	if (state > VOUCHER_IN_USE) {
		refuse(attempt, ATTEMPT_REFUSED, problem_of(state));
		return;
	}
	if (voucher->zone[0] && strcmp(voucher->zone, attempt->zone->name) != 0) {
		refuse(attempt, ATTEMPT_REFUSED, "problem.voucher");
		return;
	}
	own_bytes =
		voucher_session_bytes(attempt->portal->accounts, voucher->code,
				      format_mac(attempt->device.mac, mac), attempt->device.zone);
	voucher_grant(voucher, attempt->zone, own_bytes, now, &attempt->grant);
	attempt->result = ATTEMPT_GRANTED;
	attempt->done(attempt);
}

/* Its sessions have been asked for; the code is the grant's user since. */
static void on_checked(void *context, int err)
{
	struct attempt *attempt = context;
	struct voucher voucher;

	if (!err)
		err = vouchers_get(attempt->portal->accounts, attempt->grant.user, &voucher);
	if (err)
		refuse(attempt, ATTEMPT_UNAVAILABLE, NULL);
	else
		judge(attempt, &voucher);
}

/* Where others use of the same quota, what they have used has to be known as of now. */
static bool has_shared_quota(const struct voucher *voucher)
{
	return voucher->n_sessions && voucher->quota_bytes.is_given && voucher->quota_bytes.value;
}

void method_voucher(struct attempt *attempt)
{
	struct vouchers *vouchers = attempt->portal->vouchers;
	char code[VOUCHER_CODE_SIZE];
	struct voucher voucher;
	int err;

	/* A code that is mistyped tells nothing, and whoever guesses doesn't mistype. */
	if (voucher_code_read(form_value(attempt->form, "voucher"), code)) {
		refuse(attempt, ATTEMPT_REFUSED, "problem.voucher");
		return;
	}
	if (!vouchers_may_try(vouchers)) {
		refuse(attempt, ATTEMPT_TOO_OFTEN, NULL);
		return;
	}
	err = vouchers_get(attempt->portal->accounts, code, &voucher);
	if (err == -ENOENT) {
		vouchers_note_wrong(vouchers);
		refuse(attempt, ATTEMPT_REFUSED, "problem.voucher");
		return;
	}
	if (!err && !has_shared_quota(&voucher)) {
		judge(attempt, &voucher);
		return;
	}
	memcpy(attempt->grant.user, voucher.code, sizeof(voucher.code));
	if (err || vouchers_check(vouchers, voucher.code, on_checked, attempt))
		refuse(attempt, ATTEMPT_UNAVAILABLE, NULL);
}
