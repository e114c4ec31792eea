/* SPDX-License-Identifier: MIT */
/* link_key.h - the key that signs portal links: made once, kept in the state directory. */
#ifndef XDP511_LINK_KEY_H
#define XDP511_LINK_KEY_H

#include <stdint.h>

#include "base/log.h"
#include "responder/responder.h"

/* Makes the state directory too. The file holds 64 hex digits; whatever else is in it: -EINVAL. */
int link_key_load(const char *state_dir, uint8_t ret_key[LINK_KEY_SIZE], struct error *error);

#endif /* XDP511_LINK_KEY_H */
