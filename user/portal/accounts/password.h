/* SPDX-License-Identifier: MIT */
/* password.h - passwords as yescrypt hashes; both functions take tens of milliseconds. */
#ifndef XDP511_PORTAL_PASSWORD_H
#define XDP511_PORTAL_PASSWORD_H

#include <stdbool.h>

#define PASSWORD_SIZE	   256 /* with NUL */
#define PASSWORD_HASH_SIZE 128

/* For names that don't exist, so that they take as long: no password has it. */
#define PASSWORD_HASH_OF_NONE                                                                      \
	"$y$j9T$1RRX305scp2zEf46r3Vhg.$di88PjpgG2yDpCtcgcx8nSCCeTCtsAuWXn0jDI9YjT."

/* -EINVAL: empty or too long; other -errno when libxcrypt can't. */
int password_hash(const char *password, char ret_hash[PASSWORD_HASH_SIZE]);

/* Whether the hash is the password's; a hash of any kind that libxcrypt knows. */
bool password_is(const char *password, const char *hash);

#endif /* XDP511_PORTAL_PASSWORD_H */
