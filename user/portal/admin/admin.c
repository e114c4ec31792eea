/* SPDX-License-Identifier: MIT */
/* admin.c - the portal's own API: its socket, its paths, and how it is. */
#include "portal/admin/admin.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "portal/metrics.h"

static enum MHD_Result get_metrics(struct resource_call *call)
{
	const struct admin *admin = call->context;

	return metrics_http_answer(call->request, metrics_write, admin->portal);
}

/* clang-format off */
static const struct resource resources[] = {
	{"GET", "/v1/status", "", admin_get_status, "How many vouchers and users there are, and what each zone offers."},
	{"GET", METRICS_PATH, "", get_metrics, "What the portal does, as OpenMetrics text."},
	{"GET", "/v1/vouchers", "batch state format", admin_list_vouchers, "The vouchers."},
	{"POST", "/v1/vouchers", "", admin_make_vouchers, "Make vouchers, all alike: a batch."},
	{"DELETE", "/v1/vouchers", "batch forget", admin_revoke_vouchers, "Revoke a batch; its sessions end."},
	{"GET", "/v1/vouchers/", "", admin_get_voucher, "One voucher."},
	{"PATCH", "/v1/vouchers/", "", admin_patch_voucher, "Change one voucher."},
	{"DELETE", "/v1/vouchers/", "", admin_revoke_voucher, "Revoke one voucher; its sessions end."},
	{"GET", "/v1/users", "format", admin_list_users, "The users."},
	{"GET", "/v1/users/", "", admin_get_user, "One user."},
	{"PUT", "/v1/users/", "new", admin_put_user, "Add a user, or change one."},
	{"DELETE", "/v1/users/", "", admin_remove_user, "Delete a user; its sessions end."},
	{.method = NULL},
};
/* clang-format on */

const struct resource *admin_resources(void)
{
	return resources;
}

static enum MHD_Result answer(void *context, struct api_request *request)
{
	return resources_answer(resources, context, request);
}

enum MHD_Result admin_fail(struct api_request *request, const struct accounts *accounts, int err)
{
	return httpd_problem(request,
			     err == -ENOSPC ? MHD_HTTP_INSUFFICIENT_STORAGE
					    : MHD_HTTP_INTERNAL_SERVER_ERROR,
			     "the database '%s' can't be used (%s); make room, or repair it and "
			     "start xdp511-portal again",
			     accounts->file, accounts_problem(accounts));
}

static const char *const method_names[] = {"click", "voucher", "user", "radius", "code"};

static json_t *methods_json(uint32_t methods)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < sizeof(method_names) / sizeof(method_names[0]); i++) {
		if (methods & 1U << i)
			json_array_append_new(list, json_string(method_names[i]));
	}
	return list;
}

static json_t *zones_json(const struct config *config)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < config->n_zones; i++) {
		const struct config_zone *zone = &config->zones[i];

		json_array_append_new(list,
				      json_pack("{s:s, s:s, s:s, s:o}", "zone", zone->name, "name",
						zone->portal.name, "url", zone->portal.url,
						"methods", methods_json(zone->sign_in.methods)));
	}
	return list;
}

enum MHD_Result admin_get_status(struct resource_call *call)
{
	struct admin *admin = call->context;
	struct portal *portal = admin->portal;
	uint64_t n_vouchers = 0, n_users = 0;
	int err = vouchers_count(portal->accounts, &n_vouchers);

	if (!err)
		err = users_count(portal->accounts, &n_users);
	if (err)
		return admin_fail(call->request, portal->accounts, err);
	return httpd_json(call->request, MHD_HTTP_OK,
			  json_pack("{s:s, s:s, s:{s:I, s:I}, s:{s:I, s:I}, s:o}", "version",
				    X511_VERSION, "database", portal->accounts->file, "vouchers",
				    "count", (json_int_t)n_vouchers, "max",
				    (json_int_t)VOUCHERS_MAX, "users", "count", (json_int_t)n_users,
				    "max", (json_int_t)USERS_MAX, "zones",
				    zones_json(portal->config)));
}

int admin_start(struct portal *portal, struct error *error)
{
	struct admin *admin = calloc(1, sizeof(*admin));
	struct httpd_setup setup = {.loop = portal->loop, .answer = answer, .context = admin};
	int err;

	if (!admin)
		return fail(error, ENOMEM, "out of memory");
	portal->admin = admin;
	admin->portal = portal;
	admin->timer = loop_timer(portal->loop, admin_on_timer, admin);
	if (admin->timer < 0)
		return fail(error, -admin->timer, "there is no timer for batches: %s",
			    strerror(-admin->timer));
	err = unix_socket_open(portal->config->web.admin, "admin", &admin->socket, error);
	if (err)
		return err;
	setup.listen_fd = admin->socket.fd;
	return httpd_start(&setup, &admin->httpd, error);
}

void admin_stop(struct portal *portal)
{
	struct admin *admin = portal->admin;

	if (!admin)
		return;
	unix_socket_remove(&admin->socket);
	admin_drop_batches(admin);
	httpd_stop(admin->httpd);
	free(admin);
	portal->admin = NULL;
}
