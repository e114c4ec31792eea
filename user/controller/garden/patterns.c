/* SPDX-License-Identifier: MIT */
/* patterns.c - finds the pattern of a name, and hashes all of them for the gate. */
#include "controller/garden/patterns.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/dns.h"

static int compare_patterns(const void *left, const void *right)
{
	const struct name_pattern *a = left, *b = right;

	if (a->zone != b->zone)
		return a->zone < b->zone ? -1 : 1;
	return strcmp(a->name, b->name);
}

void patterns_sort(struct patterns *patterns)
{
	if (patterns->n)
		qsort(patterns->list, patterns->n, sizeof(*patterns->list), compare_patterns);
}

static int compare_zones(const void *left, const void *right)
{
	const struct name_pattern *a = left, *b = right;

	return (a->zone > b->zone) - (a->zone < b->zone);
}

bool patterns_has_zone(const struct patterns *patterns, uint32_t zone)
{
	const struct name_pattern key = {.zone = zone};

	return patterns->n &&
	       bsearch(&key, patterns->list, patterns->n, sizeof(key), compare_zones);
}

static bool has_pattern(const struct patterns *patterns, const struct name_pattern *key)
{
	return patterns->n &&
	       bsearch(key, patterns->list, patterns->n, sizeof(*patterns->list), compare_patterns);
}

/* The name itself, then each name that it is below of: a tail is looked for, never all patterns. */
bool patterns_match(const struct patterns *patterns, uint32_t zone, const char *name)
{
	struct name_pattern key = {.zone = zone};
	const char *dot;

	if (strlen(name) < sizeof(key.name)) {
		strcpy(key.name, name);
		if (has_pattern(patterns, &key))
			return true;
	}
	for (dot = strchr(name, '.'); dot; dot = strchr(dot + 1, '.')) {
		if (strlen(dot) + 1 >= sizeof(key.name))
			continue;
		snprintf(key.name, sizeof(key.name), "*%s", dot);
		if (has_pattern(patterns, &key))
			return true;
	}
	return false;
}

static int compare_keys(const void *left, const void *right)
{
	const struct pattern_key *a = left, *b = right;

	if (a->zone != b->zone)
		return a->zone < b->zone ? -1 : 1;
	return (a->hash > b->hash) - (a->hash < b->hash);
}

static bool is_below(const struct name_pattern *pattern)
{
	return !strncmp(pattern->name, "*.", 2);
}

static struct pattern_key key_of(const struct name_pattern *pattern)
{
	struct pattern_key key = {.zone = pattern->zone};
	struct dns_name name;

	if (!dns_name_from_text(pattern->name + (is_below(pattern) ? 2 : 0), &name))
		key.hash = name_hash(name.wire, (__u32)name.length);
	return key;
}

/* Room for one more, so that an empty set isn't NULL. */
static int set_new(size_t n, struct pattern_set *ret_set)
{
	struct pattern_set set = {
		.keys = calloc(n + 1, sizeof(*set.keys)),
		.flags = calloc(n + 1, sizeof(*set.flags)),
	};

	if (!set.keys || !set.flags) {
		pattern_set_done(&set);
		return -ENOMEM;
	}
	*ret_set = set;
	return 0;
}

int patterns_hash(const struct patterns *patterns, struct pattern_set *ret_set)
{
	struct pattern_set set;
	size_t i;
	int err = set_new(patterns->n, &set);

	if (err)
		return err;
	for (i = 0; i < patterns->n; i++)
		set.keys[i] = key_of(&patterns->list[i]);
	qsort(set.keys, patterns->n, sizeof(*set.keys), compare_keys);
	for (i = 0; i < patterns->n; i++) {
		if (!set.n || compare_keys(&set.keys[set.n - 1], &set.keys[i]))
			set.keys[set.n++] = set.keys[i];
	}
	for (i = 0; i < patterns->n; i++) {
		struct pattern_key key = key_of(&patterns->list[i]);
		struct pattern_key *found =
			bsearch(&key, set.keys, set.n, sizeof(key), compare_keys);

		if (found)
			set.flags[found - set.keys] |=
				is_below(&patterns->list[i]) ? PATTERN_BELOW : PATTERN_NAME;
	}
	*ret_set = set;
	return 0;
}

void pattern_set_done(struct pattern_set *set)
{
	free(set->keys);
	free(set->flags);
	*set = (struct pattern_set){.n = 0};
}
