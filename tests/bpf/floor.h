/* SPDX-License-Identifier: MIT */
/* floor.h - the bpf test floor: what its files share. Nothing here comes from bpf/. */
#ifndef BPF_FLOOR_H
#define BPF_FLOOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/types.h>

#include <xdp511/abi.h>

#define FRAME_MAX     1536
#define ETHER_LEN     14
#define TAG_LEN	      4
#define UNNAMED_OUTER 77 /* VLANs that no zone names: such a frame is judged like an untagged one */
#define UNNAMED_INNER 78
#define NS_PER_S      1000000000ULL
#define FAR_NS	      (1000 * NS_PER_S) /* longer than any run of these tests */
#define SECOND_TICKS  (NS_PER_S / X511_TICK_NS + 1)
#define FAR_TICKS     (FAR_NS / X511_TICK_NS)
#define TPID_8021Q    0x8100
#define TPID_8021AD   0x88a8

struct frame {
	__u32 len;
	__u8 bytes[FRAME_MAX];
};

/* Words of the TCP header, by where they stand in it. */
enum tcp_field {
	TCP_SEQ = 4,
	TCP_ACK_SEQ = 8,
};

#define TCP_FLAGS_AT 13
#define FLAG_FIN     0x01
#define FLAG_SYN     0x02
#define FLAG_RST     0x04
#define FLAG_ACK     0x10

enum port_name {
	PORT_DEFAULT, /* frames of VLANs no zone names belong to zone 0 */
	PORT_STRICT,  /* they are dropped */
	PORT_UNKNOWN, /* an interface that isn't configured */
	PORT_COUNT,
};

/* bench.c: the loaded gate, in a network namespace of its own. It owns the skeleton. */
struct bench {
	struct gate_bpf *skel;
	int gate_fd, egress_fd;
	int ports, vlans, zones, sessions, guests, own, resolvers, garden, xsks, stats, icmp;
	int cookies, alerts, addresses, notices, ceilings, queues;
	struct address bound[3]; /* of a session that has its addresses: IPv4, IPv6, link-local */
	__u32 ifindex[PORT_COUNT];
	int xsk; /* an AF_XDP socket without a ring: enough to be redirected to */
	int cpus;
	struct stats *per_cpu, sums; /* counters after the last frame */
	__u64 seen[V_COUNT];
};

/* One frame for the gate. */
struct shot {
	const struct frame *frame;
	enum port_name port;
	__u32 queue; /* only the default port has more than queue 0 */
	bool down;
	int prog_fd; /* another program than the gate's two; 0: none */
	__u32 wire_len;
	__u32 gso_segs;
	__u32 ingress_ifindex; /* of a frame on its way to a client: where it came from; 0: this machine */
	__u32 tag_len;	       /* of a tag that @prog_fd puts beside the bytes */
};

/* What became of it. */
struct outcome {
	enum verdict verdict;
	struct frame frame; /* as the gate left it */
	char why[160];	    /* of an error */
};

int bench_open(struct bench *bench);
void bench_close(struct bench *bench);
int bench_shoot(struct bench *bench, const struct shot *shot, struct outcome *ret_outcome);
int bench_rekey(struct bench *bench);  /* all cookies so far are worth nothing */
int bench_settle(struct bench *bench); /* frames were shot in another way */
__u32 bench_xsk_slot(enum port_name port);

/* fixtures.c: the file that make_fixtures.py wrote. */
struct fixture {
	char *sentence, *state, *effect;
	bool down;
	enum port_name port;
	enum verdict verdict;
	__u32 need; /* the frame's bytes without padding: a shorter one is truncated */
	struct frame frame;
	struct frame answer; /* of a refusal, or of the gate's own; len 0: none */
	struct frame opener; /* the SYN whose cookie the frame says back; len 0: none */
};

struct template
{
	char *name;
	struct frame frame;
};

struct fixtures {
	struct fixture *cases;
	struct template *templates;
	size_t case_count, template_count;
};

/* Also fills the bench's maps with the rules of the file. */
int fixtures_read(struct fixtures *fixtures, const char *folder, struct bench *bench);
void fixtures_done(struct fixtures *fixtures);
const struct frame *fixtures_template(const struct fixtures *fixtures, const char *name);
int map_put(int map, const void *key, const void *value); /* bench.c */

/* state.c: sessions, guests and sockets as one case needs them. */
struct scene {
	bool has_session, has_guest;
	struct session_key session_key, guest_key;
	struct session session;
};

int scene_set(struct bench *bench, const struct fixture *fixture, struct scene *ret_scene);
void scene_clear(struct bench *bench, const struct scene *scene);
bool scene_check(struct bench *bench, const struct fixture *fixture, const struct scene *scene);
void addresses_clear(struct bench *bench, const struct session_key *device);
struct session session_of_kind(const char *kind);
struct session_key device_key(const struct frame *frame, __u16 zone, bool down);
__u64 now_ns(void);
__u32 tick_now(void);
__u64 slot_now(void); /* of the cookies */

/* client.c: what a client of a web connection does with the gate's cookie. */
int client_open(struct bench *bench, const struct shot *syn, __u32 *ret_cookie);
int client_speak(struct bench *bench, struct fixture *fixture);
int client_estrange(struct bench *bench, const struct frame *frame);
void client_acknowledge(struct frame *frame, __u32 number);
void client_hear(struct frame *syn_ack, const struct frame *heard);
bool client_check_size(const struct fixture *fixture, const struct frame *syn_ack);

/* frame.c */
void frame_tag(struct frame *frame, int tags);
bool frame_is_tagged(const struct frame *frame);
__u32 frame_l2_len(const struct frame *frame);
void frame_put16(struct frame *frame, __u32 offset, __u16 value);
void frame_insert_tag(struct frame *frame, __u16 tpid, __u16 tci);
__u32 frame_tcp(const struct frame *frame);
__u32 frame_get32(const struct frame *frame, __u32 offset);
void frame_put_tcp(struct frame *frame, enum tcp_field field, __u32 value);
__u16 frame_sum(const __u8 *bytes, __u32 len, __u64 sum);

/* One frame, and a complaint if the verdict is another one. */
void expect(struct bench *bench, const struct shot *shot, enum verdict want);

/* Shoots up to @max times and says how often in a row the verdict was @want. */
__u32 count_until_other(struct bench *bench, const struct shot *shot, enum verdict want, __u32 max);

/* verdicts.c: names and actions, from the same list as the product's. */
const char *verdict_name(enum verdict verdict);
enum action verdict_action(enum verdict verdict);
enum verdict verdict_named(const char *name);

/* report.c */
void report(bool passed, const char *format, ...) __attribute__((format(printf, 2, 3)));
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));
bool report_close(const char *format, ...) __attribute__((format(printf, 1, 2)));
int report_end(void);

/* The floors, in the order they run. */
void run_cases(struct bench *bench, const struct fixtures *fixtures);
void run_truncations(struct bench *bench, const struct fixtures *fixtures);
void run_sweeps(struct bench *bench, const struct fixtures *fixtures);
void run_sequences(struct bench *bench, const struct fixtures *fixtures);
void run_limits(struct bench *bench, const struct fixtures *fixtures);
void run_guests(struct bench *bench, const struct fixtures *fixtures);
void run_ceilings(struct bench *bench, const struct fixtures *fixtures);
void run_offloads(struct bench *bench, const struct fixtures *fixtures);
void run_cookies(struct bench *bench, const struct fixtures *fixtures);
void run_alerts(struct bench *bench, const struct fixtures *fixtures);
void run_names(struct bench *bench, const struct fixtures *fixtures);
void run_strangers(struct bench *bench, const struct fixtures *fixtures);
void run_visits(struct bench *bench, const struct fixtures *fixtures);
void run_sources(struct bench *bench, const struct fixtures *fixtures);
void run_races(struct bench *bench, const struct fixtures *fixtures);
void run_differential(struct bench *bench);
void check_coverage(const struct bench *bench);
void check_size(const struct bench *bench);

#endif /* BPF_FLOOR_H */
