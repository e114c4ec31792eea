/* SPDX-License-Identifier: MIT */
/* domains.c - host names in the gardens: from the resolvers' answers to the gate's addresses. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/address_scope.h"
#include "controller/clock.h"
#include "controller/garden/domains.h"

/*
 * What a resolver's time to live is made of. A page that is paid on takes longer than the seconds
 * some names have, and no name should stay for days that its owner gave away.
 */
#define TTL_MIN_S 900
#define TTL_MAX_S 86400

/* So much later has an end to be that the gate is told. */
#define SLACK_TICKS (60 * NS_PER_S / X511_TICK_NS)

#define MAX_PATTERNS 65536 /* x511_patterns */

static uint32_t now_tick(void)
{
	return gate_tick(gate_now_ns());
}

/* It may have lain in the ring for long: nobody read it while there was no controller. */
static uint32_t end_of(uint64_t answered_ns, uint32_t ttl_s)
{
	if (ttl_s < TTL_MIN_S)
		ttl_s = TTL_MIN_S;
	if (ttl_s > TTL_MAX_S)
		ttl_s = TTL_MAX_S;
	return gate_tick(answered_ns + ttl_s * NS_PER_S);
}

/* A guest can make this happen again and again, so it is kept for the status and not logged. */
static void refuse(struct domains *domains, const struct name_key *key, const char *name)
{
	snprintf(domains->refusal.name, sizeof(domains->refusal.name), "%s", name);
	format_address(&key->address, domains->refusal.address);
}

/* The gate holds what the table holds: what the one has no room for leaves the other. */
static void learn(struct domains *domains, const struct name_key *key, const char *name,
		  uint32_t expires_tick)
{
	const struct learned *known = learned_find(domains->learned, key);
	struct host_name value = {.expires_tick = expires_tick};
	struct name_key gone;
	int result;

	if (expires_tick <= now_tick() || (known && !strcmp(learned_text(known), name) &&
					   expires_tick < known->expires_tick + SLACK_TICKS))
		return;
	result = learned_put(domains->learned, key, name, expires_tick, &gone);
	if (result > 0)
		(void)gate_delete_name(domains->gate, &gone);
	if (result >= 0) {
		value.expires_tick = learned_find(domains->learned, key)->expires_tick;
		snprintf(value.name, sizeof(value.name), "%s", name);
		result = gate_put_name(domains->gate, key, &value);
		if (result)
			learned_remove(domains->learned, key);
	}
	domains->n_refused += result < 0;
}

static void on_answer(void *context, const struct dns_answer *answer)
{
	struct domains *domains = context;
	struct dns_reply reply;
	size_t i, length = answer->length;

	if (length > sizeof(answer->message) || dns_read_reply(answer->message, length, &reply) ||
	    !patterns_match(&domains->patterns, answer->device.zone, reply.name))
		return;
	for (i = 0; i < reply.n; i++) {
		struct name_key key = {
			.address = reply.addresses[i].address,
			.zone = answer->device.zone,
		};

		if (address_is_public(&key.address) && !gate_is_own(domains->gate, &key.address))
			learn(domains, &key, reply.name,
			      end_of(answer->at_ns, reply.addresses[i].ttl_s));
		else
			refuse(domains, &key, reply.name);
	}
}

static void on_readable(void *context)
{
	struct domains *domains = context;

	gate_read_answers(domains->answers);
}

static int adopt(void *context, const struct name_key *key, const struct host_name *name)
{
	struct domains *domains = context;
	struct name_key gone;
	int result = learned_put(domains->learned, key, name->name, name->expires_tick, &gone);

	if (result > 0)
		result = gate_delete_name(domains->gate, &gone);
	return result;
}

int domains_start(struct domains *domains, struct gate *gate, struct loop *loop,
		  struct error *error)
{
	int err = learned_new(X511_MAX_NAMES, &domains->learned);

	domains->gate = gate;
	domains->n_lost = gate_lost_answers(gate);
	if (!err)
		err = gate_each_name(gate, adopt, domains);
	if (!err)
		err = gate_open_answers(gate, on_answer, domains, &domains->answers);
	if (!err)
		err = loop_watch(loop, gate_answers_fd(domains->answers), on_readable, domains);
	if (err)
		return fail(error, -err, "the names in the garden can't be followed: %s",
			    strerror(-err));
	return 0;
}

void domains_done(struct domains *domains)
{
	domains->answers = gate_close_answers(domains->answers);
	domains->learned = learned_free(domains->learned);
	free(domains->patterns.list);
	domains->patterns = (struct patterns){.n = 0};
}

static bool is_unwanted(void *context, const struct learned *entry)
{
	struct domains *domains = context;

	if (patterns_match(&domains->patterns, entry->key.zone, learned_text(entry)))
		return false;
	return !gate_delete_name(domains->gate, &entry->key);
}

static void forget_unwanted(struct domains *domains)
{
	size_t slice;

	for (slice = 0; slice < LEARNED_SLICES; slice++)
		learned_sweep(domains->learned, slice, is_unwanted, domains);
}

int domains_set(struct domains *domains, struct patterns *patterns, struct error *error)
{
	struct pattern_set set;
	int err;

	patterns_sort(patterns);
	err = patterns_hash(patterns, &set);
	if (err)
		return fail(error, -err, "out of memory");
	if (set.n > MAX_PATTERNS)
		err = -E2BIG;
	else
		err = gate_set_patterns(domains->gate, set.keys, set.flags, set.n);
	if (err == -E2BIG)
		(void)fail(error, E2BIG,
			   "the gardens have %zu names and the gate takes at most %d; remove some, "
			   "or use fewer like '*.pay.example'",
			   set.n, MAX_PATTERNS);
	else if (err)
		(void)fail(error, -err, "the gate did not take the names in the garden: %s",
			   strerror(-err));
	pattern_set_done(&set);
	if (err)
		return err;
	free(domains->patterns.list);
	domains->patterns = *patterns;
	*patterns = (struct patterns){.n = 0};
	domains->n_refused = 0;
	domains->refusal = (struct domain_refusal){.name = ""};
	forget_unwanted(domains);
	return 0;
}

static bool is_expired(void *context, const struct learned *entry)
{
	struct domains *domains = context;

	return entry->expires_tick <= now_tick() && !gate_delete_name(domains->gate, &entry->key);
}

void domains_sweep(struct domains *domains)
{
	uint64_t n_lost;

	learned_sweep(domains->learned, domains->slice, is_expired, domains);
	domains->slice = (domains->slice + 1) % LEARNED_SLICES;
	if (domains->slice)
		return;
	n_lost = gate_lost_answers(domains->gate);
	if (n_lost > domains->n_lost)
		log_warning("%llu answers about names in the garden came faster than they could "
			    "be read; who asked for them gets there when it asks again",
			    (unsigned long long)(n_lost - domains->n_lost));
	domains->n_lost = n_lost;
}
