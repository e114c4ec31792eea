/* SPDX-License-Identifier: MIT */
/* log_live.h - the sessions that the daemon has now, as records of the sign-in log. */
#ifndef XDP511_CLI_LOG_LIVE_H
#define XDP511_CLI_LOG_LIVE_H

#include "base/signin_record.h"
#include "cli/options.h"

/* Not 0 of @take: stop. Those of the MAC, zone and user on the command line, or more. */
enum outcome log_live(const struct arguments *arguments,
		      int (*take)(void *context, const struct signin_record *record), void *context,
		      struct error *error);

#endif /* XDP511_CLI_LOG_LIVE_H */
