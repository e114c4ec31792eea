/* SPDX-License-Identifier: MIT */
/* config_setters.c - how each kind of value is read, stored and compared. */
#include "base/config_setters.h"

#include <errno.h>
#include <string.h>

#include "base/config_lists.h"
#include "base/config_values.h"
#include "base/units.h"

static void *value_of(const struct key *key, void *owner)
{
	return (char *)owner + key->offset;
}

static int refuse(const struct key *key, const char *value, const char *reason, struct error *error)
{
	return fail(error, EINVAL, "%s '%s' is %s", key->name, value, reason);
}

int set_number(const struct key *key, void *owner, const char *value, struct error *error)
{
	uint64_t number;

	if (key->parse(value, &number) || (key->size == sizeof(uint32_t) && number > UINT32_MAX))
		return fail(error, EINVAL, "%s '%s' is not %s", key->name, value, key->form);
	if (key->size == sizeof(uint32_t))
		*(uint32_t *)value_of(key, owner) = (uint32_t)number;
	else
		*(uint64_t *)value_of(key, owner) = number;
	return 0;
}

int set_period(const struct key *key, void *owner, const char *value, struct error *error)
{
	uint64_t seconds;

	if (parse_duration(value, &seconds) || !seconds)
		return refuse(key, value, key->form, error);
	*(uint64_t *)value_of(key, owner) = seconds;
	return 0;
}

int set_count(const struct key *key, void *owner, const char *value, struct error *error)
{
	uint64_t number;

	if (parse_number(value, key->min, key->max, &number))
		return fail(error, EINVAL, "%s '%s' is not a number from %u to %u; write one",
			    key->name, value, key->min, key->max);
	*(uint32_t *)value_of(key, owner) = (uint32_t)number;
	return 0;
}

static int find_word(const struct key *key, const char *value, struct error *error)
{
	int i;

	for (i = 0; key->words[i]; i++) {
		if (!strcmp(value, key->words[i]))
			return i;
	}
	return refuse(key, value, key->form, error);
}

/* Of any enum: its words are in its order. */
int set_mode(const struct key *key, void *owner, const char *value, struct error *error)
{
	int word = find_word(key, value, error);

	if (word < 0)
		return word;
	*(enum xdp_mode *)value_of(key, owner) = (enum xdp_mode)word;
	return 0;
}

/* The first word of a bool is false, the second true. */
int set_bool(const struct key *key, void *owner, const char *value, struct error *error)
{
	int word = find_word(key, value, error);

	if (word < 0)
		return word;
	*(bool *)value_of(key, owner) = word == 1;
	return 0;
}

int set_text(const struct key *key, void *owner, const char *value, struct error *error)
{
	if (strlen(value) >= key->size)
		return fail(error, EINVAL, "%s '%s' is too long; use at most %zu bytes", key->name,
			    value, key->size - 1);
	strcpy(value_of(key, owner), value);
	return 0;
}

int set_path(const struct key *key, void *owner, const char *value, struct error *error)
{
	if (value[0] != '/')
		return refuse(key, value, "not an absolute path; start it with /", error);
	return set_text(key, owner, value, error);
}

/* The row spans url, host and port, so that they are inherited together. */
int set_url(const struct key *key, void *owner, const char *value, struct error *error)
{
	struct config_portal *portal = &((struct config_zone *)owner)->portal;
	const char *reason;
	struct url url;

	if (parse_url(value, &url, &reason))
		return refuse(key, value, reason, error);
	strcpy(portal->url, value);
	strcpy(portal->host, url.host);
	portal->port = url.port;
	return 0;
}

int set_web_url(const struct key *key, void *owner, const char *value, struct error *error)
{
	const char *reason;
	struct url url;

	if (parse_url(value, &url, &reason))
		return refuse(key, value, reason, error);
	return set_text(key, owner, value, error);
}

int set_api_url(const struct key *key, void *owner, const char *value, struct error *error)
{
	const char *reason;
	struct url url;

	if (parse_url(value, &url, &reason))
		return refuse(key, value, reason, error);
	if (!url.https)
		return refuse(key, value,
			      "not secure, as RFC 8908 wants it; start it with https://", error);
	return set_text(key, owner, value, error);
}

int set_vlan(const struct key *key, void *owner, const char *value, struct error *error)
{
	struct config_zone *zone = owner;
	const char *reason;

	if (parse_vlan(value, &zone->vlan, &zone->inner_vlan, &reason))
		return refuse(key, value, reason, error);
	return 0;
}

int set_interface(const struct key *key, void *owner, const char *value, struct error *error)
{
	const char *reason;

	if (parse_interface(value, value_of(key, owner), &reason))
		return refuse(key, value, reason, error);
	return 0;
}

/* The bit of a method's word, or 0. */
static uint32_t find_method(const char *word)
{
	static const struct {
		const char *word;
		enum sign_in_method method;
	} methods[] = {
#define X(name, bit, word) {word, METHOD_##name},
		SIGN_IN_METHODS(X)
#undef X
	};

	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		if (!strcmp(methods[i].word, word))
			return methods[i].method;
	}
	return 0;
}

int set_methods(const struct key *key, void *owner, const char *value, struct error *error)
{
	char copy[PORTAL_URL_SIZE] = "";
	uint32_t methods = 0;
	char *word, *rest;

	if (!strcmp(value, "none")) {
		*(uint32_t *)value_of(key, owner) = 0;
		return 0;
	}
	strncpy(copy, value, sizeof(copy) - 1); /* a line of the file isn't as long */
	for (word = strtok_r(copy, " \t", &rest); word; word = strtok_r(NULL, " \t", &rest)) {
		uint32_t method = find_method(word);

		if (!method)
			return fail(error, EINVAL,
				    "%s '%s' is none of the ways to sign in; write some of "
				    "click, voucher, user, radius and code, with spaces between, "
				    "or none",
				    key->name, word);
		if (methods & method)
			return fail(error, EINVAL, "%s '%s' is named twice; remove one of them",
				    key->name, word);
		methods |= method;
	}
	*(uint32_t *)value_of(key, owner) = methods;
	return 0;
}

/* "deny", or "allow-for" and a duration, which is stored; 0 stands for deny. */
int set_when_down(const struct key *key, void *owner, const char *value, struct error *error)
{
	static const char allow[] = "allow-for";
	const char *duration = value + strlen(allow);
	uint64_t seconds = 0;

	if (strcmp(value, "deny") != 0) {
		if (strncmp(value, allow, strlen(allow)) != 0 ||
		    (*duration != ' ' && *duration != '\t'))
			return refuse(key, value, key->form, error);
		if (parse_duration(duration + strspn(duration, " \t"), &seconds) || !seconds)
			return refuse(key, value, key->form, error);
	}
	*(uint64_t *)value_of(key, owner) = seconds;
	return 0;
}

int add_endpoint(const struct key *key, void *owner, const char *value, struct error *error)
{
	struct endpoints *endpoints = value_of(key, owner);
	struct endpoint endpoint;

	if (parse_endpoint(value, key->port, &endpoint))
		return refuse(key, value,
			      "not an address with a port; write it like 198.18.0.1:8080 or "
			      "[2001:db8::1]:8080",
			      error);
	for (size_t i = 0; i < endpoints->n; i++) {
		if (endpoint_equal(&endpoints->list[i], &endpoint))
			return refuse(key, value, "given twice; remove one of the lines", error);
	}
	if (endpoints->n == ENDPOINTS_MAX)
		return fail(error, EINVAL, "%s '%s' is one too many; use at most %d", key->name,
			    value, ENDPOINTS_MAX);
	endpoints->list[endpoints->n++] = endpoint;
	return 0;
}

static bool equal_interfaces(const struct config_gateway *a, const struct config_gateway *b)
{
	size_t i;

	if (a->n_interfaces != b->n_interfaces)
		return false;
	for (i = 0; i < a->n_interfaces; i++) {
		if (strcmp(a->interfaces[i], b->interfaces[i]) != 0)
			return false;
	}
	return true;
}

static bool equal_vlan(const struct config_zone *a, const struct config_zone *b)
{
	return a->vlan == b->vlan && a->inner_vlan == b->inner_vlan;
}

/* Of a text, what is behind its end doesn't count; host and port of a URL follow from it. */
static bool is_text(const struct key *key)
{
	return key->set == set_text || key->set == set_path || key->set == set_url ||
	       key->set == set_web_url || key->set == set_api_url || key->set == set_interface;
}

bool key_is_equal(const struct key *key, const void *a, const void *b)
{
	const char *left = (const char *)a + key->offset, *right = (const char *)b + key->offset;

	if (key->set == add_interface)
		return equal_interfaces(a, b);
	if (key->set == set_vlan)
		return equal_vlan(a, b);
	if (key->same)
		return list_equal(key, a, b);
	return is_text(key) ? !strcmp(left, right) : !memcmp(left, right, key->size);
}
