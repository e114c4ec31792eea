/* SPDX-License-Identifier: MIT */
/* accounting_look.c - asks the daemon for sessions, a few at a time, and hears what it tells. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mac.h"
#include "base/units.h"
#include "portal/nas/accounting_internal.h"

#define LOOKS 16 /* at a time */

struct look {
	struct accounting *accounting; /* NULL: it has gone */
	struct look *previous, *next;
	char id[ACCT_ID_SIZE];
};

static void forget(struct look *look)
{
	struct accounting *accounting = look->accounting;

	if (accounting) {
		if (look->next)
			look->next->previous = look->previous;
		if (look->previous)
			look->previous->next = look->next;
		else
			accounting->looks = look->next;
		accounting->n_looks--;
	}
	free(look);
}

static const char *text_of(const json_t *json, const char *name)
{
	const char *text = json_string_value(json_object_get(json, name));

	return text ? text : "";
}

static uint64_t number_of(const json_t *json, const char *name)
{
	json_int_t number = json_integer_value(json_object_get(json, name));

	return number > 0 ? (uint64_t)number : 0;
}

static uint64_t time_of(const json_t *json, const char *name)
{
	uint64_t seconds = 0;

	(void)parse_time(text_of(json, name), &seconds);
	return seconds;
}

/* The first of each family; link-local ones are on every device. */
static void read_addresses(const json_t *list, struct acct_seen *seen)
{
	const json_t *item;
	size_t i;

	json_array_foreach(list, i, item)
	{
		const char *text = json_string_value(item);

		if (!text || !strncmp(text, "fe80:", 5))
			continue;
		if (!strchr(text, ':') && !seen->ipv4[0])
			snprintf(seen->ipv4, sizeof(seen->ipv4), "%s", text);
		else if (strchr(text, ':') && !seen->ipv6[0])
			snprintf(seen->ipv6, sizeof(seen->ipv6), "%s", text);
	}
}

static struct acct_counts counts_of(const json_t *json)
{
	return (struct acct_counts){
		.up_bytes = number_of(json, "up_bytes"),
		.up_packets = number_of(json, "up_packets"),
		.down_bytes = number_of(json, "down_bytes"),
		.down_packets = number_of(json, "down_packets"),
	};
}

static void read_session(const json_t *json, struct acct_seen *seen)
{
	*seen = (struct acct_seen){
		.is_active = !strcmp(text_of(json, "state"), "active"),
		.login_at = time_of(json, "login_at"),
		.last_seen_at = time_of(json, "last_seen_at"),
		.expires_at = time_of(json, "expires_at"),
		.idle_s = number_of(json, "idle_s"),
		.counts = counts_of(json),
	};
	snprintf(seen->user, sizeof(seen->user), "%s", text_of(json, "user"));
	snprintf(seen->method, sizeof(seen->method), "%s", text_of(json, "method"));
	read_addresses(json_object_get(json, "addresses"), seen);
}

static void on_session(void *context, int status, const json_t *answer)
{
	struct look *look = context;
	struct accounting *accounting = look->accounting;
	struct acct_seen seen;

	if (accounting && status == 200 && json_is_object(answer)) {
		read_session(answer, &seen);
		acct_session_seen(accounting, look->id, &seen);
	} else if (accounting && status == 404) {
		acct_session_missing(accounting, look->id);
	}
	forget(look);
	if (!accounting || accounting->is_stopping)
		return;
	/* Without an answer the next turn of the clock asks again. */
	if (status > 0)
		acct_look(accounting);
	acct_send(accounting);
}

int acct_look_at(struct accounting *accounting, const struct acct_row *row)
{
	struct look *look = calloc(1, sizeof(*look));
	char path[CONTROL_PATH_SIZE];
	int err;

	if (!look)
		return -ENOMEM;
	snprintf(look->id, sizeof(look->id), "%s", row->id);
	err = control_request(accounting->portal->control, "GET",
			      control_session_path(row->mac, row->zone, path), NULL, on_session,
			      look);
	if (err) {
		free(look);
		return err;
	}
	look->accounting = accounting;
	look->next = accounting->looks;
	if (look->next)
		look->next->previous = look;
	accounting->looks = look;
	accounting->n_looks++;
	return 0;
}

void acct_look(struct accounting *accounting)
{
	uint64_t now = (uint64_t)time(NULL);
	struct acct_row row;
	int err = 0;

	while (!err && accounting->n_looks < LOOKS) {
		err = acct_row_due(accounting->accounts, now, now + ACCT_LEASE_S, &row);
		if (!err)
			err = acct_look_at(accounting, &row);
	}
	if (err && err != -ENOENT && err != -EBUSY)
		acct_failed(accounting, err);
}

/* Whatever has ended meanwhile is found by looking at each. */
static void look_at_all(struct accounting *accounting)
{
	int err = acct_rows_look_at(accounting->accounts, (uint64_t)time(NULL));

	if (err)
		acct_failed(accounting, err);
	acct_look(accounting);
}

static void take_end(struct accounting *accounting, const json_t *event)
{
	struct acct_end end = {
		.reason = text_of(event, "reason"),
		.login_at = time_of(event, "login_at"),
		.at = time_of(event, "at"),
		.counts = counts_of(event),
	};

	if (parse_mac(text_of(event, "mac"), end.mac, NULL))
		return;
	snprintf(end.zone, sizeof(end.zone), "%s", text_of(event, "zone"));
	acct_session_ended(accounting, &end);
}

void acct_on_event(void *context, const json_t *event)
{
	struct accounting *accounting = context;
	const char *type = text_of(event, "type");

	/* Of other events anybody may cause more than are told. */
	if (!event || !strcmp(type, "gap") || !strcmp(type, "dropped") ||
	    (!strcmp(type, "suppressed") && !strcmp(text_of(event, "of"), "sign-out")))
		look_at_all(accounting);
	else if (!strcmp(type, "sign-out"))
		take_end(accounting, event);
	acct_send(accounting);
}

void acct_looks_orphan(struct accounting *accounting)
{
	struct look *look;

	for (look = accounting->looks; look; look = look->next)
		look->accounting = NULL;
	accounting->looks = NULL;
}
