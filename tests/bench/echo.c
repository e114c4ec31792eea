/* SPDX-License-Identifier: MIT */
/* echo.c - the ceiling of AF_XDP: every frame goes back to where it came from, unread. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/if_ether.h>

#include "tap.h"

#define WAIT_MS 1000

static volatile sig_atomic_t is_over;

static void end(int signal)
{
	(void)signal;
	is_over = 1;
}

static void swap(uint8_t *a, uint8_t *b, size_t len)
{
	uint8_t kept[16];

	memcpy(kept, a, len);
	memcpy(a, b, len);
	memcpy(b, kept, len);
}

/* Changes no checksum: both are sums over what is swapped. */
static void turn_round(uint8_t *frame, size_t len)
{
	if (len < 74)
		return;
	swap(frame, frame + ETH_ALEN, ETH_ALEN);
	if (frame[12] == 0x86) {
		swap(frame + 22, frame + 38, 16);
		swap(frame + 54, frame + 56, 2);
	} else {
		swap(frame + 26, frame + 30, 4);
		swap(frame + 34, frame + 36, 2);
	}
}

static void turn(struct xsk *xsk)
{
	struct xsk_frame frames[XSK_BATCH];
	uint64_t failed = 0;
	size_t n = xsk_receive(xsk, frames);

	for (size_t i = 0; i < n; i++) {
		uint8_t *answer = xsk_take(xsk);

		if (!answer)
			break;
		memcpy(answer, frames[i].data, frames[i].len);
		turn_round(answer, frames[i].len);
		xsk_put(xsk, answer, frames[i].len);
	}
	xsk_recycle(xsk, frames, n);
	xsk_flush(xsk, &failed);
}

int main(int argc, char **argv)
{
	const struct sigaction on_end = {.sa_handler = end};
	struct tap *tap = NULL;
	struct tap_plan plan = {.side = TAP_ECHO};
	int err;

	if (argc != 3) {
		fputs("usage: echo INTERFACE CORE\n", stderr);
		return 2;
	}
	sigaction(SIGTERM, &on_end, NULL);
	sigaction(SIGINT, &on_end, NULL);
	plan.interface = argv[1];
	plan.core = atoi(argv[2]);
	err = tap_open(&plan, &tap);
	if (err) {
		fprintf(stderr, "echo: could not take over interface \"%s\": %s.\n", argv[1],
			strerror(-err));
		return 1;
	}
	puts("ready");
	fflush(stdout);
	while (!is_over && !err) {
		turn(tap_receiver(tap));
		err = xsk_wait(tap_receiver(tap), WAIT_MS);
	}
	tap_close(tap);
	return err ? 1 : 0;
}
