/* SPDX-License-Identifier: MIT */
/* test_config_refusals.c - configurations that are refused: the line, the sentence, the remedy. */
#include "table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/config.h"

/* The least that is a configuration; lines 1-4. */
#define BASE "[gateway]\ninterface = lan0\n[portal]\nurl = https://portal.example/login\n"
#define X50  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static const struct row {
	const char *sentence;
	const char *input;
	const char *expected; /* the refusal's beginning */
} rows[] = {
	{"nothing at all", "", "x.conf:1: [gateway] names no interface; add"},
	{"no gateway", "[portal]\nurl=http://p.example/\n\n",
	 "x.conf:3: [gateway] names no interface"},
	{"no interface", "\n[gateway]\nmax-guests=5\n[portal]\nurl=http://p.example/\n",
	 "x.conf:2: [gateway] names no interface; add 'interface = NAME'"},
	{"no portal", "[gateway]\ninterface=lan0\n", "x.conf:2: [portal] has no url; add"},
	{"no url", "[gateway]\ninterface=lan0\n[portal]\nname=x\n",
	 "x.conf:3: [portal] has no url"},
	{"a url in a zone only",
	 "[gateway]\ninterface=a\n[zone x]\nvlan=2\nurl=http://p.example/\n",
	 "x.conf:5: [portal] has no url"},

	{"unknown section", BASE "[portals]\n",
	 "x.conf:5: unknown section [portals]; there are [gateway]"},
	{"section zone without a name", BASE "[zone]\n", "x.conf:5: unknown section [zone]"},
	{"section in capitals", BASE "[Guest]\n", "x.conf:5: unknown section [Guest]"},
	{"section without bracket", BASE "[guest\n", "x.conf:5: a section without its ]"},
	{"bracket in a comment", BASE "[guest ; ]\n", "x.conf:5: a section without its ]"},
	{"key behind the bracket", BASE "[guest] park=3s\n",
	 "x.conf:5: text behind the section's ]"},
	{"section name of 60 letters", BASE "[zone " X50 "]\n", "x.conf:5: '" X50 "' is too long"},
	{"key before any section", "park=3s\n" BASE,
	 "x.conf:1: key 'park' stands before the first section; put it below one of [gateway]"},
	{"unknown key", BASE "nmae=x\n",
	 "x.conf:5: unknown key 'nmae' in [portal]; there are url, api-url, name, probes,"},
	{"unknown key in a zone", BASE "[zone a]\nvlam=3\n",
	 "x.conf:6: unknown key 'vlam' in [zone a]; there are vlan, interface, url,"},
	{"key of another section", BASE "timeout=8h\n",
	 "x.conf:5: key 'timeout' doesn't belong in [portal]; move it to [session]"},
	{"key of zones", BASE "vlan=8\n",
	 "x.conf:5: key 'vlan' doesn't belong in [portal]; move it to [zone NAME]"},
	{"key of the gateway in a zone", BASE "[zone a]\nbpf-dir=/x\n",
	 "x.conf:6: key 'bpf-dir' doesn't belong in [zone a]; move it to [gateway]"},
	{"key in capitals", BASE "Name=x\n", "x.conf:5: unknown key 'Name'"},
	{"key of 60 letters", BASE X50 "xxxxxxxxxx=x\n", "x.conf:5: unknown key 'xxxxxxxxx"},
	{"key without a name", BASE "=x\n", "x.conf:5: unknown key ''"},
	{"neither key nor section", BASE "hello\n",
	 "x.conf:5: 'hello' is neither a section nor a key"},
	{"an indented line is no continuation", BASE "  and more\n",
	 "x.conf:5: 'and more' is neither a section nor a key; write KEY = VALUE"},
	{"an indented value with a colon is no continuation",
	 BASE "[allow]\nprefix = 192.0.2.0/24\n  2001:db8::/32\n", "x.conf:7: unknown key '2001'"},
	{"key without value", BASE "name=\n", "x.conf:5: name has no value; give one or"},
	{"key with a comment for a value", BASE "name = ; Venue\n", "x.conf:5: name has no value"},
	{"duplicate key", BASE "name=a\n\nname=b\n",
	 "x.conf:7: name is set in line 5 already; remove"},
	{"duplicate key across sections of one name",
	 BASE "[guest]\n[portal]\nurl=http://a.example/\n",
	 "x.conf:7: url is set in line 4 already"},
	{"duplicate key in a zone", BASE "[zone a]\nvlan=1\nvlan=2\n",
	 "x.conf:7: vlan is set in line 6"},
	{"the first of two errors is told", BASE "x\ny=\n", "x.conf:5: 'x' is neither"},
	{"the first of two errors is told, other order", BASE "y=\nx\n",
	 "x.conf:5: unknown key 'y'"},

	{"overlong line", BASE "name = " X50 X50 X50 X50 "\n",
	 "x.conf:5: the line is longer than 198 characters; shorten its value"},
	{"overlong last line", BASE "name = " X50 X50 X50 X50, "x.conf:5: the line is longer"},
	{"escape sequence", BASE "name = \033[31m\n", "x.conf:5: the line has control characters"},
	{"carriage return in a line", BASE "name = a\rurl = b\n", "x.conf:5: the line has control"},
	{"two carriage returns", BASE "name = a\r\r\n", "x.conf:5: the line has control"},
	{"C1 control",
	 BASE "name = a\xc2\x85"
	      "b\n",
	 "x.conf:5: the line has control"},
	{"broken UTF-8", BASE "name = a\xff\n",
	 "x.conf:5: the line has control characters or isn't UTF-8"},
	{"overlong UTF-8", BASE "name = a\xc0\xaf\n", "x.conf:5: the line has control"},
	{"UTF-16", "\xff\xfe[\n", "x.conf:1: the line has control"},
	{"two byte order marks", "\xef\xbb\xbf\xef\xbb\xbf" BASE,
	 "x.conf:1: '\xef\xbb\xbf[gateway]' is neither"},

	{"long interface", BASE "[gateway]\ninterface=abcdefghijklmnop\n",
	 "x.conf:6: interface 'abcdefghijklmnop' is too long for an interface; use at most 15"},
	{"interface with a slash", BASE "[gateway]\ninterface=a/b\n",
	 "x.conf:6: interface 'a/b' is not the"},
	{"interface of two words", BASE "[gateway]\ninterface=a b\n",
	 "x.conf:6: interface 'a b' is not the"},
	{"interface ..", BASE "[gateway]\ninterface=..\n", "x.conf:6: interface '..' is not the"},
	{"duplicate interface", BASE "[gateway]\ninterface=lan0\n",
	 "x.conf:6: interface 'lan0' is named twice; remove one"},
	{"seventeen interfaces",
	 BASE
	 "[gateway]\ninterface=a\ninterface=b\ninterface=c\ninterface=d\ninterface=e\ninterface=f\n"
	 "interface=g\ninterface=h\ninterface=i\ninterface=j\ninterface=k\ninterface=l\n"
	 "interface=m\ninterface=n\ninterface=o\ninterface=p\n",
	 "x.conf:21: interface 'p' is one too many; use at most 16"},
	{"bad mode", BASE "[gateway]\nxdp-mode=fast\n",
	 "x.conf:6: xdp-mode 'fast' is not a mode; write auto"},
	{"relative path", BASE "[gateway]\nstate-dir=var\n",
	 "x.conf:6: state-dir 'var' is not an absolute path; start it with /"},
	{"long path", BASE "[gateway]\ncontrol=/" X50 X50 "xxxxxxx\n",
	 "x.conf:6: control '/xxxxxxx"},
	{"no sessions", BASE "[gateway]\nmax-sessions=0\n",
	 "x.conf:6: max-sessions '0' is not a number from 1"},
	{"too many guests", BASE "[gateway]\nmax-guests=16777217\n",
	 "x.conf:6: max-guests '16777217' is not"},
	{"bad unknown-vlan", BASE "[gateway]\nunknown-vlan=pass\n",
	 "x.conf:6: unknown-vlan 'pass' is neither"},

	{"url without scheme", "[portal]\nurl=portal.example\n",
	 "x.conf:2: url 'portal.example' is not a URL"},
	{"url of another scheme", "[portal]\nurl=ftp://a.example/\n",
	 "x.conf:2: url 'ftp://a.example/' is not a"},
	{"url without host", "[portal]\nurl=http:///x\n",
	 "x.conf:2: url 'http:///x' is a URL without a valid host"},
	{"url with fragment", "[portal]\nurl=http://a.example/#x\n",
	 "x.conf:2: url 'http://a.example/#x' is a URL with a f"},
	{"url with space", "[portal]\nurl=http://a.example/a b\n",
	 "x.conf:2: url 'http://a.example/a b' is not a clean"},
	{"url with quote", "[portal]\nurl=http://a.example/\"\n",
	 "x.conf:2: url 'http://a.example/\"' is not a clean"},
	{"url with apostrophe", "[portal]\nurl=http://a.example/'\n",
	 "x.conf:2: url 'http://a.example/'' is not a"},
	{"url with tag", "[portal]\nurl=http://a.example/<b>\n",
	 "x.conf:2: url 'http://a.example/<b>' is not a"},
	{"url with backslash", "[portal]\nurl=http://a.example\\x\n",
	 "x.conf:2: url 'http://a.example\\x' is not a"},
	{"url beyond ASCII", "[portal]\nurl=http://\xc3\xa9.example/\n",
	 "x.conf:2: url 'http://\xc3\xa9.example/' is not a"},
	{"url with a user", "[portal]\nurl=http://me@a.example/\n",
	 "x.conf:2: url 'http://me@a.example/' is a URL without"},
	{"url with port 0", "[portal]\nurl=http://a.example:0/\n",
	 "x.conf:2: url 'http://a.example:0/' is a URL without"},
	{"url with large port", "[portal]\nurl=http://a.example:65536/\n",
	 "x.conf:2: url 'http://a.example:65536/' is"},
	{"url with empty port", "[portal]\nurl=http://a.example:/\n",
	 "x.conf:2: url 'http://a.example:/' is a URL without"},
	{"url of a broken IPv4", "[portal]\nurl=http://198.18.0.256/\n",
	 "x.conf:2: url 'http://198.18.0.256/' is a URL w"},
	{"url of a broken IPv6", "[portal]\nurl=http://[2001:db8]/\n",
	 "x.conf:2: url 'http://[2001:db8]/' is a URL with"},
	{"url of an open bracket", "[portal]\nurl=http://[2001:db8::1/\n",
	 "x.conf:2: url 'http://[2001:db8::1/' is a URL"},
	{"url of two dots", "[portal]\nurl=http://a..example/\n",
	 "x.conf:2: url 'http://a..example/' is a URL without"},
	{"a level that isn't one", BASE "[log]\nlevel=loud\n",
	 "x.conf:6: level 'loud' is not a level; write error, warning, info or debug"},
	{"api-url without TLS", BASE "api-url=http://a.example/\n",
	 "x.conf:5: api-url 'http://a.example/' is not secure"},
	{"long name", BASE "name=" X50 "xxxxxxxxxxxxxx\n", "x.conf:5: name 'xxxxxxx"},
	{"bad probes", BASE "probes=302\n",
	 "x.conf:5: probes '302' is neither of its words; write auto or 511"},
	{"bad https", BASE "https=drop\n",
	 "x.conf:5: https 'drop' is neither of its words; write alert or"},
	{"page with a relative path", BASE "page=page.html\n",
	 "x.conf:5: page 'page.html' is not an absolute path; start it with /"},
	{"page with a long path",
	 BASE "page=/" X50 X50 X50 "0123456789012345678901234567890123456789x\n",
	 "x.conf:5: page '/xxx"},
	{"two pages", BASE "page=/a\npage=/b\n", "x.conf:6: page is set in line 5 already"},
	{"page in the wrong section", BASE "[guest]\npage=/a\n",
	 "x.conf:6: key 'page' doesn't belong in [guest]; move it to [portal]"},
	{"rule without answer", BASE "probe-rule=host=a.example\n",
	 "x.conf:5: probe-rule 'host=a.example' is a rule without an"},
	{"rule with unknown answer", BASE "probe-rule=host=a.example answer=200\n",
	 "x.conf:5: probe-rule 'host=a.example answer=200' is not a rule"},
	{"rule for everything", BASE "probe-rule=answer=302\n",
	 "x.conf:5: probe-rule 'answer=302' is a rule for every"},
	{"rule with two hosts", BASE "probe-rule=host=a.b host=c.d answer=302\n",
	 "x.conf:5: probe-rule 'host=a.b host=c.d answer=302' is a rule with two"},
	{"rule with two answers", BASE "probe-rule=host=a.b answer=302 answer=511\n",
	 "x.conf:5: probe-rule 'host=a.b answer=302 answer=511' is not"},
	{"rule with unknown word", BASE "probe-rule=host=a.b agent=x answer=302\n",
	 "x.conf:5: probe-rule 'host=a.b agent=x answer=302' is not a"},
	{"rule with star inside the path", BASE "probe-rule=path=/a*b answer=302\n",
	 "x.conf:5: probe-rule 'path=/a*b answer=302' is a rule without a valid"},
	{"rule with star inside the host", BASE "probe-rule=host=a.*.b answer=302\n",
	 "x.conf:5: probe-rule 'host=a.*.b answer=302' is a rule without a valid"},
	{"rule with empty host", BASE "probe-rule=host= answer=302\n",
	 "x.conf:5: probe-rule 'host= answer=302' is a rule without a valid host"},
	{"duplicate rule", BASE "probe-rule=path=/a answer=302\nprobe-rule=answer=511 path=/a\n",
	 "x.conf:6: probe-rule 'answer=511 path=/a' is given twice"},

	{"bad resolver", BASE "[allow]\ndns=dns.example\n",
	 "x.conf:6: dns 'dns.example' is not an address; write it like"},
	{"duplicate resolver", BASE "[allow]\ndns=198.18.0.1\ndns=::ffff:198.18.0.1\n",
	 "x.conf:7: dns '::ffff:198.18.0.1' is given twice; remove"},
	{"bad prefix", BASE "[allow]\nprefix=192.0.2.0/33\n",
	 "x.conf:6: '192.0.2.0/33' is not a prefix; write it like"},
	{"prefix with host bits", BASE "[allow]\nprefix=192.0.2.1/24\n",
	 "x.conf:6: '192.0.2.1/24' has bits set beyond"},
	{"duplicate prefix", BASE "[allow]\nprefix=192.0.2.1\nprefix=192.0.2.1/32\n",
	 "x.conf:7: prefix '192.0.2.1/32' is given twice"},
	{"bad domain", BASE "[allow]\ndomain=pay_*.example\n",
	 "x.conf:6: domain 'pay_*.example' is not a domain; write"},
	{"domain of a star", BASE "[allow]\ndomain=*\n", "x.conf:6: domain '*' is not a domain"},
	{"domain of a star and a dot", BASE "[allow]\ndomain=*.\n",
	 "x.conf:6: domain '*.' is not a domain"},
	{"domain that is an address", BASE "[allow]\ndomain=192.0.2.1\n",
	 "x.conf:6: domain '192.0.2.1' is not a domain; write addresses"},
	{"domain with a label too long", BASE "[allow]\ndomain=" X50 "xxxxxxxxxxxxxx.example\n",
	 "x.conf:6: domain 'xxx"},
	{"too deep", BASE "[allow]\ndomain=a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q\n", "x.conf:6: dom"},
	{"duplicate domain", BASE "[allow]\ndomain=a.example\ndomain=A.Example\n",
	 "x.conf:7: domain 'A.Example' is given twice"},

	{"bad duration", BASE "[session]\ntimeout=8hours\n",
	 "x.conf:6: timeout '8hours' is not a duration; write 30s, 15m,"},
	{"negative duration", BASE "[session]\nidle=-1\n",
	 "x.conf:6: idle '-1' is not a duration; write"},
	{"long duration", BASE "[session]\nidle=99999d\n",
	 "x.conf:6: idle '99999d' is not a duration; write 30s, 15m, 8h, 7d or 0, at most 3650d"},
	{"bad rate", BASE "[session]\nup=fast\n",
	 "x.conf:6: up 'fast' is not a rate; write 64k, 10M,"},
	{"bad size", BASE "[session]\nquota=5GB\n",
	 "x.conf:6: quota '5GB' is not a size; write 500M, 5G or 0"},

	{"zone called default", BASE "[zone default]\nvlan=2\n",
	 "x.conf:5: 'default' is the name of the rules outside"},
	{"zone with a bad name", BASE "[zone a b]\nvlan=2\n",
	 "x.conf:5: 'a b' is not a zone's name; use letters"},
	{"zone with a space behind its name", BASE "[zone a ]\nvlan=2\n",
	 "x.conf:5: 'a ' is not a zone's name"},
	{"zone with an empty name", BASE "[zone ]\nvlan=2\n", "x.conf:5: '' is not a zone's name"},
	{"zone with a long name", BASE "[zone abcdefghijklmnopqrstuvwxyz012345]\n",
	 "x.conf:5: 'abcdefghijklmnopqrstuvwxyz012345' is too long for"},
	{"two zones of one name", BASE "[zone a]\nvlan=2\n[zone a]\nvlan=3\n",
	 "x.conf:7: zone 'a' is in line 5 already; rename"},
	{"zone without a place", BASE "[zone a]\nname=x\n",
	 "x.conf:5: zone 'a' has no place; add 'vlan = N' or"},
	{"zone without a key", BASE "[zone a]\n", "x.conf:5: zone 'a' has no place"},
	{"zone on a foreign interface", BASE "[zone a]\nvlan=3\ninterface=b\n",
	 "x.conf:7: interface 'b' of zone 'a' is none of [gateway]; name"},
	{"VLAN 0", BASE "[zone a]\nvlan=0\n",
	 "x.conf:6: vlan '0' is not a VLAN; write 1 to 4094, or"},
	{"VLAN 4095", BASE "[zone a]\nvlan=4095\n", "x.conf:6: vlan '4095' is not a VLAN"},
	{"inner VLAN 0", BASE "[zone a]\nvlan=2.0\n", "x.conf:6: vlan '2.0' is not a VLAN"},
	{"empty inner VLAN", BASE "[zone a]\nvlan=2.\n", "x.conf:6: vlan '2.' is not a VLAN"},
	{"three VLANs", BASE "[zone a]\nvlan=2.3.4\n", "x.conf:6: vlan '2.3.4' is not a VLAN"},
	{"two zones with one VLAN", BASE "[zone a]\nvlan=2\n[zone b]\nname=x\nvlan=2\n",
	 "x.conf:9: zones 'a' and 'b' both have VLAN 2; give one of them another"},
	{"two zones with one VLAN, one of them everywhere",
	 BASE "[zone a]\nvlan=2\ninterface=lan0\n[zone b]\nvlan=2\n",
	 "x.conf:9: zones 'a' and 'b' both have VLAN 2;"},
	{"two zones with one inner VLAN", BASE "[zone a]\nvlan=2.3\n[zone b]\nvlan=2.3\n",
	 "x.conf:8: zones 'a' and 'b' both have VLAN 2.3; give"},
	{"two zones with the untagged frames",
	 BASE "[zone a]\ninterface=lan0\n[zone b]\ninterface=lan0\n",
	 "x.conf:8: zones 'a' and 'b' both have the untagged frames of 'lan0'; give"},
};

static void test_row(void **state)
{
	const struct row *row = *state;
	struct config *config = NULL;
	struct error error = {""};

	assert_int_equal(config_parse(row->input, strlen(row->input), "x.conf", &config, &error),
			 -EINVAL);
	if (strncmp(error.text, row->expected, strlen(row->expected)) != 0)
		print_error("%s\n", error.text);
	assert_int_equal(strncmp(error.text, row->expected, strlen(row->expected)), 0);
	assert_non_null(strchr(error.text, ';'));
	assert_null(config);
	assert_int_equal(config_parse(row->input, strlen(row->input), "x.conf", &config, NULL),
			 -EINVAL);
}

static void test_nul(void **state)
{
	static const char text[] = BASE "[zone a]\nvlan = 2\0 and more\n";
	struct config *config = NULL;
	struct error error = {""};

	(void)state;
	assert_int_equal(config_parse(text, sizeof(text) - 1, "x.conf", &config, &error), -EINVAL);
	assert_non_null(strstr(error.text, "x.conf:6: the line has control characters"));
	assert_null(config);
}

/* 255 zones beside the default one are read, one more is refused. */
static void test_too_many_zones(void **state)
{
	static char text[256 * 64];
	struct config *config = NULL;
	struct error error = {""};
	size_t used = (size_t)sprintf(text, "%s", BASE);
	int i;

	(void)state;
	for (i = 1; i < X511_MAX_ZONES; i++)
		used += (size_t)sprintf(text + used, "[zone z%d]\nvlan=%d\n", i, i);
	assert_int_equal(config_parse(text, used, "x.conf", &config, &error), 0);
	assert_int_equal(config->n_zones, X511_MAX_ZONES);
	config = config_free(config);
	used += (size_t)sprintf(text + used, "[zone last]\nvlan=4000\n");
	assert_int_equal(config_parse(text, used, "x.conf", &config, &error), -EINVAL);
	assert_non_null(
		strstr(error.text, "x.conf:515: zone 'last' is one too many; use at most 255"));
}

/* 4096 entries of a list are read, one more is refused. */
static void test_too_many_domains(void **state)
{
	static char text[4200 * 20];
	struct config *config = NULL;
	struct error error = {""};
	size_t used = (size_t)sprintf(text, "%s[allow]\n", BASE);
	int i;

	(void)state;
	for (i = 0; i < 4096; i++)
		used += (size_t)sprintf(text + used, "domain=d%d.x\n", i);
	assert_int_equal(config_parse(text, used, "x.conf", &config, &error), 0);
	config = config_free(config);
	used += (size_t)sprintf(text + used, "domain=last.x\n");
	assert_int_equal(config_parse(text, used, "x.conf", &config, &error), -EINVAL);
	assert_non_null(strstr(error.text, "domain 'last.x' is one too many; use at most 4096"));
}

/* A file of @size bytes in a directory of its own, both gone when the test is over. */
static void test_load(void **state)
{
	char directory[] = "/tmp/test_config.XXXXXX";
	struct config *config = NULL;
	struct error error = {""};
	char file[64], fifo[64];
	FILE *out;

	(void)state;
	assert_non_null(mkdtemp(directory));
	snprintf(file, sizeof(file), "%s/x.conf", directory);
	snprintf(fifo, sizeof(fifo), "%s/fifo", directory);

	assert_int_equal(config_load(file, &config, &error), -ENOENT);
	assert_non_null(strstr(
		error.text, "x.conf': No such file or directory; give --config FILE or create it"));
	assert_int_equal(config_load(directory, &config, &error), -EISDIR);
	assert_non_null(strstr(error.text, "it is a directory; give --config FILE"));
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_int_equal(config_load(fifo, &config, &error), -EINVAL);
	assert_non_null(strstr(error.text, "no regular file"));

	out = fopen(file, "w");
	assert_non_null(out);
	fputs(BASE, out);
	fclose(out);
	assert_int_equal(config_load(file, &config, &error), 0);
	config = config_free(config);

	assert_int_equal(truncate(file, 1024 * 1024), 0);
	assert_int_equal(config_load(file, &config, &error), -EINVAL); /* full of NULs */
	assert_non_null(strstr(error.text, "x.conf:5: the line "));
	assert_int_equal(truncate(file, 1024 * 1024 + 1), 0);
	assert_int_equal(config_load(file, &config, &error), -EFBIG);
	assert_non_null(strstr(error.text, "is larger than 1 MiB"));

	unlink(fifo);
	unlink(file);
	rmdir(directory);
	assert_null(config);
}

int main(void)
{
	static const struct CMUnitTest single[] = {
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_too_many_zones),
		cmocka_unit_test(test_too_many_domains),
		cmocka_unit_test(test_load),
	};
	struct CMUnitTest tests[ARRAY_SIZE(rows) + ARRAY_SIZE(single)];

	TABLE_TESTS(tests, rows, test_row);
	memcpy(tests + ARRAY_SIZE(rows), single, sizeof(single));
	return cmocka_run_group_tests_name("config refusals", tests, NULL, NULL);
}
