/* SPDX-License-Identifier: MIT */
/* pieces.c - the memory for torn requests. */
#include "responder/pieces.h"

#include <stdlib.h>
#include <string.h>

#include <sys/random.h>

#include <xdp511/siphash.h>

#define WAYS	   8 /* places that a connection may take */
#define CLOSES_MIN 3 /* until a close without a byte is taken for what it seems to be */

/* Both ends of a connection. */
struct ends {
	struct address src;
	struct address dst;
	uint16_t sport;
	uint16_t dport;
	uint32_t zero; /* whole words, for the hash */
};

_Static_assert(sizeof(struct ends) == 40, "no holes");

struct place {
	struct ends ends;
	uint64_t touched;    /* when, counted in pieces */
	uint32_t first_seq;  /* of the first piece seen */
	size_t kept;	     /* bytes from there on; 0: seen, but not yet repeated */
	unsigned int closes; /* closes without a byte seen */
	uint8_t bytes[PIECES_MAX];
};

struct pieces {
	struct place places[PIECES_PLACES / WAYS][WAYS];
	uint64_t clock;
	__u64 key[2]; /* nobody may choose whose place to take */
};

struct pieces *pieces_new(void)
{
	struct pieces *pieces = calloc(1, sizeof(*pieces));

	if (pieces && getrandom(pieces->key, sizeof(pieces->key), 0) != sizeof(pieces->key))
		pieces = pieces_free(pieces);
	return pieces;
}

struct pieces *pieces_free(struct pieces *pieces)
{
	free(pieces);
	return NULL;
}

static struct ends ends_of(const struct segment *segment)
{
	return (struct ends){segment->src, segment->dst, segment->sport, segment->dport, 0};
}

/* The place of a connection, or the one that is its to take: the longest untouched. */
static size_t find_place(const struct place places[WAYS], const struct ends *ends)
{
	size_t oldest = 0;

	for (size_t i = 0; i < WAYS; i++) {
		if (!memcmp(&places[i].ends, ends, sizeof(*ends)))
			return i;
		if (places[i].touched < places[oldest].touched)
			oldest = i;
	}
	return oldest;
}

static size_t hash(const __u64 key[2], const struct ends *ends)
{
	__u64 words[sizeof(*ends) / 8];

	memcpy(words, ends, sizeof(words));
	return siphash(key, words, sizeof(words) / 8) % (PIECES_PLACES / WAYS);
}

/* Where the segment stands behind the first piece; beyond PIECES_MAX: it isn't of that head. */
static uint32_t offset_of(const struct place *place, const struct ends *ends,
			  const struct segment *segment)
{
	return memcmp(&place->ends, ends, sizeof(*ends)) ? UINT32_MAX
							 : segment->seq - place->first_seq;
}

size_t pieces_join(const struct pieces *pieces, const struct segment *segment, uint8_t *buffer,
		   const uint8_t **ret_head)
{
	struct ends ends = ends_of(segment);
	const struct place *places = pieces->places[hash(pieces->key, &ends)];
	const struct place *place = &places[find_place(places, &ends)];
	uint32_t offset = offset_of(place, &ends, segment);
	size_t len = segment->payload_len;

	if (!place->kept || offset > place->kept) {
		*ret_head = segment->payload;
		return len;
	}
	if (len > PIECES_MAX - offset)
		len = PIECES_MAX - offset;
	memcpy(buffer, place->bytes, place->kept);
	memcpy(buffer + offset, segment->payload, len);
	*ret_head = buffer;
	return offset + len > place->kept ? offset + len : place->kept;
}

bool pieces_keep(struct pieces *pieces, const struct segment *segment)
{
	struct ends ends = ends_of(segment);
	struct place *places = pieces->places[hash(pieces->key, &ends)];
	struct place *place = &places[find_place(places, &ends)];
	uint32_t offset = offset_of(place, &ends, segment);
	size_t end = offset + segment->payload_len;

	place->touched = ++pieces->clock;
	if (offset > PIECES_MAX) {
		place->ends = ends;
		place->first_seq = segment->seq;
		place->kept = 0;
		place->closes = !segment->payload_len;
		return false;
	}
	/* A close says of itself alone that nothing is before it; so it has to insist. */
	if (!segment->payload_len && !place->kept && ++place->closes < CLOSES_MIN)
		return false;
	/* Behind a gap, or behind a first piece that will yet be repeated: the client comes again. */
	if (offset > place->kept || end > PIECES_MAX)
		return false;
	memcpy(place->bytes + offset, segment->payload, segment->payload_len);
	/* A late copy of an early piece must not shorten what is acknowledged already. */
	if (end > place->kept)
		place->kept = end;
	return true;
}
