// SPDX-License-Identifier: MIT
/* pieces.c - the memory for torn requests. */
#include "responder/pieces.h"

#include <stdlib.h>
#include <string.h>

#include "responder/bytes.h"
#include "responder/siphash.h"

/* Both ends of a connection. */
struct ends {
	struct address src;
	struct address dst;
	uint16_t sport;
	uint16_t dport;
};

struct place {
	struct ends ends;
	uint32_t first_seq;   /* of the first byte kept */
	uint32_t pending_seq; /* the piece that was seen last and not kept */
	size_t pending_len;   /* 0: none */
	size_t kept;
	uint8_t bytes[PIECES_MAX];
};

struct pieces {
	struct place places[PIECES_PLACES];
};

struct pieces *pieces_new(void)
{
	return calloc(1, sizeof(struct pieces));
}

struct pieces *pieces_free(struct pieces *pieces)
{
	free(pieces);
	return NULL;
}

static struct ends ends_of(const struct segment *segment)
{
	return (struct ends){segment->src, segment->dst, segment->sport, segment->dport};
}

static size_t place_of(const uint8_t key[COOKIE_KEY_SIZE], const struct ends *ends)
{
	return siphash(key, (const uint8_t *)ends, sizeof(*ends)) % PIECES_PLACES;
}

/*
 * How many of the bytes kept stand before the segment; 0 when they don't reach it or are of
 * another connection. A repeated segment may overlap them.
 */
static size_t kept_before(const struct place *place, const struct ends *ends,
			  const struct segment *segment)
{
	uint32_t offset = segment->seq - place->first_seq;

	if (memcmp(&place->ends, ends, sizeof(*ends)) || offset > place->kept)
		return 0;
	return offset;
}

size_t pieces_join(const struct pieces *pieces, const uint8_t key[COOKIE_KEY_SIZE],
		   const struct segment *segment, uint8_t *buffer, const uint8_t **ret_head)
{
	struct ends ends = ends_of(segment);
	const struct place *place = &pieces->places[place_of(key, &ends)];
	size_t before = kept_before(place, &ends, segment), len = segment->payload_len;

	if (!before) {
		*ret_head = segment->payload;
		return len;
	}
	if (len > PIECES_MAX - before)
		len = PIECES_MAX - before;
	memcpy(buffer, place->bytes, before);
	memcpy(buffer + before, segment->payload, len);
	*ret_head = buffer;
	return before + len;
}

/* Seen before, or its bytes are kept already and only our acknowledgement was lost. */
static bool is_repeated(const struct place *place, const struct segment *segment, size_t before)
{
	if (place->pending_len == segment->payload_len && place->pending_seq == segment->seq)
		return true;
	return segment->seq - place->first_seq == before &&
	       before + segment->payload_len <= place->kept;
}

bool pieces_keep(struct pieces *pieces, const uint8_t key[COOKIE_KEY_SIZE],
		 const struct segment *segment)
{
	struct ends ends = ends_of(segment);
	struct place *place = &pieces->places[place_of(key, &ends)];
	size_t before = kept_before(place, &ends, segment);

	if (memcmp(&place->ends, &ends, sizeof(ends))) {
		place->ends = ends;
		place->kept = place->pending_len = 0;
	}
	if (!is_repeated(place, segment, before)) {
		place->pending_seq = segment->seq;
		place->pending_len = segment->payload_len;
		return false;
	}
	if (segment->payload_len > PIECES_MAX - before)
		return false;
	memcpy(place->bytes + before, segment->payload, segment->payload_len);
	place->first_seq = segment->seq - (uint32_t)before;
	place->kept = before + segment->payload_len;
	place->pending_len = 0;
	return true;
}
