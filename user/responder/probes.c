/* SPDX-License-Identifier: MIT */
/*
 * probes.c - the table of probes. Matched on Host and path, never on User-Agent, which some
 * send not at all and others borrow from a browser.
 *
 * 302 is kept for the requests listed here: programs that follow it take the sign-in page for
 * what they asked for (RFC 6585, appendix B).
 */
#include "responder/probes.h"

/* Where the rows come from; revisions are those that were read. */
#define AOSP                                                                                       \
	"GrapheneOS/platform_packages_modules_NetworkStack@167bfe2 NetworkMonitor.java, "          \
	"CaptivePortalProbeResult.java:120"
#define SHILL "chromiumos/platform2@f012ab4 shill/network/portal_detector.cc"
#define WBA   "captivebehavior.wballiance.com (msmitty12/Captive-Network-Portal-Behavior)"
#define NCSI                                                                                       \
	"learn.microsoft.com windows-server/networking/ncsi/ncsi-overview; "                       \
	"MicrosoftDocs/windows-driver-docs@02b72a3 mobilebroadband/captive-portals.md"
#define CONNMAN "chewitt/connman@31f4ef8 src/wispr.c; measured with 1.41-3 of Debian 12"
#define FIREFOX "mozilla/enterprise-firefox@23ac53f CaptiveDetect.sys.mjs; measured with ESR 153"
#define NM	"NetworkManager/NetworkManager@355bc90 src/core/nm-connectivity.c"

#define ANDROID_WHY "takes 200-399 but 204 for a portal, and 511 for a failure"
#define APPLE_WHY   "302 is proven in the field, 511 isn't"
#define WINDOWS_WHY "wants the same redirect on every request, not now and then"
#define NM_WHY	    "knows 511, and what it opens follows the page"

/* clang-format off */
const struct probe probes[] = {
	{{"", "/generate_204", PROBE_302}, "Android, ChromeOS, Chromium",
	 ANDROID_WHY "; ChromeOS takes 302 and 307 only", AOSP "; " SHILL},
	{{"", "/gen_204", PROBE_302}, "Android, ChromeOS", "their fall-back: " ANDROID_WHY,
	 AOSP "; " SHILL},

	{{"captive.apple.com", "", PROBE_302}, "iOS, macOS", APPLE_WHY, WBA},
	{{"", "/hotspot-detect.html", PROBE_302}, "iOS, macOS", APPLE_WHY, WBA},
	{{"", "/library/test/success.html", PROBE_302}, "iOS, macOS", APPLE_WHY, WBA},
	{{"www.airport.us", "", PROBE_302}, "iOS, macOS of old", APPLE_WHY, WBA},
	{{"www.ibook.info", "", PROBE_302}, "iOS, macOS of old", APPLE_WHY, WBA},
	{{"www.itools.info", "", PROBE_302}, "iOS, macOS of old", APPLE_WHY, WBA},
	{{"www.thinkdifferent.us", "", PROBE_302}, "iOS, macOS of old", APPLE_WHY, WBA},
	{{"www.appleiphonecell.com", "", PROBE_302}, "iOS, macOS of old", APPLE_WHY, WBA},

	{{"*.msftconnecttest.com", "", PROBE_302}, "Windows 10 and later", WINDOWS_WHY, NCSI},
	{{"*.msftncsi.com", "", PROBE_302}, "Windows before 10", WINDOWS_WHY, NCSI},

	{{"spectrum.s3.amazonaws.com", "/kindle-wifi/*", PROBE_302}, "Kindle, Fire OS",
	 "expects to be redirected", WBA},

	{{"ipv4.connman.net", "", PROBE_302_EMPTY}, "ConnMan",
	 "does nothing on 511, and 1.41 stumbles over any body", CONNMAN},
	{{"ipv6.connman.net", "", PROBE_302_EMPTY}, "ConnMan",
	 "does nothing on 511, and 1.41 stumbles over any body", CONNMAN},

	{{"detectportal.firefox.com", "", PROBE_511}, "Firefox", "knows 511", FIREFOX},

	{{"network-test.debian.org", "", PROBE_511}, "NetworkManager of Debian", NM_WHY,
	 NM "; measured with 1.42.4"},
	{{"fedoraproject.org", "/static/hotspot.txt", PROBE_511}, "NetworkManager of Fedora", NM_WHY,
	 NM ", contrib/fedora/rpm/20-connectivity-fedora.conf"},
	{{"static.redhat.com", "/test/*", PROBE_511}, "NetworkManager of RHEL", NM_WHY,
	 NM ", contrib/fedora/rpm/20-connectivity-redhat.conf"},
	{{"connectivity-check.ubuntu.com", "", PROBE_511}, "NetworkManager of Ubuntu", NM_WHY, NM},
	{{"ping.archlinux.org", "", PROBE_511}, "NetworkManager of Arch", NM_WHY, NM},
	{{"nmcheck.gnome.org", "", PROBE_511}, "GNOME's sign-in window",
	 "a web view, which follows the page", "GNOME/gnome-shell@046cc0e js/portalHelper/main.js"},
	{{"networkcheck.kde.org", "", PROBE_511}, "the browser KDE opens",
	 "a browser, which follows the page", "KDE/plasma-nm@0600c4e kded/connectivitymonitor.cpp"},
};
/* clang-format on */

const size_t n_probes = sizeof(probes) / sizeof(probes[0]);

static bool rule_matches(const struct probe_rule *rule, struct text host, struct text path)
{
	return text_match(host, rule->host) && text_match(path, rule->path);
}

static struct text path_without_query(const struct http_request *request)
{
	struct text rest = request->path;

	return text_until(&rest, '?');
}

const struct probe *probe_built_in(const struct http_request *request)
{
	struct text path = path_without_query(request);

	for (size_t i = 0; i < n_probes; i++)
		if (rule_matches(&probes[i].rule, request->host, path))
			return &probes[i];
	return NULL;
}

const char *probe_answer_name(enum probe_answer answer)
{
	static const char *const names[] = {
		[PROBE_511] = "511",
		[PROBE_302] = "302",
		[PROBE_302_EMPTY] = "302-empty",
	};

	return names[answer];
}

bool probe_find(const struct config_portal *portal, const struct http_request *request,
		enum probe_answer *ret_answer)
{
	struct text path = path_without_query(request);
	const struct probe *built_in;

	for (size_t i = 0; i < portal->n_rules; i++) {
		if (rule_matches(&portal->rules[i], request->host, path)) {
			*ret_answer = portal->rules[i].answer;
			return true;
		}
	}
	built_in = probe_built_in(request);
	if (!built_in)
		return false;
	*ret_answer = built_in->rule.answer;
	return true;
}
