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

#define NSEC_PER_SEC	   1000000000ULL
#define METER_RETRIES	   4
#define METER_BURST_NS	   (60 * 1000000ULL)  /* of a session's rate, out of the blue */
#define METER_BACKLOG_NS   (300 * 1000000ULL) /* while it wants more than it gets; see below */
#define METER_MEMORY_NS	   (500 * 1000000ULL) /* so long unused, the rate isn't wanted any more */
#define METER_BURST_FRAMES 3		      /* at least so much, at any rate */
#define METER_FULL_FRAME   1514		      /* bytes */
#define METER_NS_PER_KBPS  8000000ULL	      /* a byte at 1 kbit/s takes so long */
#define METER_REFUSED	   1ULL		      /* in `paid`: somebody was refused since */

/*
 * The time of the last timer tick, up to 10 ms ago. That is exact enough for every rate, whose
 * burst is longer, and takes a third of the time of an exact reading.
 */
static __always_inline __u64 clock_ns(void)
{
	return bpf_ktime_get_coarse_ns();
}

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

/* What @bytes cost at that rate. Rounded up: it is a ceiling. */
static __always_inline __u64 meter_cost(__u32 bytes, __u32 kbps)
{
	return (bytes * METER_NS_PER_KBPS / kbps + 2) & ~METER_REFUSED;
}

/*
 * The same for @bytes of a session limited to @kbps; 0 is unlimited. Whole frames are paid for.
 *
 * Who comes out of the blue has a short burst, so that the rate is a ceiling over seconds, too.
 *
 * A TCP that runs into it loses the end of its window, all of it, and is silent until its timer
 * goes off: Linux's shortest is 200 ms, up to 240 ms with the grain of its timers (HZ=250), and a
 * round trip more. What a bucket holds less than that is lost to it each time: with 150 ms, cubic got
 * 70 % of its rate at a round trip of 0.1 ms, with 220 ms 93 %, with 300 ms 93 to 97 %, also at
 * 20 ms. So whoever was refused may make up for such a silence: what it didn't send then, no more.
 * The lowest bit of @paid says so. A pause longer than METER_MEMORY_NS isn't a TCP's.
 *
 * Dropping early, by chance, before the bucket is empty doesn't spare it that: with a short round
 * trip even a window of two segments is far above the rate. And at 20 ms it cost cubic up to a third
 * of 50 Mbit/s.
 */
static __always_inline bool meter_bytes(__u64 *paid, __u32 kbps, __u32 bytes, __u64 now)
{
	__u64 burst_ns, cost_ns, latest_ns;
	int i;

	if (!kbps)
		return true;
	cost_ns = meter_cost(bytes, kbps);
	burst_ns = METER_BURST_FRAMES * meter_cost(METER_FULL_FRAME, kbps);
	if (burst_ns < METER_BURST_NS)
		burst_ns = METER_BURST_NS;
	/* Many segments in one buffer wait for a full bucket, not for ever. */
	latest_ns = (now + (burst_ns > cost_ns ? burst_ns : cost_ns)) & ~METER_REFUSED;

	for (i = 0; i < METER_RETRIES; i++) {
		__u64 seen = *(volatile __u64 *)paid;
		__u64 refused = seen & METER_REFUSED;
		__u64 from = seen & ~METER_REFUSED, earliest = now & ~METER_REFUSED, next;

		if (refused && from + METER_MEMORY_NS < now)
			refused = 0;
		if (refused && burst_ns < METER_BACKLOG_NS)
			earliest -= METER_BACKLOG_NS - burst_ns;
		if (from < earliest)
			from = earliest;
		next = from + cost_ns <= latest_ns ? (from + cost_ns) | refused
						   : from | METER_REFUSED;
		if (__sync_val_compare_and_swap(paid, seen, next) == seen)
			return from + cost_ns <= latest_ns;
	}
	return false; /* other CPUs keep taking it: the rate is used up */
}

#endif /* XDP511_METER_H */
