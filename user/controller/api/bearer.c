/* SPDX-License-Identifier: MIT */
/* bearer.c - the tokens of the control API on TCP, and the head of a request that has to show one. */
#include "controller/api/bearer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <nettle/memops.h>
#include <sys/stat.h>

#include "base/file.h"

#define FILE_MAX   (BEARER_MAX * (BEARER_MAX_SIZE + 2) + 16384)
#define LAST_FIELD "Connection: close\r\n\r\n"

/* Part of a larger text. */
struct piece {
	const char *at;
	size_t size;
};

static void digest_of(const char *token, size_t size, uint8_t ret_digest[SHA256_DIGEST_SIZE])
{
	struct sha256_ctx sha256;

	sha256_init(&sha256);
	sha256_update(&sha256, size, (const uint8_t *)token);
	sha256_digest(&sha256, SHA256_DIGEST_SIZE, ret_digest);
	explicit_bzero(&sha256, sizeof(sha256));
}

static bool is_blank(char character)
{
	return character == ' ' || character == '\t' || character == '\r';
}

static struct piece trim(struct piece piece)
{
	while (piece.size && is_blank(piece.at[0])) {
		piece.at++;
		piece.size--;
	}
	while (piece.size && is_blank(piece.at[piece.size - 1]))
		piece.size--;
	return piece;
}

/* What a header can carry: no blanks, no controls, ASCII. */
static bool is_token(struct piece piece)
{
	size_t i;

	for (i = 0; i < piece.size; i++) {
		if (piece.at[i] <= ' ' || piece.at[i] > '~')
			return false;
	}
	return true;
}

static int add_line(struct bearer *bearer, struct piece line, struct error *error)
{
	if (!line.size || line.at[0] == '#')
		return 0;
	if (line.size < BEARER_MIN_SIZE || line.size > BEARER_MAX_SIZE)
		return fail(error, EINVAL,
			    "the token has %zu characters and needs from %d to %d; make one by "
			    "`openssl rand -hex 32`",
			    line.size, BEARER_MIN_SIZE, BEARER_MAX_SIZE);
	if (!is_token(line))
		return fail(error, EINVAL,
			    "the token has blanks or other characters than ASCII; make one by "
			    "`openssl rand -hex 32`");
	if (bearer->n == BEARER_MAX)
		return fail(error, EINVAL, "there are more than %d tokens; remove some",
			    BEARER_MAX);
	digest_of(line.at, line.size, bearer->digests[bearer->n++]);
	return 0;
}

int bearer_parse(const char *text, const char *name, struct bearer *ret_bearer, struct error *error)
{
	struct bearer bearer = {.n = 0};
	struct error why;
	unsigned int number = 0;
	int err = 0;

	while (*text && !err) {
		struct piece line = {.at = text, .size = strcspn(text, "\n")};

		number++;
		text += line.size + (text[line.size] == '\n');
		err = add_line(&bearer, trim(line), &why);
	}
	if (err)
		return fail(error, -err, "%s:%u: %s", name, number, why.text);
	if (!bearer.n)
		return fail(error, EINVAL,
			    "there is no token in '%s'; add one by `openssl rand -hex 32 >> %s`",
			    name, name);
	*ret_bearer = bearer;
	return 0;
}

int bearer_check_secret(const char *file, struct error *error)
{
	struct stat status;

	if (stat(file, &status))
		return fail(error, errno, "'%s' can't be read: %s; correct [api]", file,
			    strerror(errno));
	if (status.st_mode & S_IRWXO)
		return fail(error, EPERM,
			    "others may use '%s', which has to stay secret; run `chmod o= %s`",
			    file, file);
	return 0;
}

int bearer_load(const char *file, struct bearer *ret_bearer, struct error *error)
{
	int err = bearer_check_secret(file, error);
	size_t size;
	char *text;

	if (err)
		return err;
	err = file_read(file, FILE_MAX, &text, &size);
	if (err)
		return fail(error, -err,
			    "the tokens in '%s' can't be read: %s; correct "
			    "`token-file`",
			    file, file_problem(err));
	err = strlen(text) == size ? bearer_parse(text, file, ret_bearer, error)
				   : fail(error, EINVAL,
					  "'%s' has NUL bytes and isn't a file of tokens; correct "
					  "`token-file`",
					  file);
	explicit_bzero(text, size);
	free(text);
	return err;
}

bool bearer_knows(const struct bearer *bearer, const char *token, size_t size)
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	int known = 0;
	size_t i;

	digest_of(token, size, digest);
	for (i = 0; i < bearer->n; i++)
		known |= memeql_sec(digest, bearer->digests[i], sizeof(digest));
	return known;
}

size_t bearer_head_size(const char *bytes, size_t size)
{
	const char *end = memmem(bytes, size, "\r\n\r\n", 4);

	return end ? (size_t)(end + 4 - bytes) : 0;
}

/* Of "Name: value", when the name is that one. */
static bool is_field(struct piece line, const char *name, struct piece *ret_value)
{
	size_t length = strlen(name);

	if (line.size <= length || line.at[length] != ':' || strncasecmp(line.at, name, length))
		return false;
	*ret_value = trim((struct piece){line.at + length + 1, line.size - length - 1});
	return true;
}

static bool shows_token(const struct bearer *bearer, struct piece value)
{
	static const char scheme[] = "Bearer ";
	const size_t length = sizeof(scheme) - 1;
	struct piece token;

	if (value.size < length || strncasecmp(value.at, scheme, length))
		return false;
	token = trim((struct piece){value.at + length, value.size - length});
	return token.size <= BEARER_MAX_SIZE && bearer_knows(bearer, token.at, token.size);
}

/* Characters that end a line for some, and not for others; a line that goes on with a blank. */
static bool is_line(struct piece line)
{
	return line.size && !is_blank(line.at[0]) && !memchr(line.at, '\r', line.size) &&
	       !memchr(line.at, '\n', line.size) && !memchr(line.at, '\0', line.size);
}

/* A head on its way through. */
struct passage {
	const struct bearer *bearer;
	char *to;
	size_t size;
	unsigned int n_lines;
	unsigned int n_tokens;
	bool is_known;
};

static void append(struct passage *passage, const char *bytes, size_t size)
{
	memcpy(passage->to + passage->size, bytes, size);
	passage->size += size;
}

static int pass_line(struct passage *passage, struct piece line)
{
	struct piece value;

	if (!is_line(line))
		return -EBADMSG;
	if (!passage->n_lines++) {
		static const char version[] = " HTTP/1.1";
		const size_t length = sizeof(version) - 1;

		if (line.size < length || memcmp(line.at + line.size - length, version, length))
			return -EBADMSG;
	} else if (is_field(line, "Authorization", &value)) {
		passage->is_known = shows_token(passage->bearer, value);
		return passage->n_tokens++ ? -EBADMSG : 0;
	} else if (is_field(line, "Connection", &value)) {
		return 0;
	}
	append(passage, line.at, line.size);
	append(passage, "\r\n", 2);
	return 0;
}

int bearer_pass(const struct bearer *bearer, const char *head, size_t size,
		char ret_head[BEARER_HEAD_ROOM], size_t *ret_size)
{
	struct passage passage = {.bearer = bearer, .to = ret_head};
	size_t at = 0;
	int err = size <= BEARER_HEAD_MAX && bearer_head_size(head, size) == size ? 0 : -EBADMSG;

	while (!err && at < size - 2) {
		const char *end = memmem(head + at, size - at, "\r\n", 2);
		struct piece line = {.at = head + at, .size = (size_t)(end - head) - at};

		err = pass_line(&passage, line);
		at += line.size + 2;
	}
	if (err)
		return err;
	if (!passage.is_known)
		return -EACCES;
	append(&passage, LAST_FIELD, sizeof(LAST_FIELD) - 1);
	*ret_size = passage.size;
	return 0;
}
