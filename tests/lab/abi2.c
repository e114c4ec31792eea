/* SPDX-License-Identifier: MIT */
/*
 * abi2.c - turns a gate back to ABI 2 while no daemon runs: `abi2 PROGRAM BPF-DIR INTERFACE`.
 *
 * Its sessions go on, and no packet meets an open gate: as if that ABI's daemon had stopped here.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/membarrier.h>
#include <net/if.h>
#include <sys/syscall.h>

#include <xdp511/abi2.h>

#include "abi2.h"

#define SESSIONS_MAX 64 /* of a lab */

struct entry {
	struct session_key key;
	struct session before;
};

static void must(int r, const char *what)
{
	if (r >= 0)
		return;
	fprintf(stderr, "abi2: %s: %s\n", what, strerror(-r));
	exit(1);
}

static const char *pin_of(const char *dir, const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static int fd_of(const struct bpf_object *object, const char *name)
{
	int fd = bpf_object__find_map_fd_by_name(object, name);

	must(fd, name);
	return fd;
}

static int pinned(const char *dir, const char *name)
{
	int fd = bpf_obj_get(pin_of(dir, name));

	must(fd, name);
	return fd;
}

static struct abi2_session old_form(const struct session *session)
{
	return (struct abi2_session){
		.expires_ns = session->expires_tick * X511_TICK_NS,
		.quota_bytes = session->quota_bytes,
		.last_seen_ns = session->last_seen_tick * X511_TICK_NS,
		.up_bytes = session->up_bytes,
		.up_packets = session->up_packets,
		.down_bytes = session->down_bytes,
		.down_packets = session->down_packets,
		.up_kbps = session->up_kbps,
		.down_kbps = session->down_kbps,
		.idle_s = session->idle_ticks * X511_TICK_NS / 1000000000,
		.vlan = session->vlan,
		.state = session->state,
	};
}

static size_t copy_sessions(int from, int to, struct entry *entries)
{
	struct session_key *previous = NULL;
	size_t n;

	for (n = 0; n < SESSIONS_MAX; n++) {
		struct abi2_session old;

		if (bpf_map_get_next_key(from, previous, &entries[n].key))
			break;
		previous = &entries[n].key;
		must(bpf_map_lookup_elem(from, previous, &entries[n].before), "a session");
		old = old_form(&entries[n].before);
		must(bpf_map_update_elem(to, previous, &old, BPF_ANY), "a session");
	}
	return n;
}

static void copy_cookies(int from, int to)
{
	struct cookie_keys keys;
	__u32 zero = 0;

	must(bpf_map_lookup_elem(from, &zero, &keys), "the cookies");
	must(bpf_map_update_elem(to, &zero, &keys, BPF_ANY), "the cookies");
}

/* Both are made of whole words, so that per-CPU values follow each other without a gap. */
static void copy_stats(int from, int to)
{
	int i, n = libbpf_num_possible_cpus();
	struct stats *stats = calloc(n, sizeof(*stats));
	struct abi2_stats *old = calloc(n, sizeof(*old));
	__u32 zero = 0;

	must(stats && old ? 0 : -ENOMEM, "the counters");
	must(bpf_map_lookup_elem(from, &zero, stats), "the counters");
	for (i = 0; i < n; i++) {
#define X(name) old[i].name = stats[i].name;
		ABI2_VERDICTS(X)
#undef X
	}
	must(bpf_map_update_elem(to, &zero, old, BPF_ANY), "the counters");
	free(stats);
	free(old);
}

static int program_fd(const struct bpf_object *object, const char *name)
{
	const struct bpf_program *program = bpf_object__find_program_by_name(object, name);

	must(program ? 0 : -ENOENT, name);
	return bpf_program__fd(program);
}

static void swap(const struct bpf_object *object, const char *dir, const char *interface)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = (int)if_nametoindex(interface),
		    .attach_point = BPF_TC_EGRESS);
	LIBBPF_OPTS(bpf_tc_opts, opts, .prog_fd = program_fd(object, "x511_egress"),
		    .handle = 0x511, .priority = 1, .flags = BPF_TC_F_REPLACE);
	char name[64];
	int link_fd;

	snprintf(name, sizeof(name), "links/%s_x511_gate", interface);
	link_fd = pinned(dir, name);
	must(bpf_link_update(link_fd, program_fd(object, "x511_gate"), NULL), "the link");
	must(bpf_tc_attach(&hook, &opts), "the filter");
	close(link_fd);
	(void)syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
}

/* What was counted after the copy. */
static void credit(const struct bpf_object *object, int from, const struct entry *entry)
{
	struct session now;
	struct abi2_credit more = {.device = entry->key};
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = &more, .ctx_size_in = sizeof(more));

	must(bpf_map_lookup_elem(from, &entry->key, &now), "a session");
	more.up_packets = now.up_packets - entry->before.up_packets;
	more.up_bytes = now.up_bytes - entry->before.up_bytes;
	more.down_packets = now.down_packets - entry->before.down_packets;
	more.down_bytes = now.down_bytes - entry->before.down_bytes;
	must(bpf_prog_test_run_opts(program_fd(object, "x511_credit"), &opts), "the credit");
}

static void replace_pins(const struct bpf_object *object, const char *dir)
{
	const struct bpf_map *map;

	bpf_object__for_each_map(map, object)
	{
		const char *path = pin_of(dir, bpf_map__name(map));

		if (unlink(path))
			must(-errno, path);
		must(bpf_obj_pin(bpf_map__fd(map), path), path);
	}
}

int main(int argc, char **argv)
{
	struct abi abi = {.version = 2};
	struct entry entries[SESSIONS_MAX];
	struct bpf_object *object;
	const char *dir;
	__u32 zero = 0;
	size_t i, n;
	int sessions;

	if (argc != 4)
		return 2;
	dir = argv[2];
	object = bpf_object__open_file(argv[1], NULL);
	must(object ? 0 : -errno, argv[1]);
	must(bpf_object__load(object), argv[1]);
	must(bpf_map_update_elem(fd_of(object, "x511_abi"), &zero, &abi, BPF_ANY), "x511_abi");
	sessions = pinned(dir, "x511_sessions");
	copy_cookies(pinned(dir, "x511_cookies"), fd_of(object, "x511_cookies"));
	copy_stats(pinned(dir, "x511_stats"), fd_of(object, "x511_stats"));
	n = copy_sessions(sessions, fd_of(object, "x511_sessions"), entries);
	swap(object, dir, argv[3]);
	for (i = 0; i < n; i++)
		credit(object, sessions, &entries[i]);
	replace_pins(object, dir);
	return 0;
}
