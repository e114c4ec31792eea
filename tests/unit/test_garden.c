/* SPDX-License-Identifier: MIT */
/* test_garden.c - what an address may reach after services were pushed down to longer prefixes. */
#include "table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "gate/garden.h"

#define MAX_LINES 40

/* Lines are garden entries as in the configuration, a zone number and a space before each. */
static size_t read_entries(const char *lines, struct zone_garden_entry *entries)
{
	char copy[1024], *save = NULL, *line;
	size_t n = 0;

	snprintf(copy, sizeof(copy), "%s", lines);
	for (line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		struct error error = {""};
		char *text;

		assert_true(n < MAX_LINES);
		entries[n].zone = strtoul(line, &text, 10);
		assert_int_equal(parse_garden_entry(text + 1, &entries[n].entry, &error), 0);
		n++;
	}
	return n;
}

static bool within(const struct address *address, const struct address *prefix, unsigned int bits)
{
	unsigned int i;

	for (i = 0; i < bits; i++) {
		if ((address->bytes[i / 8] ^ prefix->bytes[i / 8]) & (0x80 >> i % 8))
			return false;
	}
	return true;
}

/* As the trie in the kernel does it: the longest prefix alone decides. */
static bool trie_allows(const struct garden_set *set, uint32_t zone, const struct address *address,
			const struct service *service)
{
	const struct garden *best = NULL;
	unsigned int best_bits = 0;
	size_t i;

	for (i = 0; i < set->n; i++) {
		const struct garden_key *key = &set->keys[i];
		unsigned int bits = key->prefix_bits - X511_GARDEN_ZONE_BITS;

		if (key->zone == zone && within(address, &key->address, bits) &&
		    (!best || bits > best_bits)) {
			best = &set->values[i];
			best_bits = bits;
		}
	}
	if (!best || !best->service_count)
		return best;
	for (i = 0; i < best->service_count; i++) {
		if (best->services[i].port_be == service->port_be &&
		    best->services[i].protocol == service->protocol)
			return true;
	}
	return false;
}

/* As people read the list: any line that fits allows. */
static bool list_allows(const struct zone_garden_entry *entries, size_t n, uint32_t zone,
			const struct address *address, const struct service *service)
{
	size_t i;

	for (i = 0; i < n; i++) {
		const struct garden_entry *entry = &entries[i].entry;

		if (entries[i].zone != zone || !within(address, &entry->address, entry->bits))
			continue;
		if (!entry->service.protocol || (entry->service.protocol == service->protocol &&
						 entry->service.port_be == service->port_be))
			return true;
	}
	return false;
}

static const struct row {
	const char *sentence;
	const char *lines;
	const char *address;
	unsigned int port; /* TCP */
	size_t n;	   /* prefixes in the trie */
	bool allowed;
} rows[] = {
	{"an empty garden allows nothing", "", "198.51.100.7", 443, 0, false},
	{"a prefix without service allows all", "0 198.51.100.0/24", "198.51.100.7", 22, 1, true},
	{"another zone's prefix doesn't count", "1 198.51.100.0/24", "198.51.100.7", 22, 1, false},
	{"an address beside the prefix", "0 198.51.100.0/24", "198.51.101.7", 22, 1, false},
	{"the service named", "0 198.51.100.0/24:443/tcp", "198.51.100.7", 443, 1, true},
	{"another service", "0 198.51.100.0/24:443/tcp", "198.51.100.7", 80, 1, false},
	{"another protocol", "0 198.51.100.0/24:443/udp", "198.51.100.7", 443, 1, false},
	{"one line twice", "0 198.51.100.7:443/tcp\n0 198.51.100.7:443/tcp", "198.51.100.7", 443, 1,
	 true},
	{"two services of one prefix", "0 198.51.100.7:80/tcp\n0 198.51.100.7:443/tcp",
	 "198.51.100.7", 443, 1, true},
	{"the outer prefix's service, within the inner one",
	 "0 198.51.100.7:80/tcp\n0 198.51.100.0/24:443/tcp", "198.51.100.7", 443, 2, true},
	{"the inner prefix's service stays its own",
	 "0 198.51.100.7:80/tcp\n0 198.51.100.0/24:443/tcp", "198.51.100.8", 80, 2, false},
	{"everything of the outer prefix, within the inner one",
	 "0 198.51.100.7:80/tcp\n0 198.51.100.0/24", "198.51.100.7", 22, 2, true},
	{"everything beside a service of one prefix", "0 198.51.100.7:80/tcp\n0 198.51.100.7",
	 "198.51.100.7", 22, 1, true},
	{"across three floors",
	 "0 198.51.100.0/24:25/tcp\n0 198.51.0.0/16:80/tcp\n0 198.51.100.7:443/tcp", "198.51.100.7",
	 80, 3, true},
	{"a neighbour between outer and inner prefix",
	 "0 198.51.0.0/16:80/tcp\n0 198.51.10.0/24:22/tcp\n0 198.51.100.7:443/tcp", "198.51.100.7",
	 22, 3, false},
	{"the outer prefix after a neighbour",
	 "0 198.51.0.0/16:80/tcp\n0 198.51.10.0/24:22/tcp\n0 198.51.100.7:443/tcp", "198.51.100.7",
	 80, 3, true},
	{"IPv6 in IPv6", "0 [2001:db8::/32]:443/tcp\n0 2001:db8::1", "2001:db8::1", 22, 2, true},
	{"IPv6 beside IPv6", "0 [2001:db8::/32]:443/tcp\n0 2001:db8::1", "2001:db8::2", 443, 2,
	 true},
	{"all of IPv6", "0 2000::/3\n0 [2001:db8::/32]:443/tcp", "2001:db8::1", 22, 2, true},
	{"all of IPv6 isn't IPv4", "0 2000::/3", "198.51.100.7", 443, 1, false},
	{"all of IPv4", "0 0.0.0.0/0\n0 198.51.100.0/24:443/tcp", "198.51.100.7", 22, 2, true},
	{"all of IPv4 isn't IPv6", "0 0.0.0.0/0", "2001:db8::1", 443, 1, false},
};

static void test_row(void **state)
{
	const struct row *row = *state;
	struct service service = {.port_be = htons(row->port), .protocol = IPPROTO_TCP};
	struct zone_garden_entry entries[MAX_LINES];
	struct error error = {""};
	struct garden_set set;
	struct address address;
	size_t n = read_entries(row->lines, entries);

	assert_int_equal(parse_address(row->address, &address), 0);
	assert_int_equal(garden_push_down(entries, n, &set, &error), 0);
	assert_int_equal(set.n, row->n);
	assert_int_equal(trie_allows(&set, 0, &address, &service), row->allowed);
	assert_int_equal(list_allows(entries, n, 0, &address, &service), row->allowed);
	garden_set_done(&set);
}

static void add_ports(struct zone_garden_entry *entries, const char *prefix, unsigned int first,
		      size_t n)
{
	char text[GARDEN_ENTRY_TEXT];
	size_t i;

	for (i = 0; i < n; i++) {
		snprintf(text, sizeof(text), "%s:%zu/tcp", prefix, first + i);
		entries[i].zone = 0;
		assert_int_equal(parse_garden_entry(text, &entries[i].entry, NULL), 0);
	}
}

static void test_too_many(void **state)
{
	struct garden_set set = {.n = 12345};
	struct zone_garden_entry entries[X511_MAX_SERVICES + 1];
	struct error error = {""};

	(void)state;
	add_ports(entries, "198.51.100.0/24", 1000, 10);
	add_ports(entries + 10, "198.51.100.7", 2000, 5);
	assert_int_equal(garden_push_down(entries, 15, &set, &error), 0);
	garden_set_done(&set);

	set.n = 12345;
	add_ports(entries + 15, "198.51.100.7", 3000, 1);
	assert_int_equal(garden_push_down(entries, 16, &set, &error), -E2BIG);
	assert_non_null(strstr(error.text, "'198.51.100.7'"));
	assert_non_null(strstr(error.text, "more than 15 ports"));
	assert_int_equal(set.n, 12345);
	assert_int_equal(garden_push_down(entries, 16, &set, NULL), -E2BIG);
}

static void test_too_many_bits(void **state)
{
	struct zone_garden_entry entry = {.entry = {.bits = 129}};
	struct garden_set set;

	(void)state;
	assert_int_equal(garden_push_down(&entry, 1, &set, NULL), -EINVAL);
}

/* A small generator with a fixed start, so that a failure comes again. */
static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

/* Few distinct bits near the top of the space, so that prefixes often lie within each other. */
static struct garden_entry random_entry(uint32_t *seed, unsigned int bits)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	struct garden_entry entry = {.bits = bits};
	unsigned int i;

	if (next_random(seed) % 2) {
		memcpy(entry.address.bytes, mapped, sizeof(mapped));
		entry.bits = 96 + bits % 33;
		entry.address.bytes[12] = next_random(seed) & 0xc0;
	}
	entry.address.bytes[15] = next_random(seed) & 0x03;
	for (i = entry.bits; i < 128; i++)
		entry.address.bytes[i / 8] &= ~(0x80 >> i % 8);
	if (next_random(seed) % 8) {
		entry.service.protocol = next_random(seed) % 2 ? IPPROTO_TCP : IPPROTO_UDP;
		entry.service.port_be = htons(1 + next_random(seed) % 3);
	}
	return entry;
}

static void test_like_the_list(void **state)
{
	struct zone_garden_entry entries[12];
	uint32_t seed = 511;
	struct garden_set set;
	unsigned int round, i;

	(void)state;
	for (round = 0; round < 3000; round++) {
		size_t n = next_random(&seed) % 12;

		for (i = 0; i < n; i++) {
			entries[i].entry = random_entry(&seed, next_random(&seed) % 129);
			entries[i].zone = next_random(&seed) % 2;
		}
		assert_int_equal(garden_push_down(entries, n, &set, NULL), 0);
		for (i = 0; i < 64; i++) {
			struct garden_entry probe = random_entry(&seed, 128);
			uint32_t zone = next_random(&seed) % 2;

			probe.service.protocol = next_random(&seed) % 2 ? IPPROTO_TCP : IPPROTO_UDP;
			probe.service.port_be = htons(1 + next_random(&seed) % 4);
			assert_int_equal(trie_allows(&set, zone, &probe.address, &probe.service),
					 list_allows(entries, n, zone, &probe.address,
						     &probe.service));
		}
		garden_set_done(&set);
	}
}

static void test_large(void **state)
{
	const size_t n = 65536;
	struct zone_garden_entry *entries = calloc(n, sizeof(*entries));
	struct garden_set set;
	size_t i;

	(void)state;
	assert_non_null(entries);
	for (i = 0; i < n; i++) {
		struct garden_entry *entry = &entries[n - 1 - i].entry;

		entry->bits = 128;
		entry->address.bytes[0] = 0x20;
		entry->address.bytes[14] = i >> 8;
		entry->address.bytes[15] = i;
		entry->service = (struct service){.protocol = IPPROTO_TCP, .port_be = htons(443)};
	}
	assert_int_equal(garden_push_down(entries, n, &set, NULL), 0);
	assert_int_equal(set.n, n);
	garden_set_done(&set);
	free(entries);
}

int main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_too_many_bits),
		cmocka_unit_test(test_like_the_list),
		cmocka_unit_test(test_large),
	};
	struct CMUnitTest tests[ARRAY_SIZE(rows)];
	int failed;

	TABLE_TESTS(tests, rows, test_row);
	failed = cmocka_run_group_tests_name("garden", tests, NULL, NULL);
	failed += cmocka_run_group_tests_name("garden as a whole", others, NULL, NULL);
	return failed;
}
