/* SPDX-License-Identifier: MIT */
/* certificate.h - the certificate of the HTTPS server, from files, taken anew when they change. */
#ifndef XDP511_PORTAL_CERTIFICATE_H
#define XDP511_PORTAL_CERTIFICATE_H

#include <stdbool.h>
#include <stdint.h>

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>

#include "base/log.h"

struct certificate; /* opaque */

/* The file names are borrowed. A sentence when one of them is missing, broken, or open to all. */
int certificate_load(const char *file, const char *key_file, struct certificate **ret_certificate,
		     struct error *error);
struct certificate *certificate_free(struct certificate *certificate); /* NULL in, NULL out */

/*
 * To be called every few seconds: when the files have changed, and are at rest, they are read; or
 * at once if @is_asked. 1: there are new ones; 0: nothing has changed; -errno: the old ones stay,
 * and the sentence says why, once.
 */
int certificate_renew(struct certificate *certificate, bool is_asked, struct error *error);

/* When it expires, in seconds since 1970; 0: it doesn't say. */
uint64_t certificate_end(const struct certificate *certificate);

/*
 * The callback of GnuTLS has no context: it serves the one that was named here last. What it
 * hands out is valid for CERTIFICATE_LINGER_MS after a renewal, so that handshakes can end.
 */
#define CERTIFICATE_LINGER_MS 60000
void certificate_serve(struct certificate *certificate);
int certificate_retrieve(gnutls_session_t session, const gnutls_datum_t *authorities,
			 int n_authorities, const gnutls_pk_algorithm_t *algorithms,
			 int n_algorithms, gnutls_pcert_st **ret_chain, unsigned int *ret_n,
			 gnutls_privkey_t *ret_key);

#endif /* XDP511_PORTAL_CERTIFICATE_H */
