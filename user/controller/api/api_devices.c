/* SPDX-License-Identifier: MIT */
/* api_devices.c - /v1/devices and /v1/link-key: how a portal knows which device it talks to. */
#include <errno.h>
#include <stdio.h>

#include <arpa/inet.h>
#include <nettle/base16.h>

#include "base/address.h"
#include "base/mac.h"
#include "base/units.h"
#include "controller/api/api.h"

/* One end of a TCP connection. */
struct peer {
	struct address address;
	uint64_t port;
};

/* -EINVAL with a sentence. */
static int read_peer(const struct resource_call *call, struct peer *ret_peer, struct error *error)
{
	const char *address = httpd_query(call->request, "address");
	const char *port = httpd_query(call->request, "port");
	char text[QUOTED_SIZE];

	if (!address || !port)
		return fail(
			error, EINVAL,
			"whose connection it is is missing; give ?address= and &port=, those of "
			"the client");
	if (parse_address(address, &ret_peer->address))
		return fail(error, EINVAL,
			    "'address' is '%s', and no IPv4 or IPv6 address; write one",
			    quote(address, text));
	if (parse_number(port, 1, UINT16_MAX, &ret_peer->port))
		return fail(error, EINVAL,
			    "'port' is '%s', and no number from 1 to 65535; write one",
			    quote(port, text));
	return 0;
}

/* The device's session as JSON; null as long as the gate takes it for a guest. */
static int read_session(struct resource_call *call, const struct session_key *device,
			const char **ret_state, json_t **ret_session)
{
	struct controller *controller = controller_of(call);
	struct session_view view;
	char text[API_SESSION_SIZE];
	int err = sessions_find(&controller->sessions, store_id(device), &view);

	if (err && err != -ENOENT)
		return err;
	if (err || session_end(&view.what, gate_now_ns())) {
		*ret_state = "guest";
		*ret_session = json_null();
		return 0;
	}
	*ret_state = state_name(view.what.state);
	*ret_session = json_loadb(text, api_session_text(controller->gate, &view, text), 0, NULL);
	return *ret_session ? 0 : -ENOMEM;
}

static enum MHD_Result show(struct resource_call *call, const struct syn_ack *visitor,
			    const struct peer *peer)
{
	const char *zone = controller_of(call)->zones.slots[visitor->device.zone].name;
	char mac[MAC_TEXT], address[ADDRESS_TEXT];
	const char *state;
	json_t *session;
	int err = read_session(call, &visitor->device, &state, &session);

	if (err)
		return httpd_problem(call->request, api_status_of(err),
				     "the database can't be read (%s); repair the state directory",
				     store_problem(controller_of(call)->store));
	return httpd_json(call->request, MHD_HTTP_OK,
			  json_pack("{s:s, s:s, s:i, s:s, s:s, s:o}", "mac",
				    format_mac(visitor->device.mac, mac), "zone", zone, "vlan",
				    visitor->vlan, "address",
				    format_address(&peer->address, address), "state", state,
				    "session", session));
}

enum MHD_Result api_find_device(struct resource_call *call)
{
	struct controller *controller = controller_of(call);
	char address[ADDRESS_TEXT];
	struct syn_ack visitor;
	struct error error;
	struct peer peer;
	int err;

	if (read_peer(call, &peer, &error))
		return httpd_problem(call->request, MHD_HTTP_BAD_REQUEST, "%s", error.text);
	err = gate_find_visitor(controller->gate, &peer.address, htons((uint16_t)peer.port),
				&visitor);
	if (!err && (visitor.device.zone >= X511_MAX_ZONES ||
		     !controller->zones.slots[visitor.device.zone].name[0]))
		err = -ENOENT;
	if (err)
		return httpd_problem(
			call->request, api_status_of(err),
			"the gate has seen no connection of this machine with '%s' port "
			"%u; only clients of its interfaces are known",
			format_address(&peer.address, address), (unsigned int)peer.port);
	return show(call, &visitor, &peer);
}

enum MHD_Result api_get_link_key(struct resource_call *call)
{
	char text[BASE16_ENCODE_LENGTH(LINK_KEY_SIZE) + 1] = "";

	base16_encode_update(text, LINK_KEY_SIZE, controller_of(call)->settings.link_key);
	return httpd_json(call->request, MHD_HTTP_OK, json_pack("{s:s}", "key", text));
}
