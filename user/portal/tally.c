/* SPDX-License-Identifier: MIT */
/* tally.c - the words of what is counted. */
#include "portal/tally.h"

#include <string.h>

static const char *const ways[] = {
#define X(name, word) word,
	TALLY_WAYS(X)
#undef X
};

enum tally_way tally_way_of(const char *word)
{
	int i;

	for (i = 0; i < TALLY_WAY_OTHER; i++) {
		if (!strcmp(ways[i], word))
			break;
	}
	return (enum tally_way)i;
}

const char *tally_way_word(enum tally_way way)
{
	return ways[way];
}
