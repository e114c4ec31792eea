/* SPDX-License-Identifier: MIT */
/* config_pages.c - reads each page file once, for all the zones that name it. */
#include "base/config_pages.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/template.h"

#define PAGE_FILE_MAX 65536 /* what of it fits into an answer is judged where answers are made */

static int refuse_file(const struct config_portal *portal, const char *file, int err,
		       struct error *error)
{
	const char *remedy = err == -ENOENT ? "create it, or correct the name"
			     : err == -EACCES
				     ? "let root read it by its mode (a running xdp511d has "
				       "no privileges beyond)"
			     : err == -EFBIG ? "shorten it: an answer has room for about 1000 bytes"
			     : err == -ENOMEM ? "free some"
					      : "name a page in a file";

	return fail(error, -err, "%s:%u: page '%s' cannot be read: %s; %s", file, portal->page_line,
		    portal->page, file_problem(err), remedy);
}

static int read_page(struct config_portal *portal, const char *file, struct error *error)
{
	struct error problem;
	char *text;
	size_t size;
	int err = file_read(portal->page, PAGE_FILE_MAX, &text, &size);

	if (err)
		return refuse_file(portal, file, err, error);
	err = template_parse(text, size, &portal->template, &problem);
	free(text);
	if (err)
		return fail(error, -err, "%s:%u: page '%s' %s", file, portal->page_line,
			    portal->page, problem.text);
	return 0;
}

/* An earlier zone's template of the same file: both then show the same, whoever writes it now. */
static const char *find_read(const struct config *config, size_t number)
{
	const char *page = config->zones[number].portal.page;

	for (size_t i = 0; i < number; i++)
		if (!strcmp(config->zones[i].portal.page, page))
			return config->zones[i].portal.template;
	return NULL;
}

int config_read_pages(struct config *config, const char *file, struct error *error)
{
	for (size_t i = 0; i < config->n_zones; i++) {
		struct config_portal *portal = &config->zones[i].portal;
		const char *known = find_read(config, i);
		int err = 0;

		if (!portal->page[0])
			continue;
		if (!known)
			err = read_page(portal, file, error);
		else if (!(portal->template = strdup(known)))
			err = refuse_file(portal, file, -ENOMEM, error);
		if (err)
			return err;
	}
	return 0;
}
