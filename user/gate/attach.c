/* SPDX-License-Identifier: MIT */
/* attach.c - shuts the gate: looks at every interface first, then attaches where it isn't shut yet. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "gate.skel.h"

#include "gate/internal.h"
#include "gate/libbpf_log.h"
#include "gate/hooks.h"
#include "gate/migrate.h"
#include "gate/netdev.h"
#include "gate/pins.h"

#define GATE_PROGRAM "x511_gate"

/* What becomes of one interface. */
struct plan {
	struct gate_port port;
	char path[PIN_PATH_SIZE]; /* of the link's pin */
	int link_fd;		  /* -1 until there is a link */
	bool stale;		  /* what is pinned belongs to an interface that is gone */
	bool begun;		  /* something may have to be taken back */
};

static const char *mode_name(bool native)
{
	return native ? "native" : "generic";
}

static int check_device(const char *name, struct gate_port *port, struct error *error)
{
	struct netdev netdev;
	int r = netdev_read(name, &netdev);

	if (r == -ENODEV)
		return fail(error, ENODEV,
			    "interface '%s' doesn't exist; create it, or correct 'interface' in "
			    "[gateway]",
			    name);
	if (r)
		return fail(error, -r, "can't read interface '%s': %s", name, strerror(-r));
	if (netdev.mtu > GATE_MTU_MAX)
		return fail(
			error, ERANGE,
			"interface '%s' has an MTU of %u and the gate takes at most %u; run `ip "
			"link set dev %s mtu %u`",
			name, netdev.mtu, GATE_MTU_MAX, name, GATE_MTU_MAX);
	if (netdev.queues > X511_MAX_QUEUES)
		return fail(
			error, ERANGE,
			"interface '%s' has %u receive queues and the gate takes at most %u; run "
			"`ethtool -L %s combined %u`",
			name, netdev.queues, X511_MAX_QUEUES, name, X511_MAX_QUEUES);
	port->ifindex = netdev.ifindex;
	port->mtu = netdev.mtu;
	port->queues = netdev.queues;
	return 0;
}

static int refuse_foreign(const char *name, const struct xdp_state *state, struct error *error)
{
	char program[PROGRAM_NAME_SIZE];

	xdp_program_name(state->program_id, program);
	if (!strcmp(program, GATE_PROGRAM))
		return fail(error, EBUSY,
			    "interface '%s' already runs a gate with pins elsewhere; take it out "
			    "by `xdp511d --detach` with its configuration, or set that bpf-dir",
			    name);
	return fail(
		error, EBUSY,
		"interface '%s' already runs the XDP program '%s' (id %u); stop what attached it, "
		"or run `ip link set dev %s %s off`",
		name, program, state->program_id, name, state->native ? "xdp" : "xdpgeneric");
}

/* A link can't change its mode, and making it anew would leave the gate open for a moment. */
static int check_mode(const char *name, bool native, enum xdp_mode mode, struct error *error)
{
	if (mode == XDP_MODE_AUTO || native == (mode == XDP_MODE_NATIVE))
		return 0;
	return fail(error, EEXIST,
		    "interface '%s' runs the gate in %s mode and xdp-mode is %s; set xdp-mode = "
		    "auto, or "
		    "run `xdp511d --detach --config FILE` first",
		    name, mode_name(native), mode_name(!native));
}

/* Only looks; changes nothing. */
static int plan_port(struct gate *gate, size_t i, struct plan *plan, struct error *error)
{
	const char *name = gate->config.interfaces[i];
	struct xdp_state state;
	int r;

	plan->port = gate->ports[i];
	r = check_device(name, &plan->port, error);
	if (r)
		return r;
	r = xdp_query(plan->port.ifindex, &state);
	if (r)
		return fail(error, -r, "can't ask interface '%s' for its XDP program: %s%s", name,
			    strerror(-r), libbpf_log_reason());
	pins_link_path(gate->config.bpf_dir, name, plan->path);
	r = xdp_link_find(plan->path, plan->port.ifindex, &state, &plan->link_fd);
	if (r && r != -ENOENT && r != -ESTALE)
		return fail(error, -r, "can't read the pinned link '%s': %s; remove it", plan->path,
			    strerror(-r));
	plan->stale = r == -ESTALE;
	plan->port.adopted = !r;
	if (!r)
		return check_mode(name, state.native, gate->config.xdp_mode, error);
	return state.program_id ? refuse_foreign(name, &state, error) : 0;
}

static int refuse_mode(const char *name, int err, enum xdp_mode mode, struct error *error)
{
	const char *hint = err == ERANGE ? " (its MTU or that of its peer is too large)" : "";

	if (mode == XDP_MODE_NATIVE)
		return fail(
			error, err,
			"interface '%s' can't run XDP in native mode: %s%s; set xdp-mode = auto or "
			"generic",
			name, strerror(err), hint);
	return fail(error, err, "interface '%s' can't run XDP: %s%s; see `xdp511 check`", name,
		    strerror(err), hint);
}

static int attach_xdp(struct gate *gate, struct plan *plan, struct error *error)
{
	int program_fd = bpf_program__fd(gate->skeleton->progs.x511_gate);
	const char *name = plan->port.name;
	int r;

	if (plan->port.adopted) {
		r = bpf_link_update(plan->link_fd, program_fd, NULL);
		return r ? fail(error, -r, "can't swap the program of '%s': %s", plan->path,
				strerror(-r))
			 : 0;
	}
	plan->begun = true;
	if (plan->stale && unlink(plan->path))
		return fail(error, errno, "can't remove the stale pin '%s': %s", plan->path,
			    strerror(errno));
	r = xdp_link_make(program_fd, plan->port.ifindex, gate->config.xdp_mode, &plan->link_fd);
	if (r)
		return refuse_mode(name, -r, gate->config.xdp_mode, error);
	/* Somebody may have removed more than the pin. */
	r = pins_make_directories(gate->config.bpf_dir, error);
	if (r)
		return r;
	r = bpf_obj_pin(plan->link_fd, plan->path);
	return r ? fail(error, -r, "can't pin the link of '%s' at '%s': %s", name, plan->path,
			strerror(-r))
		 : 0;
}

static int attach_egress(struct gate *gate, const struct gate_port *port, struct error *error)
{
	int r = egress_attach(bpf_program__fd(gate->skeleton->progs.x511_egress), port->ifindex);

	if (r == -EEXIST)
		return fail(
			error, EEXIST,
			"interface '%s' has an ingress qdisc where the gate needs clsact, which "
			"does the same and more; run `tc qdisc del dev %s ingress`",
			port->name, port->name);
	if (r)
		return fail(
			error, -r,
			"can't add the gate's filter to '%s' (%s%s); see `tc qdisc show dev %s`",
			port->name, strerror(-r), libbpf_log_reason(), port->name);
	return 0;
}

static int attach_port(struct gate *gate, struct plan *plan, struct error *error)
{
	struct gate_port *port = &plan->port;
	struct xdp_state state;
	int r;

	r = attach_xdp(gate, plan, error);
	if (r)
		return r;
	r = attach_egress(gate, port, error);
	if (r)
		return r;
	r = xdp_link_ids(plan->link_fd, &port->link_id, &port->program_id);
	if (!r)
		r = xdp_query(port->ifindex, &state);
	if (!r && state.program_id != port->program_id)
		r = -ENODEV;
	if (r)
		return fail(error, -r, "interface '%s' went away while the gate was shut: %s",
			    port->name, strerror(-r));
	port->egress_id = egress_program(port->ifindex);
	port->native = state.native;
	return 0;
}

/*
 * A plan that worked becomes the port; else what it made new is undone. An adopted link goes on
 * with the new program: same maps.
 */
static void settle(struct gate *gate, size_t i, struct plan *plan, int err)
{
	if (!err) {
		gate->ports[i] = plan->port;
	} else if (plan->begun) {
		(void)egress_detach(plan->port.ifindex);
		(void)unlink(plan->path);
	}
	if (plan->link_fd >= 0)
		close(plan->link_fd);
}

/* An interface that left the configuration is free again. */
static void release_stranger(void *ctx, const char *interface)
{
	struct gate *gate = ctx;
	char path[PIN_PATH_SIZE];
	uint32_t ifindex;

	if (config_has_interface(&gate->config, interface))
		return;
	ifindex = if_nametoindex(interface);
	if (ifindex)
		(void)egress_detach(ifindex);
	(void)unlink(pins_link_path(gate->config.bpf_dir, interface, path));
}

static int plan_all(struct gate *gate, struct plan *plans, struct error *error)
{
	size_t i;
	int r = 0;

	for (i = 0; i < gate->n_ports; i++)
		plans[i].link_fd = -1;
	for (i = 0; i < gate->n_ports && !r; i++)
		r = plan_port(gate, i, &plans[i], error);
	return r;
}

static int attach_new(struct gate *gate, struct plan *plans, struct error *error)
{
	size_t i;
	int r = 0;

	for (i = 0; i < gate->n_ports && !r; i++) {
		if (!plans[i].port.adopted)
			r = attach_port(gate, &plans[i], error);
	}
	return r;
}

int gate_shut(struct gate *gate, struct error *error)
{
	struct plan plans[X511_MAX_PORTS] = {};
	size_t i;
	int r = plan_all(gate, plans, error);

	if (!r)
		r = attach_new(gate, plans, error);
	for (i = 0; i < gate->n_ports; i++)
		settle(gate, i, &plans[i], r);
	return r;
}

/* What gate_shut() attached anew runs this program already. */
static int swap_all(struct gate *gate, struct plan *plans, struct error *error)
{
	size_t i;
	int r = 0;

	for (i = 0; i < gate->n_ports && !r; i++) {
		if (gate->ports[i].adopted)
			r = attach_port(gate, &plans[i], error);
		else
			plans[i].port = gate->ports[i];
	}
	return r;
}

int gate_take_over(struct gate *gate, struct error *error)
{
	struct plan plans[X511_MAX_PORTS] = {};
	size_t i;
	int r = plan_all(gate, plans, error);

	if (!r && gate->old_abi)
		r = migrate_copy(gate, gate->old_abi, error);
	if (!r) {
		gate->old_abi = 0;
		r = swap_all(gate, plans, error);
	}
	for (i = 0; i < gate->n_ports; i++)
		settle(gate, i, &plans[i], r);
	if (r)
		return r;
	migrate_credit(gate);
	(void)pins_each_link(gate->config.bpf_dir, release_stranger, gate);
	gate_prune_ports(gate);
	return 0;
}

/* The interface of the name, and on it both programs. Its MTU and queues may have changed. */
static bool still_runs(struct gate_port *port)
{
	struct netdev netdev;
	struct xdp_state state;

	if (netdev_read(port->name, &netdev) || netdev.ifindex != port->ifindex)
		return false;
	port->mtu = netdev.mtu;
	port->queues = netdev.queues;
	return !xdp_query(port->ifindex, &state) && state.program_id == port->program_id &&
	       egress_program(port->ifindex) == port->egress_id;
}

int gate_keep_shut(struct gate *gate, size_t i, struct error *error)
{
	struct plan plan = {.link_fd = -1};
	int r;

	if (still_runs(&gate->ports[i]))
		return 0;
	r = plan_port(gate, i, &plan, error);
	if (!r)
		r = attach_port(gate, &plan, error);
	settle(gate, i, &plan, r);
	if (r)
		return r;
	gate_prune_ports(gate);
	return 1;
}
