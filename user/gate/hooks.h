/* SPDX-License-Identifier: MIT */
/* hooks.h - the two places where a program hangs on an interface: XDP (by bpf_link), tc egress. */
#ifndef XDP511_HOOKS_H
#define XDP511_HOOKS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/config.h"
#include "base/log.h"

#define GATE_MTU_MAX	  1500 /* its frames fit one 2048-byte buffer of the responder */
#define PROGRAM_NAME_SIZE 16   /* BPF_OBJ_NAME_LEN */

/* What XDP runs on an interface, ours or not. */
struct xdp_state {
	uint32_t program_id; /* 0: nothing */
	bool native;
};

int xdp_query(uint32_t ifindex, struct xdp_state *ret_state);

/* Returns @buffer; "?" when the kernel doesn't tell (it wants CAP_SYS_ADMIN for this). */
char *xdp_program_name(uint32_t program_id, char buffer[PROGRAM_NAME_SIZE]);

/*
 * The link pinned at @path, if it is what runs on the interface now: 0 and *ret_fd.
 * -ENOENT: nothing is pinned. -ESTALE: a link, but of an interface that is gone.
 */
int xdp_link_find(const char *path, uint32_t ifindex, const struct xdp_state *state, int *ret_fd);

/* Attaches; @mode auto tries native first. The link is gone with *ret_fd unless it is pinned. */
int xdp_link_make(int program_fd, uint32_t ifindex, enum xdp_mode mode, int *ret_fd);

/* Numbers for `status`. */
int xdp_link_ids(int link_fd, uint32_t *ret_link_id, uint32_t *ret_program_id);

/*
 * 0: the interface has a clsact qdisc. -ENOENT: neither that nor another one in its place.
 * -EEXIST: an `ingress` qdisc, which would take an egress filter and run it on what comes in.
 */
int egress_check(uint32_t ifindex);

/* Puts the filter into its fixed place, instead of any there. -EEXIST as above. */
int egress_attach(int program_fd, uint32_t ifindex);

/* Whether a filter at egress is in that place. */
bool egress_is_ours(uint32_t handle, uint32_t priority);

/* The program in that place; 0: none. */
uint32_t egress_program(uint32_t ifindex);

/* No filter there: 0. The clsact qdisc stays: others may have filters in it. */
int egress_detach(uint32_t ifindex);

#endif /* XDP511_HOOKS_H */
