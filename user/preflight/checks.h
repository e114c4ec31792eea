/* SPDX-License-Identifier: MIT */
/* checks.h - all that is looked at, by name: what is well, and what follows where it isn't. */
#ifndef XDP511_PREFLIGHT_CHECKS_H
#define XDP511_PREFLIGHT_CHECKS_H

/* NAME, its name, how bad it can get, when it is ok, the remedy otherwise (IF: the interface). */
#define PREFLIGHT_CHECKS(X)                                                                        \
	X(CAPABILITIES, "capabilities", "fail",                                                    \
	  "CAP_BPF, CAP_NET_ADMIN and CAP_NET_RAW are there", "sudo xdp511 check")                 \
	X(VERSION, "version", "warn", "the kernel is Linux 6.1 or later",                          \
	  "apt-get install linux-image-amd64")                                                     \
	X(KERNEL, "kernel", "fail", "a program, map, socket or hook of each kind works",           \
	  "apt-get install linux-image-amd64")                                                     \
	X(JIT, "jit", "warn", "BPF programs are compiled", "sysctl -w net.core.bpf_jit_enable=1")  \
	X(MEMORY, "memory", "warn", "sockets may lock the memory they need",                       \
	  "ulimit -l unlimited")                                                                   \
	X(BPF_DIR, "bpf-dir", "fail", "'bpf-dir' is on a BPF file system that can be written to",  \
	  "mount -t bpf bpf /sys/fs/bpf")                                                          \
	X(INTERFACE, "interface", "fail", "the interface exists", "ip -br link")                   \
	X(UP, "up", "warn", "it is up and has a carrier", "ip link set dev IF up")                 \
	X(MTU, "mtu", "fail", "its MTU is at most 1500", "ip link set dev IF mtu 1500")            \
	X(QUEUES, "queues", "fail", "it has no more receive queues than the gate takes",           \
	  "ethtool -L IF combined N")                                                              \
	X(RSS, "rss", "warn", "its receive queues all get their share, by address",                \
	  "ethtool -X IF equal N")                                                                 \
	X(RXVLAN, "rxvlan", "warn", "it leaves VLAN tags in the frames",                           \
	  "ethtool -K IF rxvlan off")                                                              \
	X(LRO, "lro", "warn", "it doesn't merge received frames", "ethtool -K IF lro off")         \
	X(MODE, "mode", "warn, fail", "its driver takes XDP in the mode that 'xdp-mode' wants",    \
	  "xdp-mode = auto, or generic")                                                           \
	X(XDP, "xdp", "fail", "it runs no XDP program, or the gate", "ip link set dev IF xdp off") \
	X(EGRESS, "egress", "fail", "its place for clsact is free, or clsact's",                   \
	  "tc qdisc del dev IF ingress")                                                           \
	X(FILTERS, "filters", "warn", "no tc filters of others are on it",                         \
	  "tc filter del dev IF ingress pref N")                                                   \
	X(VLAN, "vlan", "warn", "something here takes the frames of each zone's VLAN",             \
	  "ip link add link IF name IF.N type vlan id N")                                          \
	X(NEIGHBOURS, "neighbours", "warn", "the kernel keeps as many neighbours as max-sessions", \
	  "sysctl -w net.ipv4.neigh.default.gc_thresh3=N")                                         \
	X(SOMAXCONN, "somaxconn", "warn", "a burst of connections finds room to wait",             \
	  "sysctl -w net.core.somaxconn=4096")                                                     \
	X(CONNTRACK, "conntrack", "warn", "connection tracking has room for the sessions",         \
	  "sysctl -w net.netfilter.nf_conntrack_max=N")                                            \
	X(FORWARDING, "forwarding", "warn", "the kernel routes, or the ports are bridged",         \
	  "sysctl -w net.ipv4.ip_forward=1")                                                       \
	X(ACCEPT_RA, "accept-ra", "warn", "a router of IPv6 has a way out",                        \
	  "sysctl -w net.ipv6.conf.IF.accept_ra=2")                                                \
	X(RP_FILTER, "rp-filter", "warn", "with several uplinks, none insists on one way",         \
	  "sysctl -w net.ipv4.conf.IF.rp_filter=2")                                                \
	X(TIME, "time", "warn", "the clock is synchronised", "timedatectl set-ntp true")           \
	X(CLOCK, "clock", "fail", "the clock isn't before this program was made",                  \
	  "timedatectl set-ntp true")                                                              \
	X(RTC, "rtc", "warn", "the hardware's clock says the same", "hwclock --systohc --utc")     \
	X(STATE_DIR, "state-dir", "fail", "'state-dir' can be written to",                         \
	  "install -d -m 0710 -g xdp511 DIR")                                                      \
	X(DISK, "disk", "warn, fail", "state is kept on a disk that has room", "df -h DIR")        \
	X(DATABASE, "database", "fail", "the database of a program that isn't running is whole",   \
	  "systemctl start xdp511d, which moves a damaged one aside")                              \
	X(USER, "user", "warn, fail", "user 'xdp511-portal' and group 'xdp511' exist",             \
	  "groupadd --system xdp511")                                                              \
	X(FILE, "file", "fail", "keys and secrets are there, and closed to others",                \
	  "chmod 640 FILE")                                                                        \
	X(LISTEN, "listen", "warn, fail", "where to listen is free, or taken by our own",          \
	  "ss -Hltnp 'sport = :N'")                                                                \
	X(CERTIFICATE, "certificate", "warn, fail",                                                \
	  "it is whole, of its key, of the portal's host, and valid for 21 days or more",          \
	  "renew it; xdp511-portal takes it by itself")                                            \
	X(RESOLVER, "resolver", "warn, fail", "the guests' resolvers answer", "dig @ADDRESS NAME") \
	X(PORTAL, "portal", "warn, fail", "the portal's host resolves and takes connections",      \
	  "getent ahosts HOST")                                                                    \
	X(RADIUS, "radius", "warn, fail", "the RADIUS servers answer, and know the secret",        \
	  "radclient -x ADDRESS status SECRET")                                                    \
	X(ACCOUNTING, "accounting", "warn", "the accounting servers answer, and know the secret",  \
	  "radclient -x ADDRESS status SECRET")

enum preflight_check {
#define X(name, text, level, well, remedy) CHECK_##name,
	PREFLIGHT_CHECKS(X)
#undef X
		CHECKS
};

#endif /* XDP511_PREFLIGHT_CHECKS_H */
