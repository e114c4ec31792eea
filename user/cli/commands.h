/* SPDX-License-Identifier: MIT */
/* commands.h - what the verbs do, one function each. */
#ifndef XDP511_COMMANDS_H
#define XDP511_COMMANDS_H

#include "cli/options.h"

/* NULL name ends it. */
extern const struct verb all_verbs[];

enum outcome cmd_check(const struct arguments *arguments, struct error *error);
enum outcome cmd_events(const struct arguments *arguments, struct error *error);
enum outcome cmd_export(const struct arguments *arguments, struct error *error);
enum outcome cmd_garden(const struct arguments *arguments, struct error *error);
enum outcome cmd_guests(const struct arguments *arguments, struct error *error);
enum outcome cmd_import(const struct arguments *arguments, struct error *error);
enum outcome cmd_log(const struct arguments *arguments, struct error *error);
enum outcome cmd_login(const struct arguments *arguments, struct error *error);
enum outcome cmd_logout(const struct arguments *arguments, struct error *error);
enum outcome cmd_reload(const struct arguments *arguments, struct error *error);
enum outcome cmd_sessions(const struct arguments *arguments, struct error *error);
enum outcome cmd_show(const struct arguments *arguments, struct error *error);
enum outcome cmd_state(const struct arguments *arguments, struct error *error);
enum outcome cmd_stats(const struct arguments *arguments, struct error *error);
enum outcome cmd_status(const struct arguments *arguments, struct error *error);
enum outcome cmd_top(const struct arguments *arguments, struct error *error);
enum outcome cmd_user(const struct arguments *arguments, struct error *error);
enum outcome cmd_voucher(const struct arguments *arguments, struct error *error);

#endif /* XDP511_COMMANDS_H */
