/* SPDX-License-Identifier: MIT */
/* pins.h - the pin directory: maps by their own names, links as links/<interface>_x511_gate. */
#ifndef XDP511_PINS_H
#define XDP511_PINS_H

#include <stddef.h>

#include <net/if.h>

#include "base/log.h"

#define PIN_PATH_SIZE 192

/* 0: @dir, or else its parent, is on a BPF file system. -ENOENT: neither exists. */
int pins_check(const char *dir, struct error *error);

/*
 * Locks the directory for this process. The lock is *ret_fd: it ends when the last copy of it
 * is closed. Another holder: -EBUSY. pins_lock() wants the directory to exist (-ENOENT without
 * a sentence), pins_make() creates it and links/ below it.
 */
int pins_lock(const char *dir, int *ret_fd, struct error *error);
int pins_make(const char *dir, int *ret_fd, struct error *error);

/* The directories alone, as far as they aren't there. */
int pins_make_directories(const char *dir, struct error *error);

/*
 * A set of maps that shall take the place of the pinned one is made in PINS_NEXT, and is nothing
 * until pins_commit() renames that directory: from then on it is the one that counts, and
 * pins_settle() puts its pins over the old. Whoever is killed meanwhile leaves one of the
 * directories behind: the next start throws PINS_NEXT away, and finishes with PINS_READY.
 */
#define PINS_NEXT  "next"
#define PINS_READY "ready"

int pins_make_next(const char *dir, struct error *error);
int pins_drop_next(const char *dir); /* not there: 0 */
int pins_commit(const char *dir, struct error *error);
int pins_settle(const char *dir, struct error *error); /* nothing to settle: 0 */

/* Both return @buffer, which holds PIN_PATH_SIZE bytes. */
char *pins_map_path(const char *dir, const char *map, char *buffer);
char *pins_link_path(const char *dir, const char *interface, char *buffer);

/* Calls @visit for the interface of every pinned link. @visit may remove that pin. */
int pins_each_link(const char *dir, void (*visit)(void *ctx, const char *interface), void *ctx);

/* Removes what is pinned, and the directories. -ENOTEMPTY when something else is in them. */
int pins_remove(const char *dir, struct error *error);

#endif /* XDP511_PINS_H */
