/* SPDX-License-Identifier: MIT */
/* migrate.c - copies what outlives the maps of an older ABI, or of another size, into new ones. */
#include "gate/migrate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/membarrier.h>
#include <sys/syscall.h>

#include "gate.skel.h"

#include "gate/internal.h"
#include "gate/layouts.h"
#include "gate/pins.h"

#define SESSIONS "x511_sessions"
#define BATCH	 4096 /* more than any chain of a table has, which a batch can't split */

/* Both stay pinned until what was counted meanwhile is credited: they say so to the next start. */
#define MOVED_PIN  "x511_moved_abi%u"  /* the old sessions */
#define BEFORE_PIN "x511_before_abi%u" /* what of them the new ones have already */
#define PIN_SIZE   24

/* One map on its way. */
struct transfer {
	const struct layout *layout;
	int old_fd, new_fd;
	int before_fd; /* -1 but for the sessions */
	struct bpf_map_info old, new;
	size_t old_stride, new_stride; /* of a value; per-CPU ones have several of them */
	char *keys, *old_values, *new_values;
};

static char *pin_name(const char *format, uint32_t abi, char buffer[PIN_SIZE])
{
	snprintf(buffer, PIN_SIZE, format, abi);
	return buffer;
}

bool migrate_knows(uint32_t abi)
{
	return layouts_of(abi) != NULL;
}

char *migrate_directory(const char *bpf_dir, char *buffer)
{
	return pins_map_path(bpf_dir, PINS_NEXT, buffer);
}

static int open_map(const char *dir, const char *name, int *ret_fd, struct bpf_map_info *ret_info)
{
	char path[PIN_PATH_SIZE];
	__u32 size = sizeof(*ret_info);
	int fd = bpf_obj_get(pins_map_path(dir, name, path)), r;

	if (fd < 0)
		return fd;
	*ret_info = (struct bpf_map_info){};
	r = bpf_obj_get_info_by_fd(fd, ret_info, &size);
	if (r)
		close(fd);
	else
		*ret_fd = fd;
	return r;
}

static void transfer_done(struct transfer *transfer)
{
	if (transfer->old_fd >= 0)
		close(transfer->old_fd);
	if (transfer->before_fd >= 0)
		close(transfer->before_fd);
	free(transfer->keys);
	free(transfer->old_values);
	free(transfer->new_values);
}

static int allocate(struct transfer *transfer, size_t n)
{
	transfer->keys = calloc(n, transfer->old.key_size);
	transfer->old_values = calloc(n, transfer->old_stride);
	transfer->new_values = calloc(n, transfer->new_stride);
	return transfer->keys && transfer->old_values && transfer->new_values ? 0 : -ENOMEM;
}

/* The kernel hands out a per-CPU value rounded up to whole words. */
static size_t stride_of(const struct bpf_map_info *info)
{
	return info->type == BPF_MAP_TYPE_PERCPU_ARRAY ? (info->value_size + 7) / 8 * 8
						       : info->value_size;
}

static int transfer_open(struct gate *gate, const struct layout *layout, struct transfer *transfer)
{
	const struct bpf_map *map = bpf_object__find_map_by_name(gate->skeleton->obj, layout->name);
	__u32 size = sizeof(transfer->new);
	int r;

	*transfer = (struct transfer){.layout = layout, .old_fd = -1, .before_fd = -1};
	if (!map)
		return -ENOENT;
	transfer->new_fd = bpf_map__fd(map);
	r = bpf_obj_get_info_by_fd(transfer->new_fd, &transfer->new, &size);
	if (!r)
		r = open_map(gate->config.bpf_dir, layout->name, &transfer->old_fd, &transfer->old);
	if (r)
		return r;
	if (transfer->old.type != transfer->new.type ||
	    transfer->old.key_size != transfer->new.key_size ||
	    transfer->old.value_size != layout->value_size)
		return -EPROTO;
	transfer->old_stride = stride_of(&transfer->old);
	transfer->new_stride = stride_of(&transfer->new);
	return 0;
}

static void convert(const struct transfer *transfer, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		const void *old = transfer->old_values + i * transfer->old_stride;
		void *new = transfer->new_values + i * transfer->new_stride;

		if (transfer->layout->convert)
			transfer->layout->convert(old, new);
		else
			memcpy(new, old, transfer->new_stride);
	}
}

static bool is_record(const struct transfer *transfer)
{
	return transfer->old.type == BPF_MAP_TYPE_ARRAY ||
	       transfer->old.type == BPF_MAP_TYPE_PERCPU_ARRAY;
}

/* Of an array, only the first entry is in use. */
static int copy_record(struct transfer *transfer)
{
	bool is_per_cpu = transfer->old.type == BPF_MAP_TYPE_PERCPU_ARRAY;
	int n = is_per_cpu ? libbpf_num_possible_cpus() : 1, r;
	__u32 zero = 0;

	if (n < 0)
		return n;
	r = allocate(transfer, n);
	if (!r)
		r = bpf_map_lookup_elem(transfer->old_fd, &zero, transfer->old_values);
	if (r)
		return r;
	convert(transfer, n);
	return bpf_map_update_elem(transfer->new_fd, &zero, transfer->new_values, BPF_ANY);
}

static int write_page(int fd, const void *keys, const void *values, uint32_t n)
{
	LIBBPF_OPTS(bpf_map_batch_opts, opts, .elem_flags = BPF_ANY);

	return n ? bpf_map_update_batch(fd, keys, values, &n, &opts) : 0;
}

/* Sessions that don't fit are refused; what else the gate has learned it can learn again. */
static int copy_table(struct transfer *transfer)
{
	struct gate_walk walk = {};
	int n, r = allocate(transfer, BATCH);

	while (!r && !walk.is_over) {
		n = gate_walk_table(transfer->old_fd, &walk, transfer->keys, transfer->old_values,
				    BATCH);
		if (n < 0)
			return n;
		convert(transfer, n);
		r = write_page(transfer->new_fd, transfer->keys, transfer->new_values, n);
		if (!r && transfer->before_fd >= 0)
			r = write_page(transfer->before_fd, transfer->keys, transfer->old_values,
				       n);
		if (r == -E2BIG && transfer->before_fd < 0)
			return 0;
	}
	return r;
}

/* Pins the old sessions once more, and beside them what the new ones start with. */
static int pin_sessions(struct transfer *transfer, const char *next, uint32_t abi)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_NO_PREALLOC);
	char path[PIN_PATH_SIZE], name[PIN_SIZE];
	int r = bpf_obj_pin(transfer->old_fd,
			    pins_map_path(next, pin_name(MOVED_PIN, abi, name), path));

	if (r)
		return r;
	r = bpf_map_create(BPF_MAP_TYPE_HASH, "x511_before", transfer->old.key_size,
			   transfer->old.value_size, transfer->old.max_entries, &opts);
	if (r < 0)
		return r;
	transfer->before_fd = r;
	return bpf_obj_pin(transfer->before_fd,
			   pins_map_path(next, pin_name(BEFORE_PIN, abi, name), path));
}

static int copy_one(struct gate *gate, const struct layout *layout, uint32_t abi)
{
	char next[PIN_PATH_SIZE];
	struct transfer transfer;
	int r = transfer_open(gate, layout, &transfer);

	if (r == -ENOENT) /* an older gate had no such map */
		return 0;
	migrate_directory(gate->config.bpf_dir, next);
	if (!r && !strcmp(layout->name, SESSIONS))
		r = pin_sessions(&transfer, next, abi);
	if (!r && is_record(&transfer))
		r = copy_record(&transfer);
	else if (!r)
		r = copy_table(&transfer);
	transfer_done(&transfer);
	return r;
}

static int refuse(const struct gate *gate, const char *name, int err, struct error *error)
{
	if (err == E2BIG)
		return fail(error, E2BIG,
			    "there are more sessions than max-sessions = %u; raise it, or sign "
			    "devices out before you lower it",
			    gate->config.max_sessions);
	return fail(error, err, "can't copy the pinned map '%s/%s': %s", gate->config.bpf_dir, name,
		    strerror(err));
}

int migrate_copy(struct gate *gate, uint32_t abi, struct error *error)
{
	const struct layout *layout;
	int r = 0;

	for (layout = layouts_of(abi); layout->name && !r; layout++) {
		r = copy_one(gate, layout, abi);
		if (r)
			r = refuse(gate, layout->name, -r, error);
	}
	if (!r)
		r = pins_commit(gate->config.bpf_dir, error);
	return r ? r : pins_settle(gate->config.bpf_dir, error);
}

/* What the old entry has more than it had when it was copied. */
static struct session difference(const struct session *now, const struct session *before)
{
	return (struct session){
		.up_bytes = now->up_bytes - before->up_bytes,
		.up_packets = now->up_packets - before->up_packets,
		.down_bytes = now->down_bytes - before->down_bytes,
		.down_packets = now->down_packets - before->down_packets,
		.last_seen_tick = now->last_seen_tick,
	};
}

static int credit_entry(struct gate *gate, const struct transfer *transfer, size_t i)
{
	const void *key = transfer->keys + i * transfer->old.key_size;
	void *now = transfer->old_values + i * transfer->old_stride;
	struct session session, earlier, more;
	char before[X511_LAYOUT_MAX];

	if (bpf_map_lookup_elem(transfer->before_fd, key, before) ||
	    !memcmp(before, now, transfer->old_stride))
		return 0;
	if (transfer->layout->convert) {
		transfer->layout->convert(now, &session);
		transfer->layout->convert(before, &earlier);
	} else {
		memcpy(&session, now, sizeof(session));
		memcpy(&earlier, before, sizeof(earlier));
	}
	more = difference(&session, &earlier);
	(void)gate_credit_session(gate, key, &more); /* -ENOENT: signed out by now */
	return bpf_map_update_elem(transfer->before_fd, key, now, BPF_ANY);
}

static int credit_all(struct gate *gate, struct transfer *transfer)
{
	struct gate_walk walk = {};
	int i, n, r = allocate(transfer, BATCH);

	while (!r && !walk.is_over) {
		n = gate_walk_table(transfer->old_fd, &walk, transfer->keys, transfer->old_values,
				    BATCH);
		if (n < 0)
			return n;
		for (i = 0; i < n && !r; i++)
			r = credit_entry(gate, transfer, i);
	}
	return r;
}

static void unpin(const char *dir, const char *name)
{
	char path[PIN_PATH_SIZE];

	(void)unlink(pins_map_path(dir, name, path));
}

/*
 * A packet that the old program began with before the swap may be counted a little later. It runs
 * within an RCU read section, and this barrier of the kernel waits for all of them.
 */
static void wait_for_packets(void)
{
	(void)syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
}

static void credit_abi(struct gate *gate, uint32_t abi)
{
	const char *dir = gate->config.bpf_dir;
	struct transfer transfer = {.layout = layouts_of(abi), .old_fd = -1, .before_fd = -1};
	char moved[PIN_SIZE], before[PIN_SIZE];
	int r;

	pin_name(MOVED_PIN, abi, moved);
	pin_name(BEFORE_PIN, abi, before);
	r = open_map(dir, moved, &transfer.old_fd, &transfer.old);
	if (!r)
		r = open_map(dir, before, &transfer.before_fd, &transfer.new);
	if (!r && (transfer.old.value_size != transfer.layout->value_size ||
		   transfer.new.value_size != transfer.layout->value_size))
		r = -ENOENT; /* nothing that this daemon has left there */
	transfer.old_stride = transfer.new_stride = transfer.old.value_size;
	if (!r) {
		wait_for_packets();
		r = credit_all(gate, &transfer);
	}
	transfer_done(&transfer);
	if (r && r != -ENOENT)
		return; /* the next start tries again */
	unpin(dir, before);
	unpin(dir, moved);
}

void migrate_credit(struct gate *gate)
{
	uint32_t abi;

	for (abi = 1; abi <= X511_ABI; abi++) {
		if (migrate_knows(abi))
			credit_abi(gate, abi);
	}
}
