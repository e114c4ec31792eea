/* SPDX-License-Identifier: MIT */
/* hook_answer.h - what the hook of `code` is asked, and what its answer means: JSON. Pure. */
#ifndef XDP511_PORTAL_HOOK_ANSWER_H
#define XDP511_PORTAL_HOOK_ANSWER_H

#include "portal/attempt.h"

#define HOOK_QUESTION_MAX 4096
#define HOOK_ANSWER_MAX	  4096
#define HOOK_FIELD_SIZE	  129 /* of a contact or a code, with NUL */

struct hook_answer {
	bool is_ok;
	char message[REPLY_SIZE];
	char user[GRANT_USER_SIZE];
	struct limit timeout_s, idle_s, up_bps, down_bps, quota_bytes;
};

/* The caller's to free; NULL: out of memory. @action: "send" or "check". */
char *hook_question(const struct attempt *attempt, const char *action, const char *contact);

/* -EINVAL with a sentence, and nothing of the answer's own in it that a log can't have. */
int hook_answer_read(const char *text, size_t size, struct hook_answer *ret_answer,
		     struct error *error);

#endif /* XDP511_PORTAL_HOOK_ANSWER_H */
