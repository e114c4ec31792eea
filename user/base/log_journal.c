/* SPDX-License-Identifier: MIT */
/* log_journal.c - journald's own protocol: one datagram a line, with fields. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "base/log_internal.h"

#define ENTRY_SIZE (LOG_LINE_SIZE + 2048)
#define FIELD_SIZE 272 /* a user's name is the longest */

static int journal_fd = -1;
static struct sockaddr_un journal;

static const struct {
	const char *word;
	const char *id;
} kinds[] = {
#define X(name, word, id) [LOG_KIND_##name] = {word, id},
	LOG_EVENTS(X)
#undef X
};

/* syslog(3) */
static const int priorities[] = {
	[LOG_LEVEL_ERROR] = 3,
	[LOG_LEVEL_WARNING] = 4,
	[LOG_LEVEL_INFO] = 6,
	[LOG_LEVEL_DEBUG] = 7,
};

/* "DEVICE:INODE". Who turns stderr to a file leaves the variable as it is. */
bool log_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	struct stat status;
	char own[64];

	if (!stream || fstat(STDERR_FILENO, &status))
		return false;
	snprintf(own, sizeof(own), "%llu:%llu", (unsigned long long)status.st_dev,
		 (unsigned long long)status.st_ino);
	return !strcmp(stream, own);
}

void log_journal_open(const char *path)
{
	if (journal_fd >= 0)
		close(journal_fd);
	journal_fd = -1;
	if (!path)
		return;
	journal = (struct sockaddr_un){.sun_family = AF_UNIX};
	snprintf(journal.sun_path, sizeof(journal.sun_path), "%s", path);
	journal_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

struct entry {
	char text[ENTRY_SIZE];
	size_t used;
};

/* A value has no newline, for that would need another form. */
static void add(struct entry *entry, const char *name, const char *value)
{
	char clean[LOG_LINE_SIZE];
	int n;

	if (!value || !value[0])
		return;
	snprintf(clean, sizeof(clean), "%s", value);
	log_replace_controls(clean);
	n = snprintf(entry->text + entry->used, sizeof(entry->text) - entry->used, "%s=%s\n", name,
		     clean);
	if (n > 0 && (size_t)n < sizeof(entry->text) - entry->used)
		entry->used += (size_t)n;
}

static void add_short(struct entry *entry, const char *name, const char *value)
{
	char cut[FIELD_SIZE];

	snprintf(cut, sizeof(cut), "%s", value ? value : "");
	add(entry, name, cut);
}

static void add_event(struct entry *entry, const struct log_event *event)
{
	add(entry, "MESSAGE_ID", kinds[event->kind].id);
	add(entry, "X511_EVENT", kinds[event->kind].word);
	add_short(entry, "X511_MAC", event->mac);
	add_short(entry, "X511_ZONE", event->zone);
	add_short(entry, "X511_USER", event->user);
	add_short(entry, "X511_INTERFACE", event->interface);
}

/* It never waits: a journald that hangs is no reason to hang as well. */
int log_journal_send(enum log_level level, const struct log_event *event, const char *text)
{
	struct entry entry = {.used = 0};
	char priority[] = {(char)('0' + priorities[level]), '\0'};

	if (journal_fd < 0)
		return -ENOTCONN;
	add(&entry, "MESSAGE", text);
	add(&entry, "PRIORITY", priority);
	add_short(&entry, "SYSLOG_IDENTIFIER", program_invocation_short_name);
	if (event)
		add_event(&entry, event);
	if (sendto(journal_fd, entry.text, entry.used, MSG_DONTWAIT | MSG_NOSIGNAL,
		   (const struct sockaddr *)&journal, sizeof(journal)) < 0)
		return -errno;
	return 0;
}
