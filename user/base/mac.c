/* SPDX-License-Identifier: MIT */
/* mac.c - a device's hardware address from every usual notation, and back in one. */
#include "base/mac.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define MAC_DIGITS 12

/* Digits at @text, at most MAC_DIGITS of them. */
static int count_digits(const char *text)
{
	int n = 0;

	while (n < MAC_DIGITS && hex_digit(text[n]) >= 0)
		n++;
	return n;
}

/* Twelve digits in groups of one even size, with one kind of separator between them. */
static int read_digits(const char *text, uint8_t ret_mac[6])
{
	const int group = count_digits(text);
	const char separator = group < MAC_DIGITS ? text[group] : '\0';
	int n, left = group;

	if (!group || group % 2 || MAC_DIGITS % group)
		return -EINVAL;
	if (group < MAC_DIGITS && separator != ':' && separator != '-' && separator != '.')
		return -EINVAL; /* the text's end is no separator: nothing behind it may be read */
	memset(ret_mac, 0, 6);
	for (n = 0; n < MAC_DIGITS; n++) {
		int value;

		if (!left && *text++ != separator)
			return -EINVAL;
		left = left ? left - 1 : group - 1;
		value = hex_digit(*text++);
		if (value < 0)
			return -EINVAL;
		ret_mac[n / 2] = (uint8_t)(ret_mac[n / 2] << 4 | value);
	}
	return *text ? -EINVAL : 0;
}

int parse_mac(const char *text, uint8_t ret_mac[6], struct error *error)
{
	static const uint8_t zeroes[6];
	uint8_t mac[6];

	if (read_digits(text, mac))
		return fail(error, EINVAL, "'%.64s' is not a MAC; write it like aa:bb:cc:dd:ee:ff",
			    text);
	if (mac[0] & 1)
		return fail(error, EINVAL,
			    "'%s' is a multicast MAC, not a device's; give the device's own", text);
	if (!memcmp(mac, zeroes, sizeof(mac)))
		return fail(error, EINVAL, "'%s' is no device's MAC; give the device's own", text);
	memcpy(ret_mac, mac, sizeof(mac));
	return 0;
}

char *format_mac(const uint8_t mac[6], char *buffer)
{
	snprintf(buffer, MAC_TEXT, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3],
		 mac[4], mac[5]);
	return buffer;
}
