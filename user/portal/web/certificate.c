/* SPDX-License-Identifier: MIT */
/* certificate.c - reads certificate and key, checks that they belong together, and hands them out. */
#include "portal/web/certificate.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <gnutls/x509.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/monotonic.h"

#define CHAIN_MAX 8
#define FILE_MAX  ((size_t)256 * 1024)
#define ID_SIZE	  64

/* What is handed out to handshakes. */
struct pair {
	gnutls_pcert_st chain[CHAIN_MAX];
	unsigned int n;
	uint64_t end_s;
	gnutls_privkey_t key;
	struct pair *older; /* that handshakes may still use */
	uint64_t retired_ms;
};

/* By which a file that has changed is told. */
struct state {
	struct timespec changed;
	ino_t inode;
	off_t size;
};

struct certificate {
	const char *file, *key_file;
	struct pair *pair;
	struct state read[2]; /* of the files when they were read */
	struct state seen[2]; /* and at the last look */
};

static struct certificate *served;

static struct pair *pair_free(struct pair *pair)
{
	unsigned int i;

	if (!pair)
		return NULL;
	for (i = 0; i < pair->n; i++)
		gnutls_pcert_deinit(&pair->chain[i]);
	if (pair->key)
		gnutls_privkey_deinit(pair->key);
	free(pair);
	return NULL;
}

/* Of the first of the chain, the portal's own. */
static uint64_t read_end(gnutls_pcert_st *first)
{
	gnutls_x509_crt_t certificate;
	time_t end = -1;

	if (gnutls_pcert_export_x509(first, &certificate) < 0)
		return 0;
	end = gnutls_x509_crt_get_expiration_time(certificate);
	gnutls_x509_crt_deinit(certificate);
	return end > 0 ? (uint64_t)end : 0;
}

static int read_chain(const char *file, struct pair *pair, struct error *error)
{
	unsigned int n = CHAIN_MAX;
	gnutls_datum_t datum;
	char *text;
	size_t size;
	int err = file_read(file, FILE_MAX, &text, &size);

	if (err)
		return fail(error, -err,
			    "the certificate '%s' can't be read: %s; correct `certificate`", file,
			    file_problem(err));
	datum = (gnutls_datum_t){.data = (unsigned char *)text, .size = (unsigned int)size};
	err = gnutls_pcert_list_import_x509_raw(pair->chain, &n, &datum, GNUTLS_X509_FMT_PEM,
						GNUTLS_X509_CRT_LIST_SORT);
	free(text);
	if (err < 0)
		return fail(error, EINVAL,
			    "'%s' is no certificate chain in PEM of at most %d: %s; correct it",
			    file, CHAIN_MAX, gnutls_strerror(err));
	pair->n = n;
	pair->end_s = read_end(&pair->chain[0]);
	return 0;
}

static int read_key(const char *file, struct pair *pair, struct error *error)
{
	gnutls_datum_t datum;
	struct stat status;
	char *text;
	size_t size;
	int err = stat(file, &status) ? -errno : 0;

	if (!err && status.st_mode & S_IRWXO)
		return fail(error, EPERM, "the key '%s' is open to everybody; chmod 640 it", file);
	if (!err)
		err = file_read(file, FILE_MAX, &text, &size);
	if (err)
		return fail(error, -err, "the key '%s' can't be read: %s; correct `key`", file,
			    file_problem(err));
	datum = (gnutls_datum_t){.data = (unsigned char *)text, .size = (unsigned int)size};
	err = gnutls_privkey_init(&pair->key);
	if (!err)
		err = gnutls_privkey_import_x509_raw(pair->key, &datum, GNUTLS_X509_FMT_PEM, NULL,
						     0);
	explicit_bzero(text, size);
	free(text);
	if (err < 0)
		return fail(error, EINVAL,
			    "'%s' is no key in PEM without a password: %s; correct it", file,
			    gnutls_strerror(err));
	return 0;
}

static bool belong_together(const struct pair *pair)
{
	unsigned char one[ID_SIZE], other[ID_SIZE];
	size_t one_size = sizeof(one), other_size = sizeof(other);
	gnutls_pubkey_t public = NULL;
	bool result = !gnutls_pubkey_init(&public) &&
		      !gnutls_pubkey_import_privkey(public, pair->key, 0, 0) &&
		      !gnutls_pubkey_get_key_id(public, GNUTLS_KEYID_USE_SHA256, one, &one_size) &&
		      !gnutls_pubkey_get_key_id(pair->chain[0].pubkey, GNUTLS_KEYID_USE_SHA256,
						other, &other_size) &&
		      one_size == other_size && !memcmp(one, other, one_size);

	if (public)
		gnutls_pubkey_deinit(public);
	return result;
}

static int pair_load(const struct certificate *certificate, struct pair **ret_pair,
		     struct error *error)
{
	struct pair *pair = calloc(1, sizeof(*pair));
	int err;

	if (!pair)
		return fail(error, ENOMEM, "out of memory");
	err = read_chain(certificate->file, pair, error);
	if (!err)
		err = read_key(certificate->key_file, pair, error);
	if (!err && !belong_together(pair))
		err = fail(error, EINVAL,
			   "the key '%s' isn't that of the certificate '%s'; give both",
			   certificate->key_file, certificate->file);
	if (err)
		pair_free(pair);
	else
		*ret_pair = pair;
	return err;
}

static void look(const struct certificate *certificate, struct state states[2])
{
	const char *const files[2] = {certificate->file, certificate->key_file};
	struct stat status;
	size_t i;

	memset(states, 0, 2 * sizeof(*states));
	for (i = 0; i < 2; i++) {
		if (stat(files[i], &status))
			continue;
		states[i].changed = status.st_mtim;
		states[i].inode = status.st_ino;
		states[i].size = status.st_size;
	}
}

static bool is_same(const struct state a[2], const struct state b[2])
{
	return !memcmp(a, b, 2 * sizeof(*a));
}

int certificate_load(const char *file, const char *key_file, struct certificate **ret_certificate,
		     struct error *error)
{
	struct certificate *certificate = calloc(1, sizeof(*certificate));
	int err;

	if (!certificate)
		return fail(error, ENOMEM, "out of memory");
	certificate->file = file;
	certificate->key_file = key_file;
	look(certificate, certificate->read);
	memcpy(certificate->seen, certificate->read, sizeof(certificate->seen));
	err = pair_load(certificate, &certificate->pair, error);
	if (err)
		certificate_free(certificate);
	else
		*ret_certificate = certificate;
	return err;
}

struct certificate *certificate_free(struct certificate *certificate)
{
	struct pair *pair, *older;

	if (!certificate)
		return NULL;
	if (served == certificate)
		served = NULL;
	for (pair = certificate->pair; pair; pair = older) {
		older = pair->older;
		pair_free(pair);
	}
	free(certificate);
	return NULL;
}

/* Those behind the first that has been out of use for long are out of use for longer. */
static void drop_old(struct pair *pair)
{
	struct pair *old, *older;

	while (pair->older && monotonic_ms() - pair->older->retired_ms < CERTIFICATE_LINGER_MS)
		pair = pair->older;
	for (old = pair->older; old; old = older) {
		older = old->older;
		pair_free(old);
	}
	pair->older = NULL;
}

int certificate_renew(struct certificate *certificate, bool is_asked, struct error *error)
{
	struct state states[2];
	struct pair *pair;
	bool is_at_rest;
	int err;

	drop_old(certificate->pair);
	look(certificate, states);
	is_at_rest = is_same(states, certificate->seen);
	memcpy(certificate->seen, states, sizeof(states));
	/* Both files are written one after the other. */
	if (!is_asked && (!is_at_rest || is_same(states, certificate->read)))
		return 0;
	memcpy(certificate->read, states, sizeof(states));
	err = pair_load(certificate, &pair, error);
	if (err)
		return err;
	certificate->pair->retired_ms = monotonic_ms();
	pair->older = certificate->pair;
	certificate->pair = pair;
	return 1;
}

uint64_t certificate_end(const struct certificate *certificate)
{
	return certificate->pair->end_s;
}

void certificate_serve(struct certificate *certificate)
{
	served = certificate;
}

int certificate_retrieve(gnutls_session_t session, const gnutls_datum_t *authorities,
			 int n_authorities, const gnutls_pk_algorithm_t *algorithms,
			 int n_algorithms, gnutls_pcert_st **ret_chain, unsigned int *ret_n,
			 gnutls_privkey_t *ret_key)
{
	(void)session;
	(void)authorities;
	(void)n_authorities;
	(void)algorithms;
	(void)n_algorithms;
	if (!served)
		return -1;
	*ret_chain = served->pair->chain;
	*ret_n = served->pair->n;
	*ret_key = served->pair->key;
	return 0;
}
