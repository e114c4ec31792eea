/* SPDX-License-Identifier: MIT */
/* layouts.h - which maps of an ABI outlive it, and how their values become those of today. */
#ifndef XDP511_LAYOUTS_H
#define XDP511_LAYOUTS_H

#include <stddef.h>
#include <stdint.h>

#define X511_LAYOUT_MAX 512 /* bytes of a session's value, whatever the ABI */

struct layout {
	const char *name;
	size_t value_size;
	void (*convert)(const void *old, void *ret_new); /* NULL: nothing has changed */
};

/* The sessions first; without a name at the end. NULL: nothing is known of that version. */
const struct layout *layouts_of(uint32_t abi);

#endif /* XDP511_LAYOUTS_H */
