/* SPDX-License-Identifier: MIT */
/* report.h - how the parts of the preflight check say what they have found. Pure. */
#ifndef XDP511_PREFLIGHT_REPORT_H
#define XDP511_PREFLIGHT_REPORT_H

#include "preflight/preflight.h"

#define REMEDY_SIZE  320 /* of a command with a path in it */
#define FINDING_SIZE 640

struct report {
	preflight_fn say;
	void *ctx;
	int failed;
};

/* A line but for its sentence. */
struct judgement {
	enum preflight_check check;
	enum preflight_level level;
	const char *what;
	const char *remedy;
};

static inline struct judgement is_ok(enum preflight_check check, const char *what)
{
	return (struct judgement){check, PREFLIGHT_OK, what, ""};
}

static inline struct judgement is_doubtful(enum preflight_check check, const char *what,
					   const char *remedy)
{
	return (struct judgement){check, PREFLIGHT_WARN, what, remedy};
}

static inline struct judgement is_bad(enum preflight_check check, const char *what,
				      const char *remedy)
{
	return (struct judgement){check, PREFLIGHT_FAIL, what, remedy};
}

void report_line(struct report *report, struct judgement judgement, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif /* XDP511_PREFLIGHT_REPORT_H */
