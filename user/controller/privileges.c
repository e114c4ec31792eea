/* SPDX-License-Identifier: MIT */
/* privileges.c - what the processes of the daemon may still do once they have started. */
#include <errno.h>
#include <stddef.h>

#include <cap-ng.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "controller/privileges.h"

bool privileges_raise_memlock(void)
{
	struct rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY};

	return !setrlimit(RLIMIT_MEMLOCK, &unlimited);
}

static int apply(void)
{
	if (capng_apply(CAPNG_SELECT_CAPS))
		return -EPERM;
	/* Fails on kernels without ambient capabilities, where there are none to clear. */
	(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ? -errno : 0;
}

/* Needs CAP_SETPCAP; who has lost that has had its bounding set emptied before. */
static int empty_bounding_set(void)
{
	if (capng_get_caps_process())
		return -EPERM;
	if (!capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP))
		return 0;
	capng_clear(CAPNG_SELECT_BOUNDS);
	return capng_apply(CAPNG_SELECT_BOUNDS) ? -EPERM : 0;
}

int privileges_drop(bool keep_ipc_lock, struct error *error)
{
	const unsigned int kept[] = {CAP_BPF, CAP_NET_ADMIN, CAP_NET_RAW, CAP_IPC_LOCK};
	size_t i, n = sizeof(kept) / sizeof(kept[0]) - !keep_ipc_lock;
	bool have[sizeof(kept) / sizeof(kept[0])];
	int err = empty_bounding_set();

	for (i = 0; i < n; i++)
		have[i] = capng_have_capability(CAPNG_PERMITTED, kept[i]);
	capng_clear(CAPNG_SELECT_CAPS);
	for (i = 0; i < n && !err; i++) {
		if (have[i] && capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, kept[i]))
			err = -EPERM;
	}
	if (!err)
		err = apply();
	if (err)
		return fail(error, -err,
			    "the daemon could not give up its privileges; start it as root "
			    "with CAP_SETPCAP");
	return 0;
}

int privileges_drop_all(void)
{
	int err = empty_bounding_set();

	capng_clear(CAPNG_SELECT_CAPS);
	return err ? err : apply();
}
