/* SPDX-License-Identifier: MIT */
/* capabilities.c - gives up capabilities, for good. */
#include "base/capabilities.h"

#include <errno.h>
#include <unistd.h>

#include <sys/prctl.h>
#include <sys/syscall.h>

/* The kernel has a set in two halves; the lower one comes first. */
#define HALVES _LINUX_CAPABILITY_U32S_3

/* Needs CAP_SETPCAP; who has lost that has had its bounding set emptied before. */
static int empty_bounding_set(const struct __user_cap_data_struct have[HALVES])
{
	unsigned long capability;

	if (!(have[0].effective & CAPABILITY(CAP_SETPCAP)))
		return 0;
	for (capability = 0; !prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);)
		capability++;
	return errno == EINVAL ? 0 : -errno; /* behind the last that the kernel knows */
}

int capabilities_limit(uint64_t kept)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct sets[HALVES];
	int err;

	if (syscall(SYS_capget, &header, sets))
		return -errno;
	err = empty_bounding_set(sets);
	if (err)
		return err;
	for (int i = 0; i < HALVES; i++) {
		sets[i].permitted &= (uint32_t)(kept >> (32 * i));
		sets[i].effective = sets[i].permitted;
		sets[i].inheritable = 0;
	}
	if (syscall(SYS_capset, &header, sets))
		return -errno;
	/* Fails on kernels without ambient capabilities, where there are none to clear. */
	(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ? -errno : 0;
}
