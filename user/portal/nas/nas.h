/* SPDX-License-Identifier: MIT */
/* nas.h - the gateway as a RADIUS client: its servers, and how its ports and devices are named. */
#ifndef XDP511_PORTAL_NAS_H
#define XDP511_PORTAL_NAS_H

#include "portal/daemon/device.h"
#include "radius/packet.h"

struct portal;

/*
 * portal->radius stays NULL when [radius] names no server, portal->nas when nobody else asks for the
 * gateway's MACs either. nas_quit() is due before
 * those stop who ask, as it tells them that there will be no answer; nas_stop() after them.
 */
int nas_start(struct portal *portal, struct error *error);
void nas_quit(struct portal *portal);
void nas_stop(struct portal *portal);

/*
 * Adds Calling-Station-Id (02-05-11-00-00-01), Called-Station-Id (the gateway's MAC:ZONE),
 * NAS-Port-Type, NAS-Port-Id (the zone) and the device's address, if it is known.
 */
void nas_add_device(const struct portal *portal, const struct device *device,
		    struct packet *packet);

/* false: the NAS-Identifier or NAS-IP(v6)-Address in it are another gateway's. */
bool nas_is_meant(const struct portal *portal, const struct attributes *attributes);

/* What happens with the servers and is told once, until something else does. */
enum nas_event {
	NAS_ANSWERED,
	NAS_ALLOWED,	/* @detail is for how long devices are let in, as no server answers */
	NAS_UNREADABLE, /* @detail is what is wrong with an Access-Accept, beginning with "its" */
};
void nas_note(const struct portal *portal, enum nas_event event, const char *detail);

/* The gateway's MAC in the zone, as it is called there; "": not known. Returns @buffer. */
#define STATION_TEXT 18
char *nas_station(const struct portal *portal, const char *zone, char buffer[STATION_TEXT]);

/* "02-05-11-00-00-01" as RFC 3580 has it. Returns @buffer. */
char *format_station(const uint8_t mac[6], char buffer[STATION_TEXT]);

#endif /* XDP511_PORTAL_NAS_H */
