/* SPDX-License-Identifier: MIT */
/*
 * pieces.h - request heads that come in pieces, kept in a bounded memory until they are whole.
 *
 * A request in one segment never gets here. One in several is mostly mended by the client
 * itself: it repeats what isn't acknowledged, and joins the pieces when it does. But a client
 * that holds back the second piece until the first is acknowledged (Nagle, RFC 9293 3.7.4)
 * would wait for ever. So a first piece that is repeated is kept and acknowledged, and from
 * then on what follows it, too, at once: its sender must not back off ever longer.
 *
 * Each connection has a few places by a keyed hash, and a newcomer takes the one that was not
 * touched for longest: whoever fills the table spoils other torn requests at most, never whole
 * ones.
 */
#ifndef XDP511_PIECES_H
#define XDP511_PIECES_H

#include "responder/responder.h"
#include "responder/segment.h"

#define PIECES_PLACES 1024
#define PIECES_MAX    2048 /* bytes of a head; what is longer has to do with what there is */

struct pieces; /* about 2 MB */

struct pieces *pieces_new(void); /* NULL: no memory, or no random numbers for the hash */
struct pieces *pieces_free(struct pieces *pieces);

/*
 * The head as far as it is known with this segment: what was kept before it and its payload.
 * Points into @buffer, which holds PIECES_MAX bytes, or into the segment. Returns its length.
 */
size_t pieces_join(const struct pieces *pieces, const struct segment *segment, uint8_t *buffer,
		   const uint8_t **ret_head);

/*
 * Called for a head that is incomplete with this segment. True when the segment is kept, and
 * is to be acknowledged; a client that closes without a word is taken for one with a piece of
 * no bytes, when it has come three times.
 */
bool pieces_keep(struct pieces *pieces, const struct segment *segment);

#endif /* XDP511_PIECES_H */
