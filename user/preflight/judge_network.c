/* SPDX-License-Identifier: MIT */
/* judge_network.c - whether ports are free and those who are needed answer. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "preflight/judge.h"

/* One of several that is silent is borne by the others. */
static enum preflight_level level_of(bool others_answer)
{
	return others_answer ? PREFLIGHT_WARN : PREFLIGHT_FAIL;
}

/* An address without its port, for commands. */
static const char *plain_address(const struct endpoint *endpoint, char buffer[ENDPOINT_TEXT])
{
	struct address address;

	if (endpoint_address(endpoint, &address))
		return format_address(&address, buffer);
	snprintf(buffer, ENDPOINT_TEXT, "%s",
		 endpoint->address.ss_family == AF_INET6 ? "::" : "0.0.0.0");
	return buffer;
}

void judge_listen(struct report *report, const struct listen_facts *facts)
{
	char remedy[REMEDY_SIZE], at[ENDPOINT_TEXT], address[ENDPOINT_TEXT];

	format_endpoint(&facts->endpoint, at);
	snprintf(remedy, sizeof(remedy), "ss -Hln%sp 'sport = :%u'", facts->is_udp ? "u" : "t",
		 endpoint_port(&facts->endpoint));
	if (!facts->err)
		report_line(report, is_ok(CHECK_LISTEN, facts->what), "%s is free for %s", at,
			    facts->program);
	else if (facts->err == -EADDRINUSE && facts->is_running)
		report_line(report, is_ok(CHECK_LISTEN, facts->what), "%s is taken, and %s runs",
			    at, facts->program);
	else if (facts->err == -EADDRINUSE)
		report_line(report, is_bad(CHECK_LISTEN, facts->what, remedy),
			    "another program listens at %s already", at);
	else if (facts->err == -EADDRNOTAVAIL) {
		snprintf(remedy, sizeof(remedy), "ip address add %s dev %s",
			 plain_address(&facts->endpoint, address), facts->port_name);
		/* Web servers listen there all the same: that of a pair comes when it is needed. */
		report_line(report,
			    facts->is_udp ? is_bad(CHECK_LISTEN, facts->what, remedy)
					  : is_doubtful(CHECK_LISTEN, facts->what, remedy),
			    "no interface has the address of %s", at);
	} else
		report_line(report, is_doubtful(CHECK_LISTEN, facts->what, "sudo xdp511 check"),
			    "%s can't be tried: %s", at, strerror(-facts->err));
}

void judge_resolver(struct report *report, const struct resolver_facts *facts)
{
	char remedy[REMEDY_SIZE], at[ENDPOINT_TEXT];
	struct judgement judgement = {CHECK_RESOLVER,
				      level_of(facts->others_answer || facts->is_own), "resolver",
				      remedy};

	plain_address(&facts->endpoint, at);
	snprintf(remedy, sizeof(remedy), "dig @%s %s", at, facts->name);
	if (facts->err) {
		report_line(report, judgement, "%s doesn't answer: %s", at, strerror(-facts->err));
	} else if (facts->rcode == 2 || facts->rcode == 5) {
		judgement.level = PREFLIGHT_WARN;
		report_line(report, judgement, "%s refuses to look up '%s' (%s)", at, facts->name,
			    facts->rcode == 5 ? "REFUSED" : "SERVFAIL");
	} else if (facts->is_portals && facts->rcode) {
		report_line(report, judgement, "%s doesn't know '%s', the portal's host", at,
			    facts->name);
	} else {
		report_line(report, is_ok(CHECK_RESOLVER, "resolver"), "%s answers", at);
	}
}

void judge_portal(struct report *report, const struct portal_facts *facts)
{
	char remedy[REMEDY_SIZE];

	snprintf(remedy, sizeof(remedy), "getent ahosts '%s'", facts->host);
	if (facts->unresolved && facts->is_own) {
		report_line(report, is_doubtful(CHECK_PORTAL, "portal", remedy),
			    "its host '%s' is known to the guests' resolver alone, if at all: %s",
			    facts->host, facts->unresolved);
	} else if (facts->unresolved) {
		report_line(report, is_bad(CHECK_PORTAL, "portal", remedy),
			    "its host '%s' can't be resolved: %s", facts->host, facts->unresolved);
	} else if (!facts->err) {
		report_line(report, is_ok(CHECK_PORTAL, "portal"), "'%s' takes connections at %u",
			    facts->host, facts->port);
	} else if (facts->is_own && !facts->is_running) {
		report_line(report,
			    is_doubtful(CHECK_PORTAL, "portal", "systemctl start xdp511-portal"),
			    "'%s' is xdp511-portal here, which isn't running", facts->host);
	} else {
		snprintf(remedy, sizeof(remedy), "curl -sv --max-time 5 -o /dev/null '%s://%s:%u/'",
			 facts->port == 80 ? "http" : "https", facts->host, facts->port);
		report_line(report, is_bad(CHECK_PORTAL, "portal", remedy),
			    "'%s' takes no connection at %u: %s", facts->host, facts->port,
			    strerror(-facts->err));
	}
}

void judge_radius(struct report *report, const struct radius_facts *facts)
{
	enum preflight_check check = facts->is_accounting ? CHECK_ACCOUNTING : CHECK_RADIUS;
	const char *what = preflight_check_name(check);
	char remedy[REMEDY_SIZE], at[ENDPOINT_TEXT];
	struct judgement judgement = {
		.check = check,
		/* What is accounted waits on the disk for the server. */
		.level = facts->is_accounting ? PREFLIGHT_WARN : level_of(facts->others_answer),
		.what = what,
		.remedy = remedy,
	};

	format_endpoint(&facts->endpoint, at);
	/* The secret stays in its file: an argument could be read by every user of the machine. */
	snprintf(remedy, sizeof(remedy),
		 "echo Message-Authenticator=0x00 | radclient -x -S '%s' '%s' status",
		 facts->secret_file, at);
	if (facts->no_secret)
		report_line(report, judgement, "%s can't be asked: %s", at, facts->no_secret);
	else if (facts->fault)
		report_line(report, judgement, "the answer of %s %s; give both the same secret", at,
			    facts->fault);
	else if (facts->err == -ETIMEDOUT)
		report_line(report, judgement,
			    "%s is silent: it is down, or doesn't know this address or secret", at);
	else if (facts->err)
		report_line(report, judgement, "%s doesn't answer: %s", at, strerror(-facts->err));
	else
		report_line(report, is_ok(check, what), "%s answers, and knows the secret", at);
}
