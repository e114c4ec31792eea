/* SPDX-License-Identifier: MIT */
/*
 * device.h - whose request it is: a MAC and a zone, as the gate has seen them.
 *
 * Known by the signed link of the 511 page, or by the connection itself, of which the gate has
 * seen where its answers go. Never by anything else that the client says.
 */
#ifndef XDP511_PORTAL_DEVICE_H
#define XDP511_PORTAL_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/config.h"
#include "base/mac.h"

#define ADDRESS_SIZE 46 /* INET6_ADDRSTRLEN */

struct device {
	uint8_t mac[6];
	char zone[ZONE_NAME_SIZE];
	char address[ADDRESS_SIZE]; /* it came from; "": not known */
};

#endif /* XDP511_PORTAL_DEVICE_H */
