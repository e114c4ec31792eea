/* SPDX-License-Identifier: MIT */
/* config_pages.h - the pages that a configuration names, read into it. */
#ifndef XDP511_CONFIG_PAGES_H
#define XDP511_CONFIG_PAGES_H

#include "base/config.h"

/*
 * Gives every zone that names a page its template. @file is the configuration's own name.
 * -errno with the sentence "FILE:LINE: page 'PAGE' line N: what is wrong; what to do".
 */
int config_read_pages(struct config *config, const char *file, struct error *error);

#endif /* XDP511_CONFIG_PAGES_H */
