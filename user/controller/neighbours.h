/* SPDX-License-Identifier: MIT */
/* neighbours.h - the IP addresses that the kernel's neighbour tables know of a device. */
#ifndef XDP511_NEIGHBOURS_H
#define XDP511_NEIGHBOURS_H

#include <stddef.h>
#include <stdint.h>

#include <xdp511/abi.h>

/* At most @max addresses of @mac; their number, or -errno. */
int neighbours_of(const uint8_t mac[6], struct address *addresses, size_t max);

#endif /* XDP511_NEIGHBOURS_H */
