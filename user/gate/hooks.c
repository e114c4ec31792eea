/* SPDX-License-Identifier: MIT */
/* hooks.c - attaches and detaches a program at XDP and tc egress of one interface. */
#include "gate/hooks.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/if_link.h>

#include "gate/libbpf_log.h"

/* Any fixed pair will do: by it a later start finds its own filter again. */
#define EGRESS_HANDLE	0x511
#define EGRESS_PRIORITY 1 /* ahead of other filters, which could let pass what ours must see */

int xdp_query(uint32_t ifindex, struct xdp_state *ret_state)
{
	LIBBPF_OPTS(bpf_xdp_query_opts, opts);
	int r;

	libbpf_log_start();
	r = bpf_xdp_query(ifindex, 0, &opts);
	if (r)
		return r;
	/* With programs in several modes there is no single prog_id. */
	ret_state->native = opts.attach_mode != XDP_ATTACHED_SKB;
	ret_state->program_id = opts.prog_id	   ? opts.prog_id
				: opts.drv_prog_id ? opts.drv_prog_id
				: opts.hw_prog_id  ? opts.hw_prog_id
						   : opts.skb_prog_id;
	return 0;
}

char *xdp_program_name(uint32_t program_id, char buffer[PROGRAM_NAME_SIZE])
{
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);
	int fd = bpf_prog_get_fd_by_id(program_id);

	if (fd >= 0 && !bpf_obj_get_info_by_fd(fd, &info, &size) && info.name[0])
		snprintf(buffer, PROGRAM_NAME_SIZE, "%s", info.name);
	else
		snprintf(buffer, PROGRAM_NAME_SIZE, "?");
	if (fd >= 0)
		close(fd);
	return buffer;
}

static int link_info(int fd, struct bpf_link_info *ret_info)
{
	__u32 size = sizeof(*ret_info);

	*ret_info = (struct bpf_link_info){};
	return bpf_obj_get_info_by_fd(fd, ret_info, &size);
}

/*
 * Interface numbers are used again, and differ between network namespaces; only when the
 * interface runs the link's very program is the link its own.
 */
int xdp_link_find(const char *path, uint32_t ifindex, const struct xdp_state *state, int *ret_fd)
{
	struct bpf_link_info info;
	int fd = bpf_obj_get(path), r;

	if (fd < 0)
		return fd;
	r = link_info(fd, &info);
	if (!r && (info.type != BPF_LINK_TYPE_XDP || info.xdp.ifindex != ifindex ||
		   info.prog_id != state->program_id))
		r = -ESTALE;
	if (r)
		close(fd);
	else
		*ret_fd = fd;
	return r;
}

static int make_in_mode(int program_fd, uint32_t ifindex, uint32_t flags)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = flags);

	return bpf_link_create(program_fd, ifindex, BPF_XDP, &opts);
}

int xdp_link_make(int program_fd, uint32_t ifindex, enum xdp_mode mode, int *ret_fd)
{
	int fd = -EINVAL;

	if (mode != XDP_MODE_GENERIC)
		fd = make_in_mode(program_fd, ifindex, XDP_FLAGS_DRV_MODE);
	if (mode == XDP_MODE_GENERIC || (mode == XDP_MODE_AUTO && fd < 0))
		fd = make_in_mode(program_fd, ifindex, XDP_FLAGS_SKB_MODE);
	if (fd < 0)
		return fd;
	*ret_fd = fd;
	return 0;
}

int xdp_link_ids(int link_fd, uint32_t *ret_link_id, uint32_t *ret_program_id)
{
	struct bpf_link_info info;
	int r = link_info(link_fd, &info);

	if (r)
		return r;
	*ret_link_id = info.id;
	*ret_program_id = info.prog_id;
	return 0;
}

int egress_attach(int program_fd, uint32_t ifindex)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = ifindex, .attach_point = BPF_TC_EGRESS);
	LIBBPF_OPTS(bpf_tc_opts, opts, .prog_fd = program_fd, .handle = EGRESS_HANDLE,
		    .priority = EGRESS_PRIORITY, .flags = BPF_TC_F_REPLACE);
	int r;

	libbpf_log_start();
	r = bpf_tc_hook_create(&hook);
	if (r == -EEXIST)
		r = egress_check(ifindex);
	if (r)
		return r;
	return bpf_tc_attach(&hook, &opts);
}

bool egress_is_ours(uint32_t handle, uint32_t priority)
{
	return handle == EGRESS_HANDLE && priority == EGRESS_PRIORITY;
}

uint32_t egress_program(uint32_t ifindex)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = ifindex, .attach_point = BPF_TC_EGRESS);
	LIBBPF_OPTS(bpf_tc_opts, opts, .handle = EGRESS_HANDLE, .priority = EGRESS_PRIORITY);

	libbpf_log_start();
	return bpf_tc_query(&hook, &opts) ? 0 : opts.prog_id;
}

int egress_detach(uint32_t ifindex)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = ifindex, .attach_point = BPF_TC_EGRESS);
	LIBBPF_OPTS(bpf_tc_opts, opts, .handle = EGRESS_HANDLE, .priority = EGRESS_PRIORITY);
	int r;

	libbpf_log_start();
	r = bpf_tc_detach(&hook, &opts);
	/* The kernel says EINVAL when there is no clsact qdisc at all. */
	return r == -ENOENT || r == -EINVAL || r == -ENODEV ? 0 : r;
}
