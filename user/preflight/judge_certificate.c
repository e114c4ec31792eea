/* SPDX-License-Identifier: MIT */
/* judge_certificate.c - whether a certificate will do, and for how long. */
#include <stdio.h>

#include "base/units.h"
#include "preflight/judge.h"

#define DAY_S	  86400
#define DAYS_LEFT 21 /* what is renewed by itself has been by then */

void judge_certificate(struct report *report, const struct certificate_facts *facts)
{
	long days = (long)((facts->until - facts->now) / DAY_S);
	char remedy[REMEDY_SIZE], text[32];

	snprintf(remedy, sizeof(remedy),
		 "openssl x509 -noout -subject -dates -ext subjectAltName "
		 "-in '%s'",
		 facts->file);
	if (facts->is_forbidden)
		report_line(report,
			    is_doubtful(CHECK_CERTIFICATE, facts->what, "sudo xdp511 check"), "%s",
			    facts->problem);
	else if (facts->problem[0])
		report_line(report, is_bad(CHECK_CERTIFICATE, facts->what, remedy), "%s",
			    facts->problem);
	else if (facts->now >= facts->until)
		report_line(report, is_bad(CHECK_CERTIFICATE, facts->what, "certbot renew"),
			    "the certificate '%s' expired at %s", facts->file,
			    format_time((uint64_t)facts->until, text, sizeof(text)));
	else if (facts->now < facts->from)
		report_line(report, is_bad(CHECK_CERTIFICATE, facts->what, "date -u"),
			    "the certificate '%s' isn't valid before %s", facts->file,
			    format_time((uint64_t)facts->from, text, sizeof(text)));
	else if (facts->foreign_host)
		report_line(report, is_bad(CHECK_CERTIFICATE, facts->what, remedy),
			    "the certificate '%s' doesn't name '%s', the portal's host",
			    facts->file, facts->foreign_host);
	else if (days < DAYS_LEFT)
		report_line(report, is_doubtful(CHECK_CERTIFICATE, facts->what, "certbot renew"),
			    "the certificate '%s' is valid for %ld more days", facts->file, days);
	else
		report_line(report, is_ok(CHECK_CERTIFICATE, facts->what),
			    "the certificate '%s' is valid for %ld more days", facts->file, days);
}
