/* SPDX-License-Identifier: MIT */
/* fas.c - the port of openNDS: guests led to the portal elsewhere, and let in by its word. */
#include "portal/foreign/fas.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sys/random.h>

#include "portal/nas/accounting.h"
#include "portal/web/escape.h"
#include "portal/foreign/fas_text.h"
#include "portal/foreign/foreign.h"
#include "portal/web/identify.h"
#include "portal/nas/nas.h"
#include "portal/pages/pages.h"
#include "portal/portal.h"
#include "portal/sign_in.h"
#include "radius/secret.h"

struct fas {
	uint8_t own_key[FAS_OWN_KEY];
	char key[SECRET_MAX + 1]; /* faskey */
};

typedef void (*fas_fn)(struct web_request *request);

static void refuse(struct web_request *request, const char *why)
{
	const struct asker *asker = request->asker;
	char mac[MAC_TEXT];

	web_log(request->web, "FAS sign-in of %s from '%s' in zone '%s' refused: %s",
		format_mac(asker->device.mac, mac), request->peer->address, asker->device.zone,
		why);
	page_problem(request, MHD_HTTP_FORBIDDEN, "problem.expired");
}

/* --- to the portal ------------------------------------------------------------------------- */

/* As php's `substr(openssl_digest(random), 0, 16)`: digits, though a cipher would take any bytes. */
static int make_iv(char iv[FAS_IV_SIZE + 1])
{
	uint8_t random[FAS_IV_SIZE / 2];
	size_t i;

	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		return -EIO;
	for (i = 0; i < sizeof(random); i++)
		snprintf(iv + 2 * i, 3, "%02x", random[i]);
	return 0;
}

static void lead_to(struct web_request *request, struct fas_facts *facts)
{
	char iv[FAS_IV_SIZE + 1];
	char *url = NULL;

	if (request->portal->config->fas.level == 2 && make_iv(iv)) {
		page_problem(request, MHD_HTTP_SERVICE_UNAVAILABLE, "problem.unavailable");
		return;
	}
	facts->iv = request->portal->config->fas.level == 2 ? iv : NULL;
	url = fas_url(facts);
	if (url)
		web_redirect(request, MHD_HTTP_FOUND, url);
	else
		page_problem(request, MHD_HTTP_SERVICE_UNAVAILABLE, "problem.unavailable");
	free(url);
}

/* As openNDS writes MACs. */
static void put_colons(char *station)
{
	for (; *station; station++)
		*station = (char)(*station == '-' ? ':' : *station | 0x20); /* "2" stays "2" */
}

static void show_portal(struct web_request *request)
{
	const struct asker *asker = request->asker;
	const struct portal *portal = request->portal;
	char hid[FAS_HEX_SIZE], mac[MAC_TEXT], station[STATION_TEXT], address[64];
	struct here here;

	if (asker->standing != STANDING_GUEST) {
		page_show_status(request, asker->url);
		return;
	}
	if (foreign_here(request, &here)) {
		page_problem(request, MHD_HTTP_SERVICE_UNAVAILABLE, "problem.unavailable");
		return;
	}
	snprintf(address, sizeof(address), "%s:%u", here.host, here.port);
	fas_hid(&asker->device, portal->fas->own_key, (uint64_t)time(NULL), hid);
	nas_station(portal, asker->device.zone, station);
	put_colons(station);
	lead_to(request, &(struct fas_facts){
				 .server = portal->config->fas.server,
				 .fas_key = portal->fas->key,
				 .hid = hid,
				 .client_ip = request->peer->address,
				 .client_mac = format_mac(asker->device.mac, mac),
				 .name = asker->zone->portal.name,
				 .address = address,
				 .gateway_mac = station,
				 .origin_url = asker->url,
				 .version = "xdp511-" X511_VERSION,
				 .interface = asker->zone->interface[0]
						      ? asker->zone->interface
						      : portal->config->gateway.interfaces[0],
			 });
}

/* --- and back ------------------------------------------------------------------------------ */

/*
 * The portal's own landing page is followed; any other page, which whoever made the link may have
 * chosen, is only shown as a link.
 */
static void go_on(struct web_request *request)
{
	const char *server = request->portal->config->fas.server;
	struct form query;
	const char *redir = "";

	if (!form_parse(request->query, strlen(request->query), &query))
		redir = form_value(&query, "redir");
	if (!is_web_url(redir))
		redir = "";
	if (*redir && fas_is_same_host(redir, server)) {
		char location[ESCAPED_SIZE(FORM_SIZE)];
		size_t length = 0;

		/* It was decoded; what a URL can't have goes back as it came. */
		for (; *redir; redir++)
			length += (size_t)snprintf(location + length, sizeof(location) - length,
						   (unsigned char)*redir < 0x80 ? "%c" : "%%%02X",
						   (unsigned char)*redir);
		web_redirect(request, MHD_HTTP_FOUND, location);
		return;
	}
	request->asker->standing = STANDING_ACTIVE;
	page_show_status(request, redir);
}

static void on_decided(struct web_request *request, const struct attempt *attempt)
{
	if (attempt->result == ATTEMPT_GRANTED)
		go_on(request);
	else if (attempt->result == ATTEMPT_FULL)
		page_problem(request, MHD_HTTP_SERVICE_UNAVAILABLE, "problem.full");
	else if (attempt->result == ATTEMPT_REFUSED)
		page_problem(request, MHD_HTTP_FORBIDDEN, "problem.blocked");
	else
		page_problem(request, MHD_HTTP_SERVICE_UNAVAILABLE, "problem.unavailable");
}

/* Its word has been checked. */
static void method_fas(struct attempt *attempt)
{
	attempt->result = ATTEMPT_GRANTED;
	attempt->done(attempt);
}

static void let_in(struct web_request *request)
{
	const struct sign_in_way way = {.word = "fas", .try = method_fas};
	const struct device *device = &request->asker->device;
	const struct fas *fas = request->portal->fas;
	struct form query;
	int err = form_parse(request->query, strlen(request->query), &query);

	if (request->asker->standing != STANDING_GUEST) {
		go_on(request);
	} else if (page_limit(request->portal->pages->tries, device)) {
		page_problem(request, MHD_HTTP_TOO_MANY_REQUESTS, "problem.often");
	} else if (err || fas_check(form_value(&query, "tok"), device, fas->own_key,
				    (uint64_t)time(NULL), fas->key)) {
		refuse(request, "its tok isn't the portal's answer for this device, or is old");
	} else if (sign_in_by_portal(request, &way, on_decided)) {
		page_problem(request, MHD_HTTP_SERVICE_UNAVAILABLE, "problem.unavailable");
	}
}

static void on_signed_out(void *context, int status, const json_t *answer)
{
	struct web_request *request = context;

	(void)answer;
	if (status == 200 || status == 404)
		web_redirect(request, MHD_HTTP_SEE_OTHER, "/");
	else
		page_problem(request,
			     status == 409 ? MHD_HTTP_FORBIDDEN : MHD_HTTP_SERVICE_UNAVAILABLE,
			     status == 409 ? "problem.request" : "problem.unavailable");
}

static void let_out(struct web_request *request)
{
	const struct asker *asker = request->asker;
	struct portal *portal = request->portal;
	char path[CONTROL_PATH_SIZE];

	if (asker->standing == STANDING_ACTIVE)
		accounting_note_end(portal, asker->device.mac, asker->device.zone,
				    SIGN_OUT_BY_USER);
	if (control_request(portal->control, "DELETE",
			    control_session_path(asker->device.mac, asker->device.zone, path), NULL,
			    on_signed_out, request))
		page_problem(request, MHD_HTTP_SERVICE_UNAVAILABLE, "problem.unavailable");
}

/* --- requests ------------------------------------------------------------------------------ */

static fas_fn find(const char *path)
{
	static const struct {
		const char *path;
		fas_fn fn;
	} pages[] = {
		{"/", show_portal},	    {"/login", show_portal},   {"/status", show_portal},
		{"/opennds_auth/", let_in}, {"/opennds_auth", let_in}, {"/opennds_deny/", let_out},
		{"/opennds_deny", let_out},
	};
	size_t i;

	for (i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		if (!strcmp(path, pages[i].path))
			return pages[i].fn;
	}
	return NULL;
}

static void on_asker(struct web_request *request)
{
	const struct asker *asker = request->asker;

	if (asker->standing == STANDING_UNKNOWN || asker->is_by_link)
		page_problem(request, MHD_HTTP_FORBIDDEN, "problem.device");
	else if (foreign_portal(request->portal->config, asker->zone) != FOREIGN_FAS)
		page_not_found(request, asker->zone);
	else
		find(request->path)(request);
}

static bool is_below(const char *path, const char *suffix)
{
	size_t length = strlen(path), end = strlen(suffix);

	return length >= end && !strcmp(path + length - end, suffix);
}

/* The status page has a style, and a button to sign out, which posts its form to the portal's path. */
static void on_request(struct web_request *request)
{
	const struct config_zone *zone = &request->portal->config->zones[0];

	if (!foreign_takes(request))
		return;
	if (is_below(request->path, "/style.css"))
		page_style(request, zone);
	else if (is_below(request->path, "/signed-out"))
		page_signed_out(request, zone);
	else if (!find(request->path))
		page_not_found(request, zone);
	else if (!strcmp(request->method, "POST"))
		page_sign_in_post(request, zone);
	else
		page_identify(request, zone, on_asker);
}

/* --- the part ------------------------------------------------------------------------------ */

static int load_key(const struct config_fas *config, char text[SECRET_MAX + 1], struct error *error)
{
	struct secret secret = {};
	int err = secret_load(config->key_file, &secret, error);

	memcpy(text, secret.bytes, sizeof(secret.bytes));
	text[secret.size] = '\0';
	secret_wipe(&secret);
	return err;
}

int fas_check_key(const struct config *config, struct error *error)
{
	char key[SECRET_MAX + 1];
	int err = config->fas.server[0] ? load_key(&config->fas, key, error) : 0;

	explicit_bzero(key, sizeof(key));
	return err;
}

int fas_start(struct portal *portal, struct error *error)
{
	const struct config_fas *config = &portal->config->fas;
	struct fas *fas;
	int err;

	if (!config->server[0])
		return 0;
	fas = portal->fas = calloc(1, sizeof(*fas));
	if (!fas)
		return fail(error, ENOMEM, "out of memory");
	if (getrandom(fas->own_key, sizeof(fas->own_key), 0) != sizeof(fas->own_key))
		return fail(error, EIO, "there are no random numbers for [fas]");
	err = load_key(config, fas->key, error);
	return err ? err : web_listen(portal->web, &config->listen, false, on_request, error);
}

void fas_stop(struct portal *portal)
{
	if (portal->fas)
		explicit_bzero(portal->fas, sizeof(*portal->fas));
	free(portal->fas);
	portal->fas = NULL;
}
