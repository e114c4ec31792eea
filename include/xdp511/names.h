/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* names.h - the paths and names of the product's outside, each typed once. */
#ifndef XDP511_NAMES_H
#define XDP511_NAMES_H

#define X511_CONFIG_FILE  "/etc/xdp511/xdp511.conf"
#define X511_CONTROL	  "/run/xdp511/control.sock"
#define X511_BPF_DIR	  "/sys/fs/bpf/xdp511"
#define X511_LINKS	  "links" /* below the bpf dir: <interface>_x511_gate */
#define X511_STATE_DIR	  "/var/lib/xdp511"
#define X511_DATABASE	  "xdp511.db" /* below the state dir */
#define X511_LINK_KEY	  "link.key"  /* below the state dir: signs the portal link */
#define X511_LOG_DIR	  "log"	      /* below the state dir, unless [log] says otherwise */
#define X511_PORTAL_STATE "/var/lib/xdp511-portal"
#define X511_PORTAL_DB	  "portal.db" /* below it */
#define X511_ADMIN	  "/run/xdp511-portal/admin.sock"
#define X511_GROUP	  "xdp511" /* may use the sockets of both APIs */
#define X511_PORTAL_USER  "xdp511-portal"

#endif /* XDP511_NAMES_H */
