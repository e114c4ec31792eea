/* SPDX-License-Identifier: MIT */
/* mac_auth.c - devices asked of RADIUS by their MAC, and what was remembered of the answers. */
#include "portal/mac_auth.h"

int mac_auth_start(struct portal *portal, struct error *error)
{
	(void)portal;
	(void)error;
	return 0;
}

void mac_auth_stop(struct portal *portal)
{
	(void)portal;
}

void mac_auth_try(struct attempt *attempt)
{
	attempt->result = ATTEMPT_REFUSED;
	attempt->done(attempt);
}

void mac_auth_forget(struct portal *portal, const uint8_t mac[6], const char *zone,
		     uint32_t pause_s)
{
	(void)portal;
	(void)mac;
	(void)zone;
	(void)pause_s;
}
