/* SPDX-License-Identifier: MIT */
/* foreign_vectors.h - texts of tests/unit/foreign_vectors.txt, made by foreign_vectors.py. */
#ifndef XDP511_TEST_FOREIGN_VECTORS_H
#define XDP511_TEST_FOREIGN_VECTORS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOREIGN_VECTOR_SIZE 4096

/* Ends the test's process when there is none of that name. */
static inline const char *foreign_vector(const char *name, char buffer[FOREIGN_VECTOR_SIZE])
{
	FILE *file = fopen("tests/unit/foreign_vectors.txt", "re");
	size_t length = strlen(name);

	while (file && fgets(buffer, FOREIGN_VECTOR_SIZE, file)) {
		if (strncmp(buffer, name, length) != 0 || buffer[length] != ' ')
			continue;
		fclose(file);
		buffer[strcspn(buffer, "\n")] = '\0';
		return buffer + length + 1;
	}
	fprintf(stderr, "there is no vector '%s'\n", name);
	abort();
}

#endif /* XDP511_TEST_FOREIGN_VECTORS_H */
