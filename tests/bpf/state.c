/* SPDX-License-Identifier: MIT */
/* state.c - the session, the guest and the sockets that one case finds, and what it leaves. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <xdp511/cookie.h>

#include "floor.h"

/* The clock of the gate: both may be compared. */
__u64 now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return now.tv_sec * NS_PER_S + now.tv_nsec;
}

__u32 tick_now(void)
{
	return now_ns() >> X511_TICK_SHIFT;
}

__u64 slot_now(void)
{
	return now_ns() / NS_PER_S / COOKIE_SLOT_SECONDS;
}

/* A signed-in device with room under every limit, then one thing that is special about it. */
struct session session_of_kind(const char *kind)
{
	__u64 now = now_ns();
	__u32 tick = tick_now();
	struct session s = {
		.expires_tick = tick + FAR_TICKS,
		.quota_bytes = 1000000000,
		.last_seen_tick = tick - SECOND_TICKS,
		.up_kbps = 100000,
		.down_kbps = 100000,
		.idle_ticks = 1800 * SECOND_TICKS,
		.vlan = X511_NOWHERE,
		.state = SESSION_ACTIVE,
	};

	if (!strcmp(kind, "forever"))
		s = (struct session){.state = SESSION_ACTIVE, .last_seen_tick = 1};
	else if (!strcmp(kind, "expired"))
		s.expires_tick = tick;
	else if (!strcmp(kind, "idle"))
		s.idle_ticks = SECOND_TICKS; /* no longer than the machine has been up */
	else if (!strcmp(kind, "ahead"))
		s.last_seen_tick = tick + FAR_TICKS;
	else if (!strcmp(kind, "blocked"))
		s.state = SESSION_BLOCKED;
	else if (!strcmp(kind, "ended"))
		s.state = SESSION_ENDED;
	else if (!strcmp(kind, "unknown"))
		s.state = 0;
	else if (!strcmp(kind, "rate")) /* odd, as METER_REFUSED leaves it: to stay as it is */
		s.up_paid_ns = s.down_paid_ns = (now + FAR_NS) | 1;
	else if (!strcmp(kind, "rate-left"))
		s.up_paid_ns = s.down_paid_ns = now + NS_PER_S / 1000;
	if (strstr(kind, "quota") || !strcmp(kind, "trusted")) {
		s.up_bytes = 600;
		s.down_bytes = 400;
		s.quota_bytes = 1000;
	}
	if (!strcmp(kind, "quota-left"))
		s.down_bytes--;
	else if (!strcmp(kind, "quota-over"))
		s.up_bytes += 5000;
	if (!strcmp(kind, "bound-trusted"))
		s.state = SESSION_TRUSTED;
	if (!strcmp(kind, "trusted")) {
		s.state = SESSION_TRUSTED;
		s.expires_tick = 1;
		s.up_paid_ns = s.down_paid_ns = (now + FAR_NS) | 1; /* somebody was refused */
	}
	return s;
}

static struct guest guest_of_kind(const char *kind)
{
	__u64 now = now_ns();

	if (!strcmp(kind, "spent"))
		return (struct guest){.paid_ns = now + FAR_NS};
	if (!strcmp(kind, "alerts-spent"))
		return (struct guest){.https_paid_ns = now + FAR_NS};
	if (!strcmp(kind, "parked"))
		return (struct guest){.parked_until_ns = now + FAR_NS};
	return (struct guest){0};
}

struct session_key device_key(const struct frame *frame, __u16 zone, bool down)
{
	struct session_key key = {.zone = zone};

	memcpy(key.mac, frame->bytes + (down ? 0 : 6), sizeof(key.mac));
	return key;
}

static struct session_key key_of(const struct fixture *fixture, const char *zone)
{
	return device_key(&fixture->frame, strtoul(zone, NULL, 10), fixture->down);
}

static int set_icmp(struct bench *bench, __u64 paid_ns)
{
	__u64 *paid = calloc(bench->cpus, sizeof(*paid));
	__u32 zero = 0;
	int cpu, err;

	if (!paid)
		return -ENOMEM;
	for (cpu = 0; cpu < bench->cpus; cpu++)
		paid[cpu] = paid_ns;
	err = map_put(bench->icmp, &zero, paid);
	free(paid);
	return err;
}

/* The rate of alerts for all guests: used up, or unlimited. */
static int set_alerts(struct bench *bench, bool spent)
{
	struct alerts alerts = {0};
	__u32 zero = 0;

	if (spent)
		alerts = (struct alerts){
			.gap_ns = NS_PER_S,
			.burst_ns = NS_PER_S,
			.paid_ns = now_ns() + FAR_NS,
		};
	return map_put(bench->alerts, &zero, &alerts);
}

static int set_sockets(struct bench *bench, bool present)
{
	enum port_name port;

	for (port = PORT_DEFAULT; port <= PORT_STRICT; port++) {
		__u32 slot = bench_xsk_slot(port);

		if (present ? map_put(bench->xsks, &slot, &bench->xsk)
			    : bpf_map_delete_elem(bench->xsks, &slot))
			return -errno;
	}
	return 0;
}

/* The session has its addresses already: one of IPv6 and the link-local one. */
static int set_bound(struct bench *bench, const struct fixture *fixture, const char *zone)
{
	struct addresses_key key = {.device = key_of(fixture, zone)};
	struct addresses addresses = {.list[0] = bench->bound[1]};
	int err = map_put(bench->addresses, &key, &addresses);

	key.chunk = X511_LINK_LOCAL_CHUNK;
	addresses.list[0] = bench->bound[2];
	return err ?: map_put(bench->addresses, &key, &addresses);
}

/* One word of a state: what:kind[@zone] */
static int set_word(struct bench *bench, const struct fixture *fixture, char *word,
		    struct scene *scene)
{
	char *kind = strchr(word, ':'), *zone = strchr(word, '@');

	if (!kind)
		return -EINVAL;
	*kind++ = '\0';
	if (zone)
		*zone++ = '\0';
	if (!strcmp(word, "responder"))
		return set_sockets(bench, false);
	if (!strcmp(word, "cookie"))
		return 0; /* client.c asked for it already */
	if (!strcmp(word, "alerts"))
		return set_alerts(bench, true);
	if (!strcmp(word, "icmp"))
		return set_icmp(bench, now_ns() + FAR_NS);
	if (!zone)
		return -EINVAL;
	if (!strcmp(word, "guest")) {
		struct guest guest = guest_of_kind(kind);

		scene->has_guest = true;
		scene->guest_key = key_of(fixture, zone);
		return map_put(bench->guests, &scene->guest_key, &guest);
	}
	scene->has_session = true;
	if (!strncmp(kind, "bound", 5) && set_bound(bench, fixture, zone))
		return -EIO;
	scene->session = session_of_kind(kind);
	if (!strncmp(kind, "bound", 5)) {
		memcpy(&scene->session.ipv4_be, bench->bound[0].bytes + 12, 4);
		scene->session.ipv6_print = scene->session.ipv6_count = 1;
	}
	scene->session_key = key_of(fixture, zone);
	return map_put(bench->sessions, &scene->session_key, &scene->session);
}

int scene_set(struct bench *bench, const struct fixture *fixture, struct scene *ret_scene)
{
	char words[128], *rest = words, *word;
	int err = set_icmp(bench, 0);

	*ret_scene = (struct scene){0};
	if (!strcmp(fixture->state, "-"))
		return err;
	snprintf(words, sizeof(words), "%s", fixture->state);
	while (!err && (word = strsep(&rest, ",")))
		err = set_word(bench, fixture, word, ret_scene);
	return err;
}

void addresses_clear(struct bench *bench, const struct session_key *device)
{
	struct addresses_key key = {.device = *device};

	for (key.chunk = 0; key.chunk <= X511_LINK_LOCAL_CHUNK; key.chunk++)
		bpf_map_delete_elem(bench->addresses, &key);
}

void scene_clear(struct bench *bench, const struct scene *scene)
{
	if (scene->has_session) {
		bpf_map_delete_elem(bench->sessions, &scene->session_key);
		addresses_clear(bench, &scene->session_key);
	}
	if (scene->has_guest)
		bpf_map_delete_elem(bench->guests, &scene->guest_key);
	set_sockets(bench, true);
	set_alerts(bench, false);
}

/*
 * The session changed as the case's effect says, and in nothing else but its rate buckets, the place
 * where it was seen and the print of its address.
 */
bool scene_check(struct bench *bench, const struct fixture *fixture, const struct scene *scene)
{
	struct session want = scene->session, got;
	bool up = !strncmp(fixture->effect, "up", 2), down = !strcmp(fixture->effect, "down");
	bool seen = !strcmp(fixture->effect, "up+seen");

	if (!scene->has_session)
		return !up && !down;
	if (bpf_map_lookup_elem(bench->sessions, &scene->session_key, &got))
		return false;
	want.up_packets += up;
	want.up_bytes += up ? fixture->frame.len : 0;
	want.down_packets += down;
	want.down_bytes += down ? fixture->frame.len : 0;
	if (seen && got.last_seen_tick == want.last_seen_tick)
		return false;
	if (seen)
		want.last_seen_tick = got.last_seen_tick;
	if (up || fixture->verdict == V_DROP_RATE)
		want.up_paid_ns = got.up_paid_ns;
	if (down || fixture->verdict == V_DOWN_DROP_RATE)
		want.down_paid_ns = got.down_paid_ns;
	if (up) {
		want.ipv4_be = got.ipv4_be;
		want.ipv6_count = got.ipv6_count;
	}
	if (fixture->verdict == V_DROP_RATE)
		want.ipv4_be = got.ipv4_be;
	want.ipv6_print = got.ipv6_print;
	want.vlan = got.vlan;
	want.port = got.port;
	return !memcmp(&want, &got, sizeof(want)) && (!seen || got.last_seen_tick <= tick_now());
}
