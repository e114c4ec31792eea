/* SPDX-License-Identifier: MIT */
/*
 * gate.h - the BPF side from user space: load, attach, pin, adopt, and typed access to the maps.
 *
 *   gate_open()  lock the pin directory, check the ABI, load the program with the pinned maps, or
 *                with new ones beside those of an older ABI or another size
 *   gate_shut()  attach to every interface that doesn't run the gate yet
 *   gate_…()     fill the maps
 *   gate_take_over() where it runs already, swap the program in the pinned link
 *   gate_keep_shut() see now and then that it still is
 *   gate_close() forget everything in this process; what is pinned goes on working
 *   gate_detach() take links, filters and pins out of the kernel
 */
#ifndef XDP511_GATE_H
#define XDP511_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <net/if.h>

#include <xdp511/abi.h>

#include "base/config.h"
#include "base/log.h"

struct gate; /* opaque; owns the skeleton, the lock and the map descriptors */

/* One client-facing interface as it runs. */
struct gate_port {
	char name[IF_NAMESIZE];
	uint32_t ifindex;
	uint32_t mtu;
	uint32_t queues;   /* receive queues in use, at most X511_MAX_QUEUES */
	uint32_t xsk_base; /* X511_MAX_QUEUES * position in the configuration */
	bool native;
	uint32_t program_id;
	uint32_t egress_id; /* program of the way back */
	uint32_t link_id;
	bool adopted; /* the link was pinned already and only its program was swapped */
};

/*
 * All functions return 0 or -errno and then, where they take @error, leave one sentence with
 * the remedy. Another process with the same bpf_dir: -EBUSY.
 */
int gate_open(const struct config_gateway *config, struct gate **ret_gate, struct error *error);
struct gate *gate_close(struct gate *gate); /* takes NULL, returns NULL */

/*
 * Attaches XDP and tc egress on every interface where no pinned link is: it is shut before anything
 * else is looked at. Refuses a foreign XDP program with its name; then nothing has changed.
 */
int gate_shut(struct gate *gate, struct error *error);

/*
 * The maps are filled: what an older ABI, or tables of another size, have counted is copied, and
 * the program takes the place of the one that each pinned link has. No packet meets an open gate
 * or a program whose maps are empty. Interfaces that left the configuration are let go.
 */
int gate_take_over(struct gate *gate, struct error *error);

/*
 * Looks whether port @i still runs the gate both ways, and shuts it where it doesn't: somebody
 * made the interface anew, or removed a pin or the filter. 0: it runs. 1: it had to be shut
 * again, and the maps have to be told its new number. -errno: it stands open, or is gone.
 */
int gate_keep_shut(struct gate *gate, size_t i, struct error *error);

/*
 * One a configured interface, in its order. After gate_open() as far as the interfaces exist
 * (else ifindex 0), so that the maps can be filled; complete and final after gate_take_over().
 */
const struct gate_port *gate_ports(const struct gate *gate, size_t *ret_n);

/*
 * True when x511_sessions is new (first start, or reboot), until gate_set_filled() says that all
 * that belongs there is there.
 */
bool gate_is_fresh(const struct gate *gate);
void gate_set_filled(struct gate *gate);

/* Works without gate_open(): removes links, tc filters and pins of @config. Nothing there: 0. */
int gate_detach(const struct config_gateway *config, struct error *error);

/* Zones: rules by number, and which VLANs they own. gate_set_vlans() replaces all there are. */
int gate_set_zone(struct gate *gate, uint32_t id, const struct zone *zone);
int gate_get_zone(struct gate *gate, uint32_t id, struct zone *ret_zone); /* never set: zeros */
int gate_set_port(struct gate *gate, size_t i, const struct port *port);  /* gate_ports()[i] */
int gate_add_vlans(struct gate *gate, const struct vlan_key *keys, const struct vlan *vlans,
		   size_t n); /* as far as there is room beside the others */
int gate_set_vlans(struct gate *gate, const struct vlan_key *keys, const struct vlan *vlans,
		   size_t n);

/* Sets that replace what is there: first adds what is new, then removes what is gone. */
int gate_set_own(struct gate *gate, const struct address *addresses, size_t n);
int gate_set_resolvers(struct gate *gate, const struct resolver_key *keys, size_t n);

/* One line of a zone's garden. */
struct zone_garden_entry {
	uint32_t zone;
	struct garden_entry entry;
};

/*
 * Replaces the garden. The trie only finds the longest prefix, so each prefix gets the
 * services of the shorter ones around it too. -E2BIG with a sentence for more than
 * X511_MAX_SERVICES of them; then nothing has changed.
 */
int gate_set_garden(struct gate *gate, const struct zone_garden_entry *entries, size_t n,
		    struct error *error);

/* Sessions. gate_put_session(): -E2BIG when the table is full. Others: -ENOENT. */
int gate_get_session(struct gate *gate, const struct session_key *key, struct session *ret_session);

/* For a new entry; of one that is there, it replaces what the gate has counted, too. */
int gate_put_session(struct gate *gate, const struct session_key *key,
		     const struct session *session);

/* The same for @n of them; on failure the first *ret_done have been written. */
int gate_put_sessions(struct gate *gate, const struct session_key *keys,
		      const struct session *sessions, uint32_t n, uint32_t *ret_done);

/*
 * Changes limits and state of an entry in place, last_seen_tick too if it isn't 0: the next
 * packet is judged by them, and no packet is lost from the counters. -ENOENT.
 */
int gate_change_session(struct gate *gate, const struct session_key *key,
			const struct session *limits);

/* Adds what was counted elsewhere to an entry's counters. -ENOENT. */
int gate_credit_session(struct gate *gate, const struct session_key *key,
			const struct session *counters);

/* And the addresses of the device with it. */
int gate_delete_session(struct gate *gate, const struct session_key *key);

/* The same, and what was counted until then. */
int gate_take_session(struct gate *gate, const struct session_key *key,
		      struct session *ret_session);

/* The addresses it was seen with, IPv4 first, link-local last; the number of them. */
#define GATE_MAX_ADDRESSES (1 + X511_MAX_IPV6 + X511_ADDRESSES_A_CHUNK)
size_t gate_addresses(struct gate *gate, const struct session_key *key,
		      const struct session *session, struct address addresses[GATE_MAX_ADDRESSES]);

/*
 * A walk over a table, page by page: starts as {}. The number of entries of the page; 0 with
 * is_over set at the end. What comes or goes meanwhile may be missed or met. -ENOSPC: @max is
 * smaller than a chain of the table; 4096 never is.
 */
struct gate_walk {
	uint32_t at;
	bool has_started;
	bool is_over;
};

int gate_walk_sessions(struct gate *gate, struct gate_walk *position, struct session_key *keys,
		       struct session *sessions, uint32_t max);
int gate_walk_guests(struct gate *gate, struct gate_walk *position, struct session_key *keys,
		     struct guest *guests, uint32_t max);

/* The key behind @previous (NULL: the first); -ENOENT at the end. A vanished @previous starts over. */
int gate_next_session(struct gate *gate, const struct session_key *previous,
		      struct session_key *ret_key);

/* Guests: forgetting one gives it a fresh budget (after a logout, say). -ENOENT is fine. */
int gate_get_guest(struct gate *gate, const struct session_key *key, struct guest *ret_guest);
int gate_forget_guest(struct gate *gate, const struct session_key *key);

/*
 * Who got the SYN-ACK of a connection with this machine, by the client's address and port
 * (network order). -ENOENT: nobody lately.
 */
int gate_find_visitor(struct gate *gate, const struct address *address, uint16_t port_be,
		      struct syn_ack *ret_visitor);

/* What the guests of a receive queue may cause together. */
int gate_set_ceilings(struct gate *gate, const struct ceilings *ceilings);

/* What became of devices that nothing was known of, summed over queues. */
struct newcomers {
	uint64_t guests; /* got an entry in x511_guests */
	uint64_t frames; /* of those that were refused one: new-guests in [gateway] */
};

int gate_get_newcomers(struct gate *gate, struct newcomers *ret_newcomers);

/*
 * Notices of the gate: *ret_fd, which the gate owns, is readable when there are some, and
 * gate_read_notices() hands all of them to @fn.
 */
typedef void (*gate_notice_fn)(void *context, const struct notice *notice);
int gate_open_notices(struct gate *gate, gate_notice_fn fn, void *context, int *ret_fd);
void gate_read_notices(struct gate *gate);

/* Verdict counters, summed over CPUs. */
int gate_get_stats(struct gate *gate, struct stats *ret_stats);

/* The responder's sockets. The kernel removes an entry when its socket is closed. */
int gate_set_xsk(struct gate *gate, uint32_t slot, int xsk_fd);

/* The rate of TLS alerts for all guests together, a second; 0: unlimited. */
int gate_set_alerts(struct gate *gate, uint32_t per_second);

/*
 * Keys of the cookies: memory that the gate reads, too, valid until gate_close(). They are there
 * from gate_open() on; gate_renew_cookies() is to be called every few seconds and makes the next
 * key when a slot begins. A worker calls gate_guard_cookies(), and can only read them then.
 */
const struct cookie_keys *gate_cookie_keys(const struct gate *gate);
void gate_renew_cookies(struct gate *gate);
int gate_guard_cookies(struct gate *gate);

/* Nanoseconds of CLOCK_MONOTONIC: the clock of every *_ns in the maps. */
uint64_t gate_now_ns(void);

/* The same moment as a *_tick. */
uint32_t gate_tick(uint64_t ns);

#endif /* XDP511_GATE_H */
