/* SPDX-License-Identifier: MIT */
/*
 * attributes.h - the RADIUS attributes that mean something here, and how they are read. Pure.
 *
 * Bytes of others' packets: what isn't in the list is skipped, what is there in a wrong form is
 * told, and nothing is copied: values point into the packet.
 */
#ifndef XDP511_RADIUS_ATTRIBUTES_H
#define XDP511_RADIUS_ATTRIBUTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VENDOR_CHILLISPOT 14559
#define VENDOR_WISPR	  14122

enum attribute_type {
	TYPE_BYTES,
	TYPE_TEXT,
	TYPE_NUMBER, /* 32 bits; also times */
	TYPE_IPV4,
	TYPE_IPV6,
};

/* NAME, vendor (0: a standard attribute), number, type, its name in dictionaries. */
#define RADIUS_ATTRIBUTES(X)                                                                       \
	X(USER_NAME, 0, 1, TEXT, "User-Name")                                                      \
	X(USER_PASSWORD, 0, 2, BYTES, "User-Password")                                             \
	X(CHAP_PASSWORD, 0, 3, BYTES, "CHAP-Password")                                             \
	X(NAS_IP_ADDRESS, 0, 4, IPV4, "NAS-IP-Address")                                            \
	X(SERVICE_TYPE, 0, 6, NUMBER, "Service-Type")                                              \
	X(FRAMED_IP_ADDRESS, 0, 8, IPV4, "Framed-IP-Address")                                      \
	X(FILTER_ID, 0, 11, TEXT, "Filter-Id")                                                     \
	X(REPLY_MESSAGE, 0, 18, TEXT, "Reply-Message")                                             \
	X(CLASS, 0, 25, BYTES, "Class")                                                            \
	X(SESSION_TIMEOUT, 0, 27, NUMBER, "Session-Timeout")                                       \
	X(IDLE_TIMEOUT, 0, 28, NUMBER, "Idle-Timeout")                                             \
	X(CALLED_STATION_ID, 0, 30, TEXT, "Called-Station-Id")                                     \
	X(CALLING_STATION_ID, 0, 31, TEXT, "Calling-Station-Id")                                   \
	X(NAS_IDENTIFIER, 0, 32, TEXT, "NAS-Identifier")                                           \
	X(PROXY_STATE, 0, 33, BYTES, "Proxy-State")                                                \
	X(ACCT_STATUS_TYPE, 0, 40, NUMBER, "Acct-Status-Type")                                     \
	X(ACCT_DELAY_TIME, 0, 41, NUMBER, "Acct-Delay-Time")                                       \
	X(ACCT_INPUT_OCTETS, 0, 42, NUMBER, "Acct-Input-Octets")                                   \
	X(ACCT_OUTPUT_OCTETS, 0, 43, NUMBER, "Acct-Output-Octets")                                 \
	X(ACCT_SESSION_ID, 0, 44, TEXT, "Acct-Session-Id")                                         \
	X(ACCT_AUTHENTIC, 0, 45, NUMBER, "Acct-Authentic")                                         \
	X(ACCT_SESSION_TIME, 0, 46, NUMBER, "Acct-Session-Time")                                   \
	X(ACCT_INPUT_PACKETS, 0, 47, NUMBER, "Acct-Input-Packets")                                 \
	X(ACCT_OUTPUT_PACKETS, 0, 48, NUMBER, "Acct-Output-Packets")                               \
	X(ACCT_TERMINATE_CAUSE, 0, 49, NUMBER, "Acct-Terminate-Cause")                             \
	X(ACCT_INPUT_GIGAWORDS, 0, 52, NUMBER, "Acct-Input-Gigawords")                             \
	X(ACCT_OUTPUT_GIGAWORDS, 0, 53, NUMBER, "Acct-Output-Gigawords")                           \
	X(EVENT_TIMESTAMP, 0, 55, NUMBER, "Event-Timestamp")                                       \
	X(CHAP_CHALLENGE, 0, 60, BYTES, "CHAP-Challenge")                                          \
	X(NAS_PORT_TYPE, 0, 61, NUMBER, "NAS-Port-Type")                                           \
	X(MESSAGE_AUTHENTICATOR, 0, 80, BYTES, "Message-Authenticator")                            \
	X(ACCT_INTERIM_INTERVAL, 0, 85, NUMBER, "Acct-Interim-Interval")                           \
	X(NAS_PORT_ID, 0, 87, TEXT, "NAS-Port-Id")                                                 \
	X(NAS_IPV6_ADDRESS, 0, 95, IPV6, "NAS-IPv6-Address")                                       \
	X(ERROR_CAUSE, 0, 101, NUMBER, "Error-Cause")                                              \
	X(FRAMED_IPV6_ADDRESS, 0, 168, IPV6, "Framed-IPv6-Address")                                \
	X(WISPR_MAX_UP, VENDOR_WISPR, 7, NUMBER, "WISPr-Bandwidth-Max-Up")                         \
	X(WISPR_MAX_DOWN, VENDOR_WISPR, 8, NUMBER, "WISPr-Bandwidth-Max-Down")                     \
	X(WISPR_TERMINATE_TIME, VENDOR_WISPR, 9, TEXT, "WISPr-Session-Terminate-Time")             \
	X(CHILLI_MAX_INPUT, VENDOR_CHILLISPOT, 1, NUMBER, "ChilliSpot-Max-Input-Octets")           \
	X(CHILLI_MAX_OUTPUT, VENDOR_CHILLISPOT, 2, NUMBER, "ChilliSpot-Max-Output-Octets")         \
	X(CHILLI_MAX_TOTAL, VENDOR_CHILLISPOT, 3, NUMBER, "ChilliSpot-Max-Total-Octets")           \
	X(CHILLI_MAX_UP, VENDOR_CHILLISPOT, 4, NUMBER, "ChilliSpot-Bandwidth-Max-Up")              \
	X(CHILLI_MAX_DOWN, VENDOR_CHILLISPOT, 5, NUMBER, "ChilliSpot-Bandwidth-Max-Down")          \
	X(CHILLI_INPUT_GIGAS, VENDOR_CHILLISPOT, 21, NUMBER, "ChilliSpot-Max-Input-Gigawords")     \
	X(CHILLI_OUTPUT_GIGAS, VENDOR_CHILLISPOT, 22, NUMBER, "ChilliSpot-Max-Output-Gigawords")   \
	X(CHILLI_TOTAL_GIGAS, VENDOR_CHILLISPOT, 23, NUMBER, "ChilliSpot-Max-Total-Gigawords")

enum attribute {
#define X(name, vendor, number, type, text) ATTR_##name,
	RADIUS_ATTRIBUTES(X)
#undef X
		ATTRIBUTE_COUNT
};

struct attribute_facts {
	uint32_t vendor;
	uint8_t number;
	enum attribute_type type;
	const char *name;
};
const struct attribute_facts *attribute_facts(enum attribute attribute);

/* A place in a packet. */
struct attribute_value {
	const uint8_t *data; /* NULL: not there */
	uint8_t size;
	uint16_t times; /* it is there; the first one counts */
};

struct attributes {
	struct attribute_value values[ATTRIBUTE_COUNT];
	const uint8_t *data; /* all of them, for attributes_next() */
	size_t size;
	/* The first that is listed but has a wrong length, or ATTRIBUTE_COUNT. It isn't in @values. */
	enum attribute misshapen;
	bool has_unknown; /* one that isn't listed */
};

/*
 * Reads the attributes of a packet, those in Vendor-Specific ones too. -EBADMSG: their lengths
 * don't add up. @data has to outlive @ret_attributes.
 */
int attributes_read(const uint8_t *data, size_t size, struct attributes *ret_attributes);

/* false: not there; @ret_… is untouched. */
bool attribute_number(const struct attributes *attributes, enum attribute attribute,
		      uint32_t *ret_number);

/* A text of printable UTF-8 without NULs, cut at @size; false: not there, or of other bytes. */
bool attribute_text(const struct attributes *attributes, enum attribute attribute, char *ret_text,
		    size_t size);

/*
 * Each of the attributes of that kind in turn: @cursor is 0 at first. false: no more.
 * For what may come several times, such as Reply-Message.
 */
bool attributes_next(const struct attributes *attributes, enum attribute attribute, size_t *cursor,
		     struct attribute_value *ret_value);

#endif /* XDP511_RADIUS_ATTRIBUTES_H */
