/* SPDX-License-Identifier: MIT */
/* uam_internal.h - what the files of the UAM port share. */
#ifndef XDP511_PORTAL_UAM_INTERNAL_H
#define XDP511_PORTAL_UAM_INTERNAL_H

#include "portal/attempt.h"
#include "portal/foreign/uam_challenges.h"
#include "portal/foreign/uam_request.h"
#include "portal/foreign/uam_text.h"
#include "portal/web/web.h"
#include "radius/secret.h"

struct uam {
	char secret[SECRET_MAX + 1]; /* "": none */
	struct challenges *challenges;
};

/* uam_reply.c: what has become of it, told as the request has asked for it. */
struct uam_reply {
	enum uam_result result;
	const char *text;	   /* of RADIUS, for the guest; "": none */
	const struct grant *grant; /* of UAM_SUCCESS_RESULT, else not looked at */
};
void uam_reply(struct web_request *request, const struct uam_request *asked,
	       const struct uam_reply *reply);

#endif /* XDP511_PORTAL_UAM_INTERNAL_H */
