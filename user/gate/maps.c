/* SPDX-License-Identifier: MIT */
/* maps.c - typed access to single entries of the maps. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "gate.skel.h"

#include "gate/internal.h"

#define NS_PER_S	UINT64_C(1000000000)
#define ALERTS_BURST_NS NS_PER_S

/* The kernel rounds each CPU's value up to whole words. */
#define ROUND_UP_8(size) (((size) + 7) / 8 * 8)

_Static_assert(sizeof(struct stats) % sizeof(uint64_t) == 0, "summed word by word");

int gate_set_zone(struct gate *gate, uint32_t id, const struct zone *zone)
{
	return bpf_map_update_elem(bpf_map__fd(gate->skeleton->maps.x511_zones), &id, zone,
				   BPF_ANY);
}

int gate_get_zone(struct gate *gate, uint32_t id, struct zone *ret_zone)
{
	struct zone zone;
	int r = bpf_map_lookup_elem(bpf_map__fd(gate->skeleton->maps.x511_zones), &id, &zone);

	if (!r)
		*ret_zone = zone;
	return r;
}

int gate_find_visitor(struct gate *gate, const struct address *address, uint16_t port_be,
		      struct syn_ack *ret_visitor)
{
	const struct syn_ack_key key = {.address = *address, .port_be = port_be};
	struct syn_ack visitor;
	int r = bpf_map_lookup_elem(bpf_map__fd(gate->skeleton->maps.x511_visits), &key, &visitor);

	if (!r)
		*ret_visitor = visitor;
	return r;
}

int gate_set_ceilings(struct gate *gate, const struct ceilings *ceilings)
{
	uint32_t zero = 0;

	return bpf_map_update_elem(bpf_map__fd(gate->skeleton->maps.x511_ceilings), &zero, ceilings,
				   BPF_ANY);
}

int gate_get_newcomers(struct gate *gate, struct newcomers *ret_newcomers)
{
	uint32_t n = X511_MAX_PORTS * X511_MAX_QUEUES, next, i;
	struct queue_paid *queues = calloc(n, sizeof(*queues));
	uint32_t *keys = calloc(n, sizeof(*keys));
	struct newcomers sum = {0};
	int err = queues && keys ? 0 : -ENOMEM;

	if (!err)
		err = bpf_map_lookup_batch(bpf_map__fd(gate->skeleton->maps.x511_queues), NULL,
					   &next, keys, queues, &n, NULL);
	if (err == -ENOENT)
		err = 0; /* all of them were read */
	if (!err) {
		for (i = 0; i < n; i++) {
			sum.guests += queues[i].new_guests;
			sum.frames += queues[i].unknown_frames;
		}
		*ret_newcomers = sum;
	}
	free(queues);
	free(keys);
	return err;
}

int gate_set_port(struct gate *gate, size_t i, const struct port *port)
{
	uint32_t position = i;

	return bpf_map_update_elem(bpf_map__fd(gate->skeleton->maps.x511_ports), &position, port,
				   BPF_ANY);
}

static bool is_configured(const struct gate *gate, uint32_t position, uint32_t ifindex)
{
	return position < gate->config.n_interfaces &&
	       if_nametoindex(gate->config.interfaces[position]) == ifindex;
}

/* Numbers of interfaces that are gone may come back as somebody else's. */
void gate_prune_ports(struct gate *gate)
{
	int fd = bpf_map__fd(gate->skeleton->maps.x511_ports);
	const struct port none = {};
	struct port port;
	uint32_t i;

	for (i = 0; i < X511_MAX_PORTS; i++) {
		if (!bpf_map_lookup_elem(fd, &i, &port) && port.ifindex &&
		    !is_configured(gate, i, port.ifindex))
			(void)bpf_map_update_elem(fd, &i, &none, BPF_ANY);
	}
}

int gate_get_stats(struct gate *gate, struct stats *ret_stats)
{
	const size_t words = sizeof(struct stats) / sizeof(uint64_t);
	const size_t stride = ROUND_UP_8(sizeof(struct stats)) / sizeof(uint64_t);
	int n_cpus = libbpf_num_possible_cpus(), cpu, r;
	uint64_t *values, *sum = (uint64_t *)ret_stats;
	uint32_t zero = 0;
	size_t i;

	if (n_cpus < 0)
		return n_cpus;
	values = calloc(n_cpus, stride * sizeof(*values));
	if (!values)
		return -ENOMEM;
	r = bpf_map_lookup_elem(bpf_map__fd(gate->skeleton->maps.x511_stats), &zero, values);
	if (!r) {
		memset(ret_stats, 0, sizeof(*ret_stats));
		for (cpu = 0; cpu < n_cpus; cpu++)
			for (i = 0; i < words; i++)
				sum[i] += values[cpu * stride + i];
	}
	free(values);
	return r;
}

int gate_set_alerts(struct gate *gate, uint32_t per_second)
{
	struct alerts alerts = {.burst_ns = ALERTS_BURST_NS};
	uint32_t zero = 0;

	if (per_second)
		alerts.gap_ns = NS_PER_S / per_second;
	return bpf_map_update_elem(bpf_map__fd(gate->skeleton->maps.x511_alerts), &zero, &alerts,
				   BPF_ANY);
}

int gate_set_xsk(struct gate *gate, uint32_t slot, int xsk_fd)
{
	return bpf_map_update_elem(bpf_map__fd(gate->skeleton->maps.x511_xsks), &slot, &xsk_fd,
				   BPF_ANY);
}

uint64_t gate_now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NS_PER_S + now.tv_nsec;
}
