/* SPDX-License-Identifier: MIT */
/* routes.c - tells pages by their paths, which the zones' URLs name, and sends on who came by the wrong way. */
#include "portal/web/routes.h"

#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>

#include "portal/pages/capport.h"
#include "portal/pages/pages.h"
#include "portal/portal.h"

struct route {
	const char *suffix; /* behind the path of the sign-in page */
	page_fn get;
	page_fn post; /* NULL: it takes none */
};

static const struct route routes[] = {
	{"", page_sign_in, page_sign_in_post}, {"/terms", page_terms, NULL},
	{"/status", page_status, NULL},	       {"/signed-out", page_signed_out, NULL},
	{"/style.css", page_style, NULL},
};
#define N_ROUTES (sizeof(routes) / sizeof(routes[0]))

static const struct route api = {.get = capport_answer};

struct place {
	const struct route *route; /* NULL: there is no such page */
	const struct config_zone *zone;
};

/* Where the path of a URL begins; its end if it has none. */
static const char *path_of(const char *url)
{
	const char *host = strstr(url, "://");

	host = host ? host + 3 : url;
	return host + strcspn(host, "/?");
}

const char *url_path(const char *url, const char *suffix, char buffer[PORTAL_URL_SIZE + 16])
{
	const char *path = path_of(url);
	size_t length = strcspn(path, "?");

	if (*suffix && length && path[length - 1] == '/')
		length--;
	snprintf(buffer, PORTAL_URL_SIZE + 16, "%.*s%s", (int)length, path,
		 length || *suffix ? suffix : "/");
	return buffer;
}

static const struct route *find_route(const struct config_zone *zone, const char *path)
{
	char wanted[PORTAL_URL_SIZE + 16];
	size_t i;

	if (zone->portal.api_url[0] && !strcmp(path, url_path(zone->portal.api_url, "", wanted)))
		return &api;
	for (i = 0; i < N_ROUTES; i++) {
		if (!strcmp(path, url_path(zone->portal.url, routes[i].suffix, wanted)))
			return &routes[i];
	}
	return NULL;
}

/* "portal.example", "198.18.1.1:8080", "[fd00::1]": is it @name? */
static bool is_host(const char *host, const char *name)
{
	size_t length = strlen(name);

	host += *host == '[';
	return !strncasecmp(host, name, length) && (!host[length] || strchr(":]", host[length]));
}

static bool is_address(const char *host)
{
	struct in6_addr six;
	struct in_addr four;
	char text[INET6_ADDRSTRLEN];
	size_t length = *host == '[' ? strcspn(++host, "]") : strcspn(host, ":");

	if (length >= sizeof(text))
		return false;
	snprintf(text, sizeof(text), "%.*s", (int)length, host);
	return inet_pton(AF_INET, text, &four) == 1 || inet_pton(AF_INET6, text, &six) == 1;
}

/*
 * By another name a page of somebody else's, whose name leads here since it was opened, could
 * speak for the guest who reads it ("DNS rebinding"). With TLS the certificate is in its way.
 */
static bool is_by_another_name(const struct web_request *request)
{
	const struct config *config = request->portal->config;
	const char *host = web_header(request, MHD_HTTP_HEADER_HOST);
	size_t i;

	if (request->is_tls || !host || is_address(host))
		return false;
	for (i = 0; i < config->n_zones; i++) {
		if (is_host(host, config->zones[i].portal.host))
			return false;
	}
	return true;
}

/* The zone of the host that was asked, if it has the page; else the first that has it. */
static struct place find_place(const struct web_request *request)
{
	const struct config *config = request->portal->config;
	const char *host = web_header(request, MHD_HTTP_HEADER_HOST);
	struct place place = {.zone = &config->zones[0]};
	size_t i;

	for (i = 0; i < config->n_zones; i++) {
		const struct config_zone *zone = &config->zones[i];
		const struct route *route = find_route(zone, request->path);

		if (!route)
			continue;
		if (!place.route)
			place = (struct place){.zone = zone, .route = route};
		if (host && is_host(host, zone->portal.host)) {
			place = (struct place){.zone = zone, .route = route};
			break;
		}
	}
	if (!place.route && !strcmp(request->path, "/"))
		place.route = &routes[0];
	return place;
}

static bool must_be_tls(const struct web_request *request, const struct place *place)
{
	const struct config_web *web = &request->portal->config->web;

	if (request->is_tls)
		return false;
	return place->route == &api ||
	       (web->https.n && !strncmp(place->zone->portal.url, "https:", strlen("https:")));
}

/* To the portal of the configuration, never to a host that the request names. */
static void send_home(struct web_request *request, const struct place *place)
{
	const char *base =
		place->route == &api ? place->zone->portal.api_url : place->zone->portal.url;
	bool is_get = !strcmp(request->method, "GET") || !strcmp(request->method, "HEAD");
	unsigned int status = is_get ? MHD_HTTP_FOUND : MHD_HTTP_PERMANENT_REDIRECT;
	char *location = NULL;

	if (!place->route || !is_printable(request->path) || !is_printable(request->query)) {
		web_redirect(request, status, base);
		return;
	}
	if (asprintf(&location, "%.*s%s%s%s", (int)(path_of(base) - base), base, request->path,
		     *request->query ? "?" : "", request->query) < 0)
		location = NULL;
	web_redirect(request, status, location ? location : base);
	free(location);
}

static void refuse_method(struct web_request *request, const struct route *route)
{
	static const char text[] = "This can't be done here.\n";

	web_answer(request, &(struct web_answer){
				    .status = MHD_HTTP_METHOD_NOT_ALLOWED,
				    .type = "text/plain; charset=utf-8",
				    .text = strdup(text),
				    .size = sizeof(text) - 1,
				    .allow = route->post ? "GET, HEAD, POST" : "GET, HEAD",
			    });
}

void routes_answer(struct web_request *request)
{
	struct place place = find_place(request);
	bool is_get = !strcmp(request->method, "GET") || !strcmp(request->method, "HEAD");

	if (request->path[0] != '/')
		web_text(request, MHD_HTTP_BAD_REQUEST, "This is no path of a page.");
	else if (must_be_tls(request, &place) || is_by_another_name(request))
		send_home(request, &place);
	else if (!place.route)
		page_not_found(request, place.zone);
	else if (is_get)
		place.route->get(request, place.zone);
	else if (place.route->post && !strcmp(request->method, "POST"))
		place.route->post(request, place.zone);
	else
		refuse_method(request, place.route);
}
