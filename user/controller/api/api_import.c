/* SPDX-License-Identifier: MIT */
/* api_import.c - POST /v1/sessions: sessions in bulk, a line each, taken as they come. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/mman.h>

#include "base/mac.h"
#include "controller/api/api.h"
#include "controller/api/session_fields.h"

#define MAX_IMPORTS    4   /* at a time */
#define MIN_PIECES     6   /* that each import may have */
#define MAX_PIECES     280 /* of all imports: seventy megabytes, a million short lines */
#define MAX_ERRORS     20
#define DEFAULT_METHOD "import"

/* One batch on its way, or to be filled again. */
struct piece {
	struct session_batch batch;
	struct import *import;
	struct piece *next;
};

struct import {
	struct controller *controller;
	struct api_request *request; /* NULL: the peer is gone */
	struct sign_in defaults;     /* of the zone of the line before; without: a new turn */
	char text[LINE_SIZE];	     /* the line being gathered */
	size_t size;		     /* of it, also when it is too long to keep */
	uint32_t line;
	struct piece *filling; /* NULL: the next line takes one */
	struct piece *free;
	size_t n_pieces;
	size_t n_on_way;
	size_t imported;
	size_t refused;
	json_t *errors;
	bool is_waiting; /* for a piece */
	bool is_whole;	 /* the body */
	bool is_refused; /* there are too many imports */
	int err;
	struct error error;
};

/* Pages of their own: a heap would keep them. */
static struct piece *make_piece(void)
{
	void *piece = mmap(NULL, sizeof(struct piece), PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return piece == MAP_FAILED ? NULL : piece;
}

static void free_piece(struct piece *piece)
{
	if (piece)
		munmap(piece, sizeof(*piece));
}

static void free_import(struct import *import)
{
	struct piece *piece = import->free, *next;

	import->controller->n_pieces -= import->n_pieces;
	for (; piece; piece = next) {
		next = piece->next;
		free_piece(piece);
	}
	free_piece(import->filling);
	json_decref(import->errors);
	if (!import->is_refused)
		import->controller->n_imports--;
	free(import);
}

static void refuse_line(struct import *import, uint32_t line, const char *detail)
{
	import->refused++;
	if (json_array_size(import->errors) < MAX_ERRORS)
		json_array_append_new(import->errors,
				      json_pack("{s:I, s:s}", "line", (json_int_t)line, "detail",
						detail));
}

static enum MHD_Result answer(struct import *import)
{
	struct api_request *request = import->request;

	if (import->is_refused)
		return httpd_problem(request, MHD_HTTP_SERVICE_UNAVAILABLE,
				     "%d imports are under way already; wait for one to end",
				     MAX_IMPORTS);
	if (import->err)
		return httpd_problem(request, api_status_of(import->err),
				     "%s; of this import, %zu sessions are signed in",
				     import->error.text, import->imported);
	return httpd_json(request, MHD_HTTP_OK,
			  json_pack("{s:I, s:I, s:O}", "imported", (json_int_t)import->imported,
				    "refused", (json_int_t)import->refused, "errors",
				    import->errors));
}

static void on_written(struct session_batch *batch)
{
	struct piece *piece = batch->context;
	struct import *import = piece->import;
	char text[80];
	size_t i;

	import->n_on_way--;
	piece->next = import->free;
	import->free = piece;
	import->imported += (batch->err ? batch->n_entered : batch->n) - batch->n_full;
	if (batch->err) {
		import->err = batch->err;
		import->error = batch->error;
	}
	snprintf(text, sizeof(text), "all %u sessions are taken; raise max-sessions",
		 batch->sessions->max);
	for (i = 0; i < batch->n_full; i++)
		refuse_line(import, batch->first_full_line, text);
	if (import->is_waiting) {
		import->is_waiting = false;
		if (import->request)
			httpd_resume(import->request);
	}
	if (!import->request && !import->n_on_way)
		free_import(import);
	else if (import->is_whole && !import->n_on_way && import->request->is_deferred)
		(void)answer(import);
}

static void submit(struct import *import)
{
	struct piece *piece = import->filling;
	int err;

	import->filling = NULL;
	err = sessions_put_batch(&import->controller->sessions, &piece->batch);
	if (!err) {
		import->n_on_way++;
		return;
	}
	import->err = err;
	import->error = piece->batch.error;
	piece->next = import->free;
	import->free = piece;
}

/* A piece with room for a line; NULL: they are all on their way. */
static struct piece *room(struct import *import)
{
	struct piece *piece = import->filling;

	if (piece)
		return piece;
	piece = import->free;
	if (piece) {
		import->free = piece->next;
	} else if (import->n_pieces < MIN_PIECES || import->controller->n_pieces < MAX_PIECES) {
		piece = make_piece();
		if (!piece)
			return NULL;
		import->n_pieces++;
		import->controller->n_pieces++;
	} else {
		return NULL;
	}
	piece->import = import;
	piece->batch.context = piece;
	piece->batch.done = on_written;
	piece->batch.n = piece->batch.size = 0;
	import->filling = piece;
	return piece;
}

static enum MHD_Result wait_for_piece(struct import *import)
{
	import->is_waiting = true;
	journal_hurry(import->controller->journal);
	return httpd_defer(import->request);
}

static const char *zone_of(const struct line *line)
{
	const struct value *zone = line_find(line, "zone");

	return zone && zone->kind == VALUE_TEXT ? zone->text : ZONE_DEFAULT;
}

/* Who is trusted or blocked stays so, unless the line says otherwise. */
static int check_state(struct sessions *sessions, const struct sign_in *who, struct error *error)
{
	struct session_key key;
	struct session now;

	if (!sessions->count[SESSION_TRUSTED] && !sessions->count[SESSION_BLOCKED])
		return 0;
	store_key(who->id, &key);
	if (gate_get_session(sessions->gate, &key, &now) ||
	    (now.state != SESSION_TRUSTED && now.state != SESSION_BLOCKED))
		return 0;
	return fail(error, EEXIST, "the device is %s in zone '%s'; name a 'state' to change that",
		    state_name(now.state), who->zone);
}

/* Neighbours are of the same zone and time. */
static int set_defaults(struct import *import, const char *zone, struct error *error)
{
	const struct sessions *sessions = &import->controller->sessions;
	struct sign_in *who = &import->defaults;
	char text[QUOTED_SIZE];

	if (who->zone[0] && !strcmp(who->zone, zone))
		return 0;
	*who = (struct sign_in){.keeps_usage = true};
	snprintf(who->zone, sizeof(who->zone), "%s", zone);
	if (strlen(zone) >= sizeof(who->zone) || !api_set_defaults(sessions->zones, who) ||
	    sessions_identify(sessions, who)) {
		who->zone[0] = '\0';
		return fail(error, ENOENT, "there is no zone '%s'; see `xdp511 status`",
			    quote(zone, text));
	}
	strcpy(who->method, DEFAULT_METHOD);
	return 0;
}

static int read_session(struct import *import, const struct line *line, struct sign_in *ret_who,
			struct error *error)
{
	struct sessions *sessions = &import->controller->sessions;
	struct fields reading = {.is_import = true};
	struct session_key key = {};
	uint64_t now_ms;
	size_t i;
	int err = set_defaults(import, zone_of(line), error);

	if (err)
		return err;
	reading.who = import->defaults;
	reading.now_ms = now_ms = reading.who.login_ms;
	for (i = 0; i < line->n && !err; i++)
		err = fields_read(&reading, line->fields[i].name, &line->fields[i].value, error);
	if (!err)
		err = fields_finish(&reading, ret_who, error);
	if (err)
		return err;
	if (ret_who->expires_ms && ret_who->expires_ms <= now_ms)
		return fail(error, EINVAL, "its time is up; leave the line out");
	memcpy(key.mac, ret_who->mac, sizeof(key.mac));
	ret_who->id |= store_id(&key); /* the zone's number is there already */
	return line_find(line, "state") ? 0 : check_state(sessions, ret_who, error);
}

/* Nothing but blanks; it has no NUL. */
static bool is_blank(const struct import *import)
{
	return strspn(import->text, " \t") == import->size;
}

/* The gathered line, as text. */
static int end_line(struct import *import, struct error *error)
{
	if (import->size >= LINE_SIZE)
		return fail(error, EINVAL, "the line is longer than %d bytes; shorten it",
			    LINE_SIZE - 1);
	if (import->size && import->text[import->size - 1] == '\r')
		import->size--;
	import->text[import->size] = '\0';
	if (strlen(import->text) != import->size)
		return fail(error, EINVAL, "it holds a NUL byte; leave it out");
	return 0;
}

/* The piece has room. Nothing large is set to zero here: it would take longer than the line. */
static void take_line(struct import *import)
{
	struct session_batch *batch = &import->filling->batch;
	struct sign_in row;
	struct error error;
	struct line line;
	int err = end_line(import, &error);

	import->line++;
	if (!err && is_blank(import))
		return;
	if (!err) {
		line.json = NULL;
		err = line_parse(import->text, &line, &error);
		if (!err)
			err = read_session(import, &line, &row, &error);
		line_done(&line);
	}
	if (err) {
		refuse_line(import, import->line, error.text);
		return;
	}
	row.line = import->line;
	session_batch_add(batch, &row);
	if (!session_batch_has_room(batch))
		submit(import);
}

static void gather(struct import *import, const char *data, size_t size)
{
	if (import->size + size < LINE_SIZE)
		memcpy(import->text + import->size, data, size);
	import->size = import->size + size < LINE_SIZE ? import->size + size : LINE_SIZE;
}

static size_t take(struct api_request *request, const char *data, size_t size)
{
	struct import *import = request->state;
	size_t taken = 0;

	import->defaults.zone[0] = '\0';
	while (taken < size && !import->err && !import->is_refused) {
		const char *end = memchr(data + taken, '\n', size - taken);
		size_t length = end ? (size_t)(end - data) - taken : size - taken;

		if (!room(import)) {
			if (import->n_on_way) {
				wait_for_piece(import);
				return taken;
			}
			import->err = fail(&import->error, ENOMEM, "out of memory");
			break;
		}
		gather(import, data + taken, length);
		taken += length;
		if (!end)
			continue;
		taken++;
		take_line(import);
		import->size = 0;
	}
	return size; /* also what is of no use any more */
}

static void leave(struct api_request *request)
{
	struct import *import = request->state;

	import->request = NULL;
	if (!import->n_on_way)
		free_import(import);
}

void api_open_import(struct controller *controller, struct api_request *request)
{
	struct import *import;

	if (httpd_unknown_query(request, ""))
		return;
	import = calloc(1, sizeof(*import));
	if (!import)
		return;
	import->controller = controller;
	import->request = request;
	import->errors = json_array();
	import->is_refused = controller->n_imports >= MAX_IMPORTS;
	controller->n_imports += !import->is_refused;
	request->state = import;
	request->take = take;
	request->done = leave;
}

enum MHD_Result api_import_sessions(struct resource_call *call)
{
	struct import *import = call->request->state;

	if (!import)
		return MHD_NO;
	import->defaults.zone[0] = '\0';
	/* The last line may have no end, and there may be no piece for it yet. */
	if (import->size && !import->err && !import->is_refused) {
		if (room(import)) {
			take_line(import);
			import->size = 0;
		} else if (import->n_on_way) {
			return wait_for_piece(import);
		}
	}
	if (import->filling && import->filling->batch.n && !import->err)
		submit(import);
	import->is_whole = true;
	journal_hurry(import->controller->journal);
	return import->n_on_way ? httpd_defer(call->request) : answer(import);
}
