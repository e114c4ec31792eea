/* SPDX-License-Identifier: MIT */
/* fuzz_dns.c - any bytes as a DNS answer: what is read keeps to the rules that the garden relies on. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/dns.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The name is one that can be written and read again, and the gate finds what it is called by. */
static void check_name(const char *text)
{
	struct dns_name name;

	if (strlen(text) >= DNS_NAME_TEXT || dns_name_from_text(text, &name) ||
	    name.length != strlen(text) + 1 || !dns_matches(text, text))
		abort();
	(void)name_hash(name.wire, (__u32)name.length);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dns_reply reply;
	char *text = strndup((const char *)data, size);
	struct dns_name name;

	if (!dns_read_reply(data, size, &reply)) {
		check_name(reply.name);
		if (reply.n > DNS_MAX_ADDRESSES)
			abort();
	}
	if (text && !dns_name_from_text(text, &name) && name.length >= NAME_WIRE_MAX)
		abort();
	free(text);
	return 0;
}
