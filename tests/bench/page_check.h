/* SPDX-License-Identifier: MIT */
/* page_check.h - whether an HTTP answer is whole and has the status it should have. */
#ifndef BENCH_PAGE_CHECK_H
#define BENCH_PAGE_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* True when status and Content-Length are right and the bytes end where it says. */
bool page_check(const uint8_t *page, size_t len, unsigned int status, size_t *ret_head_len,
		size_t *ret_body_len);

#endif /* BENCH_PAGE_CHECK_H */
