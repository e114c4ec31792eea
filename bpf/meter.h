/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * meter.h - one bucket for every rate: what is paid for, in nanoseconds.
 *
 * A rate of r units a second makes a unit cost 1/r seconds. Who sends pays the cost ahead:
 * `paid` is the time until which everything sent so far keeps the rate, and may run ahead of
 * the clock by the burst. One word, so CPUs need no lock (GCRA, ITU-T I.371).
 */
#ifndef XDP511_METER_H
#define XDP511_METER_H

#define NSEC_PER_SEC	  1000000000ULL
#define METER_RETRIES	  4
#define METER_BURST_NS	  (300 * 1000000ULL) /* of a session's rate; see below */
#define METER_BURST_BYTES (10 * 1514)	     /* at least a TCP's initial window */
#define METER_NS_PER_KBPS 8000000ULL	     /* a byte at 1 kbit/s takes so long */

/* CPUs read the clock at their own moment: @since may be later than @now, then nothing has passed. */
static __always_inline __u64 time_since(__u64 since, __u64 now)
{
	return now > since ? now - since : 0;
}

/* Pays for one unit and says whether the rate allows it; @paid is unchanged when it doesn't. */
static __always_inline bool meter_pay(__u64 *paid, __u64 cost_ns, __u64 burst_ns, __u64 now)
{
	int i;

	for (i = 0; i < METER_RETRIES; i++) {
		__u64 seen = *(volatile __u64 *)paid;
		__u64 from = seen > now ? seen : now;

		if (from + cost_ns > now + burst_ns)
			return false;
		if (__sync_val_compare_and_swap(paid, seen, from + cost_ns) == seen)
			return true;
	}
	return false; /* other CPUs keep taking it: the rate is used up */
}

/*
 * The same for @bytes of a session limited to @kbps; 0 is unlimited. A TCP that runs into the
 * limit loses its whole window and is silent for 200 ms or more (Linux's shortest timeout): a
 * burst below that would forfeit up to three quarters of the rate.
 */
static __always_inline bool meter_bytes(__u64 *paid, __u32 kbps, __u32 bytes, __u64 now)
{
	__u64 burst_ns, cost_ns;

	if (!kbps)
		return true;
	burst_ns = METER_BURST_BYTES * METER_NS_PER_KBPS / kbps;
	if (burst_ns < METER_BURST_NS)
		burst_ns = METER_BURST_NS;
	cost_ns = bytes * METER_NS_PER_KBPS / kbps;
	if (burst_ns < cost_ns)
		burst_ns =
			cost_ns; /* many segments in one buffer wait for a full bucket, not for ever */
	return meter_pay(paid, cost_ns, burst_ns, now);
}

#endif /* XDP511_METER_H */
