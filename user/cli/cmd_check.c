/* SPDX-License-Identifier: MIT */
/* cmd_check.c - `xdp511 check`: whether this machine can do what the configuration asks. */
#include "cli/commands.h"

#include <errno.h>
#include <string.h>

#include <jansson.h>

#include "base/config.h"
#include "cli/output.h"
#include "preflight/preflight.h"

/* What has been found so far. */
struct findings {
	bool json;
	struct json_list list;
	unsigned int n_lines;
	unsigned int n_failed;
};

static const char *level_name(enum preflight_level level)
{
	switch (level) {
	case PREFLIGHT_OK:
		return "ok";
	case PREFLIGHT_WARN:
		return "warn";
	default:
		return "fail";
	}
}

static bool has_remedy(const struct preflight_line *line)
{
	return line->remedy && *line->remedy;
}

static void say_json(struct findings *findings, const struct preflight_line *line)
{
	json_t *object = json_pack("{s:s, s:s, s:s, s:s?, s:s}", "level", level_name(line->level),
				   "what", line->what, "finding", line->finding, "remedy",
				   has_remedy(line) ? line->remedy : NULL, "check",
				   preflight_check_name(line->check));

	json_list_add(&findings->list, object);
	json_decref(object);
}

static void say(void *data, const struct preflight_line *line)
{
	struct findings *findings = data;

	findings->n_lines++;
	if (line->level != PREFLIGHT_OK && line->level != PREFLIGHT_WARN)
		findings->n_failed++;
	if (findings->json) {
		say_json(findings, line);
		return;
	}
	print_line("%-4s %-12s %s", level_name(line->level), line->what, line->finding);
	if (has_remedy(line))
		print_line("     %-12s %s", "", line->remedy);
}

static enum outcome conclude(const struct findings *findings, int err, struct error *error)
{
	if (findings->n_failed) {
		fail(error, EPERM, "%u of %u checks failed; what to do stands below each",
		     findings->n_failed, findings->n_lines);
		return OUTCOME_REFUSED;
	}
	if (err < 0) {
		fail(error, -err, "the checks couldn't be made: %s; try again as root",
		     strerror(-err));
		return OUTCOME_REFUSED;
	}
	return OUTCOME_DONE;
}

enum outcome cmd_check(const struct arguments *arguments, struct error *error)
{
	struct findings findings = {.json = arguments->json};
	struct config *config = NULL;
	int err;

	if (config_load(arguments->config, &config, error))
		return OUTCOME_REFUSED;
	err = preflight_run(config, say, &findings);
	if (findings.json)
		json_list_end(&findings.list);
	config_free(config);
	return conclude(&findings, err, error);
}
