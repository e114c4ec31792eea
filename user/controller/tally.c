/* SPDX-License-Identifier: MIT */
/* tally.c - the words of what is counted. */
#include "controller/tally.h"

#include <string.h>

static const char *const reasons[] = {
#define X(name, word) word,
	TALLY_REASONS(X)
#undef X
};

static const char *const spoofs[] = {
#define X(name, word) word,
	TALLY_SPOOFS(X)
#undef X
};

enum tally_reason tally_reason_of(const char *word)
{
	int i;

	for (i = 0; i < TALLY_REASON_COUNT; i++) {
		if (word && !strcmp(reasons[i], word))
			return (enum tally_reason)i;
	}
	return TALLY_LOGOUT;
}

const char *tally_reason_word(enum tally_reason reason)
{
	return reasons[reason];
}

const char *tally_spoof_word(enum tally_spoof spoof)
{
	return spoofs[spoof];
}
