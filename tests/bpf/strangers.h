/* SPDX-License-Identifier: MIT */
/* strangers.h - segments that say a number that isn't theirs: what becomes of them is chance. */
#ifndef BPF_STRANGERS_H
#define BPF_STRANGERS_H

#include "floor.h"

/*
 * The gate knows a cookie by 1217 of 15168 numbers, the bytes of an answer that a client may have.
 * So 8 of 100 strangers look like later segments; fewer than 200 strays of 256 then happen once in
 * 6 * 10^11 times. The page needs the other 15 bits as well, which the responder looks at.
 */
#define STRANGERS    256
#define STRAYS_LEAST 200

struct tally {
	unsigned int strays, later, others;
};

void tally_add(struct tally *tally, enum verdict verdict, enum verdict later);
void tally_check(const struct tally *tally); /* complains of too few strays, and of any others */

#endif /* BPF_STRANGERS_H */
