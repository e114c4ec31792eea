/* SPDX-License-Identifier: MIT */
/* status_parts.c - the health of each part, those that the daemon can't see included. */
#include "cli/status_parts.h"

#include "base/config.h"
#include "cli/client.h"
#include "cli/output.h"
#include "preflight/preflight.h"

#define PORTAL_REMEDY "systemctl start xdp511-portal"

static void add(json_t *parts, const char *part, const char *name, json_t *rest)
{
	json_t *object = json_pack("{s:s, s:s}", "part", part, "name", name);

	json_object_update(object, rest);
	json_decref(rest);
	json_array_append_new(parts, object);
}

static json_t *rest_of(const char *finding, const char *remedy)
{
	return json_pack("{s:s, s:s, s:s?}", "health", remedy ? "degraded" : "ok", "finding",
			 finding, "remedy", remedy);
}

static void add_line(void *ctx, const struct preflight_line *line)
{
	bool is_well = line->level == PREFLIGHT_OK;

	add(ctx, preflight_check_name(line->check), line->what,
	    rest_of(line->finding, is_well ? NULL : line->remedy));
}

/* Its own socket says whether it is there and its database can be read. */
static void add_portal(json_t *parts, const struct config *config)
{
	static const struct server portal = {"xdp511-portal", "admin"};
	struct request request = {.server = &portal, .socket = config->web.admin, .method = "GET"};
	struct url url;
	struct error error = {.text = ""};
	struct answer answer = {};

	url_start(&url, "/v1/status", NULL);
	request.url = &url;
	if (client_call(&request, &answer, &error) == OUTCOME_DONE)
		add(parts, "portal", "socket", rest_of("it answers", NULL));
	else
		add(parts, "portal", "socket",
		    rest_of(error.text,
			    answer.status ? "journalctl -u xdp511-portal -n 50" : PORTAL_REMEDY));
	answer_done(&answer);
}

void status_add_parts(json_t *status)
{
	json_t *parts = json_object_get(status, "parts");
	const char *file = field_text(status, "config", NULL);
	struct config *config = NULL;
	struct error error;

	/* A daemon of before has no parts; another user's file may be unreadable. */
	if (!json_is_array(parts) || !file || config_load(file, &config, &error))
		return;
	preflight_health(config, add_line, parts);
	if (config->web.http.n || config->web.https.n)
		add_portal(parts, config);
	config_free(config);
}

void status_print_parts(const json_t *status)
{
	json_t *part;
	size_t i;

	json_array_foreach(json_object_get(status, "parts"), i, part)
	{
		const char *remedy = field_text(part, "remedy", NULL);

		print_line("%-11s%-9s%-12s%-12s%s", i ? "" : "health",
			   field_text(part, "health", "-"), field_text(part, "part", "-"),
			   field_text(part, "name", "-"), field_text(part, "finding", "-"));
		if (remedy)
			print_line("%-20s%-24s%s", "", "", remedy);
	}
}
