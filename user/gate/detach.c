/* SPDX-License-Identifier: MIT */
/* detach.c - takes everything out of the kernel again, with or without a daemon having run. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "gate/internal.h"
#include "gate/libbpf_log.h"
#include "gate/hooks.h"
#include "gate/pins.h"

struct removal {
	const char *bpf_dir;
	struct error *error;
	int r;
};

/* Goes on after a failure, and remembers the first. */
static void remove_filter(void *ctx, const char *interface)
{
	struct removal *removal = ctx;
	uint32_t ifindex = if_nametoindex(interface);
	int r = ifindex ? egress_detach(ifindex) : 0;

	if (r && !removal->r)
		removal->r = fail(removal->error, -r,
				  "can't remove the gate's filter from '%s' (%s%s); run as root",
				  interface, strerror(-r), libbpf_log_reason());
}

/* The kernel takes its time to let go of a link whose pin is gone; it is asked to do so now. */
static void remove_hooks(void *ctx, const char *interface)
{
	const struct removal *removal = ctx;
	char path[PIN_PATH_SIZE];
	int fd = bpf_obj_get(pins_link_path(removal->bpf_dir, interface, path));

	if (fd >= 0) {
		(void)bpf_link_detach(fd); /* fails when the interface is gone */
		close(fd);
	}
	remove_filter(ctx, interface);
}

int gate_detach(const struct config_gateway *config, struct error *error)
{
	struct removal removal = {.bpf_dir = config->bpf_dir, .error = error};
	int lock_fd = -1, r;
	size_t i;

	libbpf_log_start();
	r = pins_lock(config->bpf_dir, &lock_fd, error);
	if (r && r != -ENOENT)
		return r;
	for (i = 0; i < config->n_interfaces; i++)
		remove_filter(&removal, config->interfaces[i]);
	if (lock_fd >= 0) {
		(void)pins_each_link(config->bpf_dir, remove_hooks, &removal);
		r = pins_remove(config->bpf_dir, removal.r ? NULL : error);
		if (!removal.r)
			removal.r = r;
		close(lock_fd);
	}
	return removal.r;
}
