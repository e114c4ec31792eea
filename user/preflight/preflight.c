/* SPDX-License-Identifier: MIT */
/* preflight.c - looks whether this machine can do what the configuration asks; changes nothing. */
#include "preflight/preflight.h"

#include <stdlib.h>

#include "preflight/collect.h"

#define MARGIN_MS 200 /* to say all that, too */

int preflight_run(const struct config *config, preflight_fn say, void *ctx)
{
	struct report report = {.say = say, .ctx = ctx};
	struct running running = {
		.daemon = is_listening(config->gateway.control),
		.portal = is_listening(config->web.admin),
		.until_ms = monotonic_ms() + PREFLIGHT_LIMIT_MS - MARGIN_MS,
	};
	struct links links = {};

	(void)links_read(&links);
	collect_capabilities(&report);
	collect_kernel(&report);
	collect_disks(&report, config);
	collect_ports(&report, config, &links);
	collect_sysctls(&report, config, &links);
	collect_time(&report);
	collect_databases(&report, config, &running);
	collect_files(&report, config);
	collect_listeners(&report, config, &running);
	collect_certificates(&report, config);
	collect_network(&report, config, &running);
	free(links.list);
	return report.failed;
}

void preflight_health(const struct config *config, preflight_fn say, void *ctx)
{
	struct report report = {.say = say, .ctx = ctx};

	collect_time(&report);
	collect_certificates(&report, config);
}
