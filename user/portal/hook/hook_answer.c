/* SPDX-License-Identifier: MIT */
/* hook_answer.c - the JSON that the hook of `code` is asked with, and the JSON that it answers. */
#include "portal/hook/hook_answer.h"

#include <errno.h>
#include <string.h>

#include <jansson.h>

#include "base/mac.h"
#include "portal/web/form.h"

char *hook_question(const struct attempt *attempt, const char *action, const char *contact)
{
	char mac[MAC_TEXT];
	json_t *json = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "action", action, "mac",
				 format_mac(attempt->device.mac, mac), "zone", attempt->device.zone,
				 "contact", contact, "code", form_value(attempt->form, "code"),
				 "address", attempt->device.address);
	char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;

	json_decref(json);
	return text;
}

static int read_text(const json_t *json, const char *name, char *ret_text, size_t size,
		     struct error *error)
{
	const json_t *value = json_object_get(json, name);
	const char *text = json_string_value(value);

	if (!value || json_is_null(value))
		return 0;
	if (!text || json_string_length(value) != strlen(text) || strlen(text) >= size ||
	    !is_printable(text))
		return fail(error, EINVAL, "its \"%s\" is no text of up to %zu bytes", name,
			    size - 1);
	strcpy(ret_text, text);
	return 0;
}

static int read_limit(const json_t *json, const char *name, struct limit *ret_limit,
		      struct error *error)
{
	const json_t *value = json_object_get(json, name);

	if (!value || json_is_null(value))
		return 0;
	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return fail(error, EINVAL, "its \"%s\" is no whole number from 0 on", name);
	*ret_limit = (struct limit){true, (uint64_t)json_integer_value(value)};
	return 0;
}

static int read_fields(const json_t *json, struct hook_answer *answer, struct error *error)
{
	const struct {
		const char *name;
		struct limit *limit;
	} limits[] = {
		{"timeout", &answer->timeout_s}, {"idle", &answer->idle_s},
		{"up", &answer->up_bps},	 {"down", &answer->down_bps},
		{"quota", &answer->quota_bytes},
	};
	const json_t *ok = json_object_get(json, "ok");
	int err;
	size_t i;

	if (!json_is_boolean(ok))
		return fail(error, EINVAL, "its \"ok\" is neither true nor false");
	answer->is_ok = json_is_true(ok);
	err = read_text(json, "message", answer->message, sizeof(answer->message), error);
	if (!err)
		err = read_text(json, "user", answer->user, sizeof(answer->user), error);
	for (i = 0; i < sizeof(limits) / sizeof(limits[0]) && !err; i++)
		err = read_limit(json, limits[i].name, limits[i].limit, error);
	return err;
}

int hook_answer_read(const char *text, size_t size, struct hook_answer *ret_answer,
		     struct error *error)
{
	struct hook_answer answer = {.is_ok = false};
	json_t *json;
	int err;

	if (size >= HOOK_ANSWER_MAX)
		return fail(error, EINVAL, "it has %d bytes or more", HOOK_ANSWER_MAX);
	json = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
	err = json_is_object(json) ? read_fields(json, &answer, error)
				   : fail(error, EINVAL, "it is no object of JSON");
	json_decref(json);
	if (!err)
		*ret_answer = answer;
	return err;
}
