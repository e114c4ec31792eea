/* SPDX-License-Identifier: MIT */
/* config_lists.c - values that may be given more than once: appended, compared, copied, freed. */
#include "base/config_lists.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/config_values.h"

#define LIST_MAX 4096 /* entries of one list; comparing them all must stay quick */

/* A list of any type, taken out of its owner. */
struct list {
	char *elements;
	size_t n;
};

/* memcpy(), because the pointer in the owner is one to the type of its elements. */
static struct list list_load(const struct key *key, const void *owner)
{
	struct list list;

	memcpy(&list.elements, (const char *)owner + key->offset, sizeof(list.elements));
	memcpy(&list.n, (const char *)owner + key->count_offset, sizeof(list.n));
	return list;
}

static void list_store(const struct key *key, void *owner, const struct list *list)
{
	memcpy((char *)owner + key->offset, &list->elements, sizeof(list->elements));
	memcpy((char *)owner + key->count_offset, &list->n, sizeof(list->n));
}

static int refuse(const struct key *key, const char *value, const char *reason, struct error *error)
{
	return fail(error, EINVAL, "%s '%s' is %s", key->name, value, reason);
}

int add_interface(const struct key *key, void *owner, const char *value, struct error *error)
{
	struct config_gateway *gateway = owner;
	char name[INTERFACE_SIZE];
	const char *reason;
	size_t i;

	if (parse_interface(value, name, &reason))
		return refuse(key, value, reason, error);
	for (i = 0; i < gateway->n_interfaces; i++) {
		if (!strcmp(gateway->interfaces[i], name))
			return refuse(key, value, "named twice; remove one of the lines", error);
	}
	if (gateway->n_interfaces == X511_MAX_PORTS)
		return fail(error, EINVAL, "interface '%s' is one too many; use at most %d", value,
			    X511_MAX_PORTS);
	strcpy(gateway->interfaces[gateway->n_interfaces++], name);
	return 0;
}

/* Appends a copy of @element, which is @value read, to the list. */
static int add_element(const struct key *key, void *owner, const void *element, const char *value,
		       struct error *error)
{
	struct list list = list_load(key, owner);
	char *grown;
	size_t i;

	for (i = 0; i < list.n; i++) {
		if (key->same(list.elements + i * key->size, element))
			return refuse(key, value, "given twice; remove one of the lines", error);
	}
	if (list.n == LIST_MAX)
		return fail(error, EINVAL, "%s '%s' is one too many; use at most %d", key->name,
			    value, LIST_MAX);
	grown = reallocarray(list.elements, list.n + 1, key->size);
	if (!grown)
		return fail(error, ENOMEM, "no memory for %s '%s'", key->name, value);
	memcpy(grown + list.n * key->size, element, key->size);
	list.elements = grown;
	list.n++;
	list_store(key, owner, &list);
	return 0;
}

int add_resolver(const struct key *key, void *owner, const char *value, struct error *error)
{
	struct address address;

	if (parse_address(value, &address))
		return refuse(key, value,
			      "not an address; write it like 192.0.2.53 or 2001:db8::53", error);
	return add_element(key, owner, &address, value, error);
}

int add_prefix(const struct key *key, void *owner, const char *value, struct error *error)
{
	struct garden_entry entry;
	int err = parse_garden_entry(value, &entry, error);

	return err ? err : add_element(key, owner, &entry, value, error);
}

int add_probe_rule(const struct key *key, void *owner, const char *value, struct error *error)
{
	struct probe_rule rule;
	const char *reason;

	if (parse_probe_rule(value, &rule, &reason))
		return refuse(key, value, reason, error);
	return add_element(key, owner, &rule, value, error);
}

int add_domain(const struct key *key, void *owner, const char *value, struct error *error)
{
	char domain[DOMAIN_SIZE];
	const char *reason;
	char *copy;
	int err;

	if (parse_domain(value, domain, &reason))
		return refuse(key, value, reason, error);
	copy = strdup(domain);
	if (!copy)
		return fail(error, ENOMEM, "no memory for %s '%s'", key->name, value);
	err = add_element(key, owner, &copy, value, error);
	if (err)
		free(copy);
	return err;
}

bool same_resolver(const void *a, const void *b)
{
	return !address_compare(a, b);
}

bool same_prefix(const void *a, const void *b)
{
	return garden_entry_equal(a, b);
}

/* Two answers for the same requests are one too many. */
bool same_probe_rule(const void *a, const void *b)
{
	const struct probe_rule *rule = a, *other = b;

	return !strcmp(rule->host, other->host) && !strcmp(rule->path, other->path);
}

bool same_domain(const void *a, const void *b)
{
	return !strcmp(*(char *const *)a, *(char *const *)b);
}

/* Of rules, .same compares what is asked, and not the answer. */
static bool equal_element(const struct key *key, const char *a, const char *b)
{
	if (!key->same(a, b))
		return false;
	return key->same != same_probe_rule ||
	       ((const struct probe_rule *)(const void *)a)->answer ==
		       ((const struct probe_rule *)(const void *)b)->answer;
}

bool list_equal(const struct key *key, const void *a, const void *b)
{
	struct list left = list_load(key, a), right = list_load(key, b);
	size_t i;

	if (left.n != right.n)
		return false;
	for (i = 0; i < left.n; i++) {
		if (!equal_element(key, left.elements + i * key->size,
				   right.elements + i * key->size))
			return false;
	}
	return true;
}

static char **list_string(const struct list *list, size_t i)
{
	return (char **)(void *)list->elements + i;
}

void list_clear(const struct key *key, void *owner)
{
	struct list list = list_load(key, owner);
	size_t i;

	for (i = 0; key->strings && i < list.n; i++)
		free(*list_string(&list, i));
	free(list.elements);
	list = (struct list){.n = 0};
	list_store(key, owner, &list);
}

int list_copy(const struct key *key, const void *from, void *to)
{
	struct list source = list_load(key, from);
	struct list copy = {.n = 0};
	size_t i;

	if (source.n) {
		copy.elements = calloc(source.n, key->size);
		if (!copy.elements)
			return -ENOMEM;
		copy.n = source.n;
	}
	if (source.n && !key->strings)
		memcpy(copy.elements, source.elements, source.n * key->size);
	list_store(key, to, &copy); /* owned by @to, also when it lacks the last strings */
	for (i = 0; key->strings && i < source.n; i++) {
		*list_string(&copy, i) = strdup(*list_string(&source, i));
		if (!*list_string(&copy, i))
			return -ENOMEM;
	}
	return 0;
}
