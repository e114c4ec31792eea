// SPDX-License-Identifier: MIT
/*
 * probes.c - the table of probes. Matched on Host and path, never on User-Agent, which some
 * send not at all and others borrow from a browser.
 *
 * 302 is kept for the requests listed here: programs that follow it take the sign-in page for
 * what they asked for (RFC 6585, appendix B).
 */
#include "responder/probes.h"

#define ROW(host, path, answer, who, why)                                                          \
	{                                                                                          \
		{host, path, answer}, who, why                                                     \
	}

/* clang-format off */
const struct probe probes[] = {
	ROW("", "/generate_204", PROBE_302, "Android, ChromeOS, Chromium",
	    "isPortalCode() of NetworkStack takes 200-399 only; shill takes 302 and 307 only"),
	ROW("", "/gen_204", PROBE_302, "Android, ChromeOS", "their fall-back URL"),
	ROW("captive.apple.com", "", PROBE_302, "iOS, macOS", "302 is what the field has proven"),
	ROW("", "/hotspot-detect.html", PROBE_302, "iOS, macOS", "older hosts, same path"),
	ROW("", "/library/test/success.html", PROBE_302, "iOS, macOS", "older hosts, same path"),
	ROW("*.msftconnecttest.com", "", PROBE_302, "Windows 10 and later",
	    "Microsoft: redirect every request alike"),
	ROW("*.msftncsi.com", "", PROBE_302, "Windows before 10", "the same"),
	ROW("spectrum.s3.amazonaws.com", "/kindle-wifi/*", PROBE_302, "Kindle, Fire OS",
	    "its documented flow"),
	ROW("ipv4.connman.net", "", PROBE_302_EMPTY, "ConnMan",
	    "does nothing on 511; 1.41 of Debian 12 stumbles over a body"),
	ROW("ipv6.connman.net", "", PROBE_302_EMPTY, "ConnMan", "the same"),
	ROW("detectportal.firefox.com", "", PROBE_511, "Firefox", "knows 511"),
	ROW("network-test.debian.org", "", PROBE_511, "NetworkManager of Debian", "knows 511"),
	ROW("fedoraproject.org", "/static/hotspot.txt", PROBE_511, "NetworkManager of Fedora",
	    "knows 511"),
	ROW("static.redhat.com", "/test/*", PROBE_511, "NetworkManager of RHEL", "knows 511"),
	ROW("connectivity-check.ubuntu.com", "", PROBE_511, "NetworkManager of Ubuntu",
	    "knows 511"),
	ROW("ping.archlinux.org", "", PROBE_511, "NetworkManager of Arch", "knows 511"),
	ROW("nmcheck.gnome.org", "", PROBE_511, "GNOME", "a web view that follows the page"),
	ROW("networkcheck.kde.org", "", PROBE_511, "KDE Plasma", "a browser"),
};
/* clang-format on */

const size_t n_probes = sizeof(probes) / sizeof(probes[0]);

static bool rule_matches(const struct probe_rule *rule, struct text host, struct text path)
{
	return text_match(path, rule->path) && text_match(host, rule->host);
}

bool probe_find(const struct config_portal *portal, const struct http_request *request,
		enum probe_answer *ret_answer)
{
	struct text rest = request->path, path = text_until(&rest, '?');

	for (size_t i = 0; i < portal->n_rules; i++) {
		if (rule_matches(&portal->rules[i], request->host, path)) {
			*ret_answer = portal->rules[i].answer;
			return true;
		}
	}
	for (size_t i = 0; i < n_probes; i++) {
		if (rule_matches(&probes[i].rule, request->host, path)) {
			*ret_answer = probes[i].rule.answer;
			return true;
		}
	}
	return false;
}
