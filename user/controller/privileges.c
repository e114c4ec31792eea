/* SPDX-License-Identifier: MIT */
/* privileges.c - what the daemon may still do once it has started. */
#include <sys/resource.h>

#include "base/capabilities.h"
#include "controller/privileges.h"

bool privileges_raise_memlock(void)
{
	struct rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY};

	return !setrlimit(RLIMIT_MEMLOCK, &unlimited);
}

int privileges_drop(bool keep_ipc_lock, struct error *error)
{
	uint64_t kept = CAPABILITY(CAP_BPF) | CAPABILITY(CAP_NET_ADMIN) | CAPABILITY(CAP_NET_RAW);
	int err;

	if (keep_ipc_lock)
		kept |= CAPABILITY(CAP_IPC_LOCK);
	err = capabilities_limit(kept);
	if (err)
		return fail(error, -err,
			    "the daemon could not give up its privileges; start it as root "
			    "with CAP_SETPCAP");
	return 0;
}
