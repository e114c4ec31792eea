/* SPDX-License-Identifier: MIT */
/* config.h - the configuration as the file has it, checked; no kernel, no network. */
#ifndef XDP511_CONFIG_H
#define XDP511_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xdp511/abi.h>

#include "base/address.h"
#include "base/endpoint.h"
#include "base/log.h"

#define ZONE_DEFAULT	 "default"	     /* what no [zone] names */
#define ZONE_NAME_SIZE	 X511_ZONE_NAME_SIZE /* letters, digits, - and _ */
#define PORTAL_URL_SIZE	 256
#define PORTAL_NAME_SIZE 64
#define PROBE_FIELD_SIZE 128
#define PAGE_FILE_SIZE	 192
#define PATH_SIZE	 192
#define INTERFACE_SIZE	 16  /* IFNAMSIZ */
#define DOMAIN_SIZE	 128 /* of a name in the garden, with NUL */

enum xdp_mode { XDP_MODE_AUTO, XDP_MODE_NATIVE, XDP_MODE_GENERIC };

/* How a probe of an operating system is answered. */
enum probe_answer { PROBE_511, PROBE_302, PROBE_302_EMPTY };

/* host=*.example-os.net path=/check answer=302 ; either host or path may be missing (matches all) */
struct probe_rule {
	char host[PROBE_FIELD_SIZE]; /* lower case; a leading "*." matches every name below */
	char path[PROBE_FIELD_SIZE]; /* a trailing "*" matches every rest */
	enum probe_answer answer;    /* text: 511, 302, 302-empty */
};

struct config_gateway {
	char interfaces[X511_MAX_PORTS][INTERFACE_SIZE];
	size_t n_interfaces;
	enum xdp_mode xdp_mode;
	char bpf_dir[108];
	char state_dir[108];
	char control[108];
	uint32_t max_sessions;
	uint32_t max_guests;
	bool drop_unknown_vlan;
	uint32_t https_alerts; /* TLS alerts per second to all guests together; 0: unlimited */
	/* What guests of one receive queue may cause together, per second; 0: unlimited. */
	uint32_t queue_responder; /* frames to the responder */
	uint32_t queue_resolver;  /* DNS questions */
	uint32_t queue_kernel;	  /* all else that is let through */
	uint32_t new_guests;	  /* devices that get a budget of their own */
	bool advertise_api;	  /* router advertisements with api-url (RFC 8910) */
};

/* [portal] */
struct config_portal {
	char url[PORTAL_URL_SIZE]; /* required: http:// or https://, no fragment, no spaces or quotes */
	char host[PORTAL_URL_SIZE];    /* of url: name or address without brackets, lower case */
	uint16_t port;		       /* of url, or its scheme's */
	char api_url[PORTAL_URL_SIZE]; /* "" : none; must be https:// (RFC 8908) */
	char name[PORTAL_NAME_SIZE];
	bool probes_auto;
	bool https_reset;
	struct probe_rule *rules;
	size_t n_rules;
	char page[PAGE_FILE_SIZE]; /* file of the page; "": the built-in one */
	unsigned int page_line;	   /* where the configuration says so */
	char *template;		   /* that page as template.h has it; NULL: the built-in one */
};

/* [allow]. Lists of a zone that names none of that key are copies of those of [allow]. */
struct config_allow {
	struct address *resolvers; /* none: the gateway's own addresses */
	size_t n_resolvers;
	struct garden_entry *prefixes;
	size_t n_prefixes;
	char **domains; /* lower case, "pay.example" or "*.pay.example" */
	size_t n_domains;
};

/* [session]: what a sign-in gets unless it says otherwise. 0: unlimited. */
struct session_limits {
	uint64_t timeout_s;
	uint64_t idle_s;
	uint64_t up_bps;
	uint64_t down_bps;
	uint64_t quota_bytes;
};

/* [guest] */
struct config_guest {
	uint64_t packets_per_second; /* 0: no budget */
	uint64_t park_s;	     /* 0: never parked */
	uint32_t https_alerts;	     /* per second to one device; 0: unlimited */
};

/* What the embedded portal offers, as bits, and the words for it. */
#define SIGN_IN_METHODS(X)                                                                         \
	X(CLICK, 0, "click")	 /* agreeing to the terms */                                       \
	X(VOUCHER, 1, "voucher") /* a code of this gateway's */                                    \
	X(USER, 2, "user")	 /* name and password of this gateway's own list */                \
	X(RADIUS, 3, "radius")	 /* the same, of a RADIUS server's */                              \
	X(CODE, 4, "code")	 /* that a hook of the operator's knows */

enum sign_in_method {
#define X(name, bit, word) METHOD_##name = 1 << (bit),
	SIGN_IN_METHODS(X)
#undef X
};

/* [sign-in]: how guests of a zone sign in at the embedded portal. */
struct config_sign_in {
	uint32_t methods;	    /* enum sign_in_method; METHOD_CLICK unless it says otherwise */
	char terms[PAGE_FILE_SIZE]; /* file with the terms, HTML; "": the theme's sentence */
	char venue_url[PORTAL_URL_SIZE]; /* RFC 8908 venue-info-url; "": none */
	uint32_t devices;		 /* of one account at a time; 0: any number */
	bool is_oldest_out;		 /* at one too many; else it is refused */
	bool mac_auth;			 /* RADIUS is asked for devices by their MAC */
};

/* zones[0] is "default": the sections outside any [zone NAME]. Others have its values filled in. */
struct config_zone {
	char name[ZONE_NAME_SIZE];
	char interface[INTERFACE_SIZE]; /* "": on every interface */
	uint16_t vlan;			/* 1-4094; 0: untagged frames, then interface is set */
	uint16_t inner_vlan;		/* of `vlan = 200.30` (QinQ), else 0 */
	struct config_portal portal;
	struct config_allow allow;
	struct session_limits session;
	bool spoof_guard; /* [session]: devices are bound to their addresses */
	struct config_guest guest;
	struct config_sign_in sign_in;
};

/* [web]: the server of the embedded portal, xdp511-portal. */
struct config_web {
	struct endpoints http;	/* of guests */
	struct endpoints https; /* needs certificate and key */
	char certificate[PATH_SIZE];
	char key[PATH_SIZE];
	char theme[PATH_SIZE]; /* directory of templates; "": the built-in ones */
	char state_dir[PATH_SIZE];
	char admin[PATH_SIZE];		/* socket of its own API: vouchers and users */
	char code_exec[PATH_SIZE];	/* the hook of METHOD_CODE: a program … */
	char code_url[PORTAL_URL_SIZE]; /* … or a service */
	bool code_contact;		/* it sends codes to what guests type */
};

/* [radius] */
struct config_radius {
	struct endpoints servers;    /* port 1812 unless named */
	struct endpoints accounting; /* port 1813 unless named; none: no accounting */
	char secret_file[PATH_SIZE]; /* of all of them; read by xdp511-portal alone */
	char nas_id[PORTAL_NAME_SIZE];
	bool is_chap;	      /* `auth = chap`; else PAP */
	uint64_t timeout_s;   /* for one answer of one server, then the next server */
	uint64_t deadline_s;  /* for all of them together */
	uint64_t allow_for_s; /* `when-down = allow-for 15m`; 0: deny */
	uint64_t remember_s;  /* `mac-remember`: how long a device's answer is not asked again */
	uint64_t interim_s;   /* between interim accounts; 0: what the server says */
	struct endpoints coa; /* where CoA and Disconnect requests are taken; none: nowhere */
	struct endpoints coa_from; /* who may send them (ports don't matter); none: the servers */
};

/* [uam]: a portal elsewhere that speaks to the gateway as to CoovaChilli. */
struct config_uam {
	char server[PORTAL_URL_SIZE]; /* "": none */
	char secret_file[PATH_SIZE];  /* "": none */
	struct endpoints listen;      /* port 3990 unless named */
};

/* [fas]: a portal elsewhere that speaks as openNDS has it. */
struct config_fas {
	char server[PORTAL_URL_SIZE]; /* "": none */
	char key_file[PATH_SIZE];
	uint32_t level;		 /* 1 or 2 */
	struct endpoints listen; /* port 2050 unless named */
};

/* [api]: the control API on TCP, with a bearer token. */
struct config_api {
	struct endpoints listen;
	char certificate[PATH_SIZE];
	char key[PATH_SIZE];
	char token_file[PATH_SIZE];
};

/* [log] */
struct config_log {
	uint64_t keep_s;	   /* records of ended sessions; 0: none are written */
	char directory[PATH_SIZE]; /* where they are */
	enum log_level level;	   /* of what the programs say */
};

/* [metrics]: GET /metrics over plain HTTP. */
struct config_metrics {
	struct endpoints listen;	/* of xdp511d; port 9511 unless named */
	struct endpoints portal_listen; /* of xdp511-portal; port 9512 unless named */
};

struct config {
	struct config_gateway gateway;
	struct config_api api;
	struct config_metrics metrics;
	struct config_web web;
	struct config_radius radius;
	struct config_uam uam;
	struct config_fas fas;
	struct config_log log;
	struct config_zone *zones;
	size_t n_zones;
};

/*
 * Reads and checks the whole file, but for the pages it names: see config_pages.h. On success
 * *ret_config is the caller's, to be given to config_free(). On failure -errno and a sentence
 * "FILE:LINE: what is wrong; what to do".
 */
int config_load(const char *file, struct config **ret_config, struct error *error);

/* The same from memory (for tests and fuzzing); @name stands for the file in sentences. */
int config_parse(const char *text, size_t size, const char *name, struct config **ret_config,
		 struct error *error);

struct config *config_free(struct config *config); /* takes NULL, returns NULL */

/* Whether it is a client port. */
bool config_has_interface(const struct config_gateway *gateway, const char *interface);

/* The zone of that name, or NULL. "default" is always there. */
const struct config_zone *config_find_zone(const struct config *config, const char *name);

#endif /* XDP511_CONFIG_H */
