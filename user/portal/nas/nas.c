/* SPDX-License-Identifier: MIT */
/* nas.c - the gateway as a RADIUS client: its servers, and how its ports and devices are named. */
#include "portal/nas/nas.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <net/if.h>
#include <sys/ioctl.h>

#include "portal/portal.h"
#include "radius/client.h"

#define PORT_TYPE_WIRELESS 19	   /* Wireless - IEEE 802.11 */
#define TELL_MS		   3600000 /* an unreadable answer is logged once in it */
#define CALLED_SIZE	   (STATION_TEXT + ZONE_NAME_SIZE)

struct nas {
	uint8_t macs[X511_MAX_PORTS]
		    [6];  /* of [gateway] interface, in their order; zeroes: not known */
	bool is_allowing; /* it was told that devices are let in without RADIUS */
	uint64_t told_ms; /* when an unreadable answer was logged; 0: never */
};

char *format_station(const uint8_t mac[6], char buffer[STATION_TEXT])
{
	snprintf(buffer, STATION_TEXT, "%02X-%02X-%02X-%02X-%02X-%02X", mac[0], mac[1], mac[2],
		 mac[3], mac[4], mac[5]);
	return buffer;
}

/* Read once: a sandbox may refuse it later. */
static void read_macs(struct nas *nas, const struct config_gateway *gateway)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	for (size_t i = 0; fd >= 0 && i < gateway->n_interfaces; i++) {
		struct ifreq request = {0};

		snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", gateway->interfaces[i]);
		if (!ioctl(fd, SIOCGIFHWADDR, &request))
			memcpy(nas->macs[i], request.ifr_hwaddr.sa_data, sizeof(nas->macs[i]));
	}
	if (fd >= 0)
		close(fd);
}

int nas_start(struct portal *portal, struct error *error)
{
	const struct config_radius *config = &portal->config->radius;

	bool has_radius = config->servers.n || config->accounting.n || config->coa.n;

	if (!has_radius && !portal->config->fas.server[0])
		return 0;
	portal->nas = calloc(1, sizeof(*portal->nas));
	if (!portal->nas)
		return fail(error, ENOMEM, "out of memory for RADIUS");
	read_macs(portal->nas, &portal->config->gateway);
	return has_radius ? radius_new(portal->loop, config, &portal->radius, error) : 0;
}

void nas_quit(struct portal *portal)
{
	radius_quit(portal->radius);
}

void nas_stop(struct portal *portal)
{
	portal->radius = radius_free(portal->radius);
	free(portal->nas);
	portal->nas = NULL;
}

void nas_note(const struct portal *portal, enum nas_event event, const char *detail)
{
	struct nas *nas = portal->nas;
	struct timespec now;
	uint64_t now_ms;

	clock_gettime(CLOCK_MONOTONIC, &now);
	now_ms = (uint64_t)now.tv_sec * 1000;
	switch (event) {
	case NAS_ANSWERED:
		if (nas->is_allowing)
			log_info("RADIUS answers again; who signs in is asked of it");
		nas->is_allowing = false;
		break;
	case NAS_ALLOWED:
		if (!nas->is_allowing)
			log_warning("No RADIUS server answers; who signs in is let in for %s "
				    "without it, as `when-down` says",
				    detail);
		nas->is_allowing = true;
		break;
	case NAS_UNREADABLE:
		if (nas->told_ms && now_ms - nas->told_ms < TELL_MS)
			break;
		nas->told_ms = now_ms;
		log_warning("An Access-Accept was taken as a refusal: %s", detail);
		break;
	}
}

char *nas_station(const struct portal *portal, const char *zone, char buffer[STATION_TEXT])
{
	const struct config_gateway *gateway = &portal->config->gateway;
	const struct config_zone *rules = config_find_zone(portal->config, zone);
	static const uint8_t unknown[6];
	size_t i = 0;

	while (i < gateway->n_interfaces && rules && rules->interface[0] &&
	       strcmp(gateway->interfaces[i], rules->interface) != 0)
		i++;
	buffer[0] = '\0';
	if (portal->nas && i < gateway->n_interfaces &&
	    memcmp(portal->nas->macs[i], unknown, sizeof(unknown)) != 0)
		format_station(portal->nas->macs[i], buffer);
	return buffer;
}

static void add_called_station(const struct portal *portal, const char *zone, struct packet *packet)
{
	char station[STATION_TEXT], called[CALLED_SIZE];

	nas_station(portal, zone, station);
	snprintf(called, sizeof(called), "%s%s%s", station, station[0] ? ":" : "", zone);
	packet_add_text(packet, ATTR_CALLED_STATION_ID, called);
}

static void add_address(const char *address, struct packet *packet)
{
	uint8_t bytes[16];

	if (inet_pton(AF_INET, address, bytes) == 1)
		packet_add(packet, ATTR_FRAMED_IP_ADDRESS, bytes, 4);
	else if (inet_pton(AF_INET6, address, bytes) == 1)
		packet_add(packet, ATTR_FRAMED_IPV6_ADDRESS, bytes, 16);
}

void nas_add_device(const struct portal *portal, const struct device *device, struct packet *packet)
{
	char station[STATION_TEXT];

	packet_add_text(packet, ATTR_CALLING_STATION_ID, format_station(device->mac, station));
	add_called_station(portal, device->zone, packet);
	packet_add_number(packet, ATTR_NAS_PORT_TYPE, PORT_TYPE_WIRELESS);
	packet_add_text(packet, ATTR_NAS_PORT_ID, device->zone);
	add_address(device->address, packet);
}

static bool is_my_address(const struct portal *portal, const struct endpoint *address)
{
	const struct endpoints *coa = &portal->config->radius.coa;

	for (size_t i = 0; i < coa->n; i++) {
		if (endpoint_same_address(&coa->list[i], address))
			return true;
	}
	return radius_has_address(portal->radius, address);
}

bool nas_is_meant(const struct portal *portal, const struct attributes *attributes)
{
	const struct attribute_value *identifier = &attributes->values[ATTR_NAS_IDENTIFIER];
	const struct attribute_value *ipv4 = &attributes->values[ATTR_NAS_IP_ADDRESS];
	const struct attribute_value *ipv6 = &attributes->values[ATTR_NAS_IPV6_ADDRESS];
	const char *name = portal->config->radius.nas_id;
	struct endpoint address = {0};
	struct sockaddr_in *in = (struct sockaddr_in *)&address.address;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&address.address;

	if (identifier->data &&
	    (identifier->size != strlen(name) || memcmp(identifier->data, name, strlen(name)) != 0))
		return false;
	if (ipv4->data) {
		in->sin_family = AF_INET;
		memcpy(&in->sin_addr, ipv4->data, sizeof(in->sin_addr));
		if (!is_my_address(portal, &address))
			return false;
	}
	if (ipv6->data) {
		address = (struct endpoint){0};
		in6->sin6_family = AF_INET6;
		memcpy(&in6->sin6_addr, ipv6->data, sizeof(in6->sin6_addr));
		if (!is_my_address(portal, &address))
			return false;
	}
	return true;
}
