/* SPDX-License-Identifier: MIT */
/* log.c - sentences for people: one a line, and nothing in it that a terminal would obey. */
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log_internal.h"
#include "base/monotonic.h"

#define PATIENCE 1000 /* looks at the lock */

struct prefix {
	const char *journal; /* sd-daemon(3) */
	const char *terminal;
};

static const struct prefix prefixes[] = {
	[LOG_LEVEL_ERROR] = {"<3>", "error: "},
	[LOG_LEVEL_WARNING] = {"<4>", "warning: "},
	[LOG_LEVEL_INFO] = {"<6>", ""},
	[LOG_LEVEL_DEBUG] = {"<7>", "debug: "},
};

const char *const log_level_words[] = {
	[LOG_LEVEL_ERROR] = "error",
	[LOG_LEVEL_WARNING] = "warning",
	[LOG_LEVEL_INFO] = "info",
	[LOG_LEVEL_DEBUG] = "debug",
	NULL,
};

/* Of the program, for all of its threads; only the lock and the counter are written by others. */
static struct {
	_Atomic(enum log_level) level;
	bool is_forced;
	bool is_limited;
	bool is_looked_at; /* whether stderr is the journal */
	bool is_journal;
	atomic_flag lock; /* of the limits */
	struct log_limits limits;
	atomic_uint n_lost; /* journald could not take them */
} the_log = {.level = LOG_LEVEL_INFO, .lock = ATOMIC_FLAG_INIT};

static void look_at_stderr(void)
{
	the_log.is_journal = log_is_journal();
	the_log.is_looked_at = true;
}

static void write_line(enum log_level level, const char *text)
{
	char line[LOG_LINE_SIZE];
	size_t used;

	if (!the_log.is_looked_at)
		look_at_stderr();
	if (the_log.is_journal)
		snprintf(line, sizeof(line), "%s%s", prefixes[level].journal, text);
	else
		snprintf(line, sizeof(line), "%.64s: %s%s", program_invocation_short_name,
			 prefixes[level].terminal, text);
	log_replace_controls(line);
	used = strlen(line);
	if (used == sizeof(line) - 1)
		used--;
	line[used] = '\n';
	if (write(STDERR_FILENO, line, used + 1) < 0) {
		/* Where the log goes nobody reads, so there is nobody to tell. */
	}
}

static void put(enum log_level level, const struct log_event *event, const char *text)
{
	int err = log_journal_send(level, event, text);

	if (err == -EAGAIN)
		the_log.n_lost++;
	else if (err)
		write_line(level, text);
}

static void put_held(const struct log_place *held)
{
	char text[LOG_LINE_SIZE];

	if (!held->n_held)
		return;
	snprintf(text, sizeof(text), "%u more of these in the last %d s were not said: %s",
		 held->n_held, LOG_LIMIT_MS / 1000, held->sample);
	put(held->level, NULL, text);
}

static void put_lost(void)
{
	unsigned int n = atomic_exchange(&the_log.n_lost, 0);
	char text[LOG_LINE_SIZE];

	if (!n)
		return;
	snprintf(text, sizeof(text), "%u lines are lost, for journald could not take them", n);
	put(LOG_LEVEL_WARNING, NULL, text);
}

/* Never waits for long: who holds it may be a thread that a fork has left behind. */
static bool lock(void)
{
	int i;

	for (i = 0; i < PATIENCE; i++) {
		if (!atomic_flag_test_and_set_explicit(&the_log.lock, memory_order_acquire))
			return true;
	}
	return false;
}

static void unlock(void)
{
	atomic_flag_clear_explicit(&the_log.lock, memory_order_release);
}

static bool may_say(const struct log_place *place, const char *text)
{
	struct log_place held;
	bool may;

	if (!the_log.is_limited || !lock())
		return true;
	may = log_limit_take(&the_log.limits, place, text, &held);
	unlock();
	put_held(&held);
	return may;
}

/* Its place in the program is where it was called from. */
static void say(const void *from, enum log_level level, const struct log_event *event,
		const char *format, va_list args)
{
	const struct log_place place = {
		.address = from, .level = level, .since_ms = monotonic_ms()};
	int saved_errno = errno;
	char text[LOG_LINE_SIZE];

	if (vsnprintf(text, sizeof(text), format, args) < 0)
		text[0] = '\0';
	if (may_say(&place, text)) {
		put_lost();
		put(level, event, text);
	}
	errno = saved_errno;
}

bool log_says(enum log_level level)
{
	return level <= the_log.level;
}

void log_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(__builtin_return_address(0), LOG_LEVEL_ERROR, NULL, format, args);
	va_end(args);
}

void log_warning(const char *format, ...)
{
	va_list args;

	if (!log_says(LOG_LEVEL_WARNING))
		return;
	va_start(args, format);
	say(__builtin_return_address(0), LOG_LEVEL_WARNING, NULL, format, args);
	va_end(args);
}

void log_info(const char *format, ...)
{
	va_list args;

	if (!log_says(LOG_LEVEL_INFO))
		return;
	va_start(args, format);
	say(__builtin_return_address(0), LOG_LEVEL_INFO, NULL, format, args);
	va_end(args);
}

void log_debug(const char *format, ...)
{
	va_list args;

	if (!log_says(LOG_LEVEL_DEBUG))
		return;
	va_start(args, format);
	say(__builtin_return_address(0), LOG_LEVEL_DEBUG, NULL, format, args);
	va_end(args);
}

void log_event(enum log_level level, const struct log_event *event, const char *format, ...)
{
	va_list args;

	if (!log_says(level))
		return;
	va_start(args, format);
	say(__builtin_return_address(0), level, event, format, args);
	va_end(args);
}

void log_set_level(enum log_level level)
{
	if (!the_log.is_forced)
		the_log.level = level;
}

int log_force_level(const char *word)
{
	int level;

	for (level = 0; log_level_words[level]; level++) {
		if (strcmp(log_level_words[level], word) != 0)
			continue;
		the_log.level = (enum log_level)level;
		the_log.is_forced = true;
		return 0;
	}
	return -EINVAL;
}

void log_start(void)
{
	look_at_stderr();
	the_log.is_limited = true;
	log_journal_open(the_log.is_journal ? LOG_JOURNAL_SOCKET : NULL);
}

void log_use_stderr(void)
{
	log_journal_open(NULL);
	the_log.is_limited = false;
}

static void tell_held(uint64_t at_ms)
{
	struct log_place held;
	bool is_one = true;

	while (is_one && lock()) {
		is_one = log_limit_next(&the_log.limits, at_ms, &held);
		unlock();
		if (is_one)
			put_held(&held);
	}
	put_lost();
}

void log_tick(void)
{
	tell_held(monotonic_ms());
}

void log_finish(void)
{
	tell_held(UINT64_MAX);
}

int fail(struct error *error, int err, const char *format, ...)
{
	struct error filled; /* not @error itself: its text may be one of the arguments */
	va_list args;
	int n;

	if (!error)
		return -err;
	va_start(args, format);
	n = vsnprintf(filled.text, sizeof(filled.text), format, args);
	va_end(args);
	if (n < 0)
		filled.text[0] = '\0';
	log_replace_controls(filled.text);
	strcpy(error->text, filled.text);
	return -err;
}
