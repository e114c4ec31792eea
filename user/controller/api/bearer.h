/* SPDX-License-Identifier: MIT */
/* bearer.h - the tokens of the control API on TCP, and the head of a request that has to show one. */
#ifndef XDP511_BEARER_H
#define XDP511_BEARER_H

#include <stdbool.h>
#include <stddef.h>

#include <nettle/sha2.h>

#include "base/log.h"

#define BEARER_MAX	64  /* tokens of one file */
#define BEARER_MIN_SIZE 32  /* characters of a token */
#define BEARER_MAX_SIZE 256 /* the same */
#define BEARER_HEAD_MAX 16384

/* Only digests are kept: who reads this memory can't sign in by it. */
struct bearer {
	uint8_t digests[BEARER_MAX][SHA256_DIGEST_SIZE];
	size_t n;
};

/*
 * A token a line; empty lines and those starting with '#' don't count. -EINVAL with a sentence,
 * which never has a token in it: "NAME:LINE: what is wrong".
 */
int bearer_parse(const char *text, const char *name, struct bearer *ret_bearer,
		 struct error *error);

/* The same from a file, which others may not read. */
int bearer_load(const char *file, struct bearer *ret_bearer, struct error *error);

/* -EPERM with a sentence for a file that others than its owner and group may use; -errno. */
int bearer_check_secret(const char *file, struct error *error);

/* In a time that doesn't tell how much of it was right. */
bool bearer_knows(const struct bearer *bearer, const char *token, size_t size);

/* Bytes of a request's head with its empty line; 0: it isn't whole yet. */
size_t bearer_head_size(const char *bytes, size_t size);

/*
 * Writes the head as it may go on: without the token, for one request alone. @ret_head has room
 * for BEARER_HEAD_MAX and the name of one more field. 0; -EACCES: no token, or a wrong one; -EBADMSG:
 * no head of HTTP/1.1.
 */
#define BEARER_HEAD_ROOM (BEARER_HEAD_MAX + 32)
int bearer_pass(const struct bearer *bearer, const char *head, size_t size,
		char ret_head[BEARER_HEAD_ROOM], size_t *ret_size);

#endif /* XDP511_BEARER_H */
