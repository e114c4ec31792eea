/* SPDX-License-Identifier: MIT */
/* table.h - runs a table of rows as cmocka tests, each named by its sentence. */
#ifndef XDP511_TEST_TABLE_H
#define XDP511_TEST_TABLE_H

/* clang-format off */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#undef fail /* cmocka's macro; log.h has a function of that name */

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* Fills @tests, one per row. Each row starts with its sentence; @run gets the row as *state. */
static inline void table_tests(struct CMUnitTest *tests, const void *rows, size_t n,
			       size_t row_size, CMUnitTestFunction run)
{
	size_t i;

	for (i = 0; i < n; i++) {
		const char *row = (const char *)rows + i * row_size;

		tests[i] = (struct CMUnitTest){
			.name = *(const char *const *)(const void *)row,
			.test_func = run,
			.initial_state = (void *)(uintptr_t)row,
		};
	}
}

#define TABLE_TESTS(tests, rows, run)                                                              \
	table_tests(tests, rows, ARRAY_SIZE(rows), sizeof((rows)[0]), run)

#endif /* XDP511_TEST_TABLE_H */
