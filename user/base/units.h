/* SPDX-License-Identifier: MIT */
/* units.h - durations, rates and sizes as people write them. Pure functions. */
#ifndef XDP511_UNITS_H
#define XDP511_UNITS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Each parser reads the whole string or returns -EINVAL (not of this form, negative, with a
 * rest) or -ERANGE (more than the product can hold), and leaves the result untouched.
 */

/* "30s" "15m" "8h" "7d", or plain seconds; "0" is 0. At most 10 years. */
int parse_duration(const char *text, uint64_t *ret_seconds);

/* Bits a second with a decimal suffix: "0" "64k" "10M" "1.5G". At least 1k unless 0; at most 4 T. */
int parse_rate(const char *text, uint64_t *ret_bps);

/* Bytes with a decimal suffix: "0" "500M" "5G". */
int parse_size(const char *text, uint64_t *ret_bytes);

/* "50/s": at most 1,000,000; "0" is unlimited. */
int parse_packet_rate(const char *text, uint64_t *ret_packets_per_second);

/* Decimal number in [min, max], no sign, no suffix. */
int parse_number(const char *text, uint64_t min, uint64_t max, uint64_t *ret_number);

/* "8h", "1h30m5s": what a table shows. @size: 24 is enough. Returns @buffer. */
char *format_duration(uint64_t seconds, char *buffer, size_t size);

/* "1.5 GB", "10 Mbit/s": three significant digits. @size: 24 is enough. Returns @buffer. */
char *format_size(uint64_t bytes, char *buffer, size_t size);
char *format_rate(uint64_t bps, char *buffer, size_t size);

/* RFC 3339 in UTC, "2026-11-21T20:15:00Z". @size: 32 is enough. Returns @buffer. */
char *format_time(uint64_t unix_seconds, char *buffer, size_t size);

/* The same back, with or without a fraction, which is dropped. */
int parse_time(const char *text, uint64_t *ret_unix_seconds);

#endif /* XDP511_UNITS_H */
