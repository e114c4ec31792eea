/* SPDX-License-Identifier: MIT */
/* cookies.c - keys of the cookies: one piece of memory for the gate, the workers and us. */
#include <errno.h>
#include <unistd.h>

#include <sys/mman.h>
#include <sys/random.h>

#include <bpf/libbpf.h>

#include <xdp511/cookie.h>

#include "gate.skel.h"

#include "gate/internal.h"

#define NS_PER_S UINT64_C(1000000000)

static size_t mapped_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE); /* the kernel maps whole pages */
}

static uint64_t current_slot(void)
{
	return gate_now_ns() / NS_PER_S / COOKIE_SLOT_SECONDS;
}

static int make_key(struct cookie_keys *keys, uint64_t slot)
{
	__u64 *words = keys->words[slot % COOKIE_KEYS];

	if (getrandom(words, sizeof(keys->words[0]), 0) != sizeof(keys->words[0]))
		return -EIO;
	return 0;
}

/*
 * Keys that were pinned stay, and with them the handshakes of before the restart. Each is looked at
 * alone: who is killed while it makes the first ones leaves zeroes behind, which anybody can guess.
 */
static int make_missing_keys(struct cookie_keys *keys)
{
	int err = 0;

	for (uint64_t slot = 0; slot < COOKIE_KEYS && !err; slot++) {
		if (!keys->words[slot][0] && !keys->words[slot][1])
			err = make_key(keys, slot);
	}
	return err;
}

int gate_map_cookies(struct gate *gate)
{
	void *memory = mmap(NULL, mapped_size(), PROT_READ | PROT_WRITE, MAP_SHARED,
			    bpf_map__fd(gate->skeleton->maps.x511_cookies), 0);

	if (memory == MAP_FAILED)
		return -errno;
	gate->cookies = memory;
	gate->cookie_slot = current_slot();
	return make_missing_keys(gate->cookies);
}

void gate_unmap_cookies(struct gate *gate)
{
	if (gate->cookies)
		(void)munmap(gate->cookies, mapped_size());
	gate->cookies = NULL;
}

const struct cookie_keys *gate_cookie_keys(const struct gate *gate)
{
	return gate->cookies;
}

void gate_renew_cookies(struct gate *gate)
{
	uint64_t slot = current_slot();

	if (slot == gate->cookie_slot)
		return;
	gate->cookie_slot = slot;
	/* Of the slot after next: this one, the last and the next are in use, or may be any moment. */
	(void)make_key(gate->cookies, slot + 2);
}

int gate_guard_cookies(struct gate *gate)
{
	return mprotect(gate->cookies, mapped_size(), PROT_READ) ? -errno : 0;
}
