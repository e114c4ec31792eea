/* SPDX-License-Identifier: MIT */
/* config_services.c - the rules between the keys of the portal, of RADIUS and of the API. */
#include "base/config_parser.h"

#include <errno.h>
#include <stdio.h>

#include <xdp511/names.h>

/* @needs, of the same section, must be set when @key is. */
struct need {
	const char *section;
	const char *key;
	const char *needs;
	const char *remedy;
};

static const struct need needs[] = {
	{"web", "https", "certificate", "certificate = FILE"},
	{"web", "https", "key", "key = FILE"},
	{"radius", "server", "secret-file", "secret-file = FILE"},
	{"radius", "accounting", "secret-file", "secret-file = FILE"},
	{"radius", "coa", "secret-file", "secret-file = FILE"},
	{"uam", "server", "listen", "listen = ADDRESS:3990"},
	{"uam", "listen", "server", "server = https://…"},
	{"fas", "server", "key-file", "key-file = FILE"},
	{"fas", "server", "listen", "listen = ADDRESS:2050"},
	{"fas", "listen", "server", "server = https://…"},
	{"api", "listen", "certificate", "certificate = FILE"},
	{"api", "listen", "key", "key = FILE"},
	{"api", "listen", "token-file", "token-file = FILE"},
};

static int check_needs(struct config_parser *parser)
{
	for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++) {
		const struct need *need = &needs[i];
		const unsigned int line = config_line(parser, 0, need->section, need->key);

		if (line && !config_line(parser, 0, need->section, need->needs))
			return config_refuse(parser, EINVAL, line,
					     "%s in [%s] needs a %s; add '%s'", need->key,
					     need->section, need->needs, need->remedy);
	}
	return 0;
}

static int check_radius(struct config_parser *parser)
{
	const struct config_radius *radius = &parser->config->radius;
	const unsigned int timeout = config_line(parser, 0, "radius", "timeout");
	const unsigned int deadline = config_line(parser, 0, "radius", "deadline");

	if (radius->timeout_s > radius->deadline_s)
		return config_refuse(parser, EINVAL, deadline ? deadline : timeout,
				     "RADIUS has a timeout of %llus for one answer, but a deadline "
				     "of %llus for all; make the deadline longer",
				     (unsigned long long)radius->timeout_s,
				     (unsigned long long)radius->deadline_s);
	if (radius->coa.n && !radius->coa_from.n && !radius->servers.n)
		return config_refuse(parser, EINVAL, config_line(parser, 0, "radius", "coa"),
				     "coa in [radius] has nobody to listen to; add "
				     "'coa-from = ADDRESS' or 'server = ADDRESS'");
	return 0;
}

static int check_code(struct config_parser *parser)
{
	const struct config_web *web = &parser->config->web;
	const unsigned int exec = config_line(parser, 0, "web", "code-exec");
	const unsigned int url = config_line(parser, 0, "web", "code-url");

	if (web->code_exec[0] && web->code_url[0])
		return config_refuse(parser, EINVAL, exec > url ? exec : url,
				     "[web] has both code-exec and code-url; remove one of them");
	return 0;
}

static int check_sign_in(struct config_parser *parser, size_t number)
{
	const struct config *config = parser->config;
	const struct config_sign_in *sign_in = &config->zones[number].sign_in;
	const unsigned int methods = config_line(parser, number, "sign-in", "methods");

	if (!config->radius.servers.n && sign_in->methods & METHOD_RADIUS)
		return config_refuse(parser, EINVAL, methods,
				     "the method 'radius' has no server to ask; add [radius] with "
				     "'server = ADDRESS'");
	if (!config->radius.servers.n && sign_in->mac_auth)
		return config_refuse(parser, EINVAL,
				     config_line(parser, number, "sign-in", "mac-auth"),
				     "mac-auth has no server to ask; add [radius] with "
				     "'server = ADDRESS'");
	if (sign_in->methods & METHOD_CODE && !config->web.code_exec[0] && !config->web.code_url[0])
		return config_refuse(parser, EINVAL, methods,
				     "the method 'code' has nobody who knows the codes; add [web] "
				     "with 'code-exec = FILE' or 'code-url = https://…'");
	return 0;
}

static int check_advertising(struct config_parser *parser)
{
	const struct config *config = parser->config;
	size_t i;

	for (i = 0; i < config->n_zones && !config->zones[i].portal.api_url[0];)
		i++;
	if (config->gateway.advertise_api && i == config->n_zones)
		return config_refuse(parser, EINVAL,
				     config_line(parser, 0, "gateway", "advertise-api"),
				     "advertise-api has no api-url to advertise; add "
				     "'api-url = https://…' to [portal] or a zone");
	return 0;
}

static void place_log(struct config *config)
{
	if (!config->log.directory[0])
		snprintf(config->log.directory, sizeof(config->log.directory), "%s/%s",
			 config->gateway.state_dir, X511_LOG_DIR);
}

int config_check_services(struct config_parser *parser)
{
	int err = check_needs(parser);
	size_t i;

	place_log(parser->config);
	if (!err)
		err = check_radius(parser);
	if (!err)
		err = check_code(parser);
	for (i = 0; i < parser->config->n_zones && !err; i++)
		err = check_sign_in(parser, i);
	return err ? err : check_advertising(parser);
}
