/* SPDX-License-Identifier: MIT */
/*
 * hook.h - who knows the codes of the method `code`: a program or a service of the operator's.
 *
 *   method_code() ─► hook_ask() ─┬─► a helper ─► code-exec, with the question on its stdin
 *                                └─► libcurl ──► code-url, by POST
 *                    fn() ◄────────── its answer, or why there is none
 *
 * Nothing may be started once the portal is in its sandbox. So helpers are forked before that, as
 * the portal's user, without capabilities; each runs the program for one question at a time, ends
 * it with all that it has started when it takes more than 5 s, and is gone when the portal is.
 */
#ifndef XDP511_PORTAL_HOOK_H
#define XDP511_PORTAL_HOOK_H

#include "base/config.h"
#include "base/log.h"

struct portal;

#define HOOK_LIMIT_MS 5000 /* from the question to the whole answer */

/* Before the sandbox, and after the privileges are gone: the helpers of code-exec. */
int hook_fork(struct portal *portal, struct error *error);

/* portal->hook stays NULL when there is neither program nor service. */
int hook_start(struct portal *portal, struct error *error);
void hook_stop(struct portal *portal);

/* @err is 0 with the answer's bytes, else -errno and the sentence why there is none. */
typedef void (*hook_fn)(void *context, int err, const char *text, size_t size);

/*
 * @question is taken over. -EBUSY: too many wait; then @fn isn't called, else exactly once, later.
 * What still waits when the hook stops is told -ECANCELED.
 */
int hook_ask(struct portal *portal, char *question, hook_fn fn, void *context);

/* 0, or the seconds until the device may have another code sent. */
uint64_t hook_limit_sending(struct portal *portal, const uint8_t mac[6]);
uint64_t hook_sendings_refused(const struct portal *portal); /* by that limit */

#endif /* XDP511_PORTAL_HOOK_H */
