/* SPDX-License-Identifier: MIT */
/* vectors.c - packets of tests/unit/radius_vectors.txt, by their names. */
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

struct secret secret_of(const char *text)
{
	struct secret secret = {.size = strlen(text)};

	memcpy(secret.bytes, text, secret.size);
	return secret;
}
