/* SPDX-License-Identifier: MIT */
/* client_errors.c - each way in which a call can fail, as a sentence. */
#include <errno.h>
#include <string.h>

#include <xdp511/names.h>

#include "cli/client_internal.h"

/* connect() leaves no errno when the backlog is full: libcurl takes EAGAIN for "under way". */
static enum outcome not_connected(const struct transfer *transfer, struct error *error)
{
	const char *program = transfer->server->program;

	switch (transfer->connect_err) {
	case ENOENT:
	case ENOTDIR:
		fail(error, ENOENT,
		     "there is no socket '%s'; start %s, or name its socket with --%s",
		     transfer->socket, program, transfer->server->option);
		break;
	case ECONNREFUSED:
		fail(error, ECONNREFUSED, "no daemon listens on '%s'; start %s", transfer->socket,
		     program);
		break;
	case EACCES:
	case EPERM:
		fail(error, EACCES,
		     "no permission to use '%s'; be root or a member of the group '%s'",
		     transfer->socket, X511_GROUP);
		break;
	case 0:
	case EAGAIN:
		fail(error, EAGAIN,
		     "%s takes no more connections on '%s'; see its log, or try again", program,
		     transfer->socket);
		break;
	default:
		fail(error, EIO, "can't connect to '%s': %s; is it %s's?", transfer->socket,
		     strerror((int)transfer->connect_err), program);
	}
	return OUTCOME_UNREACHABLE;
}

enum outcome client_no_answer(const struct transfer *transfer, CURLcode code, struct error *error)
{
	if (transfer->is_told)
		return OUTCOME_REFUSED;
	if (transfer->is_silent) {
		fail(error, ETIMEDOUT, "nothing came on '%s' for %ld seconds; see the log of %s",
		     transfer->socket, transfer->silence_ms / 1000, transfer->server->program);
		return OUTCOME_UNREACHABLE;
	}
	switch (code) {
	case CURLE_COULDNT_CONNECT:
		return not_connected(transfer, error);
	case CURLE_OPERATION_TIMEDOUT:
		fail(error, ETIMEDOUT,
		     "no whole answer on '%s' within %d seconds; see the log of %s",
		     transfer->socket, CLIENT_LIMIT_MS / 1000, transfer->server->program);
		return OUTCOME_UNREACHABLE;
	case CURLE_GOT_NOTHING:
	case CURLE_PARTIAL_FILE:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
		fail(error, EPIPE,
		     "the connection to '%s' ended before the answer; is %s going down?",
		     transfer->socket, transfer->server->program);
		return OUTCOME_UNREACHABLE;
	case CURLE_WRITE_ERROR:
		if (transfer->too_large)
			fail(error, EMSGSIZE, "the answer is larger than %lu MiB; ask for less",
			     CLIENT_ANSWER_BYTES >> 20);
		else
			fail(error, ENOMEM, "there is no memory left for the answer; ask for less");
		return OUTCOME_REFUSED;
	default:
		fail(error, EPROTO, "'%s' doesn't speak like %s (%s); name another --%s",
		     transfer->socket, transfer->server->program, curl_easy_strerror(code),
		     transfer->server->option);
		return OUTCOME_REFUSED;
	}
}

enum outcome client_refusal(const struct answer *answer, const char *program, struct error *error)
{
	json_t *problem = json_loadb(answer->text ? answer->text : "", answer->size, 0, NULL);
	const char *detail = json_string_value(json_object_get(problem, "detail"));

	if (detail && *detail)
		fail(error, EPERM, "%s", detail);
	else
		fail(error, EPERM, "%s refused with status %ld and no reason; see its log", program,
		     answer->status);
	json_decref(problem);
	return OUTCOME_REFUSED;
}

enum outcome answer_broken(struct error *error)
{
	fail(error, EPROTO,
	     "the answer isn't one of xdp511d's API; is another program, or another "
	     "version of it, behind the socket?");
	return OUTCOME_REFUSED;
}
