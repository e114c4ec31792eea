/* SPDX-License-Identifier: MIT */
/* password.c - passwords as yescrypt hashes, made and checked by libxcrypt. */
#include "portal/accounts/password.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <crypt.h>

#define KIND "$y$" /* yescrypt; libxcrypt 4.4 has no argon2 */

/* Nothing of the password stays in memory. NULL: libxcrypt can't. */
static struct crypt_data *compute(const char *password, const char *setting)
{
	struct crypt_data *data = calloc(1, sizeof(*data));
	const char *hash = data ? crypt_rn(password, setting, data, sizeof(*data)) : NULL;

	/* '*' begins what tells of a failure and fits no hash. */
	if (hash && hash[0] != '*')
		return data;
	if (data)
		explicit_bzero(data, sizeof(*data));
	free(data);
	return NULL;
}

static void wipe(struct crypt_data *data)
{
	explicit_bzero(data, sizeof(*data));
	free(data);
}

int password_hash(const char *password, char ret_hash[PASSWORD_HASH_SIZE])
{
	char setting[CRYPT_GENSALT_OUTPUT_SIZE];
	struct crypt_data *data;
	int err = 0;

	if (!password[0] || strlen(password) >= PASSWORD_SIZE)
		return -EINVAL;
	if (!crypt_gensalt_rn(KIND, 0, NULL, 0, setting, sizeof(setting)))
		return -errno;
	data = compute(password, setting);
	if (!data)
		return -ENOMEM;
	if (snprintf(ret_hash, PASSWORD_HASH_SIZE, "%s", data->output) >= PASSWORD_HASH_SIZE)
		err = -ERANGE;
	wipe(data);
	return err;
}

/* The time it takes says nothing of where they differ. */
static bool are_equal(const char *a, const char *b)
{
	size_t i, length = strlen(a);
	unsigned char difference = 0;

	if (strlen(b) != length)
		return false;
	for (i = 0; i < length; i++)
		difference |= (unsigned char)(a[i] ^ b[i]);
	return !difference;
}

bool password_is(const char *password, const char *hash)
{
	struct crypt_data *data = compute(password, hash);
	bool is_equal;

	if (!data)
		return false;
	is_equal = are_equal(data->output, hash);
	wipe(data);
	return is_equal;
}
