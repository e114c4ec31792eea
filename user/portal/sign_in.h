/* SPDX-License-Identifier: MIT */
/* sign_in.h - runs an attempt for a request: the method, then the admission. */
#ifndef XDP511_PORTAL_SIGN_IN_H
#define XDP511_PORTAL_SIGN_IN_H

#include "portal/attempt.h"
#include "portal/web.h"

/* Told when it is decided and in force, while the request still waits for its answer. */
typedef void (*sign_in_fn)(struct web_request *request, const struct attempt *attempt);

/*
 * By the form's field `method`, for request->asker. -EINVAL: there is no such method, or it is
 * none of @methods, bits of enum sign_in_method; then @fn isn't called.
 */
int sign_in_by_form(struct web_request *request, uint32_t methods, sign_in_fn fn);

/* By the device's MAC, for zones that have that. */
void sign_in_by_mac(struct web_request *request, sign_in_fn fn);

/* The request ends without waiting for its attempt any more. */
void sign_in_forget(struct web_request *request);

#endif /* XDP511_PORTAL_SIGN_IN_H */
