/* SPDX-License-Identifier: MIT */
/* test_pages.c - pages of zones from files: who gets which, what is refused, and the limit. */
#include "table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/config_pages.h"
#include "base/template.h"
#include "responder/answer.h"
#include "base/languages.h"
#include "server.h"

/* Lines 1-4 of the configuration. */
#define BASE "[gateway]\ninterface = lan0\n[portal]\nurl = https://portal.example/login\n"

static char directory[] = "/tmp/test_pages.XXXXXX";
static char config_file[64], page_file[64], other_file[64];

static void write_file(const char *file, const char *text, size_t size)
{
	FILE *out = fopen(file, "w");

	assert_non_null(out);
	assert_int_equal(fwrite(text, 1, size, out), size);
	assert_int_equal(fclose(out), 0);
}

static int set_up(void **state)
{
	(void)state;
	if (!mkdtemp(directory))
		return -1;
	snprintf(config_file, sizeof(config_file), "%s/x.conf", directory);
	snprintf(page_file, sizeof(page_file), "%s/page.html", directory);
	snprintf(other_file, sizeof(other_file), "%s/other.html", directory);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	unlink(config_file);
	unlink(page_file);
	unlink(other_file);
	return rmdir(directory);
}

/* BASE, `page = page_file` in line 5, and @more. */
static int load(const char *more, struct config **config, struct error *error)
{
	struct config *loaded = NULL;
	char text[1024];
	int n = snprintf(text, sizeof(text), BASE "page = %s\n%s", page_file, more), err;

	write_file(config_file, text, (size_t)n);
	err = config_load(config_file, &loaded, error);
	if (!err)
		err = config_read_pages(loaded, config_file, error);
	if (err)
		config_free(loaded);
	else
		*config = loaded;
	return err;
}

static void expect_refusal(int err, const char *format, const char *file)
{
	struct config *config = NULL;
	struct error error = {""};
	char expected[512];

	snprintf(expected, sizeof(expected), format, config_file, file);
	assert_int_equal(load("", &config, &error), err);
	if (strncmp(error.text, expected, strlen(expected)) != 0)
		print_error("%s\n", error.text);
	assert_int_equal(strncmp(error.text, expected, strlen(expected)), 0);
	assert_null(config);
}

static void test_refusals(void **state)
{
	static char large[65536 + 1];

	(void)state;
	expect_refusal(-ENOENT,
		       "%s:5: page '%s' cannot be read: No such file or directory; create it, or "
		       "correct the name",
		       page_file);
	write_file(page_file, "", 0);
	expect_refusal(-EINVAL, "%s:5: page '%s' is empty; write a page, or remove the key",
		       page_file);
	write_file(page_file, "{{link}}\n{{x}}", 14);
	expect_refusal(-EINVAL, "%s:5: page '%s' line 2: '{{x}}' is no placeholder; there are",
		       page_file);
	write_file(page_file, "{{link}}\n\0", 10);
	expect_refusal(-EINVAL, "%s:5: page '%s' line 2: a NUL byte; save the page as UTF-8 text",
		       page_file);
	memset(large, 'x', sizeof(large));
	write_file(page_file, large, sizeof(large) - 1);
	expect_refusal(-EINVAL, "%s:5: page '%s' has no {{link}}, so nobody could sign in; write",
		       page_file);
	write_file(page_file, large, sizeof(large));
	expect_refusal(-EFBIG, "%s:5: page '%s' cannot be read: it is too large; shorten it",
		       page_file);
	unlink(page_file);
	assert_int_equal(mkfifo(page_file, 0600), 0);
	expect_refusal(-EINVAL,
		       "%s:5: page '%s' cannot be read: it is no regular file; name a page in a",
		       page_file);
	unlink(page_file);
	assert_int_equal(mkdir(page_file, 0700), 0);
	expect_refusal(-EISDIR, "%s:5: page '%s' cannot be read: it is a directory; name a page",
		       page_file);
	assert_int_equal(rmdir(page_file), 0);
}

/* The page a browser gets in that zone. */
static const char *page_of(const struct config *config, const char *zone)
{
	static const char request_text[] = "GET / HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n\r\n";
	static const uint8_t key[LINK_KEY_SIZE], mac[6];
	static char text[ANSWER_MAX + 1];
	struct visit visit = {.zone = config_find_zone(config, zone), .mac = mac};
	struct http_request request;
	struct answer answer;

	assert_int_equal(http_parse((const uint8_t *)request_text, sizeof(request_text) - 1, true,
				    &request),
			 0);
	answer_http(key, &request, &visit, &answer);
	memcpy(text, answer.bytes, answer.len);
	text[answer.len] = '\0';
	return text;
}

static void test_zones(void **state)
{
	struct config *config = NULL;
	struct error error = {""};
	char more[512];

	(void)state;
	write_file(page_file, "one {{zone}} {{link}}", 21);
	write_file(other_file, "other {{zone}} {{link}}", 23);
	snprintf(more, sizeof(more),
		 "[zone a]\nvlan = 2\n[zone b]\nvlan = 3\npage = %s\n[zone c]\nvlan = 4\n",
		 other_file);
	assert_int_equal(load(more, &config, &error), 0);
	assert_int_equal(answer_check(config, config_file, &error), 0);
	assert_non_null(strstr(page_of(config, "default"), "\r\n\r\none default https://"));
	assert_non_null(strstr(page_of(config, "a"), "\r\n\r\none a https://"));
	assert_non_null(strstr(page_of(config, "b"), "\r\n\r\nother b https://"));
	assert_non_null(strstr(page_of(config, "c"), "\r\n\r\none c https://"));
	assert_int_equal(config_find_zone(config, "b")->portal.page_line, 10);
	assert_int_equal(config_find_zone(config, "c")->portal.page_line, 5);
	config_free(config);

	write_file(other_file, "no link", 7);
	assert_int_equal(load(more, &config, &error), -EINVAL);
	assert_non_null(strstr(error.text, "x.conf:10: page '"));
	assert_non_null(strstr(error.text, "other.html' has no {{link}}"));
}

/* Every answer there is with the page, the longest and the shortest visits included, is whole. */
static void expect_whole(struct server *server)
{
	static const uint8_t mac[6] = {0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff};
	char text[600], path[401];

	memset(path, '/', 400);
	path[400] = '\0';
	for (size_t l = 0; l < n_languages; l++) {
		for (size_t len = 1; len < 400; len += 57) {
			struct visit visit = {server->zones, mac, 1795248000, {0}, {0}, {0}};
			struct http_request request;
			struct answer answer;

			snprintf(text, sizeof(text),
				 "GET %.*s HTTP/1.1\r\nHost: h.example\r\nAccept: text/html\r\n"
				 "Accept-Language: %s\r\n\r\n",
				 (int)len, path, languages[l].tag);
			assert_int_equal(
				http_parse((const uint8_t *)text, strlen(text), true, &request), 0);
			answer_http(server->settings.link_key, &request, &visit, &answer);
			assert_in_range(answer.len, 1, ANSWER_MAX);
			assert_non_null(
				memmem(answer.bytes, answer.len, "</html>", strlen("</html>")));
			assert_null(memmem(answer.bytes, answer.len, "{{", 2));
		}
	}
}

/* A page with so many x; -EMSGSIZE with the sentence, or 0. */
static int check_size(struct server *server, const char *values, int n, struct error *error)
{
	struct config_portal *portal = &server->zones[0].portal;
	static char filler[2001], source[2200];
	int err;

	memset(filler, 'x', sizeof(filler) - 1);
	snprintf(source, sizeof(source), "%s%.*s</html>", values, n, filler);
	free(portal->template);
	portal->template = NULL;
	assert_int_equal(template_parse(source, strlen(source), &portal->template, error), 0);
	err = answer_check(&server->config, "x.conf", error);
	if (!err)
		expect_whole(server);
	return err;
}

/* The number in the sentence is right to the byte: so many fit, and one more doesn't. */
static void expect_limit(struct server *server, const char *values)
{
	size_t has, may, fixed = strlen(values) + strlen("</html>");
	struct error error;
	int largest;

	assert_int_equal(check_size(server, values, 2000, &error), -EMSGSIZE);
	assert_int_equal(sscanf(error.text,
				"x.conf:7: page '/p.html' has %zu bytes and may have %zu in zone "
				"'default' (an answer has at most 1215, header",
				&has, &may),
			 2);
	assert_int_equal(has, fixed + 2000);
	assert_in_range(may, fixed, 1215);
	largest = (int)(may - fixed);
	assert_int_equal(check_size(server, values, largest, &error), 0);
	assert_int_equal(check_size(server, values, largest + 1, &error), -EMSGSIZE);
	assert_non_null(strstr(error.text, "; shorten it, or url, api-url or name of the portal"));
}

static void test_size(void **state)
{
	static struct server server;
	struct config_portal *portal = &server.zones[0].portal;
	struct error error;

	(void)state;
	server_init(&server);
	strcpy(portal->page, "/p.html");
	portal->page_line = 7;
	expect_limit(&server, "{{link}}");
	expect_limit(&server, "{{text}}{{button}}{{lang}}{{dir}}{{zone}}{{name}}{{link}}");
	for (size_t n = 20; n < 60;
	     n++) { /* all remainders, and Content-Length of 3 and 4 digits */
		snprintf(portal->api_url, sizeof(portal->api_url), "https://%0*d", (int)n, 0);
		expect_limit(&server, "<a href={{link}}>{{button}}</a>");
	}
	assert_int_equal(check_size(&server,
				    "{{link}}{{link}}{{link}}{{link}}{{link}}{{link}}"
				    "{{link}}{{link}}{{link}}{{link}}{{link}}{{link}}",
				    0, &error),
			 -EMSGSIZE);
	assert_non_null(strstr(error.text, " by its placeholders' values (an answer has at most"));
	free(portal->template);
	server_done(&server);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_zones),
		cmocka_unit_test(test_size),
	};

	return cmocka_run_group_tests_name("pages", tests, set_up, tear_down);
}
