/* SPDX-License-Identifier: MIT */
/* verdicts.c - the verdicts by name, their actions, and whether each of them was seen. */
#include <string.h>

#include "floor.h"

static const char *const names[V_COUNT] = {[V_UNDECIDED] = "UNDECIDED",
#define X(name, action, sentence) [V_##name] = #name,
					   X511_VERDICTS(X)
#undef X
};

static const enum action actions[V_COUNT] = {[V_UNDECIDED] = ACTION_DROP,
#define X(name, action, sentence) [V_##name] = ACTION_##action,
					     X511_VERDICTS(X)
#undef X
};

const char *verdict_name(enum verdict verdict)
{
	return (unsigned int)verdict < V_COUNT ? names[verdict] : "none";
}

enum action verdict_action(enum verdict verdict)
{
	return (unsigned int)verdict < V_COUNT ? actions[verdict] : ACTION_DROP;
}

/* V_UNDECIDED if no verdict has that name. */
enum verdict verdict_named(const char *name)
{
	unsigned int v;

	for (v = V_UNDECIDED + 1; v < V_COUNT; v++)
		if (!strcmp(names[v], name))
			return v;
	return V_UNDECIDED;
}

void check_coverage(const struct bench *bench)
{
	unsigned int v;

	for (v = V_UNDECIDED + 1; v < V_COUNT; v++)
		if (!bench->seen[v])
			complain("no frame got %s", names[v]);
	report_close("every one of the %u verdicts was given at least once", V_COUNT - 1);
}
