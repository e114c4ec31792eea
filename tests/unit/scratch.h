/* SPDX-License-Identifier: MIT */
/* scratch.h - a directory of a test's own, made before it and removed after it. */
#ifndef XDP511_TEST_SCRATCH_H
#define XDP511_TEST_SCRATCH_H

#include <sys/resource.h>

extern char scratch[];

/* As cmocka's set-up and tear-down. */
int scratch_make(void **state);
int scratch_remove(void **state);

/* No file of this process may be larger: what a full disk looks like. RLIM_INFINITY: any may. */
int scratch_allow_bytes(rlim_t bytes);

#endif /* XDP511_TEST_SCRATCH_H */
