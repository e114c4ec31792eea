/* SPDX-License-Identifier: MIT */
/* privileges.h - what the daemon may still do once it has started. */
#ifndef XDP511_PRIVILEGES_H
#define XDP511_PRIVILEGES_H

#include <stdbool.h>

#include "base/log.h"

/* True when locked memory is unlimited from now on, so that CAP_IPC_LOCK needn't be kept. */
bool privileges_raise_memlock(void);

/* The controller: keeps CAP_BPF, CAP_NET_ADMIN and CAP_NET_RAW. Before any thread is started. */
int privileges_drop(bool keep_ipc_lock, struct error *error);

#endif /* XDP511_PRIVILEGES_H */
