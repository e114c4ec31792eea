/* SPDX-License-Identifier: MIT */
/* notices.c - what the gate tells its controller: the ring of notices. */
#include <errno.h>

#include <bpf/libbpf.h>

#include "gate.skel.h"

#include "gate/internal.h"

static int on_record(void *context, void *record, size_t size)
{
	const struct gate *gate = context;

	if (size >= sizeof(struct notice))
		gate->on_notice(gate->notice_context, record);
	return 0;
}

int gate_open_notices(struct gate *gate, gate_notice_fn fn, void *context, int *ret_fd)
{
	gate->on_notice = fn;
	gate->notice_context = context;
	gate->notices = ring_buffer__new(bpf_map__fd(gate->skeleton->maps.x511_notices), on_record,
					 gate, NULL);
	if (!gate->notices)
		return -errno;
	*ret_fd = ring_buffer__epoll_fd(gate->notices);
	return 0;
}

void gate_read_notices(struct gate *gate)
{
	(void)ring_buffer__consume(gate->notices);
}
