/* SPDX-License-Identifier: MIT */
/*
 * offloads.c - frames to a client whose outer VLAN tag the kernel keeps beside the bytes.
 *
 * BPF_PROG_TEST_RUN lets nobody set such a tag. So a program of a dozen instructions pushes
 * it, as a VLAN device would, and jumps into the gate's.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <unistd.h>

#include <linux/bpf.h>

#include <bpf/bpf.h>

#include "floor.h"

#define NO_JUMP 99 /* the program's code when it couldn't reach the gate */

struct offload {
	const char *sentence, *state;
	__u16 tci;     /* of the tag beside the bytes */
	__u16 tags[2]; /* within them, outermost first; 0: none */
	enum port_name port;
	enum verdict verdict;
};

/* clang-format off */
static const struct offload offloads[] = {
	{"a VLAN no zone names", "-", 77, {0}, PORT_DEFAULT, V_DOWN_PASS_ARP},
	{"a VLAN no zone names, strict", "-", 77, {0}, PORT_STRICT, V_DOWN_DROP_VLAN},
	{"a named VLAN, strict", "-", 200, {0}, PORT_STRICT, V_DOWN_PASS_ARP},
	{"its zone's VLAN", "session:active@1", 200, {0}, PORT_STRICT, V_DOWN_PASS_SESSION},
	{"another zone's VLAN", "session:active@0", 200, {0}, PORT_STRICT, V_DOWN_PASS_ARP},
	{"half of QinQ", "session:active@2", 300, {400}, PORT_STRICT, V_DOWN_PASS_SESSION},
	{"half of QinQ, no other half", "-", 300, {0}, PORT_STRICT, V_DOWN_DROP_VLAN},
	{"priority", "session:active@0", 0xe000, {0}, PORT_STRICT, V_DOWN_PASS_SESSION},
	{"priority, VLAN in them", "session:active@1", 0xe000, {200}, PORT_STRICT, V_DOWN_PASS_SESSION},
	{"priority, QinQ in them",
	 "session:active@2", 0xe000, {300, 400}, PORT_STRICT, V_DOWN_PASS_SESSION},
	{"a VLAN, two more in them", "session:active@2", 300, {400, 5}, PORT_DEFAULT, V_DOWN_DROP_VLAN},
	{"VLAN and priority", "session:active@1", 0xe000 | 200, {0}, PORT_STRICT, V_DOWN_PASS_SESSION},
};
/* clang-format on */

static struct bpf_insn instruction(__u8 code, __u8 dst, __u8 src, __s32 imm)
{
	return (struct bpf_insn){.code = code, .dst_reg = dst, .src_reg = src, .imm = imm};
}

/* bpf_skb_vlan_push(skb, 802.1Q, tci), then on to entry 0 of @jumps. Returns an fd. */
static int load_pusher(int jumps, __u16 tci)
{
	const __u8 move = BPF_ALU64 | BPF_MOV;
	struct bpf_insn code[] = {
		instruction(move | BPF_X, BPF_REG_6, BPF_REG_1, 0),
		instruction(move | BPF_K, BPF_REG_2, 0, htons(TPID_8021Q)),
		instruction(move | BPF_K, BPF_REG_3, 0, tci),
		instruction(BPF_JMP | BPF_CALL, 0, 0, BPF_FUNC_skb_vlan_push),
		instruction(move | BPF_X, BPF_REG_1, BPF_REG_6, 0),
		instruction(BPF_LD | BPF_DW | BPF_IMM, BPF_REG_2, BPF_PSEUDO_MAP_FD, jumps),
		instruction(0, 0, 0, 0), /* the upper half of the instruction before */
		instruction(move | BPF_K, BPF_REG_3, 0, 0),
		instruction(BPF_JMP | BPF_CALL, 0, 0, BPF_FUNC_tail_call),
		instruction(move | BPF_K, BPF_REG_0, 0, NO_JUMP),
		instruction(BPF_JMP | BPF_EXIT, 0, 0, 0),
	};

	return bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, "push_vlan", "GPL", code,
			     sizeof(code) / sizeof(code[0]), NULL);
}

static void run_offload(struct bench *bench, const struct offload *offload,
			const struct frame *template, int jumps)
{
	struct fixture fixture = {
		.down = true, .state = (char *)offload->state, .frame = *template};
	struct shot shot = {
		.frame = &fixture.frame,
		.down = true,
		.port = offload->port,
		.tag_len = TAG_LEN,
	};
	struct outcome outcome;
	struct scene scene;
	int i;

	for (i = 1; i >= 0; i--)
		if (offload->tags[i])
			frame_insert_tag(&fixture.frame, TPID_8021Q, offload->tags[i]);
	shot.prog_fd = load_pusher(jumps, offload->tci);
	if (shot.prog_fd < 0) {
		complain("the tag can't be pushed");
		return;
	}
	if (scene_set(bench, &fixture, &scene))
		complain("the state can't be set");
	else if (bench_shoot(bench, &shot, &outcome))
		complain("%s", outcome.why);
	else if (outcome.verdict != offload->verdict)
		complain("%s given", verdict_name(outcome.verdict));
	scene_clear(bench, &scene);
	close(shot.prog_fd);
}

void run_offloads(struct bench *bench, const struct fixtures *fixtures)
{
	const struct frame *template = fixtures_template(fixtures, "down-arp");
	int jumps = bpf_map_create(BPF_MAP_TYPE_PROG_ARRAY, "jumps", 4, 4, 1, NULL);
	__u32 zero = 0;
	unsigned int i;

	if (!template || jumps < 0 || map_put(jumps, &zero, &bench->egress_fd)) {
		report(false, "tags can be put beside the bytes of a frame");
	} else {
		for (i = 0; i < sizeof(offloads) / sizeof(offloads[0]); i++) {
			run_offload(bench, &offloads[i], template, jumps);
			report_close("to a guest, beside the bytes %s: %s", offloads[i].sentence,
				     verdict_name(offloads[i].verdict));
		}
	}
	if (jumps >= 0)
		close(jumps);
}
