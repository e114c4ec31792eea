/* SPDX-License-Identifier: MIT */
/* session_method.h - the words for how sessions come about, numbered, so that they can be counted. */
#ifndef XDP511_SESSION_METHOD_H
#define XDP511_SESSION_METHOD_H

#include <stddef.h>

/* Those of the portal, of the CLI and of this daemon; any program may name another one. */
#define SESSION_METHODS(X)                                                                         \
	X(CLICK, "click")                                                                          \
	X(VOUCHER, "voucher")                                                                      \
	X(USER, "user")                                                                            \
	X(RADIUS, "radius")                                                                        \
	X(CODE, "code")                                                                            \
	X(MAC, "mac")                                                                              \
	X(UAM, "uam")                                                                              \
	X(FAS, "fas")                                                                              \
	X(API, "api")                                                                              \
	X(CLI, "cli")                                                                              \
	X(IMPORT, "import")                                                                        \
	X(ADOPTED, "adopted")                                                                      \
	X(OTHER, "other")

enum session_method {
#define X(name, word) SESSION_METHOD_##name,
	SESSION_METHODS(X)
#undef X
		SESSION_METHOD_COUNT
};

enum session_method session_method_of(const char *word);
const char *session_method_word(enum session_method method);

#endif /* XDP511_SESSION_METHOD_H */
