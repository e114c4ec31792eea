/* SPDX-License-Identifier: MIT */
/* test_answer.c - what every response has, and what of it depends on settings and request. */
#include "table.h"

#include <stdio.h>
#include <string.h>

#include "responder/answer.h"
#include "base/languages.h"
#include "responder/tcp.h"
#include "server.h"

static struct server server;
static const uint8_t mac[6] = {0x02, 0x11, 0x22, 0x33, 0x44, 0x55};

/* The response as text in a static buffer, checked for all that every response must have. */
static const char *ask(const char *request_text)
{
	static char text[ANSWER_MAX + 1];
	struct visit visit = {.zone = &server.zones[0], .mac = mac, .unix_seconds = 1795248000};
	struct http_request request;
	struct answer answer;
	size_t content_length;
	const char *body;

	assert_int_equal(http_parse((const uint8_t *)request_text, strlen(request_text), false,
				    &request),
			 0);
	answer_http(server.settings.link_key, &request, &visit, &answer);
	assert_int_equal((answer.len + 1) % ANSWER_ALIGN, 0);
	assert_true(answer.len > 1 && answer.len <= ANSWER_MAX);
	memcpy(text, answer.bytes, answer.len);
	text[answer.len] = '\0';

	body = strstr(text, "\r\n\r\n");
	assert_non_null(body);
	body += 4;
	assert_non_null(strstr(text, "\r\nCache-Control: no-store\r\n"));
	assert_non_null(strstr(text, "\r\nConnection: close\r\n"));
	assert_int_equal(sscanf(strstr(text, "\r\nContent-Length: "), "\r\nContent-Length: %zu",
				&content_length),
			 1);
	if (request.method == HTTP_HEAD)
		assert_int_equal(strlen(body), 0);
	else
		assert_int_equal(strlen(body), content_length);
	assert_null(strstr(text, "Set-Cookie"));
	assert_null(strstr(text, "Strict-Transport"));
	return text;
}

#define BROWSER "GET / HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n\r\n"

static size_t content_length_of(const char *method, size_t path_len)
{
	static char request[700];
	size_t length;

	snprintf(request, sizeof(request),
		 "%s /%0*d HTTP/1.1\r\nHost: www.example.com\r\nAccept: text/html\r\n"
		 "Accept-Language: th\r\n\r\n",
		 method, (int)path_len, 0);
	assert_int_equal(sscanf(strstr(ask(request), "\r\nContent-Length: "),
				"\r\nContent-Length: %zu", &length),
			 1);
	return length;
}

/* RFC 9110 8.6: the length that GET would have, also where the page has to leave something out. */
static void a_head_says_the_length_of_a_get(void **state)
{
	(void)state;
	for (size_t len = 1; len < 500; len++)
		assert_int_equal(content_length_of("HEAD", len), content_length_of("GET", len));
}

static void a_head_has_no_body_but_its_length(void **state)
{
	(void)state;
	server_init(&server);
	assert_memory_equal(ask("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n"), "HTTP/1.1 511", 12);
	assert_memory_equal(ask("HEAD /generate_204 HTTP/1.1\r\nHost: x\r\n\r\n"), "HTTP/1.1 302",
			    12);
}

static void the_page_speaks_the_readers_language(void **state)
{
	const char *text;

	(void)state;
	server_init(&server);
	text = ask("GET / HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n"
		   "Accept-Language: ar-EG,ar;q=0.9\r\n\r\n");
	assert_non_null(strstr(text, "<html lang=ar dir=rtl>"));
	assert_non_null(strstr(text, "تسجيل الدخول</a>"));
	text = ask("GET / HTTP/1.1\r\nHost: x\r\nAccept-Language: fr\r\n\r\n");
	assert_non_null(strstr(text, "Connectez-vous"));
}

static void the_operators_rules_come_first(void **state)
{
	struct probe_rule rules[] = {
		{"*.example-os.net", "/check", PROBE_302},
		{"captive.apple.com", "", PROBE_511},
		{"", "/empty/*", PROBE_302_EMPTY},
	};

	(void)state;
	server_init(&server);
	server.zones[0].portal.rules = rules;
	server.zones[0].portal.n_rules = 3;
	assert_memory_equal(ask("GET /check HTTP/1.1\r\nHost: a.example-os.net\r\n\r\n") + 9, "302",
			    3);
	assert_memory_equal(ask("GET /other HTTP/1.1\r\nHost: a.example-os.net\r\n\r\n") + 9, "511",
			    3);
	assert_memory_equal(ask("GET / HTTP/1.1\r\nHost: captive.apple.com\r\n\r\n") + 9, "511", 3);
	assert_non_null(
		strstr(ask("GET /empty/x HTTP/1.1\r\nHost: x\r\n\r\n"), "Content-Length: 0\r\n"));
}

static void the_api_is_announced_when_there_is_one(void **state)
{
	(void)state;
	server_init(&server);
	assert_null(strstr(ask(BROWSER), "\r\nLink: "));
	snprintf(server.zones[0].portal.api_url, PORTAL_URL_SIZE, "https://portal.example/api");
	assert_non_null(strstr(ask(BROWSER), "\r\nLink: <https://portal.example/api>; rel="));
}

/* Expected value: Python's hmac.new(b"\xa5" * 32, query, "sha256") over the query before &sig=. */
static void the_link_is_signed_and_quoted(void **state)
{
	const char *text,
		*expected = "https://portal.example/login?mac=02:11:22:33:44:55&zone=default&"
			    "url=http%3A%2F%2Fwww.example.com%3A8080%2Fa%3Fb%3D%3Cscript%3E%22&t="
			    "1795248000&sig="
			    "daeef8e8825d565598d8a13c524e8dcba3e07da53e89f670437aa46dfc7e656f";

	(void)state;
	server_init(&server);
	text = ask("GET /a?b=<script>\" HTTP/1.1\r\nHost: www.example.com:8080\r\n\r\n");
	assert_non_null(strstr(text, expected));
	text = ask("GET /a?b=<script>\" HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n\r\n");
	assert_null(strstr(text, "<script>"));
	assert_non_null(strstr(text, "<h1>Arena &lt;Wi-Fi&gt; &amp; &quot;more&quot;</h1>"));
	assert_non_null(strstr(text, "&amp;zone=default"));
}

static void long_urls_are_told_only_as_far_as_there_is_room(void **state)
{
	char request[1200], path[1000];

	(void)state;
	server_init(&server);
	memset(path, '/', sizeof(path));
	for (size_t len = 1; len < sizeof(path); len++) {
		snprintf(request, sizeof(request),
			 "GET %.*s HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n\r\n", (int)len,
			 path);
		assert_non_null(strstr(ask(request), "url=http%3A%2F%2Fx%2F"));
	}
	memset(path, 'h', 253);
	snprintf(request, sizeof(request),
		 "GET / HTTP/1.1\r\nHost: %.253s\r\nAccept: text/html\r\n\r\n", path);
	ask(request);
}

/* The first thing to go is the path, then the looks, and only then the visited host. */
static void where_there_is_little_room_the_looks_go(void **state)
{
	struct config_portal *portal = &server.zones[0].portal;
	int looks = 0, plain = 0, bare = 0;
	struct error error;

	(void)state;
	server_init(&server);
	for (size_t len = 20; len < PORTAL_URL_SIZE; len++) {
		snprintf(portal->url, sizeof(portal->url), "https://p.example/%0*d", (int)len - 18,
			 0);
		if (answer_check(&server.config, "x.conf", &error))
			break;
		const char *text = ask("GET /path HTTP/1.1\r\nHost: www.example.com\r\n"
				       "Accept: text/html\r\nAccept-Language: th\r\n\r\n");
		bool styled = strstr(text, "color-scheme"), host = strstr(text, "example.com");

		assert_non_null(strstr(text, "เข้าสู่ระบบ</a>"));
		assert_true(host || !styled);
		looks += styled;
		plain += !styled && host;
		bare += !host;
	}
	print_message("%d with looks, %d plain, %d without the host\n", looks, plain, bare);
	assert_true(looks > 10 && plain > 10 && bare > 10);
	memset(portal->url, 0, sizeof(portal->url));
}

static void a_portal_whose_page_would_not_fit_is_refused(void **state)
{
	struct error error;

	(void)state;
	server_init(&server);
	assert_int_equal(answer_check(&server.config, "x.conf", &error), 0);
	memset(server.zones[1].portal.url + 8, 'p', PORTAL_URL_SIZE - 9);
	memset(server.zones[1].portal.api_url, 'a', PORTAL_URL_SIZE - 1);
	assert_int_not_equal(answer_check(&server.config, "x.conf", &error), 0);
	assert_non_null(strstr(error.text, "zone 'press'"));

	/* Too long without any link. */
	server_init(&server);
	memset(server.zones[1].portal.name, '"', PORTAL_NAME_SIZE - 1);
	memset(server.zones[1].portal.api_url, 'a', PORTAL_URL_SIZE - 1);
	assert_int_not_equal(answer_check(&server.config, "x.conf", &error), 0);
}

/* All that may be asked for: each kind of answer in each language, in every zone. */
static void ask_for_all(struct answers *answers, char *ret_text, size_t size)
{
	static const char *const heads[] = {
		"GET / HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n",
		"GET "
		"/long/path/with/many/slashes//////////////////////////////////////////////////////"
		"///// HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n",
		"HEAD / HTTP/1.1\r\nHost: captive.apple.com\r\n",
		"GET / HTTP/1.1\r\nHost: ipv4.connman.net\r\n",
		"POST / HTTP/1.1\r\nHost: x\r\n",
		"GET / HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\n",
	};
	struct answer answer;

	for (size_t i = 0; i < ARRAY_SIZE(heads) * n_languages * server.config.n_zones; i++) {
		const size_t j = i / server.config.n_zones;
		const struct config_zone *zone = &server.config.zones[i % server.config.n_zones];
		struct visit visit = {.zone = zone, .mac = mac, .unix_seconds = 1795248000};
		char text[512];
		struct http_request request;
		int n = snprintf(text, sizeof(text), "%sAccept-Language: %s\r\n\r\n",
				 heads[j % ARRAY_SIZE(heads)],
				 languages[j / ARRAY_SIZE(heads)].tag);

		assert_int_equal(http_parse((const uint8_t *)text, (size_t)n, false, &request), 0);
		if (answers)
			answer_request(answers, &request, &visit, &answer);
		else
			answer_http(server.settings.link_key, &request, &visit, &answer);
		assert_true(answer.len > 0 && answer.len <= size);
		memcpy(ret_text, answer.bytes, answer.len);
		ret_text += answer.len;
		size -= answer.len;
	}
}

/* More drafts than are kept, asked for twice: what is remembered changes no byte. */
static void what_is_remembered_changes_no_answer(void **state)
{
	static char anew[2 << 20], first[2 << 20], again[2 << 20];
	static struct config_zone zones[5];
	struct answers *answers;

	(void)state;
	server_init(&server);
	for (size_t i = 0; i < ARRAY_SIZE(zones); i++) {
		zones[i] = server.zones[i % 2];
		snprintf(zones[i].name, sizeof(zones[i].name), "zone-%zu", i);
	}
	server.config.zones = zones;
	server.config.n_zones = ARRAY_SIZE(zones);
	answers = answers_new(&server.settings);
	ask_for_all(NULL, anew, sizeof(anew));
	ask_for_all(answers, first, sizeof(first));
	ask_for_all(answers, again, sizeof(again));
	assert_memory_equal(anew, first, sizeof(anew));
	assert_memory_equal(anew, again, sizeof(anew));
	answers_free(answers);
}

static const char portal_request[] = "GET / HTTP/1.1\r\nHost: [2001:db8::1]\r\n\r\n";

/* Without https:// it is led there; a portal on this port itself would be led to itself for ever. */
static void the_portals_own_name_leads_to_it(void **state)
{
	struct config_portal *portal = &server.zones[0].portal;

	(void)state;
	server_init(&server);
	snprintf(portal->host, sizeof(portal->host), "2001:db8::1");
	assert_memory_equal(ask(portal_request), "HTTP/1.1 302", 12);
	portal->port = 80;
	assert_memory_equal(ask(portal_request), "HTTP/1.1 511", 12);
}

/* A body that its padding makes 1000 bytes long needs as much again for the fourth digit. */
static void the_padding_makes_up_for_its_own_digit(void **state)
{
	size_t widest = 0;

	(void)state;
	server_init(&server);
	for (int n = 1; n < 80; n++) {
		const char *text, *end;

		snprintf(server.zones[0].portal.url, PORTAL_URL_SIZE, "https://p.example/%0*d", n,
			 0);
		text = ask("GET / HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n\r\n");
		end = text + strlen(text) - 1;
		assert_int_equal(*end, '\n');
		for (size_t spaces = 0; *--end == ' ';)
			widest = ++spaces > widest ? spaces : widest;
	}
	assert_in_range(widest, ANSWER_ALIGN, 2 * (ANSWER_ALIGN - 1));
}

/* The reference's vectors: key 00…0f, input 00…07 and 00…0f. */
static void siphash_is_siphash(void **state)
{
	uint8_t bytes[16];
	__u64 words[2];

	(void)state;
	for (uint8_t i = 0; i < 16; i++)
		bytes[i] = i;
	memcpy(words, bytes, sizeof(words));
	assert_true(siphash(words, words, 0) == 0x726fdb47dd0e0e31ULL);
	assert_true(siphash(words, words, 1) == 0x93f5f5799a932462ULL);
	assert_true(siphash(words, words, 2) == 0x3f2acc7f57c29bdbULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_head_has_no_body_but_its_length),
		cmocka_unit_test(a_head_says_the_length_of_a_get),
		cmocka_unit_test(the_page_speaks_the_readers_language),
		cmocka_unit_test(the_operators_rules_come_first),
		cmocka_unit_test(the_api_is_announced_when_there_is_one),
		cmocka_unit_test(the_link_is_signed_and_quoted),
		cmocka_unit_test(long_urls_are_told_only_as_far_as_there_is_room),
		cmocka_unit_test(where_there_is_little_room_the_looks_go),
		cmocka_unit_test(a_portal_whose_page_would_not_fit_is_refused),
		cmocka_unit_test(what_is_remembered_changes_no_answer),
		cmocka_unit_test(the_portals_own_name_leads_to_it),
		cmocka_unit_test(the_padding_makes_up_for_its_own_digit),
		cmocka_unit_test(siphash_is_siphash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
