/* SPDX-License-Identifier: MIT */
/* session_log.h - sign-ins and sign-outs as lines of the log, for who looks closely. */
#ifndef XDP511_SESSION_LOG_H
#define XDP511_SESSION_LOG_H

#include "controller/sessions/sessions.h"

/* There may be millions of them: at level debug only, but for what an operator should know. */
void session_log(enum session_event kind, const struct session_view *view, const char *reason);

#endif /* XDP511_SESSION_LOG_H */
