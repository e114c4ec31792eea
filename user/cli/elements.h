/* SPDX-License-Identifier: MIT */
/* elements.h - a JSON array of any length, one element in memory at a time. Pure functions. */
#ifndef XDP511_ELEMENTS_H
#define XDP511_ELEMENTS_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

struct elements {
	const char *at;
	const char *end;
	bool started;
};

/* @text is the whole array and stays the caller's. */
void elements_start(struct elements *elements, const char *text, size_t size);

/*
 * 1 and the next element, which is the caller's; 0 behind the last; -EINVAL when the text isn't
 * a JSON array.
 */
int elements_next(struct elements *elements, json_t **ret_element);

#endif /* XDP511_ELEMENTS_H */
