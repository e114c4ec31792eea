/* SPDX-License-Identifier: MIT */
/* options.h - what the generator is asked to do, from its command line. */
#ifndef BENCH_OPTIONS_H
#define BENCH_OPTIONS_H

#include "connections.h"
#include "processor.h"

struct options {
	const char *interface;
	const char *sender; /* and */
	const char *relay;  /* as in tap.h */
	int core;	    /* of the generator */
	int gateway_core;   /* of what is measured */
	struct plan plan;
	double rate;	/* pages a second; 0: as fast as answers come */
	double seconds; /* measured */
	double warm_up; /* seconds before */
	uint64_t flood; /* SYNs a second */
	uint32_t macs;	/* of the flood */
	double chatter; /* as in noise.h */
	double strangers;
	double stream;
	size_t frame_len; /* 0: pages, else the echo's frames */
	struct processor_ours ours;
};

/* False after having said on stderr what is wrong. */
bool options_read(int argc, char **argv, struct options *ret_options);

#endif /* BENCH_OPTIONS_H */
