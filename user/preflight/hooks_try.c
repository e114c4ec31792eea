/* SPDX-License-Identifier: MIT */
/* hooks_try.c - XDP, tc egress and AF_XDP tried on the loopback of an empty network namespace. */
#include "preflight/hooks_try.h"

#include <errno.h>
#include <string.h>

#include <bpf/bpf.h>
#include <linux/bpf.h>
#include <linux/if_xdp.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "gate/hooks.h"

#define UMEM_SIZE  65536
#define FRAME_SIZE 2048
#define RING_SIZE  16

static int bring_up(unsigned int *ret_ifindex)
{
	struct ifreq ifr = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &ifr))
		return -errno;
	*ret_ifindex = if_nametoindex("lo");
	return *ret_ifindex ? 0 : -errno;
}

/* r0 = @code; exit. */
static int load(enum bpf_prog_type type, int code)
{
	const struct bpf_insn insns[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = code},
		{.code = BPF_JMP | BPF_EXIT},
	};

	return bpf_prog_load(type, "x511_try", "GPL", insns, sizeof(insns) / sizeof(insns[0]),
			     NULL);
}

static int try_xdp_link(void)
{
	unsigned int ifindex;
	int err = bring_up(&ifindex), program, link;

	if (err)
		return err;
	program = load(BPF_PROG_TYPE_XDP, XDP_PASS);
	return program < 0 ? program : xdp_link_make(program, ifindex, XDP_MODE_AUTO, &link);
}

static int try_egress(void)
{
	unsigned int ifindex;
	int err = bring_up(&ifindex), program;

	if (err)
		return err;
	program = load(BPF_PROG_TYPE_SCHED_CLS, 0);
	return program < 0 ? program : egress_attach(program, ifindex);
}

static int make_rings(int fd, void *memory)
{
	const struct xdp_umem_reg umem = {
		.addr = (__u64)(unsigned long)memory,
		.len = UMEM_SIZE,
		.chunk_size = FRAME_SIZE,
	};
	static const int rings[] = {XDP_UMEM_FILL_RING, XDP_UMEM_COMPLETION_RING, XDP_RX_RING};
	const int size = RING_SIZE;
	size_t i;

	if (setsockopt(fd, SOL_XDP, XDP_UMEM_REG, &umem, sizeof(umem)))
		return -errno;
	for (i = 0; i < sizeof(rings) / sizeof(rings[0]); i++) {
		if (setsockopt(fd, SOL_XDP, rings[i], &size, sizeof(size)))
			return -errno;
	}
	return 0;
}

static int try_xsk_bind(void)
{
	struct sockaddr_xdp address = {.sxdp_family = AF_XDP, .sxdp_flags = XDP_COPY};
	void *memory;
	int err, fd;

	err = bring_up(&address.sxdp_ifindex);
	if (err)
		return err;
	memory = mmap(NULL, UMEM_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		return -errno;
	fd = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	err = make_rings(fd, memory);
	if (err)
		return err;
	return bind(fd, (const struct sockaddr *)&address, sizeof(address)) ? -errno : 0;
}

const struct hook_try hook_tries[HOOK_TRIES] = {
	{"links to XDP", try_xdp_link},
	{"filters of tc on the way out", try_egress},
	{"AF_XDP sockets that can be bound", try_xsk_bind},
};
