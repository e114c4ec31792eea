/* SPDX-License-Identifier: MIT */
/* accounting_send.c - brings the spool to the servers: many at a time while they answer. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "portal/nas/accounting_internal.h"
#include "radius/client.h"

#define TELL_EVERY_S 300
#define PAUSE_MS     10000 /* when the database can't be written: else records are sent on and on */

/* A record on its way; it belongs to the client until that has called. */
struct sending {
	struct accounting *accounting; /* NULL: it has gone */
	struct sending *previous, *next;
	struct acct_spooled record;
};

static uint64_t ms_of(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static uint64_t now_ms(void)
{
	return ms_of(CLOCK_REALTIME);
}

static void hold_on(struct accounting *accounting, int err)
{
	accounting->pause_until_ms = ms_of(CLOCK_MONOTONIC) + PAUSE_MS;
	acct_failed(accounting, err);
}

static void forget(struct sending *sending)
{
	struct accounting *accounting = sending->accounting;

	if (accounting) {
		if (sending->next)
			sending->next->previous = sending->previous;
		if (sending->previous)
			sending->previous->next = sending->next;
		else
			accounting->sending = sending->next;
		accounting->n_sending--;
	}
	free(sending);
}

static void tell_answer(struct accounting *accounting)
{
	if (accounting->told_at)
		log_info("accounting: a server answers again; %llu records are owed",
			 (unsigned long long)accounting->n_spooled);
	accounting->told_at = 0;
}

static void tell_silence(struct accounting *accounting)
{
	uint64_t now = now_ms() / 1000;

	if (accounting->told_at && now < accounting->told_at + TELL_EVERY_S)
		return;
	accounting->told_at = now;
	log_warning("accounting: no server in [radius] `accounting` answers; %llu records are "
		    "kept and sent again later",
		    (unsigned long long)accounting->n_spooled);
}

static void on_answer(struct accounting *accounting, const struct acct_spooled *record)
{
	int err = acct_spool_done(accounting->accounts, record);

	if (err)
		hold_on(accounting, err);
	else if (accounting->n_spooled)
		accounting->n_spooled--;
	if (accounting->window < ACCT_SENDING)
		accounting->window++;
	/* Others were put off while nobody answered. */
	if (accounting->told_at)
		(void)acct_spool_wake(accounting->accounts);
	tell_answer(accounting);
}

static void on_silence(struct accounting *accounting, const struct acct_spooled *record)
{
	uint64_t due_ms = now_ms() + acct_patience_s(record->tries) * 1000;
	int err = acct_spool_later(accounting->accounts, record, due_ms);

	if (err)
		hold_on(accounting, err);
	accounting->window = 1;
	tell_silence(accounting);
}

static void on_done(void *context, int err, const struct received *answer)
{
	struct sending *sending = context;
	struct accounting *accounting = sending->accounting;
	struct acct_spooled record = sending->record;

	forget(sending);
	if (!accounting)
		return;
	if (!err && answer && answer->code == CODE_ACCOUNTING_RESPONSE)
		on_answer(accounting, &record);
	else if (err != -ECANCELED)
		on_silence(accounting, &record);
	if (accounting->is_stopping)
		loop_stop(accounting->portal->loop);
	else if (err != -ECANCELED)
		acct_send(accounting);
}

/* The delay is as of now; while the client asks again, it stays the same packet. */
static void build(struct radius *radius, const struct acct_spooled *record, struct packet *packet)
{
	uint64_t now = now_ms() / 1000;

	radius_begin(radius, RADIUS_ACCOUNTING, packet);
	if (packet->size + record->size > sizeof(packet->data)) {
		packet->is_full = true;
		return;
	}
	memcpy(packet->data + packet->size, record->data, record->size);
	packet->size += record->size;
	packet_add_number(packet, ATTR_ACCT_DELAY_TIME,
			  now > record->at ? (uint32_t)(now - record->at) : 0);
}

static int send_record(struct accounting *accounting, struct sending *sending)
{
	struct radius *radius = accounting->portal->radius;
	struct packet packet;
	int err;

	build(radius, &sending->record, &packet);
	err = radius_ask(radius, RADIUS_ACCOUNTING, &packet, on_done, sending);
	if (err)
		return err;
	sending->accounting = accounting;
	sending->next = accounting->sending;
	if (sending->next)
		sending->next->previous = sending;
	accounting->sending = sending;
	accounting->n_sending++;
	return 0;
}

static int send_next(struct accounting *accounting)
{
	uint64_t on_way[ACCT_SENDING];
	struct sending *sending, *other;
	size_t n = 0;
	int err;

	for (other = accounting->sending; other && n < ACCT_SENDING; other = other->next)
		on_way[n++] = other->record.seq;
	sending = calloc(1, sizeof(*sending));
	if (!sending)
		return -ENOMEM;
	err = acct_spool_next(accounting->accounts, now_ms(), on_way, n, &sending->record);
	if (!err) {
		err = send_record(accounting, sending);
		/* One that can never be sent would be the first for ever. */
		if (err == -EMSGSIZE) {
			(void)acct_spool_done(accounting->accounts, &sending->record);
			err = 0;
			free(sending);
			return err;
		}
	}
	if (err)
		free(sending);
	return err;
}

void acct_send(struct accounting *accounting)
{
	int err = 0;

	if (!accounting->portal->radius || ms_of(CLOCK_MONOTONIC) < accounting->pause_until_ms)
		return;
	while (!err && accounting->n_sending < accounting->window)
		err = send_next(accounting);
	if (err && err != -ENOENT && err != -EBUSY && err != -ECANCELED)
		acct_failed(accounting, err);
}

void acct_sending_orphan(struct accounting *accounting)
{
	struct sending *sending;

	for (sending = accounting->sending; sending; sending = sending->next)
		sending->accounting = NULL;
	accounting->sending = NULL;
}

int accounting_read_numbers(const struct portal *portal, struct accounting_numbers *ret_numbers)
{
	const struct accounting *accounting = portal->accounting;
	uint64_t at = 0, now = now_ms() / 1000;

	if (!accounting)
		return -ENOENT;
	*ret_numbers = (struct accounting_numbers){.n_spooled = accounting->n_spooled};
	if (accounting->n_spooled && !acct_spool_oldest(accounting->accounts, &at) && at < now)
		ret_numbers->lag_s = now - at;
	return 0;
}
