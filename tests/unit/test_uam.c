/* SPDX-License-Identifier: MIT */
/* test_uam.c - URLs, proofs, XML and JSON of UAM, by CoovaChilli's formulas; requests and challenges. */
#include "table.h"

#include <errno.h>

#include <jansson.h>

#include "foreign_vectors.h"
#include "portal/foreign/uam_request.h"
#include "portal/foreign/uam_text.h"

#define USERURL "http://example.com/a?x=1&y=2 +~*!'()/é"

static const uint8_t challenge[CHALLENGE_SIZE] = {0, 1, 2,  3,	4,  5,	6,  7,
						  8, 9, 10, 11, 12, 13, 14, 15};

static struct uam_facts facts(enum uam_result result)
{
	return (struct uam_facts){
		.result = result,
		.server = "https://hotspot.example/login",
		.secret = "uamsecret",
		.host = "198.18.1.1",
		.port = 3990,
		.called = "02-05-11-00-00-FE",
		.uid = "",
		.mac = "02-05-11-00-00-01",
		.ip = "198.18.1.10",
		.reply = "",
		.nas_id = "venue 1",
		.vlan = 200,
		.session_id = "00ff",
		.userurl = USERURL,
		.session = {.user = ""},
	};
}

static void expect_url(const struct uam_facts *told, const char *name)
{
	char buffer[FOREIGN_VECTOR_SIZE], *url = uam_url(told);

	assert_non_null(url);
	assert_string_equal(url, foreign_vector(name, buffer));
	free(url);
}

static void test_urls(void **state)
{
	struct uam_facts told = facts(UAM_NOTYET_RESULT);

	(void)state;
	told.challenge = challenge;
	expect_url(&told, "notyet");
	told.result = UAM_REJECT_RESULT;
	told.server = "https://hotspot.example/login?a=b";
	told.host = "[fd00:511:1::1]";
	expect_url(&told, "rejected");
	told = facts(UAM_SUCCESS_RESULT);
	told.uid = "b@b";
	told.timeleft_s = 3600;
	told.reply = "Welcome <b>";
	expect_url(&told, "success");
	told = facts(UAM_STATUS_RESULT);
	told.is_signed_in = true;
	told.uid = "bob";
	told.timeleft_s = 3540;
	told.session = (struct uam_session){
		.user = "bob", .began_s = 1800000000, .now_s = 1800000060, .timeout_s = 3600};
	expect_url(&told, "status");
	told = facts(UAM_LOGOFF_RESULT);
	told.secret = "";
	expect_url(&told, "plain");
}

static void test_proofs(void **state)
{
	static const char password[] = "pässword, longer than 16";
	char buffer[FOREIGN_VECTOR_SIZE], hex[UAM_HEX_SIZE], text[UAM_HIDDEN_SIZE + 1];
	struct form query, none = {.n = 0};
	struct uam_request request;
	char line[FOREIGN_VECTOR_SIZE + 32];
	uint8_t key[16];

	(void)state;
	uam_key(challenge, "uamsecret", key);
	assert_string_equal(uam_hex(key, hex), foreign_vector("key", buffer));
	snprintf(line, sizeof(line), "username=b&password=%s", foreign_vector("hidden", buffer));
	assert_int_equal(form_parse(line, strlen(line), &query), 0);
	assert_int_equal(uam_request_read("/logon", &query, NULL, &request), 0);
	assert_int_equal(request.proof, UAM_PASSWORD);
	assert_int_equal(uam_reveal(request.hidden, request.hidden_size, key, text), 0);
	assert_string_equal(text, password);
	assert_int_equal(uam_reveal(request.hidden, request.hidden_size, challenge, text), -EINVAL);
	assert_int_equal(uam_reveal(request.hidden, 0, key, text), -EINVAL);
	uam_key(challenge, "", key);
	assert_memory_equal(key, challenge, sizeof(key));
	uam_session_id(challenge, text);
	assert_string_equal(text, foreign_vector("session_id", buffer));
	assert_int_equal(uam_request_read("/", &none, NULL, &request), 0);
	assert_int_equal(request.action, UAM_PRELOGIN);
}

static void test_challenges(void **state)
{
	struct device one = {.mac = {2, 5, 0x11, 0, 0, 1}, .zone = "default"}, two = one;
	uint8_t first[CHALLENGE_SIZE], again[CHALLENGE_SIZE];
	struct challenges *challenges = NULL;
	uint32_t i;

	(void)state;
	strcpy(two.zone, "press");
	assert_int_equal(challenges_new(&challenges), 0);
	assert_int_equal(challenge_find(challenges, &one, 1000, first), -ENOENT);
	assert_int_equal(challenge_give(challenges, &one, 1000, first), 0);
	assert_int_equal(challenge_give(challenges, &one, 1000 + CHALLENGE_YOUNG_MS - 1, again), 0);
	assert_memory_equal(first, again, sizeof(first));
	assert_int_equal(challenge_find(challenges, &two, 1000, again), -ENOENT);
	assert_int_equal(challenge_give(challenges, &two, 1000, again), 0);
	assert_memory_not_equal(first, again, sizeof(first));
	assert_int_equal(challenge_find(challenges, &one, 1000 + CHALLENGE_LIFETIME_MS - 1, again),
			 0);
	assert_memory_equal(first, again, sizeof(first));
	assert_int_equal(challenge_find(challenges, &one, 1000 + CHALLENGE_LIFETIME_MS, again),
			 -ENOENT);
	assert_int_equal(challenge_give(challenges, &one, 1000 + CHALLENGE_YOUNG_MS, again), 0);
	assert_memory_not_equal(first, again, sizeof(first));
	challenge_forget(challenges, &one);
	assert_int_equal(challenge_find(challenges, &one, 1000, again), -ENOENT);
	challenge_forget(challenges, &one);
	/* More devices than there is room for: the newest has its own. */
	for (i = 0; i < 20000; i++) {
		memcpy(one.mac + 2, &i, sizeof(i));
		assert_int_equal(challenge_give(challenges, &one, 2000 + i, first), 0);
		assert_int_equal(challenge_find(challenges, &one, 2000 + i, again), 0);
		assert_memory_equal(first, again, sizeof(first));
	}
	assert_null(challenges_free(challenges));
}

static void test_page_is_one_comment(void **state)
{
	enum uam_result result;

	(void)state;
	for (result = UAM_NOTYET_RESULT; result <= UAM_STATUS_RESULT; result++) {
		struct uam_facts told = facts(result);
		char *page, *end;

		told.challenge = challenge;
		told.nas_id = told.reply = "--> <script> & --";
		page = uam_page(&told);
		assert_non_null(page);
		end = strstr(page, "-->");
		assert_non_null(end);
		assert_null(strstr(end + 3, "-->"));
		assert_null(strstr(page, "<script>"));
		assert_null(strstr(strstr(page, "<!--") + 4, "<!--"));
		free(page);
	}
}

static void test_json(void **state)
{
	struct uam_facts told = facts(UAM_STATUS_RESULT);
	char *text;
	json_t *json;

	(void)state;
	told.challenge = challenge;
	text = uam_json(&told, "");
	json = json_loads(text, 0, NULL);
	assert_int_equal(json_integer_value(json_object_get(json, "clientState")), 0);
	assert_string_equal(json_string_value(json_object_get(json, "challenge")),
			    "000102030405060708090a0b0c0d0e0f");
	assert_null(json_object_get(json, "session"));
	json_decref(json);
	free(text);
	told = facts(UAM_SUCCESS_RESULT);
	told.is_signed_in = true;
	told.session = (struct uam_session){.user = "\xe2\x80\xa8",
					    .began_s = 5,
					    .now_s = 8,
					    .up_bytes = 0x200000003,
					    .down_bytes = 7};
	text = uam_json(&told, "a.b");
	assert_memory_equal(text, "a.b({\"version\":\"1.0\",\"clientState\":1,", 36);
	assert_non_null(strstr(text, "\"userName\":\"\\u2028\""));
	assert_non_null(strstr(text,
			       "\"sessionTime\":3,\"idleTime\":0,\"inputOctets\":3,"
			       "\"outputOctets\":7,\"inputGigawords\":2,\"outputGigawords\":0"));
	assert_int_equal(text[strlen(text) - 1], ')');
	free(text);
}

static const struct row {
	const char *sentence;
	const char *path, *query, *body; /* body NULL: a GET */
	int err;
	enum uam_action action;
	enum uam_proof proof;
	const char *username;
} rows[] = {
	{"an answer", "/logon", "username=b&response=00112233445566778899aabbccddeeff", NULL, 0,
	 UAM_LOGON, UAM_RESPONSE, "b"},
	{"the same by POST", "/login", "",
	 "username=b&response=00112233445566778899AABBCCDDEEFF&ident=7", 0, UAM_LOGON, UAM_RESPONSE,
	 "b"},
	{"the form comes before the query", "/logon", "username=a&password=00", "username=b", 0,
	 UAM_LOGON, UAM_PASSWORD, "b"},
	{"no proof", "/logon", "username=b", NULL, 0, UAM_LOGON, UAM_NO_PROOF, "b"},
	{"an answer that is short", "/logon", "response=00", NULL, -EINVAL, 0, 0, NULL},
	{"an answer that is long", "/logon", "response=00112233445566778899aabbccddeeff00", NULL,
	 -EINVAL, 0, 0, NULL},
	{"blanks in an answer", "/logon", "response=00112233445566778899aabbccddee++f", NULL,
	 -EINVAL, 0, 0, NULL},
	{"an ident that is none", "/logon", "response=00112233445566778899aabbccddeeff&ident=256",
	 NULL, -EINVAL, 0, 0, NULL},
	{"half a byte of a password", "/logon", "password=000", NULL, -EINVAL, 0, 0, NULL},
	{"logoff by both names", "/logout", "", NULL, 0, UAM_LOGOFF, 0, ""},
	{"JSON of the status", "/json/status", "callback=chilliJSON.reply", NULL, 0, UAM_STATUS, 0,
	 ""},
	{"a callback that is code", "/json/status", "callback=alert(1)", NULL, -EINVAL, 0, 0, NULL},
	{"a callback of digits", "/json/status", "callback=1a", NULL, -EINVAL, 0, 0, NULL},
	{"a callback that isn't asked for", "/status", "callback=alert(1)", NULL, 0, UAM_STATUS, 0,
	 ""},
	{"JSON of nothing", "/json/", "", NULL, 0, UAM_UNKNOWN, 0, ""},
	{"files", "/www/coova.html", "", NULL, 0, UAM_UNKNOWN, 0, ""},
	{"no path", "logon", "", NULL, 0, UAM_UNKNOWN, 0, ""},
};

static void test_row(void **state)
{
	const struct row *row = *state;
	struct form query, body;
	struct uam_request request = {.action = UAM_ABORT};

	assert_int_equal(form_parse(row->query, strlen(row->query), &query), 0);
	if (row->body)
		assert_int_equal(form_parse(row->body, strlen(row->body), &body), 0);
	assert_int_equal(uam_request_read(row->path, &query, row->body ? &body : NULL, &request),
			 row->err);
	assert_int_equal(request.action, row->err ? UAM_ABORT : row->action);
	if (row->err)
		return;
	assert_int_equal(request.proof, row->proof);
	assert_string_equal(request.username, row->username);
	if (request.proof == UAM_RESPONSE)
		assert_int_equal(request.response[15], 0xff);
}

int main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(test_urls),	   cmocka_unit_test(test_proofs),
		cmocka_unit_test(test_challenges), cmocka_unit_test(test_page_is_one_comment),
		cmocka_unit_test(test_json),
	};
	struct CMUnitTest tests[ARRAY_SIZE(rows) + ARRAY_SIZE(others)];

	TABLE_TESTS(tests, rows, test_row);
	memcpy(tests + ARRAY_SIZE(rows), others, sizeof(others));
	return cmocka_run_group_tests_name("uam", tests, NULL, NULL);
}
