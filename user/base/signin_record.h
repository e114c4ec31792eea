/* SPDX-License-Identifier: MIT */
/*
 * signin_record.h - one session of the sign-in log, as a line of JSON and back. Pure functions.
 *
 * The daemon writes the lines, `xdp511 log` reads them. Fields are named as those of a session of
 * the API; times have milliseconds, so that mac, zone, login_at and user tell any two sessions
 * apart: a line that says the same of these four as one before it is that one again.
 */
#ifndef XDP511_SIGNIN_RECORD_H
#define XDP511_SIGNIN_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xdp511/abi.h>

#include "base/mac.h"

#define RECORD_LINE	 3072 /* a line with its newline is shorter */
#define RECORD_ADDRESSES (1 + X511_MAX_IPV6 + X511_ADDRESSES_A_CHUNK)
#define RECORD_USER	 129
#define RECORD_WORD	 33

struct signin_record {
	char mac[MAC_TEXT];
	char zone[X511_ZONE_NAME_SIZE];
	char user[RECORD_USER]; /* "": unknown */
	char method[RECORD_WORD];
	char state[RECORD_WORD];
	char reason[RECORD_WORD]; /* of its end; "": it is going on */
	uint64_t login_ms;	  /* wall clock */
	uint64_t logout_ms;	  /* 0: it is going on */
	uint64_t up_bytes;
	uint64_t up_packets;
	uint64_t down_bytes;
	uint64_t down_packets;
	uint16_t vlan; /* 0: untagged, or unknown */
	size_t n_addresses;
	struct address addresses[RECORD_ADDRESSES];
};

/* The line with its newline, and a NUL behind it; its length. Texts have to be printable. */
size_t record_format(const struct signin_record *record, char line[RECORD_LINE]);

/* Of any bytes, without the newline. -EINVAL: it isn't a whole record of printable texts. */
int record_parse(const char *line, size_t size, struct signin_record *ret_record);

/* A number for mac, zone, login_at and user; @whole_seconds: as if login_at had no fraction. */
uint64_t record_identity(const struct signin_record *record, bool whole_seconds);

/* "2026-11-21T20:15:00.123Z". Returns @buffer, which holds RECORD_TIME bytes. */
#define RECORD_TIME 32
char *record_time(uint64_t wall_ms, char *buffer);

#define RECORD_DAY_MS 86400000ULL

/* "sign-ins-2026-11-21.jsonl": the file of a day, counted from 1970-01-01. */
#define RECORD_FILE 40
char *record_file(uint64_t day, char *buffer);

/* -EINVAL: it isn't the name of such a file. */
int record_file_day(const char *name, uint64_t *ret_day);

#endif /* XDP511_SIGNIN_RECORD_H */
