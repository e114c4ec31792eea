/* SPDX-License-Identifier: MIT */
/* netlink.h - one question to the kernel by netlink, and the messages of its answer. */
#ifndef XDP511_PREFLIGHT_NETLINK_H
#define XDP511_PREFLIGHT_NETLINK_H

#include <stddef.h>

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

/* Called for each message but errors and ends. */
typedef void (*netlink_fn)(void *ctx, const struct nlmsghdr *message);

/* Asks a socket of @protocol and waits a second at most. 0, or the kernel's -errno. */
int netlink_ask(int protocol, const struct nlmsghdr *question, netlink_fn fn, void *ctx);

/* The attribute of @type behind @fixed bytes of a message, or within another one; NULL: none. */
const struct rtattr *netlink_find(const struct nlmsghdr *message, size_t fixed, int type);
const struct rtattr *netlink_nested(const struct rtattr *attribute, int type);
unsigned int netlink_u32(const struct rtattr *attribute); /* takes NULL: 0 */

#endif /* XDP511_PREFLIGHT_NETLINK_H */
