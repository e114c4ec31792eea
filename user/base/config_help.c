/* SPDX-License-Identifier: MIT */
/* config_help.c - the table of all keys' defaults and meanings, in the order of the manual. */
#include "base/config_help.h"

#include <string.h>

#include <xdp511/names.h>

/* clang-format off */
/* A row: section, key, value when the file doesn't name it (NULL: none), meaning. */
static const struct key_help helps[] = {
	{ "gateway", "interface", NULL,
	  "A client port: the gate is shut on it, and only devices behind it are guests. At least one is required." },
	{ "gateway", "xdp-mode", "auto",
	  "How the gate is attached: native, by the driver; generic, by the kernel for any driver; or auto, "
	  "native where it can be had." },
	{ "gateway", "max-sessions", "1048576",
	  "Size of the table of sessions. When it is full, sign-ins are refused." },
	{ "gateway", "max-guests", "1048576",
	  "Size of the table of devices that haven't signed in. When it is full, the one longest silent is "
	  "forgotten." },
	{ "gateway", "unknown-vlan", "default",
	  "What becomes of frames of a VLAN that no zone names: they belong to the zone default, or are dropped." },
	{ "gateway", "https-alerts", "20000/s",
	  "TLS alerts a second to all guests together; beyond it their connections are reset. 0 is unlimited." },
	{ "gateway", "queue-responder", "200000/s",
	  "Frames with web requests that all guests of one receive queue may cause together. 0 is unlimited." },
	{ "gateway", "queue-resolver", "20000/s",
	  "DNS questions that all guests of one receive queue may ask together. 0 is unlimited." },
	{ "gateway", "queue-kernel", "100000/s",
	  "All other frames of guests of one receive queue that are let through to the kernel. 0 is unlimited." },
	{ "gateway", "new-guests", "20000/s",
	  "Devices of one receive queue that become known. Beyond it a device has no budget of its own, but "
	  "only half of the queue's bursts. 0 is unlimited." },
	{ "gateway", "advertise-api", "off",
	  "Router advertisements that tell IPv6 hosts the api-url of their zone (RFC 8910, option 37). They say "
	  "nothing else and make no default router." },
	{ "gateway", "bpf-dir", X511_BPF_DIR,
	  "Directory below a BPF file system where maps and links are pinned." },
	{ "gateway", "state-dir", X511_STATE_DIR,
	  "Directory of the database of sessions and of the key that signs the links to the portal." },
	{ "gateway", "control", X511_CONTROL,
	  "Socket of the control API, for root and the group xdp511." },

	{ "zone", "vlan", NULL,
	  "The zone's VLAN, such as 200, or with two tags 200.30 (QinQ)." },
	{ "zone", "interface", NULL,
	  "The zone's interface, one of those of [gateway]. Without a vlan its untagged frames are meant, with "
	  "one those of that VLAN on this interface alone." },

	{ "portal", "url", NULL,
	  "The page where guests sign in; links to it get the device, its zone and a signature. Required in [portal]." },
	{ "portal", "api-url", NULL,
	  "The captive portal API (RFC 8908) that devices are told of. It begins with https://." },
	{ "portal", "name", "Wi-Fi",
	  "The network's name, the title of its pages." },
	{ "portal", "probes", "auto",
	  "How probes of operating systems are answered: auto, by the table that xdp511d --probes prints, so that "
	  "the sign-in window opens; or 511, like all other requests." },
	{ "portal", "probe-rule", NULL,
	  "A probe and its answer, such as \"host=*.example-os.net path=/check answer=302\"; answers are 511, 302 "
	  "and 302-empty. Those come before the built-in ones." },
	{ "portal", "page", NULL,
	  "File of the page that browsers get with status 511, instead of the built-in one." },
	{ "portal", "https", "alert",
	  "What a guest's TLS connection gets: alert, a TLS alert that says access is denied; or reset." },

	{ "allow", "dns", NULL,
	  "A resolver that guests may ask, by UDP and TCP port 53. Without any: the gateway's own addresses." },
	{ "allow", "prefix", NULL,
	  "What guests may reach before they sign in, by address: all of a prefix, or one port of it and one "
	  "protocol, such as 203.0.113.0/24 or [2001:db8::/32]:443/tcp." },
	{ "allow", "domain", NULL,
	  "The same by name: pay.example is that name alone, *.pay.example every name below it. The addresses "
	  "are those that an allowed resolver tells a guest." },

	{ "session", "timeout", "8h",
	  "How long a session lasts. 0 is without end." },
	{ "session", "idle", "30m",
	  "Silence after which a session ends. ARP, neighbour discovery, DHCP and multicast don't count as use. "
	  "0 is never." },
	{ "session", "up", "0",
	  "Upload of a device, in bits a second; what is over it is dropped. 0 is unlimited." },
	{ "session", "down", "0",
	  "Download of a device, in bits a second; what is over it is dropped. 0 is unlimited." },
	{ "session", "quota", "0",
	  "Bytes of a session in both directions; then it ends. 0 is unlimited." },
	{ "session", "spoof-guard", "off",
	  "Binds a session to its first IPv4 address and its first 16 of IPv6; frames from others are dropped." },

	{ "guest", "packets", "50/s",
	  "Packets a second that a device may send before it signs in; what is over it is dropped. 0 is "
	  "unlimited." },
	{ "guest", "park", "30s",
	  "A device that stays over its budget for this long is ignored for as long again. 0 is never." },
	{ "guest", "https-alerts", "20/s",
	  "TLS alerts a second to one device; beyond it its connections are reset. 0 is unlimited." },

	{ "sign-in", "methods", "click",
	  "How guests sign in at xdp511-portal, with blanks between: click (agreeing to the terms), voucher, user, "
	  "radius and code; or none. A zone whose url has another host or port than [portal] has none by itself." },
	{ "sign-in", "terms", NULL,
	  "File with the terms of use, HTML." },
	{ "sign-in", "venue-url", NULL,
	  "The venue's own page, shown after sign-in and in the captive portal API." },
	{ "sign-in", "devices", "0",
	  "Devices that one user may have signed in at a time; vouchers have a number of their own. 0 is any number." },
	{ "sign-in", "devices-full", "refuse",
	  "What happens at one device too many: it is refused, or the oldest is signed out." },
	{ "sign-in", "mac-auth", "off",
	  "Asks RADIUS for devices by their MAC when they open the portal; who is accepted sees no page." },

	{ "web", "http", NULL,
	  "Address where xdp511-portal serves guests by HTTP. Guests may reach it, unless it is any address, "
	  "such as [::]:80." },
	{ "web", "https", NULL,
	  "The same by HTTPS. It needs a certificate and a key." },
	{ "web", "certificate", NULL,
	  "PEM file with the certificate and its chain; read again when it changes." },
	{ "web", "key", NULL,
	  "PEM file with its key, which xdp511-portal can read and others can't." },
	{ "web", "theme", NULL,
	  "Directory with pages, style and sentences that replace built-in ones." },
	{ "web", "state-dir", X511_PORTAL_STATE,
	  "Directory of the portal's database: vouchers, users, accounting." },
	{ "web", "admin", X511_ADMIN,
	  "Socket of the portal's own API, for root and the group xdp511." },
	{ "web", "code-exec", NULL,
	  "Program that knows the codes of the method code." },
	{ "web", "code-url", NULL,
	  "Service that knows them, instead of a program." },
	{ "web", "code-contact", "off",
	  "Lets guests type a number or an address first, which a code is sent to." },

	{ "radius", "server", NULL,
	  "Server that is asked for names and passwords; several are asked in their order." },
	{ "radius", "accounting", NULL,
	  "Server that is told of sessions which RADIUS has granted; several are told in their order." },
	{ "radius", "secret-file", NULL,
	  "File with the secret of all these servers, one line, which others can't read." },
	{ "radius", "nas-id", NULL,
	  "NAS-Identifier, the gateway's name towards the servers." },
	{ "radius", "auth", "pap",
	  "How passwords are sent: pap or chap." },
	{ "radius", "timeout", "2s",
	  "How long one server may take to answer; then the next one is asked." },
	{ "radius", "deadline", "8s",
	  "How long all of them together may take." },
	{ "radius", "when-down", "deny",
	  "What a guest gets when no server answers: nothing (deny), or a session of that length (allow-for 15m)." },
	{ "radius", "mac-remember", "12h",
	  "How long the answer for a MAC holds." },
	{ "radius", "interim", "0",
	  "Time between interim accounts of a session. 0 is what the server says." },
	{ "radius", "coa", NULL,
	  "Address where CoA- and Disconnect-Requests are taken." },
	{ "radius", "coa-from", NULL,
	  "Who may send them; without any, the servers. Ports don't matter." },

	{ "uam", "server", NULL,
	  "A hotspot provider's portal that speaks to the gateway as to CoovaChilli: its uamserver." },
	{ "uam", "secret-file", NULL,
	  "File with the uamsecret shared with that portal." },
	{ "uam", "listen", NULL,
	  "Address where guests come back from that portal." },

	{ "fas", "server", NULL,
	  "A portal that speaks as openNDS has it: the address of its page." },
	{ "fas", "key-file", NULL,
	  "File with the faskey shared with that portal." },
	{ "fas", "level", "1",
	  "Its level: 1, or 2 where what is told to it is encrypted." },
	{ "fas", "listen", NULL,
	  "Address where guests come back from that portal." },

	{ "api", "listen", NULL,
	  "Address where xdp511d serves the control API by HTTPS, for a portal of your own. It needs the other "
	  "three keys." },
	{ "api", "certificate", NULL,
	  "PEM file with its certificate." },
	{ "api", "key", NULL,
	  "PEM file with the key, which others can't read." },
	{ "api", "token-file", NULL,
	  "File with the tokens that clients show, a line each of 32 characters or more, which others can't read." },

	{ "log", "keep", "30d",
	  "How long the sign-in log keeps the record of a session that has ended; 0 writes none, and deletes "
	  "none that is there." },
	{ "log", "directory", "/var/lib/xdp511/log",
	  "Where the sign-in log is, a file a day: log below the state-dir of [gateway]." },
	{ "log", "level", "info",
	  "What the programs say: error, warning, info or debug, each with those before it. Sign-ins and "
	  "sign-outs are said at debug." },

	{ "metrics", "listen", NULL,
	  "Address where xdp511d answers GET /metrics by plain HTTP, and nothing else. Signed-in devices may "
	  "reach it unless it is one of the machine's own, or of a network of operators." },
	{ "metrics", "portal-listen", NULL,
	  "The same of xdp511-portal." },
};
/* clang-format on */

#define N_HELPS (sizeof(helps) / sizeof(helps[0]))

const struct key_help *key_help_at(size_t number)
{
	return number < N_HELPS ? &helps[number] : NULL;
}

const struct key_help *key_help_find(const char *section, const char *name)
{
	for (size_t i = 0; i < N_HELPS; i++) {
		if (!strcmp(helps[i].section, section) && !strcmp(helps[i].name, name))
			return &helps[i];
	}
	return NULL;
}
