/* SPDX-License-Identifier: MIT */
/* server.c - settings of a small venue. */
#include "server.h"

#include <stdio.h>
#include <string.h>

#define START 1795248000 /* the first second of a cookie's slot */

static void set_zone(struct config_zone *zone, const char *name, const char *url, const char *host)
{
	snprintf(zone->name, sizeof(zone->name), "%s", name);
	snprintf(zone->portal.url, sizeof(zone->portal.url), "%s", url);
	snprintf(zone->portal.host, sizeof(zone->portal.host), "%s", host);
	snprintf(zone->portal.name, sizeof(zone->portal.name), "%s", "Arena <Wi-Fi> & \"more\"");
	zone->portal.port = 443;
	zone->portal.probes_auto = true;
}

void server_init(struct server *server)
{
	server_done(server);
	memset(server, 0, sizeof(*server));
	set_zone(&server->zones[0], "default", "https://portal.example/login", "portal.example");
	set_zone(&server->zones[1], "press", "https://press.example/in?lang=en", "press.example");
	server->zones[1].vlan = 200;
	server->config.zones = server->zones;
	server->config.n_zones = 2;
	server->settings.config = &server->config;
	memset(&server->cookie_keys, 0x5a, sizeof(server->cookie_keys));
	server->settings.cookie_keys = &server->cookie_keys;
	memset(server->settings.link_key, 0xa5, sizeof(server->settings.link_key));
	server->world = (struct world){
		.settings = &server->settings,
		.interface = "lan0",
		.seconds = START,
		.counters = &server->counters,
		.pieces = pieces_new(),
		.answers = answers_new(&server->settings),
	};
}

void server_done(struct server *server)
{
	server->world.answers = answers_free(server->world.answers);
	server->world.pieces = pieces_free(server->world.pieces);
}

void server_set_time(struct server *server, unsigned int seconds)
{
	server->world.seconds = START + seconds;
}

static uint8_t *take(void *ctx)
{
	struct server *server = ctx;

	return server->taken < SENT_MAX ? server->sent[server->taken++].bytes : NULL;
}

static void put(void *ctx, uint8_t *frame, size_t len)
{
	struct server *server = ctx;

	for (size_t i = 0; i < SENT_MAX; i++)
		if (server->sent[i].bytes == frame)
			server->sent[i].len = len;
	server->n_sent++;
}

static void drop(void *ctx, uint8_t *frame)
{
	struct server *server = ctx;

	(void)frame;
	server->taken--;
}

void server_give(struct server *server, const struct frame *frame)
{
	const struct outbox out = {.ctx = server, .take = take, .put = put, .drop = drop};

	server->n_sent = 0;
	server->taken = 0;
	respond(&server->world, frame->bytes, frame->len, &out);
}

void answer_http(const uint8_t key[LINK_KEY_SIZE], const struct http_request *request,
		 struct visit *visit, struct answer *ret_answer)
{
	struct config config = {.zones = (struct config_zone *)(uintptr_t)visit->zone,
				.n_zones = 1};
	struct responder_settings settings = {.config = &config};
	struct answers *answers;

	memcpy(settings.link_key, key, sizeof(settings.link_key));
	answers = answers_new(&settings);
	answer_request(answers, request, visit, ret_answer);
	answers_free(answers);
}
