/* SPDX-License-Identifier: MIT */
/* address_scope.h - which addresses are reached by way of the internet. Pure functions. */
#ifndef XDP511_ADDRESS_SCOPE_H
#define XDP511_ADDRESS_SCOPE_H

#include <stdbool.h>

#include <xdp511/abi.h>

/*
 * False for what is of this machine, of the link, of a private network, or no single machine's at
 * all. Who owns a name would else have a way to what stands beside the gateway (DNS rebinding).
 */
bool address_is_public(const struct address *address);

#endif /* XDP511_ADDRESS_SCOPE_H */
