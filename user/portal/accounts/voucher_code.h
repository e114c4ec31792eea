/* SPDX-License-Identifier: MIT */
/*
 * voucher_code.h - codes of vouchers: made, and read as people type them. Pure functions.
 *
 * "7K3QM-9TX0D": nine characters by chance (45 bits) and one that checks them, of Crockford's
 * alphabet, which has no I, L, O and U. Read without regard to case, spaces and hyphens; O is 0,
 * and I and L are 1. One wrong character, or two that are swapped, are told from any true code.
 */
#ifndef XDP511_PORTAL_VOUCHER_CODE_H
#define XDP511_PORTAL_VOUCHER_CODE_H

#include <stdint.h>

#define VOUCHER_CODE_SIZE 12 /* with NUL */
#define VOUCHER_CODE_BITS 45

/* The code of the lowest 45 bits of @number. Returns @code. */
char *voucher_code_make(uint64_t number, char code[VOUCHER_CODE_SIZE]);

/* The code as it is printed. -EINVAL: it can't be one. */
int voucher_code_read(const char *text, char ret_code[VOUCHER_CODE_SIZE]);

#endif /* XDP511_PORTAL_VOUCHER_CODE_H */
