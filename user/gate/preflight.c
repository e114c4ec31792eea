// SPDX-License-Identifier: MIT
/* preflight.c - tries what the gate needs of the kernel, the process and the file system. */
#include "gate/preflight.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <linux/capability.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "gate/libbpf_log.h"
#include "gate/pins.h"
#include "gate/preflight_internal.h"

#define KERNEL_REMEDY "run a kernel of Debian 12 or later"
#define ROOT_REMEDY   "run as root"

/* What the sockets' memory takes for a few queues where it is limited at all. */
#define MEMLOCK_WANTED (64UL << 20)

void preflight_say(struct preflight *preflight, enum preflight_level level, const char *what,
		   const char *remedy, const char *format, ...)
{
	char finding[640];
	struct preflight_line line = {
		.level = level,
		.what = what,
		.finding = finding,
		.remedy = remedy,
	};
	va_list args;

	va_start(args, format);
	vsnprintf(finding, sizeof(finding), format, args);
	va_end(args);
	preflight->failed += level == PREFLIGHT_FAIL;
	preflight->say(preflight->ctx, &line);
}

static bool has_capability(unsigned int capability)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};

	if (syscall(SYS_capget, &header, data))
		return false;
	return data[CAP_TO_INDEX(capability)].effective & CAP_TO_MASK(capability);
}

static bool check_capabilities(struct preflight *preflight)
{
	static const struct {
		unsigned int capability, instead;
		const char *name;
	} wanted[] = {
		{CAP_BPF, CAP_SYS_ADMIN, "CAP_BPF"},
		{CAP_NET_ADMIN, CAP_NET_ADMIN, "CAP_NET_ADMIN"},
		{CAP_NET_RAW, CAP_NET_RAW, "CAP_NET_RAW"},
	};
	bool all = true;
	size_t i;

	for (i = 0; i < sizeof(wanted) / sizeof(*wanted); i++) {
		if (has_capability(wanted[i].capability) || has_capability(wanted[i].instead))
			continue;
		all = false;
		preflight_say(preflight, PREFLIGHT_FAIL, "capabilities", ROOT_REMEDY,
			      "this process doesn't have %s", wanted[i].name);
	}
	if (all)
		preflight_say(preflight, PREFLIGHT_OK, "capabilities", "",
			      "CAP_BPF, CAP_NET_ADMIN and CAP_NET_RAW are there");
	return all;
}

/* The names of the maps' fields, for bpftool. */
static int try_btf(void)
{
	struct btf *btf = btf__new_empty();
	int r = -ENOMEM;

	if (btf) {
		r = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
		if (r > 0)
			r = btf__load_into_kernel(btf);
	}
	btf__free(btf);
	return r;
}

static int try_xsk(void)
{
	int fd = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

static void say_tried(struct preflight *preflight, const char *feature, int r)
{
	if (r >= 0)
		preflight_say(preflight, PREFLIGHT_OK, "kernel", "", "the kernel has %s", feature);
	else
		preflight_say(preflight, PREFLIGHT_FAIL, "kernel", KERNEL_REMEDY,
			      "the kernel doesn't have %s: %s", feature, strerror(-r));
}

/* libbpf's probes say 1, 0 or -errno. */
static int probed(int r)
{
	return r ? r : -EOPNOTSUPP;
}

static void check_kernel(struct preflight *preflight)
{
	say_tried(preflight, "XDP programs",
		  probed(libbpf_probe_bpf_prog_type(BPF_PROG_TYPE_XDP, NULL)));
	say_tried(preflight, "tc programs",
		  probed(libbpf_probe_bpf_prog_type(BPF_PROG_TYPE_SCHED_CLS, NULL)));
	say_tried(preflight, "syscall programs",
		  probed(libbpf_probe_bpf_prog_type(BPF_PROG_TYPE_SYSCALL, NULL)));
	say_tried(preflight, "ring buffers",
		  probed(libbpf_probe_bpf_map_type(BPF_MAP_TYPE_RINGBUF, NULL)));
	say_tried(preflight, "XSK maps",
		  probed(libbpf_probe_bpf_map_type(BPF_MAP_TYPE_XSKMAP, NULL)));
	say_tried(preflight, "longest-prefix tries",
		  probed(libbpf_probe_bpf_map_type(BPF_MAP_TYPE_LPM_TRIE, NULL)));
	say_tried(preflight, "BTF", try_btf());
	say_tried(preflight, "AF_XDP sockets", try_xsk());
}

static void check_memlock(struct preflight *preflight)
{
	struct rlimit limit = {};

	if (has_capability(CAP_IPC_LOCK)) {
		preflight_say(preflight, PREFLIGHT_OK, "memory", "",
			      "CAP_IPC_LOCK lifts the limit of locked memory");
		return;
	}
	(void)getrlimit(RLIMIT_MEMLOCK, &limit);
	if (limit.rlim_cur >= MEMLOCK_WANTED)
		preflight_say(preflight, PREFLIGHT_OK, "memory", "",
			      "the limit of locked memory is high enough");
	else
		preflight_say(
			preflight, PREFLIGHT_WARN, "memory", "ulimit -l unlimited",
			"only %lu KiB of memory may be locked, which may be too little for the "
			"responder's sockets",
			(unsigned long)limit.rlim_cur >> 10);
}

/* The directory itself or, before the first start, where it would be made. */
static int try_write(const char *dir)
{
	char path[PATH_MAX];
	struct stat st;
	char *slash;

	snprintf(path, sizeof(path), "%s", dir);
	while (stat(path, &st)) {
		slash = strrchr(path, '/');
		if (errno != ENOENT || !slash || slash == path)
			return -errno;
		*slash = '\0';
	}
	if (!S_ISDIR(st.st_mode))
		return -ENOTDIR;
	return access(path, W_OK | X_OK) ? -errno : 0;
}

static void check_directory(struct preflight *preflight, const char *what, const char *dir)
{
	int r = try_write(dir);

	if (r)
		preflight_say(preflight, PREFLIGHT_FAIL, what, ROOT_REMEDY,
			      "this process can't write to '%s': %s", dir, strerror(-r));
	else
		preflight_say(preflight, PREFLIGHT_OK, what, "", "'%s' can be written to", dir);
}

static void check_pins(struct preflight *preflight)
{
	const char *dir = preflight->config->gateway.bpf_dir;
	struct error error;

	if (pins_check(dir, &error)) {
		char *remedy = strstr(error.text, "; ");

		if (remedy)
			*remedy = '\0';
		preflight_say(preflight, PREFLIGHT_FAIL, "bpf-dir", remedy ? remedy + 2 : "", "%s",
			      error.text);
		return;
	}
	preflight_say(preflight, PREFLIGHT_OK, "bpf-dir", "", "'%s' is on a BPF file system", dir);
	check_directory(preflight, "bpf-dir", dir);
}

int preflight_run(const struct config *config,
		  void (*say)(void *ctx, const struct preflight_line *line), void *ctx)
{
	struct preflight preflight = {.config = config, .say = say, .ctx = ctx};
	size_t i;

	libbpf_log_start();
	/* Without rights every attempt fails, which would say nothing about the kernel. */
	if (check_capabilities(&preflight))
		check_kernel(&preflight);
	check_memlock(&preflight);
	check_pins(&preflight);
	check_directory(&preflight, "state-dir", config->gateway.state_dir);
	for (i = 0; i < config->gateway.n_interfaces; i++)
		preflight_interface(&preflight, config->gateway.interfaces[i]);
	return preflight.failed;
}
