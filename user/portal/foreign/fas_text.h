/* SPDX-License-Identifier: MIT */
/*
 * fas_text.h - what a portal for openNDS is told, and what proves that it lets a device in. Pure.
 *
 * A device's hid is made from a key of this process, the device and the time, so that nothing is
 * kept of who only asks. The portal proves itself by SHA-256(hid + faskey), which passes through
 * the guest's browser.
 */
#ifndef XDP511_PORTAL_FAS_TEXT_H
#define XDP511_PORTAL_FAS_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "portal/daemon/device.h"

#define FAS_HEX_SIZE   65 /* of SHA-256, with NUL */
#define FAS_IV_SIZE    16 /* characters; the cipher takes them as bytes */
#define FAS_OWN_KEY    32
#define FAS_SLOT_S     300
#define FAS_LIFETIME_S 900 /* at most; two thirds of it at least */

/* Of the slot of time that @now_s is in. */
void fas_hid(const struct device *device, const uint8_t key[FAS_OWN_KEY], uint64_t now_s,
	     char ret_hid[FAS_HEX_SIZE]);

/* What the portal answers to it. */
void fas_token(const char *hid, const char *fas_key, char ret_token[FAS_HEX_SIZE]);

/* Whether it is the answer to a hid of the device that is not too old. -EBADMSG: it isn't. */
int fas_check(const char *token, const struct device *device, const uint8_t key[FAS_OWN_KEY],
	      uint64_t now_s, const char *fas_key);

struct fas_facts {
	const char *server;  /* [fas] server */
	const char *fas_key; /* of level 2, else not looked at */
	const char *iv;	     /* of level 2: FAS_IV_SIZE characters; NULL: level 1 */
	const char *hid;
	const char *client_ip, *client_mac; /* "02:05:11:00:00:01" */
	const char *name;		    /* of the network */
	const char *address;		    /* "198.18.1.1:2050" */
	const char *gateway_mac;	    /* "": not known */
	const char *origin_url;
	const char *version;
	const char *interface;
};

/* The URL to send a guest to. The caller's to free; NULL: out of memory. */
char *fas_url(const struct fas_facts *facts);

/* Whether both URLs are of the same host; ports and schemes don't matter. */
bool fas_is_same_host(const char *url, const char *other);

#endif /* XDP511_PORTAL_FAS_TEXT_H */
