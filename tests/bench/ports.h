/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* ports.h - which client ports belong to whom, for generator and kernel tell frames apart by them. */
#ifndef BENCH_PORTS_H
#define BENCH_PORTS_H

#define FLOOD_PORT 1024	 /* the flood's are from here up to */
#define FIRST_PORT 10000 /* the first one of real connections */
#define PORTS	   50000 /* real connections have so many */

#define FLOOD_COPIES 16 /* that the relay makes of each frame of the flood */

#endif /* BENCH_PORTS_H */
