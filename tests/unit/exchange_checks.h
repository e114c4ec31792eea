/* SPDX-License-Identifier: MIT */
/* exchange_checks.h - what must hold in every exchange, whatever client and channel are like. */
#ifndef XDP511_TEST_EXCHANGE_CHECKS_H
#define XDP511_TEST_EXCHANGE_CHECKS_H

#include "exchange.h"

void exchange_check_start(const struct exchange *exchange);

/* After a frame of the client reached the server: all that was sent for it. */
void exchange_check_given(struct exchange *exchange, const struct server *server,
			  const struct frame *frame);

/* Before the client takes a segment of the server in. */
void exchange_check_received(struct exchange *exchange, const struct tcp *tcp);

#endif /* XDP511_TEST_EXCHANGE_CHECKS_H */
