/* SPDX-License-Identifier: MIT */
/* main.c - xdp511-portal: options, then start, run and stop. */
#include <stdio.h>

#include "portal/portal.h"

int main(void)
{
	fprintf(stderr, "xdp511-portal: nothing is served yet\n");
	return 1;
}
