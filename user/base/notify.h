/* SPDX-License-Identifier: MIT */
/* notify.h - what the service manager is told (sd_notify(3)): readiness, a status line, a pulse. */
#ifndef XDP511_NOTIFY_H
#define XDP511_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>

#define NOTIFY_SIZE 1024

/* "READY=1", several on lines of their own. Nothing happens where nobody wants to know. */
void notify(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* That it reads its configuration anew; READY=1 is due once it has. */
void notify_reloading(void);

/* How often WATCHDOG=1 has to come, in ms; 0: nobody waits for it. */
uint64_t notify_watchdog_ms(void);

#define NOTIFY_STATUS_EVERY_MS 5000

/* The last status line; {} at first. */
struct notify_status {
	char text[NOTIFY_SIZE / 2];
	uint64_t told_ms;
};

/* Tells @text, if it is another one than before and that is long enough ago. True: it was told. */
bool notify_status(struct notify_status *status, uint64_t now_ms, const char *text);

#endif /* XDP511_NOTIFY_H */
