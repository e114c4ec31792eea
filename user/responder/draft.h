/* SPDX-License-Identifier: MIT */
/*
 * draft.h - an answer that lacks but the link, made once and filled in for many guests.
 *
 * Of an answer, only the link differs from guest to guest; it is percent-encoded, so quoting
 * adds the same number of bytes to every link of a zone. What fits is therefore known before
 * anything is written.
 */
#ifndef XDP511_DRAFT_H
#define XDP511_DRAFT_H

#include <xdp511/cookie.h>

#include "responder/link.h"
#include "responder/page.h"

#define DRAFT_PARTS 16 /* a link has over 100 bytes, so no answer has room for 12; and 4 others */

/* What stands behind each part of a draft's text. */
enum draft_gap {
	DRAFT_LINK,	/* as it is, in the header */
	DRAFT_LENGTH,	/* of the body */
	DRAFT_HEAD_END, /* padding within the header, if need be, and its end */
	DRAFT_BODY_END, /* padding of the body, and its end */
	DRAFT_QUOTED,	/* the link as the body has it */
	DRAFT_GAPS
};

struct draft {
	struct page page; /* what it is of; without a link */
	bool full;	  /* its text alone is longer than an answer may be: no link fits */
	size_t head;	  /* bytes of the header without links and length, its end included */
	size_t body;	  /* bytes of the body without links, its end not included */
	size_t head_links;
	size_t body_links;
	size_t quoting; /* bytes that a link becomes longer by in the body */
	size_t n_parts;
	size_t n_head_parts;
	struct {
		uint16_t end; /* of the part, in the text */
		uint16_t gap; /* enum draft_gap */
	} parts[DRAFT_PARTS];
	char text[ANSWER_MAX + 1]; /* with NUL */
};

/* 511 or 302. */
unsigned int draft_status(enum page_kind kind);

/* @page has no link. */
void draft_write(const struct page *page, struct draft *ret_draft);

/* A longer link doesn't fit; a shorter one mostly does, but for the padding. */
size_t draft_room(const struct draft *draft);

/* Whether the answer with a link of so many bytes is no longer than ANSWER_MAX. */
bool draft_fits(const struct draft *draft, size_t link_len);

/* The answer. Only for a link that fits. Returns the length: a multiple of ANSWER_ALIGN less one. */
size_t draft_fill(const struct draft *draft, const struct link *link, bool head_only,
		  uint8_t out[ANSWER_MAX]);

/* Bytes of an answer with the draft's header and a body of so many, its end still to come. */
size_t draft_size(const struct draft *draft, size_t body_len);

#endif /* XDP511_DRAFT_H */
