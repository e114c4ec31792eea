/* SPDX-License-Identifier: MIT */
/* test_config.c - configurations that are read, and what becomes of defaults and zones. */
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/config.h"

/* The least that is a configuration; lines 1-4. */
#define BASE "[gateway]\ninterface = lan0\n[portal]\nurl = https://portal.example/login\n"
/* 5 and 6 belong to a zone, from line 7 on its keys. */
#define ZONE BASE "[zone press]\nvlan = 200\n"

static const struct row {
	const char *sentence;
	const char *input;
	const char *zone;
	const char *expected[6]; /* parts of what describe() says */
} rows[] = {
	{"defaults of the gateway",
	 BASE,
	 "default",
	 {"[lan0] mode=0 bpf=/sys/fs/bpf/xdp511 state=/var/lib/xdp511 ",
	  "control=/run/xdp511/control.sock sessions=1048576 guests=1048576 drop=0 alerts=20000 "
	  "responder=200000 resolver=20000 kernel=100000 new=20000 zones=1\n"}},
	{"defaults of the rules",
	 BASE,
	 "default",
	 {"zone=default interface= vlan=0.0 ", "api= name=Wi-Fi probes=1 reset=0 rules=\n",
	  "dns= prefix= domain=\n", "timeout=28800 idle=1800 up=0 down=0 quota=0 guard=0\n",
	  "packets=50 park=30 alerts=20\n"}},
	{"every key of [gateway]",
	 BASE "[gateway]\ninterface=wan0\nxdp-mode=generic\nbpf-dir=/sys/fs/bpf/x\nstate-dir=/s\n"
	      "control=/c\nmax-sessions=1\nmax-guests=16777216\nunknown-vlan=drop\n"
	      "https-alerts=1000000/s\nqueue-responder=0\nqueue-resolver=1/s\n"
	      "queue-kernel=1000000/s\nnew-guests=7/s\n",
	 "default",
	 {"[lan0,wan0] mode=2 bpf=/sys/fs/bpf/x state=/s control=/c sessions=1 guests=16777216 "
	  "drop=1 alerts=1000000 responder=0 resolver=1 kernel=1000000 new=7 zones=1\n"}},
	{"every key of [portal]",
	 BASE "[portal]\napi-url=https://p.example/capport?x=1\nname=Venue Wi-Fi\nprobes=511\n"
	      "probe-rule=host=*.Example-OS.net path=/check answer=302\n"
	      "probe-rule=answer=302-empty path=/gen*\nprobe-rule=host=x.example answer=511\n"
	      "https=reset\npage=/etc/xdp511/page.html\n",
	 "default",
	 {"url=https://portal.example/login host=portal.example port=443",
	  "api=https://p.example/capport?x=1 name=Venue Wi-Fi probes=0 reset=1 ",
	  "rules= *.example-os.net,/check,1 ,/gen*,2 x.example,,0\n",
	  "page=/etc/xdp511/page.html:13\n"}},
	{"every key of [allow]",
	 BASE "[allow]\ndns=198.18.0.1\ndns=2001:db8::53\nprefix=203.0.113.0/24\n"
	      "prefix=[2001:db8::/32]:443/tcp\ndomain=*.Pay.Example\ndomain=bank.example\n",
	 "default",
	 {"dns= 198.18.0.1 2001:db8::53 prefix= 203.0.113.0/24 [2001:db8::/32]:443/tcp "
	  "domain= *.pay.example bank.example\n"}},
	{"every key of [session] and [guest]",
	 BASE "[session]\ntimeout=1d\nidle=0\nup=10M\ndown=1.5G\nquota=5G\nspoof-guard=on\n"
	      "[guest]\npackets=100/s\npark=1m\nhttps-alerts=0\n",
	 "default",
	 {"timeout=86400 idle=0 up=10000000 down=1500000000 quota=5000000000 guard=1\n",
	  "packets=100 park=60 alerts=0\n"}},
	{"comments, blank lines, indentation, colons, CRLF",
	 "\n; comment\n# another\n [gateway] ; here\r\n\tinterface : lan0\t; inline\r\n\n[portal]\n"
	 "   url=http://p.example/a;b?c=d ;e\r\n",
	 "default",
	 {"[lan0]", "url=http://p.example/a;b?c=d host=p.example port=80"}},
	{"a byte order mark", "\xef\xbb\xbf" BASE, "default", {"[lan0]"}},
	{"no newline at the end", BASE "[session]\nidle=5s", "default", {"idle=5 "}},
	{"a long comment",
	 BASE "; 0123456789012345678901234567890123456789012345678901234567890123456789012345678901"
	      "012345678901234567890123456789012345678901234567890123456789012345678901234567890123"
	      "01234567890123456789012345678901234567890123456789012345678901234567890\n",
	 "default",
	 {"[lan0]"}},
	{"a name beyond ASCII",
	 BASE "name = Caf\xc3\xa9 \xe2\x98\x95\n",
	 "default",
	 {"name=Caf\xc3\xa9 \xe2\x98\x95 "}},
	{"URL of an IPv6 host",
	 "[gateway]\ninterface=a\n[portal]\nurl=http://[2001:DB8::1]:8080/x\n",
	 "default",
	 {"url=http://[2001:DB8::1]:8080/x host=2001:db8::1 port=8080"}},
	{"URL of an IPv4 host",
	 "[gateway]\ninterface=a\n[portal]\nurl=https://198.18.0.1?x\n",
	 "default",
	 {"host=198.18.0.1 port=443"}},
	{"URL in capitals",
	 "[gateway]\ninterface=a\n[portal]\nurl=HTTP://Portal.Example\n",
	 "default",
	 {"url=HTTP://Portal.Example host=portal.example port=80"}},
	{"a zone with a VLAN",
	 ZONE,
	 "press",
	 {"zones=2\n", "zone=press interface= vlan=200.0 url=https://portal.example/login host="
		       "portal.example port=443 api= name=Wi-Fi probes=1"}},
	{"a zone with QinQ on one interface",
	 ZONE "[zone x]\nvlan=200.30\ninterface=lan0\n",
	 "x",
	 {"zone=x interface=lan0 vlan=200.30 "}},
	{"a zone with the untagged frames of an interface",
	 BASE "[zone x]\ninterface=lan0\n",
	 "x",
	 {"zone=x interface=lan0 vlan=0.0 "}},
	{"the same VLAN on two interfaces",
	 BASE "[gateway]\ninterface=b\n[zone x]\nvlan=7\ninterface=lan0\n[zone y]\nvlan=7\n"
	      "interface=b\n",
	 "y",
	 {"zone=y interface=b vlan=7.0"}},
	{"one outer VLAN, two inner ones",
	 BASE "[zone x]\nvlan=7\n[zone y]\nvlan=7.1\n[zone z]\n"
	      "vlan=7.2\n",
	 "z",
	 {"zones=4\n", "vlan=7.2 "}},
	{"a zone's own values",
	 ZONE
	 "url=http://press.example/\nname=Press\nhttps=reset\nup=1M\npackets=0\ndns=198.18.0.9\n"
	 "https-alerts=9/s\n",
	 "press",
	 {"url=http://press.example/ host=press.example port=80 ", "name=Press probes=1 reset=1 ",
	  "timeout=28800 idle=1800 up=1000000 ", "packets=0 park=30 alerts=9\n",
	  "dns= 198.18.0.9 prefix="}},
	{"a zone that is guarded alone", ZONE "spoof-guard=on\n", "press", {" guard=1\n"}},
	{"the default zone isn't then", ZONE "spoof-guard=on\n", "default", {" guard=0\n"}},
	{"a zone that inherits the guard",
	 ZONE "[session]\nspoof-guard=on\n",
	 "press",
	 {" guard=1\n"}},
	{"a zone without the guard of the others",
	 BASE "[session]\nspoof-guard=on\n[zone press]\nvlan=200\nspoof-guard=off\n",
	 "press",
	 {" guard=0\n"}},
	{"a zone's own values aren't the default's",
	 ZONE "name=Press\nup=1M\ndomain=a.example\n",
	 "default",
	 {"name=Wi-Fi ", " up=0 ", "domain=\n"}},
	{"sections below a zone are inherited too",
	 ZONE "[session]\nidle=7s\n[allow]\ndomain=a.example\ndomain=b.example\n[portal]\n"
	      "api-url=https://a.example/\nprobe-rule=path=/x answer=302\n",
	 "press",
	 {"idle=7 ", "domain= a.example b.example\n", "api=https://a.example/ ", "rules= ,/x,1\n"}},
	{"a zone's list replaces, the other lists are inherited",
	 BASE "[allow]\nprefix=192.0.2.0/24\nprefix=198.51.100.0/24\ndomain=a.example\n"
	      "[zone press]\nvlan=200\nprefix=203.0.113.0/24\nprefix=192.0.2.0/24\n",
	 "press",
	 {"prefix= 203.0.113.0/24 192.0.2.0/24 domain= a.example\n"}},
	{"a page of the top sections, which need not come first",
	 ZONE "[portal]\npage=/a.html\n",
	 "press",
	 {"page=/a.html:8\n"}},
	{"a zone's own page",
	 BASE "page=/a.html\n[zone x]\nvlan=7\npage=/b.html\n",
	 "x",
	 {"page=/b.html:8\n"}},
	{"no page", ZONE, "press", {"page=:0\n"}},
	{"no zone of that name", ZONE, "other", {"none\n"}},
};

static void describe_zone(FILE *out, const struct config_zone *zone)
{
	const struct config_portal *portal = &zone->portal;
	const struct session_limits *session = &zone->session;
	char text[GARDEN_ENTRY_TEXT];
	size_t i;

	fprintf(out, "zone=%s interface=%s vlan=%u.%u ", zone->name, zone->interface, zone->vlan,
		zone->inner_vlan);
	fprintf(out, "url=%s host=%s port=%u api=%s name=%s probes=%d reset=%d rules=", portal->url,
		portal->host, portal->port, portal->api_url, portal->name, portal->probes_auto,
		portal->https_reset);
	for (i = 0; i < portal->n_rules; i++)
		fprintf(out, " %s,%s,%d", portal->rules[i].host, portal->rules[i].path,
			(int)portal->rules[i].answer);
	fprintf(out, "\npage=%s:%u\n", portal->page, portal->page_line);
	fprintf(out, "dns=");
	for (i = 0; i < zone->allow.n_resolvers; i++)
		fprintf(out, " %s", format_address(&zone->allow.resolvers[i], text));
	fprintf(out, " prefix=");
	for (i = 0; i < zone->allow.n_prefixes; i++)
		fprintf(out, " %s", format_garden_entry(&zone->allow.prefixes[i], text));
	fprintf(out, " domain=");
	for (i = 0; i < zone->allow.n_domains; i++)
		fprintf(out, " %s", zone->allow.domains[i]);
	fprintf(out, "\ntimeout=%llu idle=%llu up=%llu down=%llu quota=%llu guard=%d\n",
		(unsigned long long)session->timeout_s, (unsigned long long)session->idle_s,
		(unsigned long long)session->up_bps, (unsigned long long)session->down_bps,
		(unsigned long long)session->quota_bytes, zone->spoof_guard);
	fprintf(out, "packets=%llu park=%llu alerts=%u\n",
		(unsigned long long)zone->guest.packets_per_second,
		(unsigned long long)zone->guest.park_s, zone->guest.https_alerts);
}

static void describe(FILE *out, const struct config *config, const char *name)
{
	const struct config_gateway *gateway = &config->gateway;
	const struct config_zone *zone = config_find_zone(config, name);
	size_t i;

	for (i = 0; i < gateway->n_interfaces; i++)
		fprintf(out, "%s%s", i ? "," : "[", gateway->interfaces[i]);
	fprintf(out,
		"] mode=%d bpf=%s state=%s control=%s sessions=%u guests=%u drop=%d alerts=%u "
		"responder=%u resolver=%u kernel=%u new=%u zones=%zu\n",
		(int)gateway->xdp_mode, gateway->bpf_dir, gateway->state_dir, gateway->control,
		gateway->max_sessions, gateway->max_guests, gateway->drop_unknown_vlan,
		gateway->https_alerts, gateway->queue_responder, gateway->queue_resolver,
		gateway->queue_kernel, gateway->new_guests, config->n_zones);
	if (zone)
		describe_zone(out, zone);
	else
		fprintf(out, "none\n");
}

static void test_row(void **state)
{
	const struct row *row = *state;
	struct config *config = NULL;
	struct error error = {""};
	char text[4096] = "";
	FILE *out;
	size_t i;

	if (config_parse(row->input, strlen(row->input), "x.conf", &config, &error))
		print_error("%s\n", error.text);
	assert_non_null(config);
	out = fmemopen(text, sizeof(text), "w");
	assert_non_null(out);
	describe(out, config, row->zone);
	fclose(out);
	for (i = 0; i < ARRAY_SIZE(row->expected) && row->expected[i]; i++) {
		if (!strstr(text, row->expected[i]))
			print_error("'%s' is not in:\n%s", row->expected[i], text);
		assert_non_null(strstr(text, row->expected[i]));
	}
	assert_null(config_free(config));
}

static void test_free_nothing(void **state)
{
	(void)state;
	assert_null(config_free(NULL));
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(rows) + 1];

	TABLE_TESTS(tests, rows, test_row);
	tests[ARRAY_SIZE(rows)] = (struct CMUnitTest)cmocka_unit_test(test_free_nothing);
	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
