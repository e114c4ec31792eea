/* SPDX-License-Identifier: MIT */
/* sign_in.c - runs an attempt for a request: the methods in their order, then the admission. */
#include "portal/sign_in.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "portal/identify.h"
#include "portal/mac_auth.h"

typedef void (*method_fn)(struct attempt *attempt);

/* What a form names, tried in this order as far as the zone has them. */
static const struct {
	const char *name;
	enum sign_in_method bit;
	method_fn try;
} methods_known[] = {
	{"click", METHOD_CLICK, method_click},
};
#define N_METHODS (sizeof(methods_known) / sizeof(methods_known[0]))

/* The attempt outlives a request that is cut when the portal stops. */
struct sign_in {
	struct attempt attempt;
	struct web_request *request; /* NULL: it is gone */
	sign_in_fn fn;
	method_fn left[N_METHODS + 1]; /* to be tried, until NULL */
	const method_fn *next;
};

static void conclude(struct attempt *attempt)
{
	struct sign_in *sign_in = attempt->context;

	if (sign_in->request) {
		sign_in->request->sign_in = NULL;
		sign_in->fn(sign_in->request, attempt);
	}
	explicit_bzero(sign_in, sizeof(*sign_in));
	free(sign_in);
}

static void try_next(struct sign_in *sign_in)
{
	method_fn try = *sign_in->next++;

	try(&sign_in->attempt);
}

/* One list of users not knowing a name, the next is asked. */
static void on_result(struct attempt *attempt)
{
	struct sign_in *sign_in = attempt->context;

	if (attempt->result == ATTEMPT_REFUSED && *sign_in->next && sign_in->request) {
		attempt->problem = NULL;
		attempt->reply[0] = '\0';
		memset(&attempt->grant, 0, sizeof(attempt->grant));
		try_next(sign_in);
		return;
	}
	attempt->done = conclude;
	admit(attempt);
}

static struct sign_in *sign_in_new(struct web_request *request, sign_in_fn fn)
{
	struct sign_in *sign_in = calloc(1, sizeof(*sign_in));

	if (!sign_in)
		return NULL;
	sign_in->request = request;
	sign_in->fn = fn;
	sign_in->next = sign_in->left;
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

/* Only what the form may lead to counts; nothing is tried that the zone doesn't offer. */
static size_t find_methods(const char *name, uint32_t allowed, method_fn ret_methods[N_METHODS])
{
	size_t i, n = 0;

	for (i = 0; i < N_METHODS; i++) {
		if (!strcmp(methods_known[i].name, name) && methods_known[i].bit & allowed)
			ret_methods[n++] = methods_known[i].try;
	}
	return n;
}

int sign_in_by_form(struct web_request *request, uint32_t methods, sign_in_fn fn)
{
	method_fn found[N_METHODS];
	size_t n = find_methods(form_value(request->form, "method"), methods, found);
	struct sign_in *sign_in = n ? sign_in_new(request, fn) : NULL;

	if (!sign_in)
		return n ? -ENOMEM : -EINVAL;
	memcpy(sign_in->left, found, n * sizeof(found[0]));
	try_next(sign_in);
	return 0;
}

void sign_in_by_mac(struct web_request *request, sign_in_fn fn)
{
	struct sign_in *sign_in = sign_in_new(request, fn);

	if (!sign_in)
		return; /* the connection ends without an answer */
	sign_in->left[0] = mac_auth_try;
	try_next(sign_in);
}

void sign_in_forget(struct web_request *request)
{
	if (request->sign_in)
		request->sign_in->request = NULL;
}
