/* SPDX-License-Identifier: MIT */
/* reload.c - takes a changed configuration and theme over, at SIGHUP. */
#include "portal/reload.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/config_keys.h"
#include "base/config_setters.h"
#include "base/notify.h"
#include "portal/portal.h"
#include "portal/web/web.h"

/* Attempts and connections know zones of it; there are as many as an operator has made changes. */
struct retired {
	struct retired *next;
	struct config *config;
};

static bool is_same(const struct key *key, const struct config *a, const struct config *b,
		    size_t zone)
{
	return key_is_equal(key, key_owner(key, a, zone), key_owner(key, b, zone));
}

/* Of the parts that have their own copy, or were not started for lack of it. */
static bool needs_restart(const struct key *key)
{
	static const char *const keys[][2] = {
		{"gateway", "interface"},
		{"gateway", "control"},
		{"web", "http"},
		{"web", "https"},
		{"web", "certificate"},
		{"web", "key"},
		{"web", "state-dir"},
		{"web", "admin"},
		{"web", "code-exec"},
		{"web", "code-url"},
		{"radius", NULL},
		{"uam", NULL},
		{"fas", NULL},
		{"metrics", "portal-listen"},
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (!strcmp(keys[i][0], key->section) &&
		    (!keys[i][1] || !strcmp(keys[i][1], key->name)))
			return true;
	}
	return false;
}

static int refuse(const char *name, const char *section, struct error *error)
{
	return fail(error, EINVAL,
		    "changes of '%s' in [%s] need a restart of xdp511-portal; set it back to "
		    "reload the rest",
		    name, section);
}

static int check(const struct portal *portal, const struct config *new, struct error *error)
{
	const struct key *key;
	size_t i;

	for (i = 0; (key = key_at(i)); i++) {
		if (needs_restart(key) && !is_same(key, portal->config, new, 0))
			return refuse(key->name, key->section, error);
	}
	for (i = 0; i < new->n_zones; i++) {
		if (new->zones[i].sign_in.mac_auth && !portal->mac_auth)
			return refuse("mac-auth", "sign-in", error);
	}
	return 0;
}

static bool is_same_zone(const struct config *a, const struct config *b, size_t zone)
{
	const struct key *key;
	size_t i;

	if (strcmp(a->zones[zone].name, b->zones[zone].name) != 0)
		return false;
	for (i = 0; (key = key_at(i)); i++) {
		if (key_is_of_zones(key) && !is_same(key, a, b, zone))
			return false;
	}
	return true;
}

static bool is_unchanged(const struct config *a, const struct config *b)
{
	const struct key *key;
	size_t i;

	for (i = 0; (key = key_at(i)); i++) {
		if (!key_is_of_zones(key) && !is_same(key, a, b, 0))
			return false;
	}
	for (i = 0; i < a->n_zones && a->n_zones == b->n_zones; i++) {
		if (!is_same_zone(a, b, i))
			return false;
	}
	return a->n_zones == b->n_zones;
}

/* Takes @new over. */
static int put_in_force(struct portal *portal, struct config *new, struct error *error)
{
	struct retired *retired;
	int err = check(portal, new, error);

	if (err || is_unchanged(portal->config, new)) {
		config_free(new);
		return err;
	}
	retired = malloc(sizeof(*retired));
	if (!retired) {
		config_free(new);
		return fail(error, ENOMEM, "out of memory");
	}
	*retired = (struct retired){.next = portal->retired, .config = portal->config};
	portal->retired = retired;
	portal->config = new;
	log_set_level(new->log.level);
	log_info("the configuration '%s' is taken anew", portal->config_file);
	return 0;
}

static void reload_config(struct portal *portal)
{
	struct config *new = NULL;
	struct error error;
	int err = config_load(portal->config_file, &new, &error);

	if (!err)
		err = put_in_force(portal, new, &error);
	if (err)
		log_error("%s; the configuration stays that of before", error.text);
}

static void reload_theme(struct portal *portal)
{
	const char *directory = portal->config->web.theme;
	struct theme *theme;
	struct error error;

	if (theme_load(directory, &theme, &error)) {
		log_error("%s; the theme stays that of before", error.text);
		return;
	}
	theme_free(portal->theme);
	portal->theme = theme;
	if (directory[0])
		log_info("the theme '%s' is taken anew", directory);
}

void portal_reload(struct portal *portal)
{
	notify_reloading();
	reload_config(portal);
	web_reload(portal);
	reload_theme(portal);
	notify("READY=1");
}

void reload_stop(struct portal *portal)
{
	struct retired *retired = portal->retired;

	while (retired) {
		struct retired *next = retired->next;

		config_free(retired->config);
		free(retired);
		retired = next;
	}
	portal->retired = NULL;
}
