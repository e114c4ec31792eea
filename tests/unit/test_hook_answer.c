/* SPDX-License-Identifier: MIT */
/* test_hook_answer.c - answers of the hook of `code`, right and hostile ones, and what it is asked. */
#include "table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "portal/web/form.h"
#include "portal/hook/hook_answer.h"

static const struct row {
	const char *sentence;
	const char *text;
	const char *problem; /* NULL: it reads */
	bool is_ok;
	const char *user, *message;
	uint64_t timeout; /* 0: not given */
} rows[] = {
	{"yes", "{\"ok\":true}", NULL, true, "", "", 0},
	{"no", "{\"ok\":false,\"message\":\"Not today\"}", NULL, false, "", "Not today", 0},
	{"yes with limits",
	 "{\"ok\":true,\"user\":\"t 1\",\"timeout\":60,\"quota\":1,\"up\":2,\"down\":3,\"idle\":4}",
	 NULL, true, "t 1", "", 60},
	{"null is nothing", "{\"ok\":true,\"user\":null,\"timeout\":null}", NULL, true, "", "", 0},
	{"what isn't known is let be", "{\"ok\":true,\"x\":[1]}\n", NULL, true, "", "", 0},
	{"nothing", "", "no object", false, NULL, NULL, 0},
	{"a text", "hello", "no object", false, NULL, NULL, 0},
	{"a list", "[true]", "no object", false, NULL, NULL, 0},
	{"two of them", "{\"ok\":true}{\"ok\":false}", "no object", false, NULL, NULL, 0},
	{"ok twice", "{\"ok\":false,\"ok\":true}", "no object", false, NULL, NULL, 0},
	{"no ok", "{\"message\":\"x\"}", "\"ok\" is neither", false, NULL, NULL, 0},
	{"ok that is a text", "{\"ok\":\"true\"}", "\"ok\" is neither", false, NULL, NULL, 0},
	{"ok that is 1", "{\"ok\":1}", "\"ok\" is neither", false, NULL, NULL, 0},
	{"a control character", "{\"ok\":true,\"message\":\"\\u001b[2J\"}",
	 "\"message\" is no text", false, NULL, NULL, 0},
	{"a newline in a name", "{\"ok\":true,\"user\":\"a\\nb\"}", "\"user\" is no text", false,
	 NULL, NULL, 0},
	{"a negative limit", "{\"ok\":true,\"timeout\":-1}", "\"timeout\" is no whole", false, NULL,
	 NULL, 0},
	{"half a second", "{\"ok\":true,\"timeout\":0.5}", "\"timeout\" is no whole", false, NULL,
	 NULL, 0},
	{"a limit that is a text", "{\"ok\":true,\"up\":\"10M\"}", "\"up\" is no whole", false,
	 NULL, NULL, 0},
	{"no UTF-8", "{\"ok\":true,\"user\":\"\xff\"}", "no object", false, NULL, NULL, 0},
};

static void test_row(void **state)
{
	const struct row *row = *state;
	struct hook_answer answer = {.is_ok = false};
	struct error error = {.text = ""};
	int err = hook_answer_read(row->text, strlen(row->text), &answer, &error);

	if (row->problem) {
		assert_int_equal(err, -EINVAL);
		assert_non_null(strstr(error.text, row->problem));
		assert_false(answer.is_ok);
		return;
	}
	assert_int_equal(err, 0);
	assert_int_equal(answer.is_ok, row->is_ok);
	assert_string_equal(answer.user, row->user);
	assert_string_equal(answer.message, row->message);
	assert_int_equal(answer.timeout_s.is_given, row->timeout > 0);
	assert_int_equal(answer.timeout_s.value, row->timeout);
}

static void test_bounds(void **state)
{
	char text[HOOK_ANSWER_MAX + 1], name[GRANT_USER_SIZE + 1];
	struct hook_answer answer;
	struct error error;

	(void)state;
	memset(name, 'x', sizeof(name));
	name[GRANT_USER_SIZE] = '\0';
	snprintf(text, sizeof(text), "{\"ok\":true,\"user\":\"%s\"}", name);
	assert_int_equal(hook_answer_read(text, strlen(text), &answer, &error), -EINVAL);
	snprintf(text, sizeof(text), "{\"ok\":true,\"user\":\"%s\"}", name + 1);
	assert_int_equal(hook_answer_read(text, strlen(text), &answer, &error), 0);
	assert_int_equal(strlen(answer.user), GRANT_USER_SIZE - 1);
	memset(text, ' ', sizeof(text));
	memcpy(text, "{\"ok\":true}", 11);
	assert_int_equal(hook_answer_read(text, HOOK_ANSWER_MAX - 1, &answer, &error), 0);
	assert_int_equal(hook_answer_read(text, HOOK_ANSWER_MAX, &answer, &error), -EINVAL);
	assert_int_equal(hook_answer_read("{\"ok\":true,\"user\":\"a\\u0000b\"}", 29, &answer,
					  &error),
			 -EINVAL);
}

static void test_question(void **state)
{
	static const char form_text[] = "method=code&code=%22%7D&contact=a%40b";
	struct form form;
	struct attempt attempt = {
		.device = {.mac = {2, 5, 0x11, 0, 0, 1}, .zone = "press", .address = "198.18.1.10"},
		.form = &form,
	};
	char *text;
	json_t *json;

	(void)state;
	assert_int_equal(form_parse(form_text, strlen(form_text), &form), 0);
	text = hook_question(&attempt, "check", "a@b");
	assert_non_null(text);
	assert_null(strchr(text, '\n'));
	json = json_loads(text, 0, NULL);
	assert_string_equal(json_string_value(json_object_get(json, "action")), "check");
	assert_string_equal(json_string_value(json_object_get(json, "mac")), "02:05:11:00:00:01");
	assert_string_equal(json_string_value(json_object_get(json, "zone")), "press");
	assert_string_equal(json_string_value(json_object_get(json, "code")), "\"}");
	assert_string_equal(json_string_value(json_object_get(json, "contact")), "a@b");
	assert_string_equal(json_string_value(json_object_get(json, "address")), "198.18.1.10");
	json_decref(json);
	free(text);
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(rows) + 2];

	TABLE_TESTS(tests, rows, test_row);
	tests[ARRAY_SIZE(rows)] = (struct CMUnitTest)cmocka_unit_test(test_bounds);
	tests[ARRAY_SIZE(rows) + 1] = (struct CMUnitTest)cmocka_unit_test(test_question);
	return cmocka_run_group_tests_name("hook_answer", tests, NULL, NULL);
}
