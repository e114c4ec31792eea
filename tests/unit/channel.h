/* SPDX-License-Identifier: MIT */
/* channel.h - the way between client and responder: what is lost, doubled or late is written down. */
#ifndef XDP511_TEST_CHANNEL_H
#define XDP511_TEST_CHANNEL_H

#include "client.h"

enum way { TO_SERVER, TO_CLIENT, N_WAYS };

/* Bit n of a mask: the nth frame put into the channel, counted over both ways. */
struct channel {
	uint64_t lost;
	uint64_t doubled;
	uint64_t late;		   /* with doubled: the copy is late */
	unsigned int lost_percent; /* of all frames, by chance; the chance is the same every time */
	unsigned int doubled_percent;
	unsigned int late_percent;
	uint64_t seed;

	unsigned int n_frames;
	bool overrun;
};

/* Empties the channel; what is written down stays. There is room for one channel at a time. */
void channel_start(struct channel *channel);

void channel_put(struct channel *channel, enum way way, const struct frame *frame);

/* The next frame at the end of a way, NULL when there is none; valid until more are put. */
const struct frame *channel_take(enum way way);

/* Nothing else moves: what is late arrives. False when nothing was late. */
bool channel_settle(struct channel *channel);

#endif /* XDP511_TEST_CHANNEL_H */
