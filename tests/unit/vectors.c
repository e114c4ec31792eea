/* SPDX-License-Identifier: MIT */
/* vectors.c - packets of tests/unit/radius_vectors.txt, and attributes of a test's own. */
#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VECTORS "tests/unit/radius_vectors.txt"

struct vector vector_load(const char *name)
{
	char line[64 + 2 * RADIUS_MAX], found[64];
	struct vector vector = {.size = 0};
	FILE *file = fopen(VECTORS, "re");
	int at = 0;

	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%63s %n", found, &at) < 1 || strcmp(found, name) != 0)
			continue;
		while (sscanf(line + at + 2 * vector.size, "%2hhx", &vector.data[vector.size]) == 1)
			vector.size++;
		break;
	}
	if (file)
		fclose(file);
	if (!vector.size) {
		fprintf(stderr, "%s has no '%s'\n", VECTORS, name);
		abort();
	}
	return vector;
}

struct attributes attributes_of(struct packet *packet, const struct given *given, size_t n)
{
	struct attributes attributes;
	size_t i;

	packet_begin(packet, CODE_ACCESS_ACCEPT, false, NULL);
	for (i = 0; i < n && (given[i].text || given[i].number || given[i].attribute); i++) {
		if (given[i].text)
			packet_add_text(packet, given[i].attribute, given[i].text);
		else
			packet_add_number(packet, given[i].attribute, given[i].number);
	}
	if (packet->is_full ||
	    attributes_read(packet->data + RADIUS_MIN, packet->size - RADIUS_MIN, &attributes))
		abort();
	return attributes;
}

struct secret secret_of(const char *text)
{
	struct secret secret = {.size = strlen(text)};

	memcpy(secret.bytes, text, secret.size);
	return secret;
}
