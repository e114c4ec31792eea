/* SPDX-License-Identifier: MIT */
/* verbs.c - the table of all verbs and their options. */
#include <stddef.h>

#include <xdp511/names.h>

#include "cli/commands.h"
#include "cli/options.h"

#define FIELD(name) offsetof(struct arguments, name)

static const struct option check_options[] = {
	{"config", "FILE", &option_file, FIELD(config), "what to check for (" X511_CONFIG_FILE ")"},
	{.name = NULL},
};
static const struct option login_options[] = {
	{"zone", "Z", &option_text, FIELD(zone), "where (default)"},
	{"user", "U", &option_text, FIELD(user), "a name for lists and for logout"},
	{"timeout", "D", &option_duration, FIELD(timeout), "how long: 30m, 8h, 7d; 0: no end"},
	{"idle", "D", &option_duration, FIELD(idle), "signed out after such a silence; 0: never"},
	{"up", "R", &option_rate, FIELD(up), "upload in bit/s: 512k, 10M; 0: unlimited"},
	{"down", "R", &option_rate, FIELD(down), "download in bit/s: 512k, 10M; 0: unlimited"},
	{"quota", "B", &option_size, FIELD(quota), "bytes both ways: 500M, 5G; 0: unlimited"},
	{.name = NULL},
};
static const struct option logout_options[] = {
	{"zone", "Z", &option_text, FIELD(zone), "the device's zone; alone: all devices of it"},
	{"user", "U", &option_text, FIELD(user), "all devices of a user"},
	{"all", NULL, &option_flag, FIELD(all), "all devices"},
	{.name = NULL},
};
static const struct option sessions_options[] = {
	{"zone", "Z", &option_text, FIELD(zone), "only of this zone"},
	{"user", "U", &option_text, FIELD(user), "only of this user"},
	{"guests", NULL, &option_flag, FIELD(guests), "who isn't signed in, and sends the most"},
	{"top", "N", &option_top, FIELD(top), "how many of them (20)"},
	{.name = NULL},
};
static const struct option export_options[] = {
	{"zone", "Z", &option_text, FIELD(zone), "only of this zone"},
	{"user", "U", &option_text, FIELD(user), "only of this user"},
	{.name = NULL},
};
static const struct option events_options[] = {
	{"type", "T", &option_text, FIELD(type), "only these, such as sign-in,sign-out"},
	{"zone", "Z", &option_text, FIELD(zone), "only of this zone"},
	{"follow", NULL, &option_flag, FIELD(watch), "until Ctrl-C, as always"},
	{.name = NULL},
};
static const struct option device_options[] = {
	{"zone", "Z", &option_text, FIELD(zone), "the device's zone"},
	{.name = NULL},
};
static const struct option garden_options[] = {
	{"zone", "Z", &option_text, FIELD(zone), "the garden's zone"},
	{.name = NULL},
};
static const struct option stats_options[] = {
	{"watch", NULL, &option_flag, FIELD(watch), "again each second, until Ctrl-C"},
	{"all", NULL, &option_flag, FIELD(all), "counters that are zero, too"},
	{.name = NULL},
};
static const struct option voucher_options[] = {
	{"timeout", "D", &option_duration, FIELD(timeout),
	 "how long from the first use on: 30m, 8h, 7d; 0: no end"},
	{"quota", "B", &option_size, FIELD(quota),
	 "bytes both ways, of all its sessions: 500M, 5G"},
	{"up", "R", &option_rate, FIELD(up), "upload in bit/s: 512k, 10M; 0: unlimited"},
	{"down", "R", &option_rate, FIELD(down), "download in bit/s: 512k, 10M; 0: unlimited"},
	{"idle", "D", &option_duration, FIELD(idle), "signed out after such a silence; 0: never"},
	{"devices", "N", &option_devices, FIELD(devices), "at a time (1); 0: any number"},
	{"devices-full", "W", &option_full, FIELD(full), "one too many: refuse it, or oldest out"},
	{"zone", "Z", &option_text, FIELD(zone), "only good in this zone"},
	{"note", "TEXT", &option_text, FIELD(note), "for lists"},
	{"expires", "D", &option_duration, FIELD(expires), "no longer valid after this time"},
	{"sheet", "FILE", &option_file, FIELD(sheet), "a page to print, with QR codes: HTML"},
	{"state", "S", &option_text, FIELD(state),
	 "only such: unused, in-use, used-up, expired or revoked"},
	{"forget", NULL, &option_flag, FIELD(forget), "remove the revoked batch, too"},
	{"admin", "PATH", &option_admin, FIELD(admin), "the portal's socket (" X511_ADMIN ")"},
	{.name = NULL},
};
static const struct option user_options[] = {
	{"timeout", "D", &option_duration, FIELD(timeout),
	 "how long a session is: 30m, 8h, 7d; 0: no end"},
	{"quota", "B", &option_size, FIELD(quota), "bytes of a session both ways: 500M, 5G"},
	{"up", "R", &option_rate, FIELD(up), "upload in bit/s: 512k, 10M; 0: unlimited"},
	{"down", "R", &option_rate, FIELD(down), "download in bit/s: 512k, 10M; 0: unlimited"},
	{"idle", "D", &option_duration, FIELD(idle), "signed out after such a silence; 0: never"},
	{"devices", "N", &option_devices, FIELD(devices), "at a time; 0: any number"},
	{"devices-full", "W", &option_full, FIELD(full), "one too many: refuse it, or oldest out"},
	{"zone", "Z", &option_text, FIELD(zone), "only good in this zone"},
	{"note", "TEXT", &option_text, FIELD(note), "for lists"},
	{"admin", "PATH", &option_admin, FIELD(admin), "the portal's socket (" X511_ADMIN ")"},
	{.name = NULL},
};
static const struct option log_options[] = {
	{"user", "U", &option_text, FIELD(user), "only of this user"},
	{"address", "A", &option_text, FIELD(address), "only with this IPv4 or IPv6 address"},
	{"zone", "Z", &option_text, FIELD(zone), "only of this zone"},
	{"at", "T", &option_text, FIELD(at),
	 "at this time: 2026-11-21 (all the day), '2026-11-21 20:15' (local time), RFC 3339, or "
	 "2h (ago)"},
	{"since", "T", &option_text, FIELD(since), "not those that ended before"},
	{"until", "T", &option_text, FIELD(until), "not those that began after"},
	{"config", "FILE", &option_file, FIELD(config),
	 "which says where the log is (" X511_CONFIG_FILE ")"},
	{.name = NULL},
};

static const struct option top_options[] = {
	{"once", NULL, &option_flag, FIELD(once), "one frame as text, for scripts and pipes"},
	{"guests", NULL, &option_flag, FIELD(guests), "begin with who isn't signed in"},
	{.name = NULL},
};

/* A row: name, alias, operands, help, fewest and most operands, first is a MAC, options, run. */
const struct verb all_verbs[] = {
	{"status", NULL, "", "what is attached where and how, and how it is", 0, 0, false, NULL,
	 cmd_status},
	{"check", NULL, "", "what this machine has and lacks for the configuration", 0, 0, false,
	 check_options, cmd_check},
	{"login", "auth", "MAC", "sign a device in, or renew its sign-in", 1, 1, true,
	 login_options, cmd_login},
	{"logout", "deauth", "[MAC]", "sign out a device, a user, a zone or all", 0, 1, true,
	 logout_options, cmd_logout},
	{"sessions", NULL, "[MAC]", "list the sessions", 0, 1, true, sessions_options,
	 cmd_sessions},
	{"show", NULL, "MAC", "all about one session", 1, 1, true, device_options, cmd_show},
	{"trust", NULL, "MAC", "let a device pass without sign-in or limits", 1, 1, true,
	 device_options, cmd_state},
	{"untrust", NULL, "MAC", "make it a guest again", 1, 1, true, device_options, cmd_state},
	{"block", NULL, "MAC", "shut a device out, even from signing in", 1, 1, true,
	 device_options, cmd_state},
	{"unblock", NULL, "MAC", "make it a guest again", 1, 1, true, device_options, cmd_state},
	{"garden", NULL, "list|add|del [PREFIX[:PORT/PROTO]|DOMAIN]",
	 "what guests may reach before they sign in", 1, 2, false, garden_options, cmd_garden},
	{"stats", NULL, "", "counters of verdicts, responder and rings", 0, 0, false, stats_options,
	 cmd_stats},
	{"events", NULL, "[MAC]", "sign-ins, sign-outs and trouble as they happen, until Ctrl-C", 0,
	 1, true, events_options, cmd_events},
	{"export", NULL, "", "all sessions as JSON lines, for import", 0, 0, false, export_options,
	 cmd_export},
	{"import", NULL, "FILE", "sign in all devices of a file of JSON lines; -: standard input",
	 1, 1, false, NULL, cmd_import},
	{"voucher", NULL, "create N|list [BATCH]|show CODE|revoke CODE|BATCH",
	 "codes for guests, to be printed", 1, 2, false, voucher_options, cmd_voucher},
	{"user", NULL, "add|set|passwd|disable|enable|del NAME|list",
	 "the portal's own users; passwords come from a terminal or standard input", 1, 2, false,
	 user_options, cmd_user},
	{"reload", NULL, "", "read the configuration again, keep every session", 0, 0, false, NULL,
	 cmd_reload},
	{"log", NULL, "[MAC]", "who was signed in when, and with which addresses", 0, 1, true,
	 log_options, cmd_log},
	{"top", NULL, "",
	 "live screen: traffic, verdicts, the busiest devices; ? there tells the keys", 0, 0, false,
	 top_options, cmd_top},
	{.name = NULL},
};
