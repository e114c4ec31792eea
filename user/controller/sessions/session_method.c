/* SPDX-License-Identifier: MIT */
/* session_method.c - the words for how sessions come about, numbered, so that they can be counted. */
#include "controller/sessions/session_method.h"

#include <string.h>

static const char *const words[] = {
#define X(name, word) word,
	SESSION_METHODS(X)
#undef X
};

enum session_method session_method_of(const char *word)
{
	size_t i;

	for (i = 0; i < SESSION_METHOD_OTHER; i++) {
		if (words[i][0] == word[0] && !strcmp(words[i], word))
			return (enum session_method)i;
	}
	return SESSION_METHOD_OTHER;
}

const char *session_method_word(enum session_method method)
{
	return words[method];
}
