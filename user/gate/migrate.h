/* SPDX-License-Identifier: MIT */
/*
 * migrate.h - new maps instead of pinned ones of an older ABI or another size, while the gate goes on.
 *
 *   (new maps are made and pinned in a directory of their own, and the new program with them)
 *   copy    what outlives the old ones is copied, and the new ones take their names
 *   (the program is swapped on every interface; the controller can be killed at any point)
 *   credit  what the old program has counted after the copy is added, and the old maps go
 */
#ifndef XDP511_MIGRATE_H
#define XDP511_MIGRATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/log.h"

struct gate;

/* Whether maps of that version can be read. */
bool migrate_knows(uint32_t abi);

/* Where the new maps are to be pinned; @buffer holds PIN_PATH_SIZE bytes and is returned. */
char *migrate_directory(const char *bpf_dir, char *buffer);

/* Of pins of version @abi. On failure nothing has happened to them. */
int migrate_copy(struct gate *gate, uint32_t abi, struct error *error);

/*
 * After the swap of any start: an earlier one may have been killed before it came to this. What
 * fails for want of memory is left to the next start.
 */
void migrate_credit(struct gate *gate);

#endif /* XDP511_MIGRATE_H */
