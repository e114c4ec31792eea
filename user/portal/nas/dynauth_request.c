/* SPDX-License-Identifier: MIT */
/* dynauth_request.c - which session a CoA- or Disconnect-Request means, and what it changes. */
#include "portal/nas/dynauth_request.h"

#include <string.h>

#include <arpa/inet.h>

#include "portal/nas/radius_grant.h"

#define SERVICE_AUTHORIZE_ONLY 17
#define PORT_TYPE_WIRELESS     19

/* What each attribute is for in such a request; all others are refused. */
enum use {
	USE_NONE,
	USE_SIGN,     /* of the packet itself, or nothing to act upon */
	USE_IDENTIFY, /* which session, or which gateway */
	USE_CHANGE,   /* of a CoA-Request */
};

static const enum use uses[ATTRIBUTE_COUNT] = {
	[ATTR_MESSAGE_AUTHENTICATOR] = USE_SIGN,
	[ATTR_EVENT_TIMESTAMP] = USE_SIGN,
	[ATTR_PROXY_STATE] = USE_SIGN,
	[ATTR_SERVICE_TYPE] = USE_SIGN,
	[ATTR_CLASS] = USE_SIGN,
	[ATTR_REPLY_MESSAGE] = USE_SIGN,
	[ATTR_ACCT_TERMINATE_CAUSE] = USE_SIGN,
	[ATTR_NAS_PORT_TYPE] = USE_SIGN,
	[ATTR_NAS_IDENTIFIER] = USE_IDENTIFY,
	[ATTR_NAS_IP_ADDRESS] = USE_IDENTIFY,
	[ATTR_NAS_IPV6_ADDRESS] = USE_IDENTIFY,
	[ATTR_NAS_PORT_ID] = USE_IDENTIFY,
	[ATTR_CALLED_STATION_ID] = USE_IDENTIFY,
	[ATTR_USER_NAME] = USE_IDENTIFY,
	[ATTR_CALLING_STATION_ID] = USE_IDENTIFY,
	[ATTR_ACCT_SESSION_ID] = USE_IDENTIFY,
	[ATTR_FRAMED_IP_ADDRESS] = USE_IDENTIFY,
	[ATTR_FRAMED_IPV6_ADDRESS] = USE_IDENTIFY,
	[ATTR_SESSION_TIMEOUT] = USE_CHANGE,
	[ATTR_IDLE_TIMEOUT] = USE_CHANGE,
	[ATTR_FILTER_ID] = USE_CHANGE,
	[ATTR_WISPR_MAX_UP] = USE_CHANGE,
	[ATTR_WISPR_MAX_DOWN] = USE_CHANGE,
	[ATTR_WISPR_TERMINATE_TIME] = USE_CHANGE,
	[ATTR_CHILLI_MAX_INPUT] = USE_CHANGE,
	[ATTR_CHILLI_MAX_OUTPUT] = USE_CHANGE,
	[ATTR_CHILLI_MAX_TOTAL] = USE_CHANGE,
	[ATTR_CHILLI_MAX_UP] = USE_CHANGE,
	[ATTR_CHILLI_MAX_DOWN] = USE_CHANGE,
	[ATTR_CHILLI_INPUT_GIGAS] = USE_CHANGE,
	[ATTR_CHILLI_OUTPUT_GIGAS] = USE_CHANGE,
	[ATTR_CHILLI_TOTAL_GIGAS] = USE_CHANGE,
};

static int check_attributes(const struct attributes *attributes, bool is_disconnect)
{
	enum attribute attribute;

	if (attributes->has_unknown)
		return ERROR_UNSUPPORTED_ATTRIBUTE;
	if (attributes->misshapen != ATTRIBUTE_COUNT)
		return ERROR_INVALID_VALUE;
	for (attribute = 0; attribute < ATTRIBUTE_COUNT; attribute++) {
		const struct attribute_value *value = &attributes->values[attribute];

		if (!value->data)
			continue;
		if (uses[attribute] == USE_NONE || (uses[attribute] == USE_CHANGE && is_disconnect))
			return ERROR_UNSUPPORTED_ATTRIBUTE;
		if (uses[attribute] != USE_SIGN && value->times > 1)
			return ERROR_INVALID_REQUEST;
	}
	return 0;
}

/* What it asks for instead of a change: to be asked back (RFC 5176 3.2). */
static int check_service(const struct attributes *attributes)
{
	uint32_t service = 0;

	(void)attribute_number(attributes, ATTR_SERVICE_TYPE, &service);
	return service == SERVICE_AUTHORIZE_ONLY ? ERROR_UNSUPPORTED_SERVICE : 0;
}

static int read_text(const struct attributes *attributes, enum attribute attribute, char *ret_text,
		     size_t size)
{
	const struct attribute_value *value = &attributes->values[attribute];

	if (!value->data)
		return 0;
	if (value->size >= size)
		return ERROR_SESSION_NOT_FOUND; /* no session has such a long one */
	return attribute_text(attributes, attribute, ret_text, size) ? 0 : ERROR_INVALID_VALUE;
}

static void read_address(const struct attributes *attributes, enum attribute attribute, int family,
			 char ret_text[ADDRESS_SIZE])
{
	const struct attribute_value *value = &attributes->values[attribute];

	if (value->data)
		(void)inet_ntop(family, value->data, ret_text, ADDRESS_SIZE);
}

static int read_device(const struct attributes *attributes, struct dynauth_request *request)
{
	char station[64];
	int cause = read_text(attributes, ATTR_CALLING_STATION_ID, station, sizeof(station));

	if (cause || !attributes->values[ATTR_CALLING_STATION_ID].data)
		return cause;
	if (parse_mac(station, request->mac, NULL))
		return ERROR_INVALID_VALUE;
	request->has_mac = true;
	return 0;
}

/* By NAS-Port-Id, and by what nas_add_device() puts into Called-Station-Id: MAC:ZONE. */
static int read_zone(const struct attributes *attributes, struct dynauth_request *request)
{
	char called[SESSION_ID_SIZE] = "";
	const char *zone;
	int cause = read_text(attributes, ATTR_NAS_PORT_ID, request->zone, sizeof(request->zone));

	if (!cause)
		cause = read_text(attributes, ATTR_CALLED_STATION_ID, called, sizeof(called));
	if (cause || !called[0])
		return cause;
	zone = strrchr(called, ':') ? strrchr(called, ':') + 1 : called;
	if (strlen(zone) >= sizeof(request->zone) ||
	    (request->zone[0] && strcmp(request->zone, zone) != 0))
		return ERROR_SESSION_NOT_FOUND;
	strcpy(request->zone, zone); /* its length is checked above */
	return 0;
}

static int read_identity(const struct attributes *attributes, struct dynauth_request *request)
{
	uint32_t port_type = PORT_TYPE_WIRELESS;
	int cause = read_device(attributes, request);

	if (!cause)
		cause = read_text(attributes, ATTR_ACCT_SESSION_ID, request->session_id,
				  sizeof(request->session_id));
	if (!cause)
		cause = read_text(attributes, ATTR_USER_NAME, request->user, sizeof(request->user));
	if (!cause)
		cause = read_zone(attributes, request);
	if (cause)
		return cause;
	(void)attribute_number(attributes, ATTR_NAS_PORT_TYPE, &port_type);
	if (port_type != PORT_TYPE_WIRELESS)
		return ERROR_SESSION_NOT_FOUND;
	read_address(attributes, ATTR_FRAMED_IP_ADDRESS, AF_INET, request->ipv4);
	read_address(attributes, ATTR_FRAMED_IPV6_ADDRESS, AF_INET6, request->ipv6);
	if (!request->has_mac && !request->session_id[0] && !request->user[0])
		return ERROR_MISSING_ATTRIBUTE;
	return 0;
}

static int read_changes(const struct config *config, const struct attributes *attributes,
			uint64_t unix_now, struct grant *changes)
{
	if (grant_read(config, attributes, unix_now, changes, NULL))
		return ERROR_INVALID_VALUE;
	if (!changes->timeout_s.is_given && !changes->idle_s.is_given &&
	    !changes->up_bps.is_given && !changes->down_bps.is_given &&
	    !changes->quota_bytes.is_given)
		return ERROR_MISSING_ATTRIBUTE;
	return 0;
}

int dynauth_read(const struct config *config, const struct received *received, uint64_t unix_now,
		 struct dynauth_request *ret_request)
{
	const struct attributes *attributes = &received->attributes;
	struct dynauth_request request = {
		.is_disconnect = received->code == CODE_DISCONNECT_REQUEST,
	};
	int cause = check_attributes(attributes, request.is_disconnect);

	if (!cause)
		cause = check_service(attributes);
	if (!cause)
		cause = read_identity(attributes, &request);
	if (!cause && !request.is_disconnect)
		cause = read_changes(config, attributes, unix_now, &request.changes);
	if (!cause)
		*ret_request = request;
	return cause;
}

bool dynauth_is_recent(const struct attributes *attributes, uint64_t unix_now)
{
	uint32_t at;

	/* An odd one can't be read, and proves nothing. */
	if (!attribute_number(attributes, ATTR_EVENT_TIMESTAMP, &at))
		return attributes->misshapen != ATTR_EVENT_TIMESTAMP;
	return at + (uint64_t)EVENT_WINDOW_S >= unix_now && at <= unix_now + EVENT_WINDOW_S;
}
