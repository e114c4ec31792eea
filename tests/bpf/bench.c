/* SPDX-License-Identifier: MIT */
/* bench.c - loads the gate where it can do no harm and shoots single frames at it. */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/bpf.h>
#include <linux/if_xdp.h>
#include <linux/pkt_cls.h>
#include <net/if.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "floor.h"
#include "gate.skel.h"

#define MAP_ENTRIES 4096 /* of the maps that are huge in the product */

/*
 * Instructions of the translated programs: three tenths more than now, so that what multiplies them
 * is noticed. A third of the gate's is judge_web(), which is mostly SipHash, unrolled; a quarter of the
 * way back's is what becomes of answers about names (names.h).
 */
#define BUDGET_GATE   6500
#define BUDGET_EGRESS 2210

/* A namespace of its own, two client ports, one CPU so that counters move on one alone. */
static int enter_lab(struct bench *bench)
{
	cpu_set_t cpu;

	CPU_ZERO(&cpu);
	CPU_SET(sched_getcpu(), &cpu);
	if (sched_setaffinity(0, sizeof(cpu), &cpu) || unshare(CLONE_NEWNET))
		return -errno;
	if (system("ip link add client0 numrxqueues 2 numtxqueues 2 type veth peer name far0 && "
		   "ip link add client1 type veth peer name far1"))
		return -EIO;
	bench->ifindex[PORT_DEFAULT] = if_nametoindex("client0");
	bench->ifindex[PORT_STRICT] = if_nametoindex("client1");
	bench->ifindex[PORT_UNKNOWN] = if_nametoindex("far0");
	return bench->ifindex[PORT_STRICT] ? 0 : -ENODEV;
}

static int load(struct bench *bench)
{
	struct bpf_map *map;
	int err;

	bench->skel = gate_bpf__open();
	if (!bench->skel)
		return -errno;
	bpf_object__for_each_map(map, bench->skel->obj)
	{
		err = bpf_map__set_pin_path(map, NULL);
		if (err)
			return err;
	}
	bpf_map__set_max_entries(bench->skel->maps.x511_sessions, MAP_ENTRIES);
	bpf_map__set_max_entries(bench->skel->maps.x511_guests, MAP_ENTRIES);
	bpf_map__set_max_entries(bench->skel->maps.x511_addresses, MAP_ENTRIES);
	err = gate_bpf__load(bench->skel);
	if (err)
		return err;
	bench->gate_fd = bpf_program__fd(bench->skel->progs.x511_gate);
	bench->egress_fd = bpf_program__fd(bench->skel->progs.x511_egress);
	bench->ports = bpf_map__fd(bench->skel->maps.x511_ports);
	bench->vlans = bpf_map__fd(bench->skel->maps.x511_vlans);
	bench->zones = bpf_map__fd(bench->skel->maps.x511_zones);
	bench->sessions = bpf_map__fd(bench->skel->maps.x511_sessions);
	bench->guests = bpf_map__fd(bench->skel->maps.x511_guests);
	bench->own = bpf_map__fd(bench->skel->maps.x511_own);
	bench->resolvers = bpf_map__fd(bench->skel->maps.x511_resolvers);
	bench->garden = bpf_map__fd(bench->skel->maps.x511_garden);
	bench->xsks = bpf_map__fd(bench->skel->maps.x511_xsks);
	bench->stats = bpf_map__fd(bench->skel->maps.x511_stats);
	bench->icmp = bpf_map__fd(bench->skel->maps.x511_icmp);
	bench->cookies = bpf_map__fd(bench->skel->maps.x511_cookies);
	bench->alerts = bpf_map__fd(bench->skel->maps.x511_alerts);
	bench->addresses = bpf_map__fd(bench->skel->maps.x511_addresses);
	bench->ceilings = bpf_map__fd(bench->skel->maps.x511_ceilings);
	bench->queues = bpf_map__fd(bench->skel->maps.x511_queues);
	bench->notices = bpf_map__fd(bench->skel->maps.x511_notices);
	return 0;
}

int map_put(int map, const void *key, const void *value)
{
	return bpf_map_update_elem(map, key, value, BPF_ANY) ? -errno : 0;
}

__u32 bench_xsk_slot(enum port_name port)
{
	return port * X511_MAX_QUEUES;
}

static int configure_ports(struct bench *bench)
{
	__u32 name;

	bench->xsk = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (bench->xsk < 0)
		return -errno;
	for (name = PORT_DEFAULT; name <= PORT_STRICT; name++) {
		struct port port = {
			.ifindex = bench->ifindex[name],
			.drop_unknown_vlan = name == PORT_STRICT,
		};
		__u32 slot = bench_xsk_slot(name);

		if (bpf_map_update_elem(bench->ports, &name, &port, BPF_ANY) ||
		    bpf_map_update_elem(bench->xsks, &slot, &bench->xsk, BPF_ANY))
			return -errno;
	}
	return 0;
}

/* Any that differ: what is tested is who agrees on them. */
int bench_rekey(struct bench *bench)
{
	struct cookie_keys keys;
	__u32 zero = 0;

	if (getrandom(&keys, sizeof(keys), 0) != sizeof(keys))
		return -EIO;
	return map_put(bench->cookies, &zero, &keys);
}

static int read_sums(struct bench *bench, struct stats *ret_sums)
{
	__u32 zero = 0;
	struct counter *sums = (struct counter *)ret_sums;
	int cpu, v;

	if (bpf_map_lookup_elem(bench->stats, &zero, bench->per_cpu))
		return -errno;
	memset(ret_sums, 0, sizeof(*ret_sums));
	for (cpu = 0; cpu < bench->cpus; cpu++) {
		const struct counter *from = (const struct counter *)&bench->per_cpu[cpu];

		for (v = 0; v < V_COUNT - 1; v++) {
			sums[v].packets += from[v].packets;
			sums[v].bytes += from[v].bytes;
		}
	}
	return 0;
}

int bench_settle(struct bench *bench)
{
	return read_sums(bench, &bench->sums);
}

int bench_open(struct bench *bench)
{
	int err;

	*bench = (struct bench){.xsk = -1, .cpus = libbpf_num_possible_cpus()};
	if (bench->cpus <= 0)
		return -EINVAL;
	bench->per_cpu = calloc(bench->cpus, sizeof(*bench->per_cpu));
	if (!bench->per_cpu)
		return -ENOMEM;
	err = enter_lab(bench);
	if (!err)
		err = load(bench);
	if (!err)
		err = configure_ports(bench);
	if (!err)
		err = bench_rekey(bench);
	return err ?: read_sums(bench, &bench->sums);
}

void bench_close(struct bench *bench)
{
	if (bench->xsk >= 0)
		close(bench->xsk);
	gate_bpf__destroy(bench->skel);
	free(bench->per_cpu);
	*bench = (struct bench){.xsk = -1};
}

/* Exactly one counter moves: by one frame (or its segments) and by its bytes. */
static int find_verdict(struct bench *bench, const struct shot *shot, struct outcome *outcome)
{
	const struct counter *old = (const struct counter *)&bench->sums;
	__u32 packets = shot->gso_segs ?: 1;
	__u32 bytes = (shot->wire_len ?: shot->frame->len) + packets * shot->tag_len;
	struct stats sums;
	const struct counter *new = (const struct counter *)&sums;
	int err, v, moved = 0;

	err = read_sums(bench, &sums);
	if (err)
		return err;
	for (v = 0; v < V_COUNT - 1; v++) {
		if (!memcmp(&old[v], &new[v], sizeof(*old)))
			continue;
		moved++;
		outcome->verdict = v + 1;
		if (new[v].packets - old[v].packets != packets ||
		    new[v].bytes - old[v].bytes != bytes) {
			snprintf(outcome->why, sizeof(outcome->why),
				 "%s counted %llu packets of %llu bytes", verdict_name(v + 1),
				 new[v].packets - old[v].packets, new[v].bytes - old[v].bytes);
			err = -EBADMSG;
		}
	}
	bench->sums = sums;
	if (moved != 1) {
		snprintf(outcome->why, sizeof(outcome->why), "%d counters moved", moved);
		return -EBADMSG;
	}
	bench->seen[outcome->verdict]++;
	return err;
}

static int expected_code(enum verdict verdict, bool down)
{
	static const int xdp[] = {
		[ACTION_PASS] = XDP_PASS,
		[ACTION_STEER] = XDP_REDIRECT,
		[ACTION_REPLY] = XDP_TX,
		[ACTION_DROP] = XDP_DROP,
	};

	if (down)
		return verdict_action(verdict) == ACTION_PASS ? TC_ACT_UNSPEC : TC_ACT_SHOT;
	return xdp[verdict_action(verdict)];
}

/* What may have a forged sender gets no more than it sent: no TCP answer is longer. */
static bool is_too_long(const struct shot *shot, const struct outcome *outcome)
{
	return verdict_action(outcome->verdict) == ACTION_REPLY &&
	       outcome->verdict != V_REFUSE_QUIC && outcome->frame.len > shot->frame->len;
}

/* One frame through the program. On an error, ret_outcome->why is its sentence. */
int bench_shoot(struct bench *bench, const struct shot *shot, struct outcome *ret_outcome)
{
	struct xdp_md xdp = {
		.data_end = shot->frame->len,
		.ingress_ifindex = bench->ifindex[shot->port],
		.rx_queue_index = shot->queue,
	};
	struct __sk_buff skb = {
		.ifindex = bench->ifindex[shot->port],
		.wire_len = shot->wire_len,
		.gso_segs = shot->gso_segs,
		.ingress_ifindex = shot->ingress_ifindex,
	};
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = shot->frame->bytes,
		    .data_size_in = shot->frame->len, .data_out = ret_outcome->frame.bytes,
		    .data_size_out = sizeof(ret_outcome->frame.bytes),
		    .ctx_in = shot->down ? (void *)&skb : (void *)&xdp,
		    .ctx_size_in = shot->down ? sizeof(skb) : sizeof(xdp));
	int err, fd = shot->prog_fd ?: shot->down ? bench->egress_fd : bench->gate_fd;

	ret_outcome->why[0] = '\0';
	ret_outcome->verdict = V_UNDECIDED;
	err = bpf_prog_test_run_opts(fd, &opts);
	if (err) {
		snprintf(ret_outcome->why, sizeof(ret_outcome->why), "the kernel won't run it: %s",
			 strerror(-err));
		return err;
	}
	ret_outcome->frame.len = opts.data_size_out;
	err = find_verdict(bench, shot, ret_outcome);
	if (err)
		return err;
	if (is_too_long(shot, ret_outcome)) {
		snprintf(ret_outcome->why, sizeof(ret_outcome->why), "%s answers %u bytes with %u",
			 verdict_name(ret_outcome->verdict), shot->frame->len,
			 ret_outcome->frame.len);
		return -EBADMSG;
	}
	if ((int)opts.retval == expected_code(ret_outcome->verdict, shot->down))
		return 0;
	snprintf(ret_outcome->why, sizeof(ret_outcome->why), "%s counted, but code %d returned",
		 verdict_name(ret_outcome->verdict), (int)opts.retval);
	return -EBADMSG;
}

static void check_one_size(const char *name, int fd, __u32 budget)
{
	struct bpf_prog_info info = {0};
	__u32 len = sizeof(info), instructions;

	if (bpf_obj_get_info_by_fd(fd, &info, &len)) {
		complain("%s: no information: %s", name, strerror(errno));
		return;
	}
	instructions = info.xlated_prog_len / sizeof(struct bpf_insn);
	if (instructions > budget)
		complain("%s has %u instructions", name, instructions);
	report_close("%s: %u instructions, %u allowed", name, instructions, budget);
}

void check_size(const struct bench *bench)
{
	check_one_size("x511_gate", bench->gate_fd, BUDGET_GATE);
	check_one_size("x511_egress", bench->egress_fd, BUDGET_EGRESS);
}
