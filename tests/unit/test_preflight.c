/* SPDX-License-Identifier: MIT */
/* test_preflight.c - what is thought of the facts of a machine; every check is met well and not. */
#include "table.h"

#include <errno.h>
#include <string.h>

#include "preflight/judge.h"

#define DAY 86400
#define NOW 1800000000

struct row {
	const char *sentence;
	void (*judge)(struct report *report, const void *facts);
	const void *facts;
	enum preflight_check check; /* of the line that is looked at */
	enum preflight_level level;
	const char *finding; /* part of it */
	const char *remedy;  /* the same; "": there is none */
};

static bool seen[CHECKS][PREFLIGHT_FAIL + 1];

/* Each judge takes facts of its own type. */
#define JUDGE(name)                                                                                \
	static void see_##name(struct report *report, const void *facts)                           \
	{                                                                                          \
		judge_##name(report, facts);                                                       \
	}
JUDGE(feature)
JUDGE(version)
JUDGE(memory)
JUDGE(port)
JUDGE(sysctls)
JUDGE(time)
JUDGE(directory)
JUDGE(disk)
JUDGE(database)
JUDGE(user)
JUDGE(file)
JUDGE(listen)
JUDGE(resolver)
JUDGE(portal)
JUDGE(radius)
JUDGE(certificate)

static void see_capabilities(struct report *report, const void *facts)
{
	judge_capabilities(report, facts, 2);
}

static void see_jit(struct report *report, const void *facts)
{
	judge_jit(report, *(const long *)facts);
}

/* A zone of VLAN 200 and one of 300.30 on lan0; facts are the links. */
static void see_vlans(struct report *report, const void *facts)
{
	static struct config_zone zones[] = {
		{.name = "default"},
		{.name = "press", .vlan = 200},
		{.name = "other", .vlan = 7, .interface = "lan1"},
		{.name = "stage", .vlan = 300, .inner_vlan = 30},
	};
	struct config config = {.zones = zones, .n_zones = ARRAY_SIZE(zones)};

	strcpy(config.gateway.interfaces[0], "lan0");
	config.gateway.n_interfaces = 1;
	judge_vlans(report, &config, facts);
}

#define FACTS(type, ...) (&(const struct type##_facts){__VA_ARGS__})
#define PORT(...)                                                                                  \
	FACTS(port, .name = "lan0", .is_up = true, .has_carrier = true, .mtu = 1500, .queues = 1,  \
	      .driver = "toy", __VA_ARGS__)
#define SYSCTLS(...)                                                                               \
	FACTS(sysctl, .gc_thresh3 = {4096, 4096}, .somaxconn = 4096, .conntrack_max = 65536,       \
	      .forwards = {1, 1}, .has_ipv6_address = true, .max_sessions = 4096,                  \
	      .uplinks = uplinks, .n_uplinks = 2, __VA_ARGS__)
#define LINKS(...)                                                                                 \
	(&(const struct links){                                                                    \
		.list = (struct link_facts[]){{"lan0", 2, 0, 0, 0, true}, __VA_ARGS__},            \
		.n = sizeof((struct link_facts[]){{"lan0", 2, 0, 0, 0, true}, __VA_ARGS__}) /      \
		     sizeof(struct link_facts)})
#define V4 .endpoint.address.ss_family = AF_INET
#define CERTIFICATE(...)                                                                           \
	FACTS(certificate, .what = "[web]", .file = "/a b.crt", .now = NOW, .from = NOW - DAY,     \
	      __VA_ARGS__)

static struct uplink_facts uplinks[] = {
	{"wan0", .accept_ra = 1, .rp_filter = 1, .has_ipv4_default = true},
	{"wan1", .accept_ra = 0, .rp_filter = 2},
};
static struct uplink_facts strict_uplinks[] = {
	{"wan0", .accept_ra = 2, .rp_filter = 1, .has_ipv4_default = true},
	{"wan1", .accept_ra = 0, .rp_filter = 2, .has_ipv4_default = true},
};
static const long on = 1, off, unknown = UNKNOWN;

#define OK   PREFLIGHT_OK
#define WARN PREFLIGHT_WARN
#define FAIL PREFLIGHT_FAIL

/* What a row names stands instead of what is well. */
#pragma GCC diagnostic ignored "-Woverride-init"
/* clang-format off */
static const struct row rows[] = {
	{ "all capabilities", see_capabilities, (struct capability_facts[]){{"CAP_BPF", true}, {"B", true}}, CHECK_CAPABILITIES, OK, "are there", "" },
	{ "one is missing", see_capabilities, (struct capability_facts[]){{"CAP_BPF", true}, {"CAP_NET_RAW", false}}, CHECK_CAPABILITIES, FAIL, "doesn't have CAP_NET_RAW", "sudo" },
	{ "a feature that works", see_feature, FACTS(feature, "ring buffers", 3), CHECK_KERNEL, OK, "has ring buffers", "" },
	{ "a feature that doesn't", see_feature, FACTS(feature, "ring buffers", -EOPNOTSUPP), CHECK_KERNEL, FAIL, "doesn't have ring buffers", "linux-image" },
	{ "a kernel of Debian 12", see_version, "6.1.0-18-amd64", CHECK_VERSION, OK, "6.1.0-18-amd64", "" },
	{ "a newer kernel", see_version, "10.0", CHECK_VERSION, OK, "10.0", "" },
	{ "an older kernel", see_version, "5.15.0", CHECK_VERSION, WARN, "older than 6.1", "apt-get" },
	{ "a kernel of no number", see_version, "x", CHECK_VERSION, WARN, "older", "apt-get" },
	{ "BPF is compiled", see_jit, &on, CHECK_JIT, OK, "are compiled", "" },
	{ "nobody says whether it is", see_jit, &unknown, CHECK_JIT, OK, "nothing says", "" },
	{ "BPF is interpreted", see_jit, &off, CHECK_JIT, WARN, "interpreted", "sysctl -w net.core.bpf_jit_enable=1" },
	{ "all memory may be locked", see_memory, FACTS(memory, true, 0), CHECK_MEMORY, OK, "CAP_IPC_LOCK", "" },
	{ "enough may be locked", see_memory, FACTS(memory, false, 64UL << 20), CHECK_MEMORY, OK, "high enough", "" },
	{ "too little may be locked", see_memory, FACTS(memory, false, 65536), CHECK_MEMORY, WARN, "only 64 KiB", "ulimit" },

	{ "an interface", see_port, PORT(.mtu = 1), CHECK_INTERFACE, OK, "is there", "" },
	{ "no interface", see_port, PORT(.err = -ENODEV), CHECK_INTERFACE, FAIL, "no such interface", "ip -br link" },
	{ "up", see_port, PORT(.mtu = 1), CHECK_UP, OK, "it is up, its driver is 'toy'", "" },
	{ "down", see_port, PORT(.is_up = false), CHECK_UP, WARN, "it is down", "ip link set dev lan0 up" },
	{ "no carrier", see_port, PORT(.has_carrier = false), CHECK_UP, WARN, "without a carrier", "cable" },
	{ "an MTU of 1500", see_port, PORT(.mtu = 1500), CHECK_MTU, OK, "1500", "" },
	{ "an MTU of 1501", see_port, PORT(.mtu = 1501), CHECK_MTU, FAIL, "more than the gate takes", "ip link set dev lan0 mtu 1500" },
	{ "one queue", see_port, PORT(.queues = 1), CHECK_QUEUES, OK, "1 receive queue", "" },
	{ "too many queues", see_port, PORT(.queues = X511_MAX_QUEUES + 1), CHECK_QUEUES, FAIL, "more than", "ethtool -L lan0 combined" },
	{ "one queue has nothing to share", see_port, PORT(.queues = 1, .rss_queues = 1), CHECK_RSS, OK, "nothing to spread", "" },
	{ "all queues are used", see_port, PORT(.queues = 4, .rss_queues = 4, .knows_hash = {true, true}, .hashes_tcp = {true, true}), CHECK_RSS, OK, "all 4", "" },
	{ "the driver doesn't tell", see_port, PORT(.queues = 4), CHECK_RSS, OK, "doesn't say", "" },
	{ "queues are left out", see_port, PORT(.queues = 4, .rss_queues = 3), CHECK_RSS, WARN, "3 of its 4", "ethtool -X lan0 equal 4" },
	{ "a hash without addresses", see_port, PORT(.queues = 4, .rss_queues = 4, .knows_hash = {true, true}, .hashes_tcp = {true, false}), CHECK_RSS, WARN, "tcp6", "ethtool -N lan0 rx-flow-hash tcp6 sdfn" },
	{ "tags stay", see_port, PORT(.wants_vlans = true), CHECK_RXVLAN, OK, "leaves VLAN tags", "" },
	{ "tags are taken off", see_port, PORT(.wants_vlans = true, .hides_vlans = true), CHECK_RXVLAN, WARN, "may hide", "ethtool -K lan0 rxvlan off" },
	{ "no LRO", see_port, PORT(.mtu = 1), CHECK_LRO, OK, "doesn't merge", "" },
	{ "LRO", see_port, PORT(.merges = true), CHECK_LRO, WARN, "merges", "ethtool -K lan0 lro off" },
	{ "native and zero-copy", see_port, PORT(.knows_features = true, .takes_native = true, .takes_redirect = true, .takes_zerocopy = true), CHECK_MODE, OK, "native; frames reach the responder without a copy", "" },
	{ "native and copies", see_port, PORT(.knows_features = true, .takes_native = true, .takes_redirect = true), CHECK_MODE, OK, "by copy", "" },
	{ "native without redirect is none", see_port, PORT(.knows_features = true, .takes_native = true), CHECK_MODE, WARN, "doesn't have native", "generic" },
	{ "native is wanted and isn't there", see_port, PORT(.knows_features = true, .wanted = XDP_MODE_NATIVE), CHECK_MODE, FAIL, "which 'xdp-mode' wants", "xdp-mode = auto" },
	{ "generic is wanted", see_port, PORT(.knows_features = true, .wanted = XDP_MODE_GENERIC), CHECK_MODE, OK, "generic; frames reach the responder by copy", "" },
	{ "the kernel doesn't tell", see_port, PORT(.wanted = XDP_MODE_NATIVE), CHECK_MODE, OK, "once the gate is shut", "" },
	{ "runs native", see_port, PORT(.program_id = 7, .is_ours = true, .is_native = true), CHECK_MODE, OK, "runs in native", "" },
	{ "runs generic unasked", see_port, PORT(.program_id = 7, .is_ours = true), CHECK_MODE, WARN, "runs in generic", "xdp-mode" },
	{ "no XDP program", see_port, PORT(.mtu = 1), CHECK_XDP, OK, "no XDP program", "" },
	{ "the gate", see_port, PORT(.program_id = 7, .is_ours = true, .is_native = true), CHECK_XDP, OK, "the gate in native", "" },
	{ "another's program", see_port, PORT(.program_id = 7, .program = "other", .is_native = true), CHECK_XDP, FAIL, "'other' (id 7)", "ip link set dev lan0 xdp off" },
	{ "another's generic program", see_port, PORT(.program_id = 7, .program = "other"), CHECK_XDP, FAIL, "'other'", "ip link set dev lan0 xdpgeneric off" },
	{ "nobody may ask", see_port, PORT(.xdp_err = -EPERM), CHECK_XDP, FAIL, "can't be asked", "sudo" },
	{ "clsact", see_port, PORT(.egress = 0), CHECK_EGRESS, OK, "has a clsact", "" },
	{ "room for clsact", see_port, PORT(.egress = -ENOENT), CHECK_EGRESS, OK, "room", "" },
	{ "an ingress qdisc", see_port, PORT(.egress = -EEXIST), CHECK_EGRESS, FAIL, "ingress qdisc", "tc qdisc del dev lan0 ingress" },
	{ "no filters", see_port, PORT(.mtu = 1), CHECK_FILTERS, OK, "no tc filters", "" },
	{ "a filter", see_port, PORT(.n_filters = 1, .filter_priority = 9), CHECK_FILTERS, WARN, "1 tc filter of others, the first at ingress", "tc filter del dev lan0 ingress pref 9" },
	{ "a tcx link", see_port, PORT(.n_filters = 2, .is_filter_egress = true), CHECK_FILTERS, WARN, "2 tc filters of others, the first at egress", "bpftool net show dev lan0" },

	{ "VLANs have their interfaces", see_vlans, LINKS({"lan0.200", 3, 2, 0, 200, true}, {"q", 4, 2, 0, 300, true}, {"q.30", 5, 4, 0, 30, true}), CHECK_VLAN, OK, "'lan0.200' takes", "" },
	{ "a VLAN has none", see_vlans, LINKS({"lan0.201", 3, 2, 0, 201, true}), CHECK_VLAN, WARN, "nothing here takes VLAN 200", "ip link add link lan0 name lan0.200 type vlan id 200" },
	{ "the inner tag has none", see_vlans, LINKS({"lan0.200", 3, 2, 0, 200, true}, {"q", 4, 2, 0, 300, true}), CHECK_VLAN, WARN, "nothing here takes VLAN 30", "ip link add link q name q.30 type vlan id 30" },
	{ "it is down", see_vlans, LINKS({"v", 3, 2, 0, 200, false}), CHECK_VLAN, WARN, "VLAN 200 is down", "ip link set dev v up" },
	{ "it is of another interface", see_vlans, LINKS({"v", 3, 9, 0, 200, true}), CHECK_VLAN, WARN, "nothing", "ip link add" },
	{ "a bridge takes all", see_vlans, &(const struct links){.list = &(struct link_facts){"lan0", 2, 0, 8, 0, true}, .n = 1}, CHECK_VLAN, OK, "a bridge", "" },

	{ "room for neighbours", see_sysctls, SYSCTLS(.somaxconn = 4096), CHECK_NEIGHBOURS, OK, "up to 4096", "" },
	{ "neighbours of the host", see_sysctls, SYSCTLS(.gc_thresh3 = {UNKNOWN, UNKNOWN}), CHECK_NEIGHBOURS, OK, "the host's", "" },
	{ "no room for neighbours", see_sysctls, SYSCTLS(.gc_thresh3 = {1024, 4096}), CHECK_NEIGHBOURS, WARN, "at most 1024", "net.ipv4.neigh.default.gc_thresh3=4224" },
	{ "who bridges has none", see_sysctls, SYSCTLS(.gc_thresh3 = {1, 1}, .is_bridged = true), CHECK_NEIGHBOURS, OK, "bridges", "" },
	{ "room to wait", see_sysctls, SYSCTLS(.somaxconn = 511), CHECK_SOMAXCONN, OK, "511", "" },
	{ "no room to wait", see_sysctls, SYSCTLS(.somaxconn = 128), CHECK_SOMAXCONN, WARN, "only 128", "sysctl -w net.core.somaxconn=4096" },
	{ "room for connections", see_sysctls, SYSCTLS(.conntrack_max = 65536), CHECK_CONNTRACK, OK, "up to 65536", "" },
	{ "nothing is tracked", see_sysctls, SYSCTLS(.conntrack_max = UNKNOWN), CHECK_CONNTRACK, OK, "aren't tracked", "" },
	{ "no room for connections", see_sysctls, SYSCTLS(.conntrack_max = 65535), CHECK_CONNTRACK, WARN, "65535", "nf_conntrack_max=65536" },
	{ "a million sessions have no bound of their own", see_sysctls, SYSCTLS(.max_sessions = 1048576), CHECK_CONNTRACK, WARN, "may have 4194304", "=4194304" },
	{ "a router", see_sysctls, SYSCTLS(.somaxconn = 511), CHECK_FORWARDING, OK, "routes IPv4", "" },
	{ "a bridge", see_sysctls, SYSCTLS(.forwards = {0, 0}, .is_bridged = true), CHECK_FORWARDING, OK, "bridged", "" },
	{ "no router", see_sysctls, SYSCTLS(.forwards = {0, 1}), CHECK_FORWARDING, WARN, "doesn't route IPv4", "sysctl -w net.ipv4.ip_forward=1" },
	{ "a way out", see_sysctls, SYSCTLS(.has_ipv6_default = true), CHECK_ACCEPT_RA, OK, "a default route", "" },
	{ "nobody waits for advertisements", see_sysctls, SYSCTLS(.uplinks = strict_uplinks), CHECK_ACCEPT_RA, OK, "no interface waits", "" },
	{ "no router of IPv6", see_sysctls, SYSCTLS(.forwards = {1, 0}), CHECK_ACCEPT_RA, OK, "none is needed", "" },
	{ "no guests of IPv6", see_sysctls, SYSCTLS(.has_ipv6_address = false), CHECK_ACCEPT_RA, OK, "none is needed", "" },
	{ "advertisements are ignored", see_sysctls, SYSCTLS(.has_ipv6_default = false), CHECK_ACCEPT_RA, WARN, "ignores", "sysctl -w net.ipv6.conf.wan0.accept_ra=2" },
	{ "one way out", see_sysctls, SYSCTLS(.somaxconn = 511), CHECK_RP_FILTER, OK, "aren't several", "" },
	{ "two ways out, one strict", see_sysctls, SYSCTLS(.uplinks = strict_uplinks), CHECK_RP_FILTER, WARN, "one of 2", "sysctl -w net.ipv4.conf.wan0.rp_filter=2" },

	{ "a clock that is kept", see_time, FACTS(time, NOW, NOW - 1, true, NOW), CHECK_TIME, OK, "is synchronised", "" },
	{ "one that isn't", see_time, FACTS(time, NOW, NOW - 1, false, NOW), CHECK_TIME, WARN, "nothing synchronises", "timedatectl set-ntp true" },
	{ "a time that can be", see_time, FACTS(time, NOW, NOW - 1, false, NOW), CHECK_CLOCK, OK, "it says 2027-", "" },
	{ "a time before the program", see_time, FACTS(time, NOW - 1, NOW, true, NOW), CHECK_CLOCK, FAIL, "before this program", "timedatectl" },
	{ "a hardware clock", see_time, FACTS(time, NOW, 0, true, NOW + 3600), CHECK_RTC, OK, "agrees", "" },
	{ "no hardware clock", see_time, FACTS(time, NOW, 0, true, UNKNOWN), CHECK_RTC, OK, "no hardware clock", "" },
	{ "a hardware clock that is off", see_time, FACTS(time, NOW, 0, true, NOW - 3601), CHECK_RTC, WARN, "3601 seconds off", "hwclock --systohc" },

	{ "pins can be made", see_directory, FACTS(directory, CHECK_BPF_DIR, "/b", 0), CHECK_BPF_DIR, OK, "'/b' can be", "" },
	{ "pins can't be made", see_directory, FACTS(directory, CHECK_BPF_DIR, "/b", -EACCES), CHECK_BPF_DIR, FAIL, "can't write to '/b'", "sudo" },
	{ "state can be kept", see_directory, FACTS(directory, CHECK_STATE_DIR, "/s", 0), CHECK_STATE_DIR, OK, "'/s' can be", "" },
	{ "state is a file", see_directory, FACTS(directory, CHECK_STATE_DIR, "/s", -ENOTDIR), CHECK_STATE_DIR, FAIL, "Not a directory", "install -d -m 0710 -g xdp511 '/s'" },
	{ "state is read-only", see_directory, FACTS(directory, CHECK_STATE_DIR, "/s", -EROFS), CHECK_STATE_DIR, FAIL, "'/s'", "mount -o remount,rw" },
	{ "a roomy disk", see_disk, FACTS(disk, "disk", "/s", .free_bytes = 1ULL << 33), CHECK_DISK, OK, "8.59 GB", "" },
	{ "a tight disk", see_disk, FACTS(disk, "disk", "/s", .free_bytes = 1 << 27), CHECK_DISK, WARN, "only 134 MB", "df -h '/s'" },
	{ "a full disk", see_disk, FACTS(disk, "disk", "/s", .free_bytes = 4096), CHECK_DISK, FAIL, "left", "df -h" },
	{ "no more files", see_disk, FACTS(disk, "disk", "/s", .free_bytes = 1ULL << 33, .counts_inodes = true), CHECK_DISK, FAIL, "0 files left", "df -i" },
	{ "a disk in memory", see_disk, FACTS(disk, "disk", "/s", .free_bytes = 1ULL << 33, .volatile_fs = "memory"), CHECK_DISK, WARN, "after a reboot", "df" },
	{ "a disk elsewhere", see_disk, FACTS(disk, "disk", "/s", .free_bytes = 1ULL << 33, .network_fs = "nfs"), CHECK_DISK, FAIL, "on nfs", "df" },
	{ "a disk that can't be asked", see_disk, FACTS(disk, "disk", "/s", .err = -EIO), CHECK_DISK, FAIL, "can't be asked", "df" },
	{ "a whole database", see_database, FACTS(database, "d", "/d", .is_there = true), CHECK_DATABASE, OK, "is whole", "" },
	{ "a large database", see_database, FACTS(database, "d", "/d", .is_there = true, .ran_out = true), CHECK_DATABASE, OK, "so far", "" },
	{ "no database", see_database, FACTS(database, "d", "/d", .is_there = false), CHECK_DATABASE, OK, "no database yet", "" },
	{ "a database in use", see_database, FACTS(database, "d", "/d", .is_running = true), CHECK_DATABASE, OK, "it runs", "" },
	{ "a broken database", see_database, FACTS(database, "d", "/d", .is_there = true, .problem = "torn"), CHECK_DATABASE, FAIL, "torn", "mv '/d' '/d.damaged'" },
	{ "user and group", see_user, FACTS(user, true, true, true, false), CHECK_USER, OK, "the group 'xdp511'", "" },
	{ "no user", see_user, FACTS(user, true, false, false, true), CHECK_USER, FAIL, "no user", "useradd --system" },
	{ "a user who isn't of the group", see_user, FACTS(user, true, true, false, true), CHECK_USER, FAIL, "isn't of the group", "usermod -aG xdp511 xdp511-portal" },
	{ "no group", see_user, FACTS(user, false, false, false, false), CHECK_USER, WARN, "no group", "groupadd" },
	{ "a closed file", see_file, FACTS(file, "[web] key", "/k", .mode = 0640, .has_reader = true, .is_readable = true), CHECK_FILE, OK, "closed to others", "" },
	{ "no file", see_file, FACTS(file, "[web] key", "/k", .err = -ENOENT, .reader_group = "g"), CHECK_FILE, FAIL, "can't be read", "install -o root -g g -m 0640 /dev/null '/k'" },
	{ "an open file", see_file, FACTS(file, "[web] key", "/k", .mode = 0100644), CHECK_FILE, FAIL, "mode 0644", "chmod 640 '/k'" },
	{ "a file that the portal can't read", see_file, FACTS(file, "[web] key", "/k", .mode = 0600, .has_reader = true, .reader_group = "g"), CHECK_FILE, FAIL, "by the user", "chgrp g '/k' && chmod 640 '/k'" },

	{ "a free port", see_listen, FACTS(listen, "[web]", "p", V4, .port_name = "lan0"), CHECK_LISTEN, OK, "free for p", "" },
	{ "a port of our own", see_listen, FACTS(listen, "[web]", "p", V4, .is_running = true, .err = -EADDRINUSE), CHECK_LISTEN, OK, "p runs", "" },
	{ "a port of another's", see_listen, FACTS(listen, "[web]", "p", V4, .err = -EADDRINUSE), CHECK_LISTEN, FAIL, "another program", "ss -Hlntp 'sport = :0'" },
	{ "an address of nobody's", see_listen, FACTS(listen, "[web]", "p", V4, .err = -EADDRNOTAVAIL, .port_name = "lan0"), CHECK_LISTEN, WARN, "no interface", "ip address add 0.0.0.0 dev lan0" },
	{ "an address of nobody's for datagrams", see_listen, FACTS(listen, "[radius]", "p", V4, .is_udp = true, .err = -EADDRNOTAVAIL, .port_name = "lan0"), CHECK_LISTEN, FAIL, "no interface", "ip address add" },
	{ "a port for root", see_listen, FACTS(listen, "[web]", "p", V4, .err = -EACCES), CHECK_LISTEN, WARN, "can't be tried", "sudo" },
	{ "a resolver", see_resolver, FACTS(resolver, V4, .name = "n"), CHECK_RESOLVER, OK, "answers", "" },
	{ "a silent one", see_resolver, FACTS(resolver, V4, .name = "n", .err = -ETIMEDOUT), CHECK_RESOLVER, FAIL, "timed out", "dig @0.0.0.0 n" },
	{ "a silent one of several", see_resolver, FACTS(resolver, V4, .name = "n", .err = -ETIMEDOUT, .others_answer = true), CHECK_RESOLVER, WARN, "timed out", "dig" },
	{ "one that refuses", see_resolver, FACTS(resolver, V4, .name = "n", .rcode = 5), CHECK_RESOLVER, WARN, "REFUSED", "dig" },
	{ "one that doesn't know the portal", see_resolver, FACTS(resolver, V4, .name = "n", .is_portals = true, .rcode = 3), CHECK_RESOLVER, FAIL, "doesn't know 'n'", "dig" },
	{ "one that doesn't know another name", see_resolver, FACTS(resolver, V4, .name = "n", .rcode = 3), CHECK_RESOLVER, OK, "answers", "" },
	{ "a portal of ours that only guests can resolve", see_portal, FACTS(portal, "p.example", 443, .is_own = true, .unresolved = "why"), CHECK_PORTAL, WARN, "resolver alone", "getent ahosts 'p.example'" },
	{ "a portal", see_portal, FACTS(portal, "p.example", 443, .err = 0), CHECK_PORTAL, OK, "takes connections at 443", "" },
	{ "a portal without an address", see_portal, FACTS(portal, "p.example", 443, .unresolved = "why"), CHECK_PORTAL, FAIL, "resolved: why", "getent ahosts 'p.example'" },
	{ "a portal that is down", see_portal, FACTS(portal, "p.example", 443, .err = -ECONNREFUSED), CHECK_PORTAL, FAIL, "no connection at 443", "https://p.example:443/" },
	{ "ours, before it is started", see_portal, FACTS(portal, "p.example", 443, .is_own = true, .err = -ECONNREFUSED), CHECK_PORTAL, WARN, "isn't running", "systemctl start" },
	{ "a RADIUS server", see_radius, FACTS(radius, V4, .secret_file = "/s"), CHECK_RADIUS, OK, "knows the secret", "" },
	{ "a silent RADIUS server", see_radius, FACTS(radius, V4, .secret_file = "/s", .err = -ETIMEDOUT), CHECK_RADIUS, FAIL, "is silent", "radclient -x -S '/s' '" },
	{ "one of several", see_radius, FACTS(radius, V4, .secret_file = "/s", .err = -ECONNREFUSED, .others_answer = true), CHECK_RADIUS, WARN, "refused", "radclient" },
	{ "another secret", see_radius, FACTS(radius, V4, .secret_file = "/s", .err = -EBADMSG, .fault = "is forged"), CHECK_RADIUS, FAIL, "is forged", "radclient" },
	{ "no secret", see_radius, FACTS(radius, V4, .secret_file = "/s", .no_secret = "empty"), CHECK_RADIUS, FAIL, "can't be asked: empty", "radclient" },
	{ "an accounting server", see_radius, FACTS(radius, V4, .secret_file = "/s", .is_accounting = true), CHECK_ACCOUNTING, OK, "answers", "" },
	{ "a silent one of accounting", see_radius, FACTS(radius, V4, .secret_file = "/s", .is_accounting = true, .err = -ETIMEDOUT), CHECK_ACCOUNTING, WARN, "silent", "radclient" },

	{ "a certificate", see_certificate, CERTIFICATE(.until = NOW + 21 * DAY), CHECK_CERTIFICATE, OK, "21 more days", "" },
	{ "one that ends soon", see_certificate, CERTIFICATE(.until = NOW + 21 * DAY - 1), CHECK_CERTIFICATE, WARN, "20 more days", "certbot renew" },
	{ "one that has ended", see_certificate, CERTIFICATE(.until = NOW), CHECK_CERTIFICATE, FAIL, "expired at 2027-", "certbot renew" },
	{ "one of the future", see_certificate, FACTS(certificate, .file = "f", .now = NOW, .from = NOW + 1, .until = NOW + 2), CHECK_CERTIFICATE, FAIL, "before 2027-", "date -u" },
	{ "one of another host", see_certificate, CERTIFICATE(.until = NOW + 90 * DAY, .foreign_host = "h.example"), CHECK_CERTIFICATE, FAIL, "doesn't name 'h.example'", "-in '/a b.crt'" },
	{ "a broken one", see_certificate, CERTIFICATE(.problem = "it is torn"), CHECK_CERTIFICATE, FAIL, "torn", "openssl x509" },
	{ "one that may not be read", see_certificate, CERTIFICATE(.problem = "no", .is_forbidden = true), CHECK_CERTIFICATE, WARN, "no", "sudo" },
};
/* clang-format on */

struct wanted {
	const struct row *row;
	bool is_found;
};

static void take(void *ctx, const struct preflight_line *line)
{
	struct wanted *wanted = ctx;
	const struct row *row = wanted->row;

	if (line->check != row->check || line->level != row->level || wanted->is_found)
		return;
	wanted->is_found = true;
	seen[line->check][line->level] = true;
	assert_non_null(strstr(line->finding, row->finding));
	assert_non_null(strstr(line->remedy, row->remedy));
	assert_true((line->level == PREFLIGHT_OK) == !line->remedy[0]);
}

static void test_row(void **state)
{
	struct wanted wanted = {.row = *state};
	struct report report = {.say = take, .ctx = &wanted};

	wanted.row->judge(&report, wanted.row->facts);
	assert_true(wanted.is_found);
}

/* Of each check of the table, a row where it is well and one where it isn't. */
static void test_every_check_is_met_both_ways(void **state)
{
	int check;

	(void)state;
	for (check = 0; check < CHECKS; check++) {
		if (!seen[check][PREFLIGHT_OK] ||
		    !(seen[check][PREFLIGHT_WARN] || seen[check][PREFLIGHT_FAIL]))
			assert_string_equal(preflight_check_name((enum preflight_check)check),
					    "met both ways");
	}
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(rows) + 1];

	TABLE_TESTS(tests, rows, test_row);
	tests[ARRAY_SIZE(rows)] =
		(struct CMUnitTest)cmocka_unit_test(test_every_check_is_met_both_ways);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
