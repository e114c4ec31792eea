/* SPDX-License-Identifier: MIT */
/* sign_in.c - runs an attempt for a request: the method, then the admission. */
#include "portal/sign_in.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/monotonic.h"
#include "portal/foreign/foreign.h"
#include "portal/web/identify.h"
#include "portal/nas/mac_auth.h"
#include "portal/pages/pages.h"
#include "portal/portal.h"

typedef void (*method_fn)(struct attempt *attempt);

/* What a form names. Users may be of this gateway's list or of RADIUS; method_user() knows. */
static const struct {
	const char *name;
	uint32_t bits;
	method_fn try;
} methods_known[] = {
	{"click", METHOD_CLICK, method_click},
	{"voucher", METHOD_VOUCHER, method_voucher},
	{"user", METHOD_USER | METHOD_RADIUS, method_user},
	{"code", METHOD_CODE, method_code},
};
#define N_METHODS (sizeof(methods_known) / sizeof(methods_known[0]))

/* The attempt outlives a request that is cut when the portal stops. */
struct sign_in {
	struct attempt attempt;
	struct web_request *request; /* NULL: it is gone */
	sign_in_fn fn;
	enum tally_way way;
	/* Of a portal elsewhere: */
	const char *word;
	struct form *form;
	char session_id[ACCT_SESSION_ID_SIZE];
};

static void form_free(struct form *form)
{
	if (form)
		explicit_bzero(form, sizeof(*form));
	free(form);
}

static void conclude(struct attempt *attempt)
{
	struct sign_in *sign_in = attempt->context;
	bool is_radius = attempt->is_radius && sign_in->way == TALLY_WAY_USER;

	attempt->portal->tally
		.attempts[is_radius ? TALLY_WAY_RADIUS : sign_in->way][attempt->result]++;
	if (sign_in->request) {
		sign_in->request->sign_in = NULL;
		sign_in->fn(sign_in->request, attempt);
	}
	form_free(sign_in->form);
	explicit_bzero(sign_in, sizeof(*sign_in));
	free(sign_in);
}

/* Without capitals, for most servers don't tell them apart. 0: it is no name of anybody. */
static size_t name_of(const struct attempt *attempt, char name[GRANT_USER_SIZE])
{
	const char *typed = attempt->form ? form_value(attempt->form, "username") : "";
	size_t length = strlen(typed);

	if (length >= GRANT_USER_SIZE)
		return 0;
	for (size_t i = 0; i < length; i++)
		name[i] = (char)tolower((unsigned char)typed[i]);
	return length;
}

static void on_result(struct attempt *attempt)
{
	const struct sign_in *sign_in = attempt->context;
	struct grant *grant = &attempt->grant;
	char name[GRANT_USER_SIZE];
	size_t length = name_of(attempt, name);

	if (length && attempt->result == ATTEMPT_REFUSED)
		(void)limits_take(attempt->portal->pages->wrong, name, length, monotonic_ms());
	if (sign_in->word) {
		snprintf(grant->method, sizeof(grant->method), "%s", sign_in->word);
		memcpy(grant->session_id, sign_in->session_id, sizeof(grant->session_id));
	}
	attempt->done = conclude;
	admit(attempt);
}

/*
 * A device has few tries, but whoever guesses a password may be many devices. So a name has a
 * number of wrong ones, too. While somebody uses those up, its owner is kept out as well: a word
 * that can be guessed is worse.
 */
static void begin(struct attempt *attempt, method_fn try)
{
	char name[GRANT_USER_SIZE];
	size_t length = name_of(attempt, name);

	if (!length || !limits_wait(attempt->portal->pages->wrong, name, length, monotonic_ms())) {
		try(attempt);
		return;
	}
	attempt->result = ATTEMPT_TOO_OFTEN;
	conclude(attempt);
}

static struct sign_in *sign_in_new(struct web_request *request, sign_in_fn fn)
{
	struct sign_in *sign_in = calloc(1, sizeof(*sign_in));

	if (!sign_in)
		return NULL;
	sign_in->request = request;
	sign_in->fn = fn;
	sign_in->attempt = (struct attempt){
		.portal = request->portal,
		.zone = request->asker->zone,
		.device = request->asker->device,
		.form = request->form,
		.done = on_result,
		.context = sign_in,
	};
	request->sign_in = sign_in;
	return sign_in;
}

/* Nothing is tried that the zone doesn't offer; one that is a portal's elsewhere offers nothing. */
static method_fn find_method(const char *name, uint32_t allowed)
{
	size_t i;

	for (i = 0; i < N_METHODS; i++) {
		if (!strcmp(methods_known[i].name, name) && methods_known[i].bits & allowed)
			return methods_known[i].try;
	}
	return NULL;
}

int sign_in_by_form(struct web_request *request, uint32_t methods, sign_in_fn fn)
{
	bool is_ours = !foreign_portal(request->portal->config, request->asker->zone);
	const char *name = form_value(request->form, "method");
	method_fn try = find_method(name, is_ours ? methods : 0);
	struct sign_in *sign_in = try ? sign_in_new(request, fn) : NULL;

	if (!sign_in)
		return try ? -ENOMEM : -EINVAL;
	sign_in->way = tally_way_of(name);
	begin(&sign_in->attempt, try);
	return 0;
}

void sign_in_by_mac(struct web_request *request, sign_in_fn fn)
{
	struct sign_in *sign_in = sign_in_new(request, fn);

	if (!sign_in) {
		page_problem(request, MHD_HTTP_SERVICE_UNAVAILABLE, "problem.unavailable");
		return;
	}
	sign_in->way = TALLY_WAY_MAC;
	mac_auth_try(&sign_in->attempt);
}

int sign_in_by_portal(struct web_request *request, const struct sign_in_way *way, sign_in_fn fn)
{
	struct sign_in *sign_in = sign_in_new(request, fn);
	struct attempt *attempt;

	if (!sign_in) {
		form_free(way->form);
		return -ENOMEM;
	}
	sign_in->word = way->word;
	sign_in->way = tally_way_of(way->word);
	memcpy(sign_in->session_id, way->session_id, sizeof(sign_in->session_id));
	attempt = &sign_in->attempt;
	if (way->form)
		attempt->form = sign_in->form = way->form;
	attempt->is_chap = way->is_chap;
	attempt->chap_id = way->chap_id;
	memcpy(attempt->chap_challenge, way->chap_challenge, sizeof(attempt->chap_challenge));
	memcpy(attempt->chap_response, way->chap_response, sizeof(attempt->chap_response));
	begin(attempt, way->try);
	return 0;
}

void sign_in_forget(struct web_request *request)
{
	if (request->sign_in)
		request->sign_in->request = NULL;
}
