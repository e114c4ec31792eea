/* SPDX-License-Identifier: MIT */
/*
 * moves.h - tells a phone that roams from two devices with one MAC. Pure functions.
 *
 * Who roams moves once; two devices with one address seem to jump to and fro.
 */
#ifndef XDP511_MOVES_H
#define XDP511_MOVES_H

#include <stdbool.h>

#include <xdp511/abi.h>

#define MOVES_MAX	4096 /* devices whose last move is remembered; the oldest is forgotten */
#define MOVES_WITHIN_NS 10000000000ULL

struct moves; /* opaque */

struct moves *moves_new(void);		       /* NULL: out of memory */
struct moves *moves_free(struct moves *moves); /* takes NULL, returns NULL */

/*
 * Remembers a NOTICE_MOVED. True: the device is back where it came from within MOVES_WITHIN_NS,
 * which is said once in such a time.
 */
bool moves_note(struct moves *moves, const struct notice *notice);

#endif /* XDP511_MOVES_H */
