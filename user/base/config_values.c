/* SPDX-License-Identifier: MIT */
/* config_values.c - reads URLs, domains, probe rules, VLANs and names of the configuration. */
#include "base/config_values.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <xdp511/net.h>

#include "base/units.h"

#define DNS_NAME_MAX  253
#define DNS_LABEL_MAX 63
#define PORT_TEXT     8

/* What RFC 3986 allows in a URL, without the single quote: the URL is copied into a page. */
#define URL_MARKS "-._~:/?[]@!$&()*+,;=%"

static int refuse(const char **ret_reason, const char *reason)
{
	*ret_reason = reason;
	return -EINVAL;
}

/* Copies @length bytes as a string in lower case; false when they don't fit. */
static bool copy_lower(const char *text, size_t length, char *buffer, size_t size)
{
	size_t i;

	if (length >= size)
		return false;
	for (i = 0; i < length; i++)
		buffer[i] = (char)tolower((unsigned char)text[i]);
	buffer[length] = '\0';
	return true;
}

static bool is_name_character(char c)
{
	return isalnum((unsigned char)c) || c == '-' || c == '_';
}

/* Labels of letters, digits, - and _ with single dots between; no dot at the end. */
static bool is_dns_name(const char *name)
{
	size_t label = 0;
	const char *c;

	for (c = name; *c; c++) {
		if (*c == '.' ? !label : !is_name_character(*c))
			return false;
		label = *c == '.' ? 0 : label + 1;
		if (label > DNS_LABEL_MAX)
			return false;
	}
	return label && c - name <= DNS_NAME_MAX;
}

/* Browsers take a name whose last label is a number for an IPv4 address. */
static bool ends_in_number(const char *name)
{
	const char *dot = strrchr(name, '.');
	const char *last = dot ? dot + 1 : name;

	return *last && strspn(last, "0123456789") == strlen(last);
}

static bool is_host(const char *host)
{
	struct in_addr in;

	if (ends_in_number(host))
		return inet_pton(AF_INET, host, &in) == 1;
	return is_dns_name(host);
}

/* "host", "host:8080", "[2001:db8::1]:8080" */
static int parse_authority(const char *text, size_t length, struct url *url)
{
	char authority[PORTAL_URL_SIZE];
	char *host = authority;
	struct in6_addr in6;
	uint64_t port;
	char *rest;

	if (!copy_lower(text, length, authority, sizeof(authority)))
		return -EINVAL;
	if (authority[0] == '[') {
		host++;
		rest = strchr(host, ']');
		if (!rest)
			return -EINVAL;
		*rest++ = '\0';
		if (inet_pton(AF_INET6, host, &in6) != 1 || (*rest && *rest != ':'))
			return -EINVAL;
	} else {
		rest = strchrnul(host, ':');
	}
	if (*rest) {
		*rest = '\0';
		if (parse_number(rest + 1, 1, UINT16_MAX, &port))
			return -EINVAL;
		url->port = (uint16_t)port;
	}
	if (host == authority && !is_host(host))
		return -EINVAL;
	strcpy(url->host, host);
	return 0;
}

int parse_url(const char *text, struct url *ret_url, const char **ret_reason)
{
	struct url url = {.https = !strncasecmp(text, "https://", 8)};
	const char *authority = text + (url.https ? 8 : 7);
	const char *c;

	if (!url.https && strncasecmp(text, "http://", 7) != 0)
		return refuse(ret_reason, "not a URL; start it with https:// or http://");
	if (strlen(text) >= PORTAL_URL_SIZE)
		return refuse(ret_reason, "too long; use at most 255 characters");
	if (strchr(text, '#'))
		return refuse(ret_reason, "a URL with a fragment; leave out the part from # on");
	for (c = text; *c; c++) {
		if (!isalnum((unsigned char)*c) && !strchr(URL_MARKS, *c))
			return refuse(ret_reason,
				      "not a clean URL; write spaces, quotes, < and > and "
				      "letters beyond ASCII as %XX");
	}
	url.port = url.https ? PORT_HTTPS : PORT_HTTP;
	if (parse_authority(authority, strcspn(authority, "/?"), &url))
		return refuse(ret_reason,
			      "a URL without a valid host; write it like "
			      "https://portal.example/login or http://[2001:db8::1]:8080/");
	*ret_url = url;
	return 0;
}

static unsigned int count_labels(const char *name)
{
	unsigned int n = 1;

	for (; *name; name++)
		n += *name == '.';
	return n;
}

int parse_domain(const char *text, char ret_domain[DOMAIN_SIZE], const char **ret_reason)
{
	const char *name = text + (!strncmp(text, "*.", 2) ? 2 : 0);

	if (strlen(text) >= DOMAIN_SIZE)
		return refuse(ret_reason, "too long; use at most 127 characters");
	if (!is_dns_name(name))
		return refuse(ret_reason,
			      "not a domain; write it like pay.example or *.pay.example, and "
			      "letters beyond ASCII in the xn-- form");
	if (count_labels(name) > X511_PATTERN_LABELS)
		return refuse(ret_reason, "too deep; use at most 16 labels");
	if (ends_in_number(name))
		return refuse(ret_reason,
			      "not a domain; write addresses as 'prefix = 192.0.2.0/24'");
	copy_lower(text, strlen(text), ret_domain, DOMAIN_SIZE);
	return 0;
}

static int parse_probe_host(const char *text, struct probe_rule *rule, const char **ret_reason)
{
	const char *name = text + (!strncmp(text, "*.", 2) ? 2 : 0);

	if (rule->host[0])
		return refuse(ret_reason, "a rule with two hosts; write two rules");
	if (!(name == text ? is_host(name) : is_dns_name(name)) ||
	    !copy_lower(text, strlen(text), rule->host, sizeof(rule->host)))
		return refuse(ret_reason,
			      "a rule without a valid host; write it like host=probe.example "
			      "or host=*.probe.example");
	return 0;
}

static int parse_probe_path(const char *text, struct probe_rule *rule, const char **ret_reason)
{
	const char *star = strchr(text, '*');
	const char *c;

	if (rule->path[0])
		return refuse(ret_reason, "a rule with two paths; write two rules");
	if (text[0] != '/' || strlen(text) >= sizeof(rule->path) || (star && star[1]))
		return refuse(ret_reason,
			      "a rule without a valid path; start it with / and use * only "
			      "at its end");
	for (c = text; *c; c++) {
		if (*c <= ' ' || *c > '~')
			return refuse(ret_reason, "a rule with a path beyond ASCII; write such "
						  "letters as %XX");
	}
	strcpy(rule->path, text);
	return 0;
}

static int parse_probe_answer(const char *text, struct probe_rule *rule)
{
	static const char *const words[] = {
		[PROBE_511] = "511",
		[PROBE_302] = "302",
		[PROBE_302_EMPTY] = "302-empty",
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!strcmp(text, words[i])) {
			rule->answer = (enum probe_answer)i;
			return 0;
		}
	}
	return -EINVAL;
}

int parse_probe_rule(const char *text, struct probe_rule *ret_rule, const char **ret_reason)
{
	struct probe_rule rule = {.answer = PROBE_511};
	char copy[3 * PROBE_FIELD_SIZE];
	bool answered = false;
	char *word, *rest;
	int err = 0;

	if (strlen(text) >= sizeof(copy))
		return refuse(ret_reason, "too long; use at most 383 characters");
	strcpy(copy, text);
	for (word = strtok_r(copy, " \t", &rest); word && !err;
	     word = strtok_r(NULL, " \t", &rest)) {
		if (!strncmp(word, "host=", 5)) {
			err = parse_probe_host(word + 5, &rule, ret_reason);
		} else if (!strncmp(word, "path=", 5)) {
			err = parse_probe_path(word + 5, &rule, ret_reason);
		} else if (!strncmp(word, "answer=", 7) && !answered &&
			   !parse_probe_answer(word + 7, &rule)) {
			answered = true;
		} else {
			err = refuse(ret_reason, "not a rule; write it like host=*.probe.example "
						 "path=/check answer=511 (or 302, or 302-empty)");
		}
	}
	if (err)
		return err;
	if (!answered)
		return refuse(ret_reason, "a rule without an answer; add answer=511, answer=302 or "
					  "answer=302-empty");
	if (!rule.host[0] && !rule.path[0])
		return refuse(ret_reason, "a rule for every request; add host=NAME or path=/PATH");
	*ret_rule = rule;
	return 0;
}

int parse_interface(const char *text, char ret_name[INTERFACE_SIZE], const char **ret_reason)
{
	const char *c;

	if (strlen(text) >= INTERFACE_SIZE)
		return refuse(ret_reason, "too long for an interface; use at most 15 characters");
	for (c = text; *c; c++) {
		if (*c <= ' ' || *c > '~' || *c == '/' || *c == ':')
			break;
	}
	if (*c || !text[0] || !strcmp(text, ".") || !strcmp(text, ".."))
		return refuse(ret_reason,
			      "not the name of an interface; give one that 'ip link' lists");
	strcpy(ret_name, text);
	return 0;
}

int parse_vlan(const char *text, uint16_t *ret_vlan, uint16_t *ret_inner, const char **ret_reason)
{
	const char *dot = strchrnul(text, '.');
	char outer[PORT_TEXT];
	uint64_t vlan, inner = 0;

	if (!copy_lower(text, (size_t)(dot - text), outer, sizeof(outer)) ||
	    parse_number(outer, 1, VLAN_ID_MAX, &vlan) ||
	    (*dot && parse_number(dot + 1, 1, VLAN_ID_MAX, &inner)))
		return refuse(ret_reason, "not a VLAN; write 1 to 4094, or OUTER.INNER for QinQ");
	*ret_vlan = (uint16_t)vlan;
	*ret_inner = (uint16_t)inner;
	return 0;
}

int parse_zone_name(const char *text, char ret_name[ZONE_NAME_SIZE], const char **ret_reason)
{
	const char *c;

	for (c = text; *c; c++) {
		if (!is_name_character(*c))
			break;
	}
	if (*c || !text[0])
		return refuse(ret_reason, "not a zone's name; use letters, digits, - and _");
	if (strlen(text) >= ZONE_NAME_SIZE)
		return refuse(ret_reason, "too long for a zone's name; use at most 31 characters");
	if (!strcmp(text, ZONE_DEFAULT))
		return refuse(ret_reason,
			      "the name of the rules outside any zone; choose another, or "
			      "set them in [portal], [allow], [session] and [guest]");
	strcpy(ret_name, text);
	return 0;
}
