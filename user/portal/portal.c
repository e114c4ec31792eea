/* SPDX-License-Identifier: MIT */
/* portal.c - the parts of the portal, started in order, stopped the other way round. */
#include "portal/portal.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <sys/signalfd.h>

#include "portal/nas/accounting.h"
#include "portal/admin/admin.h"
#include "portal/admit.h"
#include "portal/nas/dynauth.h"
#include "portal/foreign/fas.h"
#include "portal/hook/hook.h"
#include "portal/web/identify.h"
#include "portal/nas/mac_auth.h"
#include "portal/metrics.h"
#include "portal/nas/nas.h"
#include "portal/pages/pages.h"
#include "portal/accounts/pool.h"
#include "portal/privileges.h"
#include "portal/pulse.h"
#include "portal/reload.h"
#include "portal/foreign/uam.h"
#include "portal/accounts/vouchers.h"
#include "portal/web/web.h"

static void on_signal(void *context)
{
	struct portal *portal = context;
	struct signalfd_siginfo signal;

	while (read(portal->signal_fd, &signal, sizeof(signal)) == sizeof(signal)) {
		if (signal.ssi_signo == SIGHUP)
			portal_reload(portal);
		else
			loop_stop(portal->loop);
	}
}

static int signals_start(struct portal *portal, struct error *error)
{
	sigset_t signals;
	int err = 0;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &signals, NULL))
		err = -errno;
	(void)signal(SIGPIPE, SIG_IGN); /* of guests that leave before their answer */
	if (!err) {
		portal->signal_fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
		err = portal->signal_fd < 0 ? -errno : 0;
	}
	if (!err)
		err = loop_watch(portal->loop, portal->signal_fd, on_signal, portal);
	return err ? fail(error, -err, "signals can't be watched: %s", strerror(-err)) : 0;
}

static void signals_stop(struct portal *portal)
{
	if (portal->signal_fd > 0)
		close(portal->signal_fd);
	portal->signal_fd = 0;
}

static int loop_start(struct portal *portal, struct error *error)
{
	int err = loop_new(&portal->loop);

	return err ? fail(error, -err, "there is nothing to wait with: %s", strerror(-err)) : 0;
}

static void loop_end(struct portal *portal)
{
	portal->loop = loop_free(portal->loop);
}

static int control_start(struct portal *portal, struct error *error)
{
	return control_new(portal->loop, portal->config->gateway.control, &portal->control, error);
}

static void control_stop(struct portal *portal)
{
	portal->control = control_free(portal->control);
}

static int theme_start(struct portal *portal, struct error *error)
{
	return theme_load(portal->config->web.theme, &portal->theme, error);
}

static void theme_stop(struct portal *portal)
{
	portal->theme = theme_free(portal->theme);
}

static int accounts_start(struct portal *portal, struct error *error)
{
	return accounts_open(portal->config->web.state_dir, &portal->accounts, error);
}

static void accounts_stop(struct portal *portal)
{
	portal->accounts = accounts_close(portal->accounts);
}

static int pool_start(struct portal *portal, struct error *error)
{
	int err = pool_new(portal->loop, &portal->pool);

	return err ? fail(error, -err, "there are no threads for passwords: %s", strerror(-err))
		   : 0;
}

/* What waits for it is answered, so it goes before those who asked. */
static void pool_stop(struct portal *portal)
{
	portal->pool = pool_free(portal->pool);
}

/* What listens is there, and threads are still to come, which have what the starting one has. */
static int ports_end(struct portal *portal, struct error *error)
{
	(void)portal;
	return privileges_limit_capabilities(error);
}

/* Who comes later may use who has come before. */
static const struct part {
	int (*start)(struct portal *portal, struct error *error);
	void (*stop)(struct portal *portal);
} parts[] = {
	{loop_start, loop_end},
	{signals_start, signals_stop},
	{control_start, control_stop},
	{accounts_start, accounts_stop},
	{theme_start, theme_stop},
	{nas_start, nas_stop},
	{mac_auth_start, mac_auth_stop},
	{dynauth_start, dynauth_stop},
	{identify_start, identify_stop},
	{vouchers_start, vouchers_stop},
	{admissions_start, admissions_stop},
	{pages_start, pages_stop},
	{web_start, web_stop},
	{uam_start, uam_stop}, /* their requests end with the web server */
	{fas_start, fas_stop},
	{admin_start, admin_stop},
	{metrics_start, metrics_stop},
	{ports_end, NULL},
	{pool_start, pool_stop},
	{hook_start, hook_stop},
	{NULL, nas_quit},		     /* who waits for RADIUS is still there to be told */
	{accounting_start, accounting_stop}, /* its last words need the servers */
	{pulse_start, pulse_stop},
};
#define N_PARTS (sizeof(parts) / sizeof(parts[0]))

int portal_start(struct portal *portal, struct error *error)
{
	int err = 0;
	size_t i;

	for (i = 0; i < N_PARTS && !err; i++)
		err = parts[i].start ? parts[i].start(portal, error) : 0;
	return err;
}

void portal_stop(struct portal *portal)
{
	size_t i;

	for (i = N_PARTS; i > 0; i--) {
		if (parts[i - 1].stop)
			parts[i - 1].stop(portal);
	}
	reload_stop(portal);
	portal->config = config_free(portal->config);
}

int portal_check(struct portal *portal, struct error *error)
{
	int err = theme_start(portal, error);

	if (!err)
		err = web_check(portal->config, error);
	if (!err)
		err = uam_check(portal->config, error);
	return err ? err : fas_check_key(portal->config, error);
}
