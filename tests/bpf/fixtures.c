/* SPDX-License-Identifier: MIT */
/* fixtures.c - reads the file of rules and frames that make_fixtures.py wrote. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>

#include "floor.h"

#define MAX_WORDS 12

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Bytes written as hex digits; "-" is no byte. */
static int read_hex(const char *text, __u8 *bytes, __u32 max, __u32 *ret_len)
{
	size_t len = strlen(text), i;

	if (!strcmp(text, "-"))
		len = 0;
	if (len % 2 || len / 2 > max)
		return -EINVAL;
	for (i = 0; i < len; i += 2) {
		int high = hex_digit(text[i]), low = hex_digit(text[i + 1]);

		if (high < 0 || low < 0)
			return -EINVAL;
		bytes[i / 2] = high << 4 | low;
	}
	*ret_len = len / 2;
	return 0;
}

static int read_frame(const char *text, struct frame *frame)
{
	return read_hex(text, frame->bytes, sizeof(frame->bytes), &frame->len);
}

static int read_port(const char *name, enum port_name *ret_port)
{
	static const char *const names[] = {"default", "strict", "unknown"};
	unsigned int i;

	for (i = 0; i < PORT_COUNT; i++)
		if (!strcmp(names[i], name)) {
			*ret_port = i;
			return 0;
		}
	return -EINVAL;
}

/* case sentence direction port state effect verdict need frame answer opener */
static int add_case(struct fixtures *fixtures, char **words)
{
	struct fixture *grown, *fixture;
	int err;

	grown = realloc(fixtures->cases, (fixtures->case_count + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	fixtures->cases = grown;
	fixture = &grown[fixtures->case_count];
	*fixture = (struct fixture){
		.down = !strcmp(words[2], "down"),
		.verdict = verdict_named(words[6]),
		.need = strtoul(words[7], NULL, 10),
	};
	err = read_port(words[3], &fixture->port);
	if (!err)
		err = read_frame(words[8], &fixture->frame);
	if (!err)
		err = read_frame(words[9], &fixture->answer);
	if (!err)
		err = read_frame(words[10], &fixture->opener);
	if (err || !fixture->verdict)
		return -EINVAL;
	fixture->sentence = strdup(words[1]);
	fixture->state = strdup(words[4]);
	fixture->effect = strdup(words[5]);
	fixtures->case_count++; /* from here on fixtures_done() frees what there is */
	return fixture->sentence && fixture->state && fixture->effect ? 0 : -ENOMEM;
}

/* template name frame */
static int add_template(struct fixtures *fixtures, char **words)
{
	struct template *grown;

	grown = realloc(fixtures->templates, (fixtures->template_count + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	fixtures->templates = grown;
	grown += fixtures->template_count;
	*grown = (struct template){.name = strdup(words[1])};
	fixtures->template_count++;
	return grown->name ? read_frame(words[2], &grown->frame) : -ENOMEM;
}

/* zone number gap_ns burst_ns park_ns https_gap_ns https_burst_ns https_reset */
static int apply_zone(struct bench *bench, char **words)
{
	__u32 number = strtoul(words[1], NULL, 10);
	struct zone zone = {
		.guest_gap_ns = strtoull(words[2], NULL, 10),
		.guest_burst_ns = strtoull(words[3], NULL, 10),
		.guest_park_ns = strtoull(words[4], NULL, 10),
		.https_gap_ns = strtoull(words[5], NULL, 10),
		.https_burst_ns = strtoull(words[6], NULL, 10),
		.https_reset = strtoul(words[7], NULL, 10),
	};

	return map_put(bench->zones, &number, &zone);
}

/* vlan port outer inner zone */
static int apply_vlan(struct bench *bench, char **words)
{
	struct vlan vlan = {.zone = strtoul(words[4], NULL, 10)};
	struct vlan_key key = {
		.vlan = strtoul(words[2], NULL, 10),
		.inner_vlan = strtoul(words[3], NULL, 10),
	};
	enum port_name port;
	int err = read_port(words[1], &port);

	if (err)
		return err;
	key.ifindex = bench->ifindex[port];
	return map_put(bench->vlans, &key, &vlan);
}

static int read_address(const char *text, struct address *address)
{
	__u32 len;
	int err = read_hex(text, address->bytes, sizeof(address->bytes), &len);

	return err ?: len == sizeof(*address) ? 0 : -EINVAL;
}

/* own address */
static int apply_own(struct bench *bench, char **words)
{
	struct address address;
	__u32 one = 1;
	int err = read_address(words[1], &address);

	return err ?: map_put(bench->own, &address, &one);
}

/* resolver zone address */
static int apply_resolver(struct bench *bench, char **words)
{
	struct resolver_key key = {.zone = strtoul(words[1], NULL, 10)};
	__u32 one = 1;
	int err = read_address(words[2], &key.address);

	return err ?: map_put(bench->resolvers, &key, &one);
}

/* garden zone bits address services; a service is port/protocol */
static int apply_garden(struct bench *bench, char **words)
{
	struct garden_key key = {
		.prefix_bits = strtoul(words[2], NULL, 10),
		.zone = strtoul(words[1], NULL, 10),
	};
	struct garden garden = {0};
	char *save = NULL, *word;
	int err = read_address(words[3], &key.address);

	if (err)
		return err;
	if (strcmp(words[4], "-"))
		for (word = strtok_r(words[4], ",", &save); word;
		     word = strtok_r(NULL, ",", &save)) {
			struct service *service = &garden.services[garden.service_count];
			char *slash;

			if (garden.service_count++ == X511_MAX_SERVICES)
				return -E2BIG;
			service->port_be = __builtin_bswap16(strtoul(word, &slash, 10));
			service->protocol = strtoul(slash + 1, NULL, 10);
		}
	return map_put(bench->garden, &key, &garden);
}

/* guard zone: its sessions are bound to their addresses */
static int apply_guard(struct bench *bench, char **words)
{
	__u32 number = strtoul(words[1], NULL, 10);
	struct zone zone;

	if (bpf_map_lookup_elem(bench->zones, &number, &zone))
		return -errno;
	zone.spoof_guard = 1;
	return map_put(bench->zones, &number, &zone);
}

/* bound ipv4 ipv6 link-local: the addresses of a session of that kind */
static int apply_bound(struct bench *bench, char **words)
{
	int i, err = 0;

	for (i = 0; i < 3 && !err; i++)
		err = read_address(words[i + 1], &bench->bound[i]);
	return err;
}

struct line_kind {
	const char *name;
	unsigned int words;
	int (*apply)(struct bench *bench, char **words);
	int (*add)(struct fixtures *fixtures, char **words);
};

static const struct line_kind kinds[] = {
	{.name = "case", .words = 11, .add = add_case},
	{.name = "template", .words = 3, .add = add_template},
	{.name = "zone", .words = 8, .apply = apply_zone},
	{.name = "vlan", .words = 5, .apply = apply_vlan},
	{.name = "own", .words = 2, .apply = apply_own},
	{.name = "resolver", .words = 3, .apply = apply_resolver},
	{.name = "garden", .words = 5, .apply = apply_garden},
	{.name = "guard", .words = 2, .apply = apply_guard},
	{.name = "bound", .words = 4, .apply = apply_bound},
};

static int read_line(struct fixtures *fixtures, char *line, struct bench *bench)
{
	char *words[MAX_WORDS] = {0}, *word;
	unsigned int count = 0, i;

	line[strcspn(line, "\n")] = '\0';
	while ((word = strsep(&line, "\t")) && count < MAX_WORDS)
		words[count++] = word;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i].name, words[0]) || kinds[i].words != count)
			continue;
		return kinds[i].add ? kinds[i].add(fixtures, words) : kinds[i].apply(bench, words);
	}
	return -EINVAL;
}

int fixtures_read(struct fixtures *fixtures, const char *folder, struct bench *bench)
{
	char path[4096], *line = NULL;
	unsigned int number = 0;
	size_t size = 0;
	FILE *file;
	int err = 0;

	*fixtures = (struct fixtures){0};
	snprintf(path, sizeof(path), "%s/fixtures.tsv", folder);
	file = fopen(path, "re");
	if (!file) {
		err = -errno;
		fprintf(stderr, "bpf_floor: \"%s\" can't be read: %s; run make_fixtures.py first\n",
			path, strerror(-err));
		return err;
	}
	while (!err && getline(&line, &size, file) > 0) {
		number++;
		err = read_line(fixtures, line, bench);
	}
	if (err)
		fprintf(stderr, "%s:%u: %s\n", path, number, strerror(-err));
	free(line);
	fclose(file);
	return err;
}

void fixtures_done(struct fixtures *fixtures)
{
	size_t i;

	for (i = 0; i < fixtures->case_count; i++) {
		free(fixtures->cases[i].sentence);
		free(fixtures->cases[i].state);
		free(fixtures->cases[i].effect);
	}
	for (i = 0; i < fixtures->template_count; i++)
		free(fixtures->templates[i].name);
	free(fixtures->cases);
	free(fixtures->templates);
	*fixtures = (struct fixtures){0};
}

const struct frame *fixtures_template(const struct fixtures *fixtures, const char *name)
{
	size_t i;

	for (i = 0; i < fixtures->template_count; i++)
		if (!strcmp(fixtures->templates[i].name, name))
			return &fixtures->templates[i].frame;
	return NULL;
}
