/* SPDX-License-Identifier: MIT */
/* mac.h - a device's hardware address as text. Pure functions. */
#ifndef XDP511_MAC_H
#define XDP511_MAC_H

#include <stdint.h>

#include "base/log.h"

#define MAC_TEXT 18 /* "aa:bb:cc:dd:ee:ff" and its NUL */

/*
 * Reads every usual notation (aa:bb:cc:dd:ee:ff, aa-bb-…, aabb.ccdd.eeff, aabbccddeeff, any case)
 * of a device's address. -EINVAL with a sentence for other text, multicast and all zeroes.
 */
int parse_mac(const char *text, uint8_t ret_mac[6], struct error *error);

/* Always "aa:bb:cc:dd:ee:ff". Returns @buffer, which holds MAC_TEXT bytes. */
char *format_mac(const uint8_t mac[6], char *buffer);

#endif /* XDP511_MAC_H */
