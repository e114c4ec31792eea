/* SPDX-License-Identifier: MIT */
/*
 * judge.h - what was found out, and what is to be thought of it. Pure: facts in, lines out.
 * The files beside judge_*.c collect the facts, so that tests can make up what no lab has.
 */
#ifndef XDP511_PREFLIGHT_JUDGE_H
#define XDP511_PREFLIGHT_JUDGE_H

#include <time.h>

#include <net/if.h>
#include <sys/types.h>

#include "preflight/report.h"

#define UNKNOWN (-1L) /* of a number that can't be read */

/* --- kernel and process (judge_kernel.c) --- */

struct capability_facts {
	const char *name;
	bool is_there;
};
void judge_capabilities(struct report *report, const struct capability_facts *facts, size_t n);

struct feature_facts {
	const char *name; /* "ring buffers" */
	int err;	  /* 0: tried, it works; -errno */
};
void judge_feature(struct report *report, const struct feature_facts *facts);
void judge_version(struct report *report, const char *release); /* "6.1.0-18-amd64" */
void judge_jit(struct report *report, long enabled);

struct memory_facts {
	bool may_lock_all;
	unsigned long limit;
};
void judge_memory(struct report *report, const struct memory_facts *facts);

/* --- one interface (judge_port.c, judge_rss.c, judge_xdp.c) --- */

struct port_facts {
	char name[IF_NAMESIZE];
	char driver[32];
	int err; /* -errno: it can't be asked */
	bool is_up;
	bool has_carrier;
	unsigned int mtu;
	unsigned int queues;
	bool wants_vlans;
	bool hides_vlans; /* rxvlan is on */
	bool merges;	  /* LRO */

	/* RSS; 0: the driver doesn't say. */
	unsigned int rss_queues; /* that its table names */
	bool hashes_tcp[2];	 /* by address, IPv4 and IPv6 … */
	bool knows_hash[2];	 /* … if it says */

	/* XDP. */
	enum xdp_mode wanted;
	bool knows_features;
	bool takes_native;
	bool takes_redirect;
	bool takes_zerocopy;
	int xdp_err;
	unsigned int program_id; /* 0: none */
	char program[16];
	bool is_ours;
	bool is_native; /* as it runs */

	/* tc. */
	int egress;		      /* of egress_check() */
	unsigned int n_filters;	      /* of others */
	bool is_filter_egress;	      /* of the first of them */
	unsigned int filter_priority; /* the same; 0: a tcx link */
};
void judge_port(struct report *report, const struct port_facts *facts);
void judge_rss(struct report *report, const struct port_facts *facts);
void judge_xdp(struct report *report, const struct port_facts *facts);
void judge_filters(struct report *report, const struct port_facts *facts);

/* An interface as rtnetlink has it. */
struct link_facts {
	char name[IF_NAMESIZE];
	unsigned int index;
	unsigned int lower;  /* of a VLAN: on which one it is */
	unsigned int master; /* 0: none */
	unsigned int vlan;   /* 0: none */
	bool is_up;
};
struct links {
	struct link_facts *list;
	size_t n;
};
void judge_vlans(struct report *report, const struct config *config, const struct links *links);
bool links_are_bridged(const struct config *config, const struct links *links); /* all ports */

/* --- sysctls (judge_sysctls.c) --- */

struct uplink_facts {
	char name[IF_NAMESIZE];
	long accept_ra;
	long rp_filter; /* the one that counts */
	bool has_ipv4_default;
};
struct sysctl_facts {
	long gc_thresh3[2]; /* IPv4, IPv6 */
	long somaxconn;
	long conntrack_max; /* UNKNOWN: it isn't loaded */
	long forwards[2];
	bool has_ipv6_address; /* a global one, on a port */
	bool has_ipv6_default;
	bool is_bridged;
	struct uplink_facts *uplinks;
	size_t n_uplinks;
	unsigned long max_sessions;
};
void judge_sysctls(struct report *report, const struct sysctl_facts *facts);

/* --- time (judge_time.c) --- */

struct time_facts {
	time_t now;
	time_t built;
	bool is_synchronised;
	long rtc; /* seconds since 1970 of the hardware's clock; UNKNOWN: there is none */
};
void judge_time(struct report *report, const struct time_facts *facts);

/* --- files (judge_files.c) --- */

struct directory_facts {
	enum preflight_check check;
	const char *path;
	int err; /* of trying to write */
};
void judge_directory(struct report *report, const struct directory_facts *facts);

struct disk_facts {
	const char *what; /* "state-dir" */
	const char *path;
	int err;
	const char *volatile_fs; /* "tmpfs"; NULL: a file system that stays */
	const char *network_fs;	 /* "nfs"; NULL: one of this machine's */
	bool is_read_only;
	unsigned long long free_bytes;
	unsigned long long free_inodes; /* and whether those are counted at all */
	bool counts_inodes;
};
void judge_disk(struct report *report, const struct disk_facts *facts);

struct database_facts {
	const char *what; /* "xdp511d" */
	const char *path;
	bool is_running; /* who has it open */
	bool is_there;
	bool ran_out;	   /* of time */
	char problem[128]; /* what SQLite says; "": none */
};
void judge_database(struct report *report, const struct database_facts *facts);

struct user_facts {
	bool has_group, has_user, is_member;
	bool has_portal; /* that is configured at all */
};
void judge_user(struct report *report, const struct user_facts *facts);

/* A file that nobody else may read. */
struct file_facts {
	const char *what; /* "[web] key" */
	const char *path;
	int err;
	mode_t mode;
	bool has_reader;  /* a user who has to read it, … */
	bool is_readable; /* … who can */
	const char *reader_group;
};
void judge_file(struct report *report, const struct file_facts *facts);

/* --- sockets (judge_network.c) --- */

struct listen_facts {
	const char *what;    /* "[web] https" */
	const char *program; /* that listens there */
	struct endpoint endpoint;
	bool is_udp;
	bool is_running;       /* that program */
	int err;	       /* of trying to listen */
	const char *port_name; /* an interface for the remedy */
};
void judge_listen(struct report *report, const struct listen_facts *facts);

struct resolver_facts {
	struct endpoint endpoint;
	const char *name; /* asked for */
	bool is_portals;  /* the name of a portal, which guests have to find */
	bool is_own;	  /* of this machine, and none is configured */
	int err;	  /* -errno */
	int rcode;
	bool others_answer;
};
void judge_resolver(struct report *report, const struct resolver_facts *facts);

struct portal_facts {
	const char *host;
	unsigned int port;
	bool is_own;		/* of xdp511-portal on this machine, … */
	bool is_running;	/* … which is up */
	const char *unresolved; /* why; NULL: it resolves */
	int err;		/* of connecting, the first address's */
};
void judge_portal(struct report *report, const struct portal_facts *facts);

struct radius_facts {
	struct endpoint endpoint;
	const char *secret_file;
	bool is_accounting;
	int err;	       /* -ETIMEDOUT, -ECONNREFUSED … */
	const char *fault;     /* of an answer that doesn't count; NULL: none came */
	const char *no_secret; /* why; NULL: there is one */
	bool others_answer;
};
void judge_radius(struct report *report, const struct radius_facts *facts);

/* --- certificates (judge_certificate.c) --- */

struct certificate_facts {
	const char *what; /* "[web]" */
	const char *file, *key;
	char problem[256]; /* why it can't be read or used; "": none */
	bool is_forbidden; /* to this process, which is no problem of the file's */
	time_t from, until, now;
	const char *foreign_host; /* that it should name, and doesn't; NULL: none */
};
void judge_certificate(struct report *report, const struct certificate_facts *facts);

#endif /* XDP511_PREFLIGHT_JUDGE_H */
