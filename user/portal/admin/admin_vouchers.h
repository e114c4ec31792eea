/* SPDX-License-Identifier: MIT */
/* admin_vouchers.h - vouchers in the API: their fields, read and written. */
#ifndef XDP511_PORTAL_ADMIN_VOUCHERS_H
#define XDP511_PORTAL_ADMIN_VOUCHERS_H

#include "portal/admin/admin.h"

/* Those of a body, into a struct voucher; "expires" counts from @now on. */
int voucher_read_fields(const struct config *config, const json_t *body, uint64_t now,
			struct voucher *voucher, struct error *error);

json_t *voucher_json(const struct voucher *voucher, uint64_t now);

#endif /* XDP511_PORTAL_ADMIN_VOUCHERS_H */
