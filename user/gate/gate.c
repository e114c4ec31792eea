/* SPDX-License-Identifier: MIT */
/* gate.c - loads the program onto the pinned maps, if their layout and sizes are the ones it knows. */
#include "gate/gate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "gate.skel.h"

#include "gate/internal.h"
#include "gate/libbpf_log.h"
#include "gate/migrate.h"
#include "gate/netdev.h"
#include "gate/pins.h"

#define ADDRESSES_A_SESSION 2 /* entries: one of global addresses, one of the link-local one */
#define UNFILLED_PIN	    "x511_unfilled"
#define DETACH_REMEDY                                                                              \
	"run `xdp511d --detach --config FILE`, then start again: sessions come back from the "     \
	"database"

/* -ENOENT: not pinned. */
static int pinned_map(const char *path, struct bpf_map_info *ret_info, int *ret_fd)
{
	struct bpf_map_info info = {};
	__u32 size = sizeof(info);
	int fd = bpf_obj_get(path), r;

	if (fd < 0)
		return fd;
	r = bpf_obj_get_info_by_fd(fd, &info, &size);
	if (r) {
		close(fd);
		return r;
	}
	*ret_info = info;
	*ret_fd = fd;
	return 0;
}

/* The version the pins were made with; 0: a start that never came to its end. */
static int pinned_abi(const char *dir, __u32 *ret_version)
{
	char path[PIN_PATH_SIZE];
	struct bpf_map_info info;
	struct abi abi = {};
	__u32 zero = 0;
	int fd, r;

	r = pinned_map(pins_map_path(dir, "x511_abi", path), &info, &fd);
	if (r)
		return r;
	if (info.value_size != sizeof(abi) || info.key_size != sizeof(zero))
		r = -EINVAL;
	else
		r = bpf_map_lookup_elem(fd, &zero, &abi);
	close(fd);
	if (!r)
		*ret_version = abi.version;
	return r;
}

/*
 * Pinned from before the maps are made until their sessions are: a start that comes between finds
 * new maps, too, however it ended.
 */
static int mark_unfilled(const struct gate *gate, struct error *error)
{
	char path[PIN_PATH_SIZE];
	int fd, r;

	fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, UNFILLED_PIN, sizeof(__u32), sizeof(__u32), 1,
			    NULL);
	r = fd < 0 ? fd : bpf_obj_pin(fd, pins_map_path(gate->config.bpf_dir, UNFILLED_PIN, path));
	if (fd >= 0)
		close(fd);
	return r && r != -EEXIST
		       ? fail(error, -r, "can't pin anything in '%s': %s; see `xdp511 check`",
			      gate->config.bpf_dir, strerror(-r))
		       : 0;
}

void gate_set_filled(struct gate *gate)
{
	char path[PIN_PATH_SIZE];

	if (gate->fresh)
		(void)unlink(pins_map_path(gate->config.bpf_dir, UNFILLED_PIN, path));
	gate->fresh = false;
}

/* Pins of an unknown version, or of none, are never read: their bytes may mean something else. */
static int check_abi(struct gate *gate, struct error *error)
{
	const char *dir = gate->config.bpf_dir;
	char path[PIN_PATH_SIZE];
	__u32 version = 0;
	int r = pinned_abi(dir, &version);

	gate->fresh = access(pins_map_path(dir, "x511_sessions", path), F_OK) != 0;
	if (r == -EPERM || r == -EACCES)
		return fail(error, EPERM, "may not read the pins in '%s'; run as root", dir);
	if (r && (r != -ENOENT || !gate->fresh))
		return fail(error, EPROTO,
			    "the pins in '%s' have no readable ABI number; " DETACH_REMEDY, dir);
	gate->fresh |= !access(pins_map_path(dir, UNFILLED_PIN, path), F_OK);
	if (r || !version || version == X511_ABI)
		return 0;
	if (!migrate_knows(version))
		return fail(
			error, EPROTO,
			"the pins in '%s' have ABI %u and this xdp511d has ABI %u; " DETACH_REMEDY,
			dir, version, X511_ABI);
	gate->old_abi = version;
	return 0;
}

/* Of the maps of this ABI. Other sizes than configured: *ret_fits is false. */
static int check_size(const char *dir, const struct bpf_map *map, bool *ret_fits,
		      struct error *error)
{
	const char *name = bpf_map__name(map);
	char path[PIN_PATH_SIZE];
	struct bpf_map_info info;
	int fd, r;

	if (!bpf_map__pin_path(map))
		return 0;
	r = pinned_map(pins_map_path(dir, name, path), &info, &fd);
	if (r == -ENOENT)
		return 0;
	if (r)
		return fail(error, -r, "can't read the pinned map '%s': %s; " DETACH_REMEDY, path,
			    strerror(-r));
	close(fd);
	if (info.key_size != bpf_map__key_size(map) || info.value_size != bpf_map__value_size(map))
		return fail(error, EPROTO,
			    "the pinned map '%s' has %u+%u bytes an entry, this xdp511d "
			    "%u+%u; " DETACH_REMEDY,
			    name, info.key_size, info.value_size, bpf_map__key_size(map),
			    bpf_map__value_size(map));
	if (info.max_entries != bpf_map__max_entries(map))
		*ret_fits = false;
	return 0;
}

static int check_sizes(struct gate *gate, struct error *error)
{
	struct bpf_map *map;
	bool fits = true;
	int r = 0;

	bpf_object__for_each_map(map, gate->skeleton->obj)
	{
		r = check_size(gate->config.bpf_dir, map, &fits, error);
		if (r)
			return r;
	}
	if (!fits)
		gate->old_abi = X511_ABI;
	return 0;
}

static int set_sizes(struct gate *gate, struct error *error)
{
	struct gate_bpf *skeleton = gate->skeleton;
	int r;

	r = bpf_map__set_max_entries(skeleton->maps.x511_sessions, gate->config.max_sessions);
	if (!r)
		r = bpf_map__set_max_entries(skeleton->maps.x511_guests, gate->config.max_guests);
	if (!r)
		r = bpf_map__set_max_entries(skeleton->maps.x511_addresses,
					     ADDRESSES_A_SESSION * gate->config.max_sessions);
	return r ? fail(error, -r,
			"can't set the size of the maps: %s; correct max-sessions and max-guests",
			strerror(-r))
		 : 0;
}

/* Where libbpf finds the pins of the maps, or makes them. */
static int set_pins(struct gate *gate, struct error *error)
{
	char dir[PIN_PATH_SIZE], path[PIN_PATH_SIZE];
	struct bpf_map *map;
	int r;

	if (!gate->old_abi)
		return 0;
	r = pins_make_next(gate->config.bpf_dir, error);
	if (r)
		return r;
	migrate_directory(gate->config.bpf_dir, dir);
	bpf_object__for_each_map(map, gate->skeleton->obj)
	{
		if (!bpf_map__pin_path(map))
			continue;
		r = bpf_map__set_pin_path(map, pins_map_path(dir, bpf_map__name(map), path));
		if (r)
			return fail(error, -r, "out of memory");
	}
	return 0;
}

static int open_object(struct gate *gate, struct error *error)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .pin_root_path = gate->config.bpf_dir);
	int r;

	gate->skeleton = gate_bpf__open_opts(&opts);
	if (!gate->skeleton)
		return fail(error, errno, "can't read the gate's program%s; reinstall xdp511",
			    libbpf_log_reason());
	r = set_sizes(gate, error);
	if (!r && !gate->old_abi)
		r = check_sizes(gate, error);
	return r ? r : set_pins(gate, error);
}

static int load(struct gate *gate, struct error *error)
{
	struct abi abi = {.version = X511_ABI};
	__u32 zero = 0;
	int r = open_object(gate, error);

	if (!r && gate->fresh)
		r = mark_unfilled(gate, error);
	if (r)
		return r;
	r = gate_bpf__load(gate->skeleton);
	if (r == -EPERM)
		return fail(error, EPERM,
			    "may not load the gate; run as root, or see `xdp511 check`");
	if (r)
		return fail(error, -r,
			    "can't load the gate (%s%s); `xdp511 check` says what is missing",
			    strerror(-r), libbpf_log_reason());
	r = bpf_map_update_elem(bpf_map__fd(gate->skeleton->maps.x511_abi), &zero, &abi, BPF_ANY);
	if (r)
		return fail(error, -r, "can't write the ABI number into '%s': %s",
			    gate->config.bpf_dir, strerror(-r));
	return 0;
}

/* What a start that was killed has left. */
static int clean_up(struct gate *gate, struct error *error)
{
	int r = pins_settle(gate->config.bpf_dir, error);

	if (r)
		return r;
	r = pins_drop_next(gate->config.bpf_dir);
	return r ? fail(error, -r, "can't remove '%s/" PINS_NEXT "': %s; remove it",
			gate->config.bpf_dir, strerror(-r))
		 : 0;
}

/* Known as far as the interfaces exist now; gate_shut() insists and reads them again. */
static void read_ports(struct gate *gate)
{
	struct netdev netdev;
	size_t i;

	gate->n_ports = gate->config.n_interfaces;
	for (i = 0; i < gate->n_ports; i++) {
		struct gate_port *port = &gate->ports[i];

		memcpy(port->name, gate->config.interfaces[i], sizeof(port->name));
		port->xsk_base = X511_MAX_QUEUES * i;
		if (netdev_read(port->name, &netdev))
			continue;
		port->ifindex = netdev.ifindex;
		port->mtu = netdev.mtu;
		port->queues = netdev.queues;
	}
}

int gate_open(const struct config_gateway *config, struct gate **ret_gate, struct error *error)
{
	struct gate *gate = calloc(1, sizeof(*gate));
	int r;

	if (!gate)
		return fail(error, ENOMEM, "out of memory");
	gate->config = *config;
	gate->lock_fd = -1;
	libbpf_log_start();
	r = pins_make(config->bpf_dir, &gate->lock_fd, error);
	if (!r)
		r = clean_up(gate, error);
	if (!r)
		r = check_abi(gate, error);
	if (!r)
		r = load(gate, error);
	if (!r && (r = gate_map_cookies(gate)))
		r = fail(error, -r, "can't make the keys of the cookies: %s", strerror(-r));
	if (r) {
		gate_close(gate);
		return r;
	}
	read_ports(gate);
	*ret_gate = gate;
	return 0;
}

/* The lock is only closed, never released: a worker's copy of it must not free its parent's. */
struct gate *gate_close(struct gate *gate)
{
	if (!gate)
		return NULL;
	if (gate->old_abi) /* didn't come to the migration */
		(void)pins_drop_next(gate->config.bpf_dir);
	gate_unmap_cookies(gate);
	ring_buffer__free(gate->notices);
	gate_bpf__destroy(gate->skeleton);
	if (gate->lock_fd >= 0)
		close(gate->lock_fd);
	free(gate);
	return NULL;
}

const struct gate_port *gate_ports(const struct gate *gate, size_t *ret_n)
{
	*ret_n = gate->n_ports;
	return gate->ports;
}

bool gate_is_fresh(const struct gate *gate)
{
	return gate->fresh;
}
