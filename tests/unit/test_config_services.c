/* SPDX-License-Identifier: MIT */
/* test_config_services.c - what the portal, RADIUS and the API are told, and what is refused. */
#include "table.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/config.h"

/* The least that is a configuration; lines 1-4. */
#define BASE "[gateway]\ninterface = lan0\n[portal]\nurl = https://portal.example/login\n"
/* 5-7 */
#define RADIUS BASE "[radius]\nserver=198.18.2.10\nsecret-file=/s\n"
#define X50    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static const struct row {
	const char *sentence;
	const char *input;
	const char *expected[8]; /* parts of what describe() says */
} rows[] = {
	{"defaults",
	 BASE,
	 {"default: methods=1 terms= venue= devices=0 oldest=0 mac=0\n",
	  "web: http= https= cert= key= theme= state=/var/lib/xdp511-portal "
	  "admin=/run/xdp511-portal/admin.sock exec= url=\n",
	  "radius: server= acct= secret= nas= chap=0 timeout=2 deadline=8 down=0 remember=43200 "
	  "interim=0 coa= from=\n",
	  "uam: server= secret= listen=\n", "fas: server= key= level=1 listen=\n",
	  "api: listen= cert= key= token= advertise=0\n", "metrics: listen= portal=\n"}},
	{"defaults of [log]",
	 "[gateway]\ninterface = lan0\nstate-dir=/s\n[portal]\nurl = http://p.example/\n",
	 {"log: keep=2592000 directory=/s/log level=info\n"}},
	{"every key of [log]",
	 BASE "[log]\nkeep=0\ndirectory=/var/log/xdp511\nlevel=debug\n",
	 {"log: keep=0 directory=/var/log/xdp511 level=debug\n"}},
	{"every key of [sign-in]",
	 RADIUS "[web]\ncode-exec=/c\n[sign-in]\nmethods= code  click\tvoucher radius user\n"
		"terms=/t.html\nvenue-url=http://venue.example/\ndevices=3\ndevices-full=oldest\n"
		"mac-auth=on\n",
	 {"default: methods=31 terms=/t.html venue=http://venue.example/ devices=3 oldest=1 "
	  "mac=1\n"}},
	{"zones inherit each key of [sign-in]",
	 BASE "[sign-in]\nmethods=voucher user\ndevices=3\n[zone x]\nvlan=2\nmethods=click\n"
	      "[zone y]\nvlan=3\ndevices=0\n",
	 {"default: methods=6 terms= venue= devices=3 ", "x: methods=1 terms= venue= devices=3 ",
	  "y: methods=6 terms= venue= devices=0 "}},
	{"a zone with a portal elsewhere has no method, unless it says so",
	 BASE "[zone x]\nvlan=2\nurl=https://other.example/\n[zone y]\nvlan=3\n"
	      "url=https://other.example/\nmethods=user\n",
	 {"default: methods=1 ", "x: methods=0 ", "y: methods=4 "}},
	{"no method", BASE "[sign-in]\nmethods=none\n", {"default: methods=0 "}},
	{"every key of [web]",
	 BASE "[web]\nhttp=198.18.1.1\nhttp=[::]:8080\nhttps=198.18.1.1\nhttps=[fd00::1]:8443\n"
	      "certificate=/c\nkey=/k\ntheme=/t\nstate-dir=/s\nadmin=/a\n"
	      "code-url=https://tickets.example/check\n",
	 {"web: http= 198.18.1.1:80 [::]:8080 https= 198.18.1.1:443 [fd00::1]:8443 cert=/c key=/k "
	  "theme=/t state=/s admin=/a exec= url=https://tickets.example/check\n"}},
	{"every key of [radius]",
	 BASE "[radius]\nserver=198.18.2.10\nserver=[fd00::2]:1645\naccounting=198.18.2.10\n"
	      "secret-file=/s\nnas-id=venue-1\nauth=chap\ntimeout=3s\ndeadline=9s\n"
	      "when-down=allow-for 15m\nmac-remember=0\ninterim=10m\ncoa=198.18.2.1\n"
	      "coa-from=198.18.2.10\n",
	 {"radius: server= 198.18.2.10:1812 [fd00::2]:1645 acct= 198.18.2.10:1813 secret=/s "
	  "nas=venue-1 chap=1 timeout=3 deadline=9 down=900 remember=0 interim=600 "
	  "coa= 198.18.2.1:3799 from= 198.18.2.10:0\n"}},
	{"RADIUS as it is, said aloud",
	 RADIUS "when-down=deny\nauth=pap\n",
	 {"chap=0", " down=0 "}},
	{"accounting alone",
	 BASE "[radius]\naccounting=198.18.2.10\nsecret-file=/s\n",
	 {"radius:"}},
	{"every key of [uam] and [fas]",
	 BASE "[uam]\nserver=https://hotspot.example/login\nsecret-file=/u\nlisten=198.18.1.1\n"
	      "[fas]\nserver=https://fas.example/\nkey-file=/f\nlevel=2\nlisten=198.18.1.1\n",
	 {"uam: server=https://hotspot.example/login secret=/u listen= 198.18.1.1:3990\n",
	  "fas: server=https://fas.example/ key=/f level=2 listen= 198.18.1.1:2050\n"}},
	{"every key of [api]",
	 BASE "[api]\nlisten=198.18.2.1\ncertificate=/c\nkey=/k\ntoken-file=/t\n",
	 {"api: listen= 198.18.2.1:8443 cert=/c key=/k token=/t "}},
	{"every key of [metrics]",
	 BASE "[metrics]\nlisten=127.0.0.1\nlisten=[fd00::1]:9100\nportal-listen=[::1]\n",
	 {"metrics: listen= 127.0.0.1:9511 [fd00::1]:9100 portal= [::1]:9512\n"}},
	{"advertising a zone's api-url",
	 BASE "[gateway]\nadvertise-api=on\n[zone x]\nvlan=2\napi-url=https://p.example/capport\n",
	 {" advertise=1\n"}},
};

static const struct refusal {
	const char *sentence;
	const char *input;
	const char *expected; /* the refusal's beginning */
} refusals[] = {
	{"sections are listed", BASE "[wep]\n",
	 "x.conf:5: unknown section [wep]; there are [gateway], [portal], [allow], [session], "
	 "[guest], [sign-in], [web], [radius], [uam], [fas], [api], [log], [metrics] and [zone "
	 "NAME]"},
	{"keys of a zone are listed to the last", BASE "[zone x]\nmethod=click\n",
	 "x.conf:6: unknown key 'method' in [zone x]; there are vlan, interface, url, api-url, "
	 "name, probes, probe-rule, page, https, dns, prefix, domain, timeout, idle, up, down, "
	 "quota, spoof-guard, packets, park, https-alerts, methods, terms, venue-url, devices, "
	 "devices-full, mac-auth"},
	{"key of [web] in a zone", BASE "[zone x]\ncertificate=/c\n",
	 "x.conf:6: key 'certificate' doesn't belong in [zone x]; move it to [web]"},

	{"unknown method", BASE "[sign-in]\nmethods=click sms\n",
	 "x.conf:6: methods 'sms' is none of the ways to sign in; write some of click,"},
	{"methods with commas", BASE "[sign-in]\nmethods=click, user\n",
	 "x.conf:6: methods 'click,' is none of the ways"},
	{"none and another method", BASE "[sign-in]\nmethods=none click\n",
	 "x.conf:6: methods 'none' is none of the ways"},
	{"a method twice", BASE "[sign-in]\nmethods=click user click\n",
	 "x.conf:6: methods 'click' is named twice; remove one"},
	{"relative terms", BASE "[sign-in]\nterms=terms.html\n",
	 "x.conf:6: terms 'terms.html' is not an absolute path"},
	{"a venue without a scheme", BASE "[sign-in]\nvenue-url=venue.example\n",
	 "x.conf:6: venue-url 'venue.example' is not a URL"},
	{"negative devices", BASE "[sign-in]\ndevices=-1\n",
	 "x.conf:6: devices '-1' is not a number from 0 to 65535; write one"},
	{"unknown devices-full", BASE "[sign-in]\ndevices-full=newest\n",
	 "x.conf:6: devices-full 'newest' is neither of its words; write refuse or oldest"},
	{"unknown switch", BASE "[sign-in]\nmac-auth=yes\n",
	 "x.conf:6: mac-auth 'yes' is neither of its words; write off or on"},
	{"radius without a server", BASE "[sign-in]\nmethods=click radius\n",
	 "x.conf:6: the method 'radius' has no server to ask; add [radius] with 'server ="},
	{"a zone's radius without a server", BASE "[zone x]\nvlan=2\nmethods=radius\n",
	 "x.conf:7: the method 'radius' has no server to ask"},
	{"mac-auth without a server", BASE "[zone x]\nvlan=2\nmac-auth=on\n",
	 "x.conf:7: mac-auth has no server to ask; add [radius] with"},
	{"code without anybody", BASE "[sign-in]\nmethods=code\n",
	 "x.conf:6: the method 'code' has nobody who knows the codes; add [web] with"},
	{"code with two", BASE "[web]\ncode-url=https://a.example/\ncode-exec=/x\n",
	 "x.conf:7: [web] has both code-exec and code-url; remove one"},

	{"https without a certificate", BASE "[web]\nhttps=198.18.1.1\nkey=/k\n",
	 "x.conf:6: https in [web] needs a certificate; add 'certificate = FILE'"},
	{"https without a key", BASE "[web]\ncertificate=/c\nhttps=198.18.1.1\n",
	 "x.conf:7: https in [web] needs a key; add 'key = FILE'"},
	{"listening at a name", BASE "[web]\nhttp=portal.example:80\n",
	 "x.conf:6: http 'portal.example:80' is not an address with a port; write it like"},
	{"listening twice", BASE "[web]\nhttp=198.18.1.1:80\nhttp=198.18.1.1\n",
	 "x.conf:7: http '198.18.1.1' is given twice; remove"},
	{"listening five times",
	 BASE "[web]\nhttp=198.18.1.1\nhttp=198.18.1.2\nhttp=198.18.1.3\nhttp=198.18.1.4\n"
	      "http=198.18.1.5\n",
	 "x.conf:10: http '198.18.1.5' is one too many; use at most 4"},
	{"a URL for the hook of another scheme", BASE "[web]\ncode-url=ftp://a.example/\n",
	 "x.conf:6: code-url 'ftp://a.example/' is not a URL"},

	{"server without a secret", BASE "[radius]\nserver=198.18.2.10\n",
	 "x.conf:6: server in [radius] needs a secret-file; add 'secret-file = FILE'"},
	{"accounting without a secret", BASE "[radius]\naccounting=198.18.2.10\n",
	 "x.conf:6: accounting in [radius] needs a secret-file; add"},
	{"coa without a secret", BASE "[radius]\ncoa-from=198.18.2.10\ncoa=198.18.2.1\n",
	 "x.conf:7: coa in [radius] needs a secret-file; add"},
	{"coa from nobody", BASE "[radius]\nsecret-file=/s\ncoa=198.18.2.1\n",
	 "x.conf:7: coa in [radius] has nobody to listen to; add 'coa-from = ADDRESS'"},
	{"unknown auth", RADIUS "auth=mschap\n",
	 "x.conf:8: auth 'mschap' is neither of its words; write pap or chap"},
	{"no timeout", RADIUS "timeout=0\n",
	 "x.conf:8: timeout '0' is not a duration; write 2s, 15m or 8h"},
	{"timeout beyond the deadline", RADIUS "timeout=20s\n",
	 "x.conf:8: RADIUS has a timeout of 20s for one answer, but a deadline of 8s for all;"},
	{"deadline below the timeout", RADIUS "timeout=2s\ndeadline=1s\n",
	 "x.conf:9: RADIUS has a timeout of 2s for one answer, but a deadline of 1s"},
	{"unknown when-down", RADIUS "when-down=allow\n",
	 "x.conf:8: when-down 'allow' is neither of its forms; write deny or 'allow-for 15m'"},
	{"allow-for nothing", RADIUS "when-down=allow-for 0\n",
	 "x.conf:8: when-down 'allow-for 0' is neither of its forms;"},
	{"allow-for without a duration", RADIUS "when-down=allow-for\n",
	 "x.conf:8: when-down 'allow-for' is neither"},
	{"allow-for in one word", RADIUS "when-down=allow-for15m\n",
	 "x.conf:8: when-down 'allow-for15m' is neither"},
	{"a long nas-id", RADIUS "nas-id=" X50 "xxxxxxxxxxxxxx\n", "x.conf:8: nas-id 'xxx"},

	{"uam without a place", BASE "[uam]\nserver=https://a.example/\n",
	 "x.conf:6: server in [uam] needs a listen; add 'listen = ADDRESS:3990'"},
	{"uam without a server", BASE "[uam]\nlisten=198.18.1.1\n",
	 "x.conf:6: listen in [uam] needs a server; add 'server = https://…'"},
	{"fas without a key", BASE "[fas]\nserver=https://a.example/\nlisten=198.18.1.1\n",
	 "x.conf:6: server in [fas] needs a key-file; add"},
	{"fas of level 3", BASE "[fas]\nlevel=3\n",
	 "x.conf:6: level '3' is not a number from 1 to 2; write one"},
	{"api without a certificate", BASE "[api]\nlisten=198.18.2.1\n",
	 "x.conf:6: listen in [api] needs a certificate; add 'certificate = FILE'"},
	{"api without a key", BASE "[api]\nlisten=198.18.2.1\ncertificate=/c\n",
	 "x.conf:6: listen in [api] needs a key; add 'key = FILE'"},
	{"api without a token", BASE "[api]\nlisten=198.18.2.1\ncertificate=/c\nkey=/k\n",
	 "x.conf:6: listen in [api] needs a token-file; add 'token-file = FILE'"},
	{"metrics at a name", BASE "[metrics]\nlisten=localhost:9511\n",
	 "x.conf:6: listen 'localhost:9511' is not an address with a port; write it like"},
	{"the portal's metrics at no port", BASE "[metrics]\nportal-listen=127.0.0.1:0\n",
	 "x.conf:6: portal-listen '127.0.0.1:0' is not an address with a port; write it like"},
	{"metrics at one place twice", BASE "[metrics]\nlisten=127.0.0.1\nlisten=127.0.0.1:9511\n",
	 "x.conf:7: listen '127.0.0.1:9511' is given twice; remove"},
	{"metrics at five places",
	 BASE "[metrics]\nportal-listen=[::1]:1\nportal-listen=[::1]:2\nportal-listen=[::1]:3\n"
	      "portal-listen=[::1]:4\nportal-listen=[::1]:5\n",
	 "x.conf:10: portal-listen '[::1]:5' is one too many; use at most 4"},
	{"unknown key of [metrics]", BASE "[metrics]\nport=9511\n",
	 "x.conf:6: unknown key 'port' in [metrics]; there are listen, portal-listen"},
	{"metrics of a zone", BASE "[zone x]\nportal-listen=127.0.0.1\n",
	 "x.conf:6: key 'portal-listen' doesn't belong in [zone x]; move it to [metrics]"},
	{"nothing to advertise", BASE "[gateway]\nadvertise-api=on\n",
	 "x.conf:6: advertise-api has no api-url to advertise; add 'api-url = https://…' to"},
};

static void describe_endpoints(FILE *out, const char *name, const struct endpoints *endpoints)
{
	char text[ENDPOINT_TEXT];

	fprintf(out, " %s=", name);
	for (size_t i = 0; i < endpoints->n; i++)
		fprintf(out, " %s", format_endpoint(&endpoints->list[i], text));
}

static void describe_radius(FILE *out, const struct config_radius *radius)
{
	fprintf(out, "radius:");
	describe_endpoints(out, "server", &radius->servers);
	describe_endpoints(out, "acct", &radius->accounting);
	fprintf(out,
		" secret=%s nas=%s chap=%d timeout=%llu deadline=%llu down=%llu remember=%llu "
		"interim=%llu",
		radius->secret_file, radius->nas_id, radius->is_chap,
		(unsigned long long)radius->timeout_s, (unsigned long long)radius->deadline_s,
		(unsigned long long)radius->allow_for_s, (unsigned long long)radius->remember_s,
		(unsigned long long)radius->interim_s);
	describe_endpoints(out, "coa", &radius->coa);
	describe_endpoints(out, "from", &radius->coa_from);
	fprintf(out, "\n");
}

static void describe_zones(FILE *out, const struct config *config)
{
	for (size_t i = 0; i < config->n_zones; i++) {
		const struct config_sign_in *sign_in = &config->zones[i].sign_in;

		fprintf(out, "%s: methods=%u terms=%s venue=%s devices=%u oldest=%d mac=%d\n",
			config->zones[i].name, sign_in->methods, sign_in->terms, sign_in->venue_url,
			sign_in->devices, sign_in->is_oldest_out, sign_in->mac_auth);
	}
}

static void describe(FILE *out, const struct config *config)
{
	const struct config_web *web = &config->web;

	describe_zones(out, config);
	fprintf(out, "web:");
	describe_endpoints(out, "http", &web->http);
	describe_endpoints(out, "https", &web->https);
	fprintf(out, " cert=%s key=%s theme=%s state=%s admin=%s exec=%s url=%s\n",
		web->certificate, web->key, web->theme, web->state_dir, web->admin, web->code_exec,
		web->code_url);
	describe_radius(out, &config->radius);
	fprintf(out, "uam: server=%s secret=%s", config->uam.server, config->uam.secret_file);
	describe_endpoints(out, "listen", &config->uam.listen);
	fprintf(out, "\nfas: server=%s key=%s level=%u", config->fas.server, config->fas.key_file,
		config->fas.level);
	describe_endpoints(out, "listen", &config->fas.listen);
	fprintf(out, "\napi:");
	describe_endpoints(out, "listen", &config->api.listen);
	fprintf(out, " cert=%s key=%s token=%s advertise=%d\n", config->api.certificate,
		config->api.key, config->api.token_file, config->gateway.advertise_api);
	fprintf(out, "log: keep=%llu directory=%s level=%s\n",
		(unsigned long long)config->log.keep_s, config->log.directory,
		log_level_words[config->log.level]);
	fprintf(out, "metrics:");
	describe_endpoints(out, "listen", &config->metrics.listen);
	describe_endpoints(out, "portal", &config->metrics.portal_listen);
	fprintf(out, "\n");
}

static void test_row(void **state)
{
	const struct row *row = *state;
	struct config *config = NULL;
	struct error error = {""};
	char text[4096] = "";
	FILE *out;

	if (config_parse(row->input, strlen(row->input), "x.conf", &config, &error))
		print_error("%s\n", error.text);
	assert_non_null(config);
	out = fmemopen(text, sizeof(text), "w");
	assert_non_null(out);
	describe(out, config);
	fclose(out);
	for (size_t i = 0; i < ARRAY_SIZE(row->expected) && row->expected[i]; i++) {
		if (!strstr(text, row->expected[i]))
			print_error("'%s' is not in:\n%s", row->expected[i], text);
		assert_non_null(strstr(text, row->expected[i]));
	}
	assert_null(config_free(config));
}

static void test_refusal(void **state)
{
	const struct refusal *row = *state;
	struct config *config = NULL;
	struct error error = {""};

	assert_int_equal(config_parse(row->input, strlen(row->input), "x.conf", &config, &error),
			 -EINVAL);
	if (strncmp(error.text, row->expected, strlen(row->expected)) != 0)
		print_error("%s\n", error.text);
	assert_int_equal(strncmp(error.text, row->expected, strlen(row->expected)), 0);
	assert_non_null(strchr(error.text, ';'));
	assert_null(config);
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(rows) + ARRAY_SIZE(refusals)];

	TABLE_TESTS(tests, rows, test_row);
	TABLE_TESTS(tests + ARRAY_SIZE(rows), refusals, test_refusal);
	return cmocka_run_group_tests_name("config of services", tests, NULL, NULL);
}
