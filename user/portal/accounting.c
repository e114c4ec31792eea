/* SPDX-License-Identifier: MIT */
/* accounting.c - sessions that are accounted: their beginning and end, and the part as a whole. */
#include "portal/accounting.h"

#include <errno.h>

int accounting_start(struct portal *portal, struct error *error)
{
	(void)portal;
	(void)error;
	return 0;
}

void accounting_stop(struct portal *portal)
{
	(void)portal;
}

void accounting_begin(struct attempt *attempt)
{
	(void)attempt;
}

void accounting_note_end(struct portal *portal, const uint8_t mac[6], const char *zone,
			 enum sign_out_reason reason)
{
	(void)portal;
	(void)mac;
	(void)zone;
	(void)reason;
}

int accounting_find(struct portal *portal, const char *id, uint8_t ret_mac[6],
		    char ret_zone[ZONE_NAME_SIZE])
{
	(void)portal;
	(void)id;
	(void)ret_mac;
	(void)ret_zone;
	return -ENOENT;
}
