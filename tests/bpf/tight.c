// SPDX-License-Identifier: MIT
/*
 * tight.c - a SYN whose buffer has no room for the longer SYN-ACK: it is left to the responder.
 *
 * BPF_PROG_TEST_RUN always leaves room behind the frame. So a program of a few instructions
 * moves the frame to the very end of its buffer, and jumps into the gate's.
 */
#include <unistd.h>

#include <linux/bpf.h>

#include <bpf/bpf.h>

#include "floor.h"

#define NO_JUMP	   99 /* the program's code when it couldn't reach the gate */
#define COPY_BYTES 128
#define ROOM_MAX   65536
#define LONGEST	   100 /* of the frames moved here */

static struct bpf_insn instruction(__u8 code, __u8 dst, __u8 src, __s32 imm)
{
	return (struct bpf_insn){.code = code, .dst_reg = dst, .src_reg = src, .imm = imm};
}

static struct bpf_insn set(__u8 dst, __s32 imm)
{
	return instruction(BPF_ALU64 | BPF_MOV | BPF_K, dst, 0, imm);
}

static struct bpf_insn copy(__u8 dst, __u8 src)
{
	return instruction(BPF_ALU64 | BPF_MOV | BPF_X, dst, src, 0);
}

static struct bpf_insn call(__s32 helper)
{
	return instruction(BPF_JMP | BPF_CALL, 0, 0, helper);
}

/* Returns an fd. The program's code is 0 when the frame can grow by @bytes. */
static int load_ruler(__u32 bytes)
{
	struct bpf_insn code[] = {
		set(BPF_REG_2, bytes),
		call(BPF_FUNC_xdp_adjust_tail),
		instruction(BPF_ALU64 | BPF_RSH | BPF_K, BPF_REG_0, 0, 63),
		instruction(BPF_JMP | BPF_EXIT, 0, 0, 0),
	};

	return bpf_prog_load(BPF_PROG_TYPE_XDP, "measure_room", "GPL", code,
			     sizeof(code) / sizeof(code[0]), NULL);
}

static bool can_grow(const struct frame *frame, __u32 bytes)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame->bytes, .data_size_in = frame->len);
	int fd = load_ruler(bytes);
	bool grown = fd >= 0 && !bpf_prog_test_run_opts(fd, &opts) && !opts.retval;

	if (fd >= 0)
		close(fd);
	return grown;
}

/* How many bytes fit behind the frame. */
static __u32 room_behind(const struct frame *frame)
{
	__u32 fits = 0, above = ROOM_MAX;

	while (above - fits > 1) {
		__u32 middle = fits + (above - fits) / 2;

		if (can_grow(frame, middle))
			fits = middle;
		else
			above = middle;
	}
	return fits;
}

/* Grows the frame by @room at its end, drops as much at its front, and restores its @len bytes. */
static int load_mover(int jumps, __u32 room, __u32 len)
{
	/* As libbpf loads the gate: programs of one array must be of one kind. */
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = BPF_XDP);
	struct bpf_insn code[] = {
		copy(BPF_REG_6, BPF_REG_1),
		set(BPF_REG_2, 0),
		copy(BPF_REG_3, BPF_REG_10),
		instruction(BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_3, 0, -COPY_BYTES),
		set(BPF_REG_4, len),
		call(BPF_FUNC_xdp_load_bytes),
		copy(BPF_REG_1, BPF_REG_6),
		set(BPF_REG_2, room),
		call(BPF_FUNC_xdp_adjust_tail),
		copy(BPF_REG_1, BPF_REG_6),
		set(BPF_REG_2, room),
		call(BPF_FUNC_xdp_adjust_head),
		copy(BPF_REG_1, BPF_REG_6),
		set(BPF_REG_2, 0),
		copy(BPF_REG_3, BPF_REG_10),
		instruction(BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_3, 0, -COPY_BYTES),
		set(BPF_REG_4, len),
		call(BPF_FUNC_xdp_store_bytes),
		copy(BPF_REG_1, BPF_REG_6),
		instruction(BPF_LD | BPF_DW | BPF_IMM, BPF_REG_2, BPF_PSEUDO_MAP_FD, jumps),
		instruction(0, 0, 0, 0), /* the upper half of the instruction before */
		set(BPF_REG_3, 0),
		call(BPF_FUNC_tail_call),
		set(BPF_REG_0, NO_JUMP),
		instruction(BPF_JMP | BPF_EXIT, 0, 0, 0),
	};

	return bpf_prog_load(BPF_PROG_TYPE_XDP, "move_frame", "GPL", code,
			     sizeof(code) / sizeof(code[0]), &opts);
}

/* @left: the bytes of room that stay behind the frame. */
static void shoot_tight(struct bench *bench, const struct frame *frame, int jumps, __u32 left,
			enum verdict want)
{
	__u32 room = room_behind(frame);
	struct shot shot = {.frame = frame};
	struct outcome outcome;

	if (room < left || frame->len > LONGEST) {
		complain("the frame can't be moved to the end of its buffer");
		return;
	}
	shot.prog_fd = load_mover(jumps, room - left, frame->len);
	if (shot.prog_fd < 0)
		complain("the frame can't be moved");
	else if (bench_shoot(bench, &shot, &outcome))
		complain("%s", outcome.why);
	else if (outcome.verdict != want)
		complain("%u bytes of room: %s given", left, verdict_name(outcome.verdict));
	else if (want != V_REPLY_SYN &&
		 (outcome.frame.len != frame->len ||
		  __builtin_memcmp(outcome.frame.bytes, frame->bytes, frame->len)))
		complain("%u bytes of room: the frame was changed", left);
	if (shot.prog_fd >= 0)
		close(shot.prog_fd);
}

static void run_template(struct bench *bench, const struct fixtures *fixtures, int jumps,
			 unsigned int family)
{
	const char *bare_name = family == 4 ? "tcp4-outside" : "tcp6-outside";
	const struct frame *bare = fixtures_template(fixtures, bare_name);
	const struct frame *sized =
		fixtures_template(fixtures, family == 4 ? "web4-mss" : "web6-mss");
	__u32 left, tags;

	if (!bare || !sized) {
		report(false, "there are no SYNs of IPv%u", family);
		return;
	}
	for (tags = 0; tags <= 2; tags++) {
		struct frame syn = *bare;

		frame_tag(&syn, tags);
		for (left = 0; left <= 8; left++)
			shoot_tight(bench, &syn, jumps, left,
				    left < 4 ? V_STEER_HTTP : V_REPLY_SYN);
		frame_put16(&syn, frame_tcp(&syn) + 2, 443);
		shoot_tight(bench, &syn, jumps, 0, V_STEER_HTTPS);
		syn = *sized;
		frame_tag(&syn, tags);
		shoot_tight(bench, &syn, jumps, 0, V_REPLY_SYN);
	}
	report_close("IPv%u SYN without options and without room for the answer's: steered",
		     family);
}

void run_tight(struct bench *bench, const struct fixtures *fixtures)
{
	int jumps = bpf_map_create(BPF_MAP_TYPE_PROG_ARRAY, "jumps", 4, 4, 1, NULL);
	__u32 zero = 0;

	if (jumps < 0 || map_put(jumps, &zero, &bench->gate_fd)) {
		report(false, "a frame can be moved to the end of its buffer");
	} else {
		run_template(bench, fixtures, jumps, 4);
		run_template(bench, fixtures, jumps, 6);
	}
	if (jumps >= 0)
		close(jumps);
}
