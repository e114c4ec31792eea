/* SPDX-License-Identifier: MIT */
/* certificates.c - reads certificates with their keys as the servers will. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gnutls/abstract.h>
#include <gnutls/x509.h>

#include "base/file.h"
#include "preflight/collect.h"

#define FILE_MAX ((size_t)256 * 1024)
#define ID_SIZE	 64

struct pair {
	gnutls_x509_crt_t certificate;
	gnutls_x509_privkey_t key;
};

static void complain(struct certificate_facts *facts, const char *what, const char *path,
		     const char *why)
{
	snprintf(facts->problem, sizeof(facts->problem), "the %s '%s' can't be used: %s", what,
		 path, why);
}

static int read_file(struct certificate_facts *facts, const char *what, const char *path,
		     gnutls_datum_t *ret_datum)
{
	char *text;
	size_t size;
	int err = file_read(path, FILE_MAX, &text, &size);

	if (err) {
		facts->is_forbidden = err == -EACCES;
		complain(facts, what, path, file_problem(err));
		return err;
	}
	*ret_datum = (gnutls_datum_t){.data = (unsigned char *)text, .size = (unsigned int)size};
	return 0;
}

/* The first one of the file, the server's own. */
static int read_certificate(struct certificate_facts *facts, struct pair *pair)
{
	gnutls_datum_t datum;
	int err = read_file(facts, "certificate", facts->file, &datum);

	if (err)
		return err;
	err = gnutls_x509_crt_init(&pair->certificate);
	if (!err)
		err = gnutls_x509_crt_import(pair->certificate, &datum, GNUTLS_X509_FMT_PEM);
	free(datum.data);
	if (err)
		complain(facts, "certificate", facts->file, gnutls_strerror(err));
	return err;
}

static int read_key(struct certificate_facts *facts, struct pair *pair)
{
	gnutls_datum_t datum;
	int err = read_file(facts, "key", facts->key, &datum);

	if (err)
		return err;
	err = gnutls_x509_privkey_init(&pair->key);
	if (!err)
		err = gnutls_x509_privkey_import2(pair->key, &datum, GNUTLS_X509_FMT_PEM, NULL, 0);
	explicit_bzero(datum.data, datum.size);
	free(datum.data);
	if (err)
		complain(facts, "key", facts->key, gnutls_strerror(err));
	return err;
}

static bool belong_together(const struct pair *pair)
{
	unsigned char one[ID_SIZE], other[ID_SIZE];
	size_t one_size = sizeof(one), other_size = sizeof(other);

	return !gnutls_x509_crt_get_key_id(pair->certificate, GNUTLS_KEYID_USE_SHA256, one,
					   &one_size) &&
	       !gnutls_x509_privkey_get_key_id(pair->key, GNUTLS_KEYID_USE_SHA256, other,
					       &other_size) &&
	       one_size == other_size && !memcmp(one, other, one_size);
}

/* Of the zones that sign in at the embedded portal, the first host that isn't named. */
static const char *find_foreign_host(const struct config *config, gnutls_x509_crt_t certificate)
{
	size_t i;

	for (i = 0; i < config->n_zones; i++) {
		const struct config_zone *zone = &config->zones[i];

		if (zone->sign_in.methods && !strncmp(zone->portal.url, "https:", 6) &&
		    !gnutls_x509_crt_check_hostname(certificate, zone->portal.host))
			return zone->portal.host;
	}
	return NULL;
}

/* @config NULL: names don't matter. */
static void look_at(struct report *report, struct certificate_facts *facts,
		    const struct config *config)
{
	struct pair pair = {};
	int err;

	facts->now = time(NULL);
	if (!read_certificate(facts, &pair)) {
		facts->from = gnutls_x509_crt_get_activation_time(pair.certificate);
		facts->until = gnutls_x509_crt_get_expiration_time(pair.certificate);
		if (config)
			facts->foreign_host = find_foreign_host(config, pair.certificate);
		err = read_key(facts, &pair);
		/* Who may not read it asks for the certificate's days alone. */
		if (err == -EACCES)
			facts->problem[0] = '\0';
		else if (!err && !belong_together(&pair))
			complain(facts, "key", facts->key, "it is another certificate's");
		facts->is_forbidden = false;
	}
	judge_certificate(report, facts);
	if (pair.certificate)
		gnutls_x509_crt_deinit(pair.certificate);
	if (pair.key)
		gnutls_x509_privkey_deinit(pair.key);
}

void collect_certificates(struct report *report, const struct config *config)
{
	const struct config_web *web = &config->web;
	const struct config_api *api = &config->api;

	if (web->https.n)
		look_at(report,
			&(struct certificate_facts){
				.what = "[web]", .file = web->certificate, .key = web->key},
			config);
	if (api->listen.n)
		look_at(report,
			&(struct certificate_facts){
				.what = "[api]", .file = api->certificate, .key = api->key},
			NULL);
}
