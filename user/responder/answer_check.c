/* SPDX-License-Identifier: MIT */
/* answer_check.c - sees to it that every answer of a configuration fits. */
#include <errno.h>

#include "base/template.h"
#include "responder/answer.h"
#include "responder/draft.h"

/* The answers that every zone gives, whatever its own page is like. */
static bool zone_fits(const struct config_zone *zone)
{
	static const enum page_kind kinds[] = {PAGE_PLAIN, PAGE_REDIRECT, PAGE_TEXT, PAGE_PROBLEM};
	struct link link;
	struct draft draft;

	if (link_write_shortest(zone, &link))
		return false;
	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		for (size_t l = 0; l < n_languages; l++) {
			draft_write(&(struct page){kinds[k], zone, &languages[l], NULL}, &draft);
			if (!draft_fits(&draft, link.len))
				return false;
		}
	}
	return true;
}

/* By how many bytes the zone's own page is too long in the language where it is longest. */
static size_t page_excess(const struct config_zone *zone)
{
	struct link link;
	struct draft draft;
	size_t excess = 0;

	if (link_write_shortest(zone, &link))
		return SIZE_MAX;
	for (size_t l = 0; l < n_languages; l++) {
		struct page page = {PAGE_HTML, zone, &languages[l], NULL};
		struct buffer body = {.size = SIZE_MAX};

		draft_write(&page, &draft);
		page.link = link.text;
		page_write(&page, &body);
		while (excess < body.len && draft_size(&draft, body.len - excess) > ANSWER_MAX)
			excess++;
	}
	return excess;
}

static int check_page(const struct config_zone *zone, const char *file, struct error *error)
{
	const struct config_portal *portal = &zone->portal;
	size_t excess = portal->template ? page_excess(zone) : 0, size;

	if (!excess)
		return 0;
	size = template_source_size(portal->template);
	if (size <= excess)
		return fail(error, EMSGSIZE,
			    "%s:%u: page '%s' is %zu bytes too long in zone '%s' by its "
			    "placeholders' values (an answer has at most %d, header included); "
			    "leave some of them out",
			    file, portal->page_line, portal->page, excess, zone->name, ANSWER_MAX);
	return fail(
		error, EMSGSIZE,
		"%s:%u: page '%s' has %zu bytes and may have %zu in zone '%s' (an answer has at "
		"most %d, header and values included); shorten it, or url, api-url or name of "
		"the portal",
		file, portal->page_line, portal->page, size, size - excess, zone->name, ANSWER_MAX);
}

int answer_check(const struct config *config, const char *file, struct error *error)
{
	for (size_t z = 0; z < config->n_zones; z++) {
		const struct config_zone *zone = &config->zones[z];
		int err;

		if (!zone_fits(zone))
			return fail(error, EMSGSIZE,
				    "%s: zone '%s': the answer to guests is longer than %d bytes; "
				    "shorten url, api-url or name of its portal",
				    file, zone->name, ANSWER_MAX);
		err = check_page(zone, file, error);
		if (err)
			return err;
	}
	return 0;
}
