/* SPDX-License-Identifier: MIT */
/*
 * test_probes.c - real clients' requests, byte for byte, and whether each takes its answer for a
 * portal by the rule of its own source.
 *
 * "recorded": taken off a socket that the program of Debian 12 talked to. The others are put
 * together as the source that the row of probes.c names has it; Windows and Kindle are known by
 * their documentation only, so there the order of the fields is a guess.
 */
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "responder/answer.h"
#include "responder/probes.h"
#include "server.h"

#define ANDROID_UA                                                                                 \
	"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "                  \
	"Chrome/60.0.3112.32 Safari/537.36"
#define ANDROID(path, host)                                                                        \
	"GET " path " HTTP/1.1\r\nConnection: close\r\nUser-Agent: " ANDROID_UA "\r\nHost: " host  \
	"\r\nAccept-Encoding: gzip\r\n\r\n"
#define CHROMIUM_UA                                                                                \
	"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "                  \
	"HeadlessChrome/156.0.0.0 Safari/537.36"
#define CHROMIUM_PAGE(path, host)                                                                  \
	"GET " path " HTTP/1.1\r\nHost: " host                                                     \
	"\r\nConnection: keep-alive\r\nUpgrade-Insecure-Requests: 1\r\nUser-Agent: " CHROMIUM_UA   \
	"\r\nAccept: text/html,application/xhtml+xml,application/xml;q=0.9,image/jxl,image/avif,"  \
	"image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7\r\n"               \
	"Accept-Encoding: gzip, deflate\r\nAccept-Language: en-US,en;q=0.9\r\n\r\n"
#define FIREFOX(path, host)                                                                        \
	"GET " path " HTTP/1.1\r\nHost: " host "\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; "  \
	"rv:153.0) Gecko/20100101 Firefox/153.0\r\n"
#define NETWORK_MANAGER(path, host)                                                                \
	"GET " path " HTTP/1.1\r\nHost: " host "\r\nAccept: */*\r\nConnection: close\r\n\r\n"
#define APPLE(path, host)                                                                          \
	"GET " path " HTTP/1.0\r\nHost: " host "\r\nUser-Agent: CaptiveNetworkSupport/1.0 wispr\r" \
	"\nConnection: close\r\n\r\n"
#define WINDOWS(path, host)                                                                        \
	"GET " path " HTTP/1.1\r\nConnection: Close\r\nUser-Agent: Microsoft NCSI\r\nHost: " host  \
	"\r\n\r\n"
#define CONNMAN(host)                                                                              \
	"GET /online/status.html HTTP/1.1\r\nHost: " host                                          \
	"\r\nUser-Agent: ConnMan/1.41 wispr\r\nConnection: close\r\n\r\n"
#define APT(path)                                                                                  \
	"GET " path " HTTP/1.1\r\nHost: deb.example.org\r\nCache-Control: max-age=0\r\n"           \
	"Accept: text/*\r\nUser-Agent: Debian APT-HTTP/1.3 (2.6.1)\r\n\r\n"

/* An answer as a client reads it. */
struct seen {
	int status;
	size_t content_length;
	const char *head; /* with its last empty line cut off */
	const char *body;
};

static bool has_location(const struct seen *seen)
{
	return strstr(seen->head, "\r\nLocation: https://portal.example/login?mac=") != NULL;
}

/* CaptivePortalProbeResult.isPortalCode(), and the URL of the sheet is the Location. */
static bool android(const struct seen *seen)
{
	return seen->status >= 200 && seen->status <= 399 && seen->status != 204 &&
	       has_location(seen);
}

/* shill's portal_detector.cc: these two are a redirect, 303 and 308 aren't. */
static bool chromeos(const struct seen *seen)
{
	return (seen->status == 302 || seen->status == 307) && has_location(seen);
}

/* captive_portal_detector.cc: 511, or a redirect that loads; 3xx-5xx else is no result. */
static bool chromium(const struct seen *seen)
{
	return seen->status == 511 || (seen->status == 302 && has_location(seen));
}

static bool apple(const struct seen *seen)
{
	return seen->status == 302 && has_location(seen) && !strstr(seen->body, "Success");
}

/* "The probe got a response" and it isn't the payload; every request is redirected alike. */
static bool windows(const struct seen *seen)
{
	return seen->status == 302 && has_location(seen) &&
	       !strstr(seen->body, "Microsoft Connect Test") &&
	       !strstr(seen->body, "Microsoft NCSI");
}

static bool kindle(const struct seen *seen)
{
	return seen->status == 302 && has_location(seen);
}

/* wispr.c follows the Location; 1.41-3 forgets what it does at the first byte of a body. */
static bool connman(const struct seen *seen)
{
	return seen->status == 302 && has_location(seen) && !seen->content_length &&
	       !seen->body[0] && !strstr(seen->head, "X-ConnMan-Status");
}

static bool follows_page(const struct seen *seen)
{
	return strstr(seen->head, "\r\nContent-Type: text/html; charset=utf-8\r\n") &&
	       strstr(seen->body, "<meta http-equiv=refresh content=\"0;url=https://portal.") &&
	       strstr(seen->body, "<a href=\"https://portal.example/login?mac=");
}

/* CaptiveDetect.sys.mjs: a status that isn't 2xx or 3xx but 511, whose page is then shown. */
static bool firefox(const struct seen *seen)
{
	return seen->status == 511 && follows_page(seen);
}

/* nm-connectivity.c: neither the header of success nor, where one is set, its body. */
static bool network_manager(const struct seen *seen)
{
	return seen->status == 511 && !strstr(seen->head, "X-NetworkManager-Status") &&
	       strncmp(seen->body, "NetworkManager is online", 24) != 0 && follows_page(seen);
}

static bool browser(const struct seen *seen)
{
	return seen->status == 511 && follows_page(seen);
}

/* It fails, as it should, and whoever reads its output finds the link. */
static bool program(const struct seen *seen)
{
	return seen->status == 511 && !strstr(seen->head, "\r\nLocation:") &&
	       strstr(seen->head, "\r\nContent-Type: text/plain; charset=utf-8\r\n") &&
	       strstr(seen->body, "\nhttps://portal.example/login?mac=");
}

static bool program_of_json(const struct seen *seen)
{
	return seen->status == 511 && !strstr(seen->head, "\r\nLocation:") &&
	       strstr(seen->head, "\r\nContent-Type: application/problem+json\r\n") &&
	       strstr(seen->body, "\"user-portal-url\":\"https://portal.example/login?mac=");
}

static bool visitor_of_the_portal(const struct seen *seen)
{
	return seen->status == 302 && has_location(seen) && strstr(seen->body, "<a href=");
}

static const struct row {
	const char *sentence;
	const char *request;
	bool (*is_content)(const struct seen *seen);
} rows[] = {
	{"Android", ANDROID("/generate_204", "connectivitycheck.gstatic.com"), android},
	{"Android's fall-back", ANDROID("/gen_204", "www.google.com"), android},
	{"Android's other fall-back", ANDROID("/generate_204", "play.googleapis.com"), android},
	{"a phone that asks its maker", ANDROID("/generate_204?x=1", "probe.maker.example"),
	 android},
	{"ChromeOS", ANDROID("/generate_204", "www.gstatic.com"), chromeos},
	{"ChromeOS's fall-back", ANDROID("/gen_204", "www.google.com"), chromeos},
	{"Chromium's probe, recorded",
	 "GET /generate_204 HTTP/1.1\r\nHost: connectivitycheck.gstatic.com\r\n"
	 "Connection: keep-alive\r\nPragma: no-cache\r\nCache-Control: no-cache\r\n"
	 "User-Agent: " CHROMIUM_UA "\r\nAccept-Encoding: gzip, deflate\r\n"
	 "Accept-Language: en-US,en;q=0.9\r\n\r\n",
	 chromium},
	{"Chromium's sign-in tab, recorded",
	 CHROMIUM_PAGE("/generate_204", "connectivitycheck.gstatic.com"), chromium},
	{"iOS", APPLE("/hotspot-detect.html", "captive.apple.com"), apple},
	{"iOS, any path", APPLE("/Ab3dE/fGh.html", "captive.apple.com"), apple},
	{"a Mac", APPLE("/hotspot-detect.html", "www.apple.com"), apple},
	{"an older iPhone, recorded by others",
	 APPLE("/library/test/success.html", "www.apple.com"), apple},
	{"an older Apple at airport.us", APPLE("/Ab.html", "www.airport.us"), apple},
	{"an older Apple at ibook.info", APPLE("/Ab.html", "www.ibook.info"), apple},
	{"an older Apple at itools.info", APPLE("/Ab.html", "www.itools.info"), apple},
	{"an older Apple at thinkdifferent.us", APPLE("/Ab.html", "www.thinkdifferent.us"), apple},
	{"an older Apple at appleiphonecell.com", APPLE("/Ab.html", "www.appleiphonecell.com"),
	 apple},
	{"Windows 11", WINDOWS("/connecttest.txt", "www.msftconnecttest.com"), windows},
	{"Windows over IPv6", WINDOWS("/connecttest.txt", "ipv6.msftconnecttest.com"), windows},
	{"the browser that Windows opens", CHROMIUM_PAGE("/redirect", "www.msftconnecttest.com"),
	 windows},
	{"Windows 7", WINDOWS("/ncsi.txt", "www.msftncsi.com"), windows},
	{"Windows 7 over IPv6", WINDOWS("/ncsi.txt", "ipv6.msftncsi.com"), windows},
	{"Kindle",
	 "GET /kindle-wifi/wifistub.html HTTP/1.1\r\nHost: spectrum.s3.amazonaws.com\r\n"
	 "Connection: Keep-Alive\r\n\r\n",
	 kindle},
	{"Kindle's window",
	 CHROMIUM_PAGE("/kindle-wifi/wifiredirect.html", "spectrum.s3.amazonaws.com"), kindle},
	{"ConnMan", CONNMAN("ipv4.connman.net"), connman},
	{"ConnMan over IPv6", CONNMAN("ipv6.connman.net"), connman},
	{"Firefox, recorded",
	 FIREFOX("/canonical.html",
		 "detectportal.firefox.com") "Accept: */*\r\n"
					     "Accept-Language: en-US,en;q=0.9\r\nAccept-Encoding: "
					     "gzip, deflate\r\n"
					     "Cache-Control: no-cache\r\nPragma: "
					     "no-cache\r\nConnection: keep-alive\r\n\r\n",
	 firefox},
	{"Firefox over IPv6, recorded",
	 FIREFOX("/success.txt?ipv6",
		 "detectportal.firefox.com") "Accept: */*\r\n"
					     "Accept-Language: en-US,en;q=0.9\r\nAccept-Encoding: "
					     "gzip, deflate\r\n"
					     "Connection: keep-alive\r\nPriority: u=4\r\nPragma: "
					     "no-cache\r\n"
					     "Cache-Control: no-cache\r\n\r\n",
	 firefox},
	{"NetworkManager of Debian", NETWORK_MANAGER("/nm", "network-test.debian.org"),
	 network_manager},
	{"NetworkManager of Fedora", NETWORK_MANAGER("/static/hotspot.txt", "fedoraproject.org"),
	 network_manager},
	{"NetworkManager of RHEL",
	 NETWORK_MANAGER("/test/rhel-networkmanager.txt", "static.redhat.com"), network_manager},
	{"NetworkManager of Ubuntu", NETWORK_MANAGER("/", "connectivity-check.ubuntu.com"),
	 network_manager},
	{"NetworkManager of Arch", NETWORK_MANAGER("/nm-check.txt", "ping.archlinux.org"),
	 network_manager},
	{"GNOME's window", CHROMIUM_PAGE("/", "nmcheck.gnome.org"), browser},
	{"the browser KDE opens", "GET / HTTP/1.1\r\nHost: networkcheck.kde.org\r\n\r\n", browser},

	{"Chromium, recorded", CHROMIUM_PAGE("/news", "www.example.com"), browser},
	{"Firefox on a page, recorded",
	 FIREFOX("/news", "www.example.com") "Accept: "
					     "text/html,application/xhtml+xml,application/"
					     "xml;q=0.9,*/*;q=0.8\r\n"
					     "Accept-Language: en-US,en;q=0.9\r\nAccept-Encoding: "
					     "gzip, deflate\r\n"
					     "Connection: keep-alive\r\nUpgrade-Insecure-Requests: "
					     "1\r\nPriority: u=0, i\r\n\r\n",
	 browser},
	{"a browser at the site whose path a probe has",
	 CHROMIUM_PAGE("/kindle-wifi/x", "a.example"), browser},
	{"curl, recorded",
	 "GET /a HTTP/1.1\r\nHost: deb.example\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n\r\n",
	 program},
	{"wget, recorded",
	 "GET /file.tar.gz HTTP/1.1\r\nHost: example.com\r\nUser-Agent: Wget/1.21.3\r\n"
	 "Accept: */*\r\nAccept-Encoding: identity\r\nConnection: Keep-Alive\r\n\r\n",
	 program},
	{"Python's urllib, recorded",
	 "GET /x HTTP/1.1\r\nAccept-Encoding: identity\r\nUser-Agent: Python-urllib/3.11\r\n"
	 "Host: example.com\r\nConnection: close\r\n\r\n",
	 program},
	{"apt, recorded", APT("/debian/dists/bookworm/InRelease"), program},
	{"Chromium looking for updates, recorded",
	 "GET /time/1/current?cup2key=9:x&cup2hreq=e3b0 HTTP/1.1\r\nHost: clients2.google.com\r\n"
	 "Connection: keep-alive\r\nPragma: no-cache\r\nCache-Control: no-cache\r\n"
	 "User-Agent: " CHROMIUM_UA "\r\nAccept-Encoding: gzip, deflate\r\n\r\n",
	 program},
	{"a program that reads JSON",
	 "GET /v1/x HTTP/1.1\r\nHost: api.example\r\nAccept: application/json\r\n\r\n",
	 program_of_json},
	{"a program that posts JSON and reads it",
	 "POST /v1/x HTTP/1.1\r\nHost: api.example\r\nAccept: application/json\r\n"
	 "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
	 program_of_json},
	{"a form is never redirected, not even on a probe's URL",
	 "POST /generate_204 HTTP/1.1\r\nHost: captive.apple.com\r\nContent-Length: 3\r\n\r\na=b",
	 program},
	{"nor is any other method", "PUT /generate_204 HTTP/1.1\r\nHost: x\r\n\r\n", program},
	{"the portal's own name without https", CHROMIUM_PAGE("/", "portal.example"),
	 visitor_of_the_portal},
};

static struct server server;
static char text[ANSWER_MAX + 1];

static void ask(const char *request_text, struct seen *ret_seen, struct http_request *ret_request)
{
	static const uint8_t mac[6] = {0x02, 0x11, 0x22, 0x33, 0x44, 0x55};
	struct visit visit = {.zone = &server.zones[0], .mac = mac, .unix_seconds = 1795248000};
	struct answer answer;
	char *body, *length;

	assert_int_equal(http_parse((const uint8_t *)request_text, strlen(request_text), false,
				    ret_request),
			 0);
	answer_http(server.settings.link_key, ret_request, &visit, &answer);
	assert_in_range(answer.len, 1, ANSWER_MAX);
	memcpy(text, answer.bytes, answer.len);
	text[answer.len] = '\0';
	assert_int_equal(strlen(text), answer.len);
	body = strstr(text, "\r\n\r\n");
	assert_non_null(body);
	length = strstr(text, "\r\nContent-Length: ");
	assert_true(length && length < body);
	assert_non_null(strstr(text, "\r\nCache-Control: no-store\r\n"));
	assert_non_null(strstr(text, "\r\nConnection: close\r\n"));
	body[2] = '\0';
	*ret_seen = (struct seen){
		.status = atoi(text + strlen("HTTP/1.1 ")),
		.content_length = strtoul(length + strlen("\r\nContent-Length: "), NULL, 10),
		.head = text,
		.body = body + 4,
	};
	assert_int_equal(strlen(ret_seen->body), ret_seen->content_length);
}

static void test_row(void **state)
{
	const struct row *row = *state;
	struct http_request request;
	struct seen seen;

	server_init(&server);
	ask(row->request, &seen, &request);
	if (!row->is_content(&seen))
		print_error("%s\n%s\n", seen.head, seen.body);
	assert_true(row->is_content(&seen));
	server_done(&server);
}

/* With `probes = 511` nobody is redirected, but from the portal's own name. */
static void test_strict(void **state)
{
	struct http_request request;
	struct seen seen;

	(void)state;
	server_init(&server);
	server.zones[0].portal.probes_auto = false;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		ask(rows[i].request, &seen, &request);
		assert_int_equal(seen.status,
				 rows[i].is_content == visitor_of_the_portal ? 302 : 511);
	}
	server_done(&server);
}

/* No row without a client that meets it, without a reason, or without a source. */
static void test_every_row_is_met(void **state)
{
	struct http_request request;

	(void)state;
	for (size_t i = 0; i < n_probes; i++) {
		bool met = false;

		assert_true(probes[i].who[0] && probes[i].why[0] && probes[i].source[0]);
		for (size_t r = 0; r < ARRAY_SIZE(rows) && !met; r++) {
			assert_int_equal(http_parse((const uint8_t *)rows[r].request,
						    strlen(rows[r].request), false, &request),
					 0);
			met = probe_built_in(&request) == &probes[i];
		}
		if (!met)
			print_error("no request for the row of %s, host '%s'\n", probes[i].who,
				    probes[i].rule.host);
		assert_true(met);
	}
}

int main(void)
{
	static const struct CMUnitTest single[] = {
		cmocka_unit_test(test_strict),
		cmocka_unit_test(test_every_row_is_met),
	};
	struct CMUnitTest tests[ARRAY_SIZE(rows) + ARRAY_SIZE(single)];

	TABLE_TESTS(tests, rows, test_row);
	memcpy(tests + ARRAY_SIZE(rows), single, sizeof(single));
	return cmocka_run_group_tests_name("probes", tests, NULL, NULL);
}
