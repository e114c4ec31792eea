/* SPDX-License-Identifier: MIT */
/* dynauth.c - takes CoA- and Disconnect-Requests, and answers each of them in one way only. */
#include "portal/nas/dynauth.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/endpoint.h"
#include "portal/nas/dynauth_session.h"
#include "portal/nas/dynauth_socket.h"
#include "portal/nas/nas.h"
#include "portal/portal.h"
#include "radius/client.h"

#define REMEMBERED	  512 /* requests whose answers are kept … */
#define REMEMBER_S	  60  /* … so long, if they don't say when they were sent */
#define DATAGRAMS_AT_ONCE 64  /* others of the loop want their turn */
#define TELL_S		  3600

/* A request that was taken: who sends it again gets the same answer. */
struct exchange {
	struct dynauth *dynauth;
	uint8_t head[RADIUS_MIN]; /* of the request: by it the same one is known */
	uint64_t until_s;	  /* 0: none is here */
	bool is_pending;
	struct dynauth_job *job; /* while the daemon does it */
	uint8_t *bytes;		 /* the request while it is pending, then the answer */
	size_t size;
	int fd; /* where the answer goes to */
	struct dynauth_path path;
};

/* Why a datagram doesn't even get an answer. */
enum silence {
	SILENCE_STRANGER,
	SILENCE_MALFORMED,
	SILENCE_FORGED,
	SILENCE_UNAUTHENTICATED,
	SILENCE_OLD,
	SILENCE_COUNT
};

_Static_assert(SILENCE_COUNT == TALLY_SILENCE, "tally.h");

struct listener {
	struct dynauth *dynauth;
	int fd;
};

struct dynauth {
	struct portal *portal;
	struct listener listeners[ENDPOINTS_MAX];
	size_t n_listeners;
	struct exchange exchanges[REMEMBERED];
	size_t next; /* the oldest */
	uint64_t told_s[SILENCE_COUNT];
};

static uint64_t monotonic_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec + 1; /* never 0 */
}

/* Anyone may send such datagrams, so each kind is told once in a while. */
static void tell(struct dynauth *dynauth, enum silence silence, const struct endpoint *from)
{
	static const char *const texts[SILENCE_COUNT] = {
		[SILENCE_STRANGER] = "its address is neither `coa-from` nor a `server`",
		[SILENCE_MALFORMED] = "it is no CoA- or Disconnect-Request that can be read",
		[SILENCE_FORGED] =
			"it is not signed with the secret; see that the secret is the same",
		[SILENCE_UNAUTHENTICATED] = "it has no Message-Authenticator; have the server add "
					    "one (radclient: Message-Authenticator = 0x00)",
		[SILENCE_OLD] = "its Event-Timestamp is more than 5 minutes off; see that the "
				"clocks of both machines are right",
	};
	uint64_t now_s = monotonic_s();
	char text[ENDPOINT_TEXT];

	dynauth->portal->tally.silences[silence]++;
	if (dynauth->told_s[silence] && now_s - dynauth->told_s[silence] < TELL_S)
		return;
	dynauth->told_s[silence] = now_s;
	log_warning("A request of %s to change sessions (CoA) was not answered: %s",
		    format_endpoint(from, text), texts[silence]);
}

const char *dynauth_silence(size_t number)
{
	static const char *const words[SILENCE_COUNT] = {
		[SILENCE_STRANGER] = "stranger", [SILENCE_MALFORMED] = "malformed",
		[SILENCE_FORGED] = "forged",	 [SILENCE_UNAUTHENTICATED] = "no_authenticator",
		[SILENCE_OLD] = "old",
	};

	return words[number];
}

static bool is_allowed(const struct config_radius *config, const struct endpoint *from)
{
	const struct endpoints *allowed = config->coa_from.n ? &config->coa_from : &config->servers;

	for (size_t i = 0; i < allowed->n; i++) {
		if (endpoint_same_address(&allowed->list[i], from))
			return true;
	}
	return false;
}

static void send_answer(const struct exchange *exchange)
{
	dynauth_socket_send(exchange->fd, &exchange->path, exchange->bytes, exchange->size);
}

/* Proxies find their way back by what they have added (RFC 5176 3). */
static void add_proxy_states(const struct received *request, struct packet *answer)
{
	struct attribute_value value;
	size_t cursor = 0;

	while (attributes_next(&request->attributes, ATTR_PROXY_STATE, &cursor, &value))
		packet_add(answer, ATTR_PROXY_STATE, value.data, value.size);
}

static void forget(struct exchange *exchange)
{
	dynauth_job_free(exchange->job);
	free(exchange->bytes);
	*exchange = (struct exchange){.fd = -1};
}

/* dynauth_fn */
static void conclude(void *context, int cause)
{
	struct exchange *exchange = context;
	const struct secret *secret = radius_secret(exchange->dynauth->portal->radius);
	uint8_t ack = exchange->head[0] == CODE_COA_REQUEST ? CODE_COA_ACK : CODE_DISCONNECT_ACK;
	struct received request;
	struct packet answer;

	exchange->job = NULL;
	exchange->is_pending = false;
	exchange->dynauth->portal->tally
		.changes[exchange->head[0] == CODE_COA_REQUEST][cause != 0]++;
	/* It was read before, from the same bytes. */
	if (packet_read(exchange->bytes, exchange->size, &request) != PACKET_OK) {
		forget(exchange);
		return;
	}
	packet_begin(&answer, cause ? ack + 1 : ack, true, NULL);
	if (cause)
		packet_add_number(&answer, ATTR_ERROR_CAUSE, (uint32_t)cause);
	add_proxy_states(&request, &answer);
	if (packet_sign_answer(&answer, exchange->head, secret)) {
		forget(exchange);
		return;
	}
	free(exchange->bytes);
	exchange->size = answer.size;
	exchange->bytes = malloc(answer.size);
	if (!exchange->bytes) {
		forget(exchange);
		return;
	}
	memcpy(exchange->bytes, answer.data, answer.size);
	send_answer(exchange);
}

static struct exchange *find(struct dynauth *dynauth, const uint8_t head[RADIUS_MIN])
{
	uint64_t now_s = monotonic_s();

	for (size_t i = 0; i < REMEMBERED; i++) {
		struct exchange *exchange = &dynauth->exchanges[i];

		if (exchange->until_s > now_s && !memcmp(exchange->head, head, RADIUS_MIN))
			return exchange;
	}
	return NULL;
}

/* In the place of the oldest; NULL: that is still being done, or there is no memory. */
static struct exchange *remember(struct dynauth *dynauth, const struct received *request)
{
	struct exchange *exchange = &dynauth->exchanges[dynauth->next];
	bool is_dated = request->attributes.values[ATTR_EVENT_TIMESTAMP].data;

	if (exchange->is_pending)
		return NULL;
	forget(exchange);
	exchange->bytes = malloc(request->size);
	if (!exchange->bytes)
		return NULL;
	memcpy(exchange->bytes, request->data, request->size);
	memcpy(exchange->head, request->data, RADIUS_MIN);
	exchange->dynauth = dynauth;
	exchange->size = request->size;
	exchange->is_pending = true;
	/* A dated one can come again as long as its date counts; without, the same may be meant anew. */
	exchange->until_s = monotonic_s() + (is_dated ? 2 * EVENT_WINDOW_S + 1 : REMEMBER_S);
	dynauth->next = (dynauth->next + 1) % REMEMBERED;
	return exchange;
}

static void begin(struct dynauth *dynauth, const struct received *received, int fd,
		  const struct dynauth_path *path)
{
	struct portal *portal = dynauth->portal;
	struct exchange *exchange = remember(dynauth, received);
	struct dynauth_request request;
	int cause;

	if (!exchange)
		return; /* too many at once: it will be sent again */
	exchange->fd = fd;
	exchange->path = *path;
	cause = nas_is_meant(portal, &received->attributes) ? 0 : ERROR_NAS_MISMATCH;
	if (!cause)
		cause = dynauth_read(portal->config, received, (uint64_t)time(NULL), &request);
	if (cause)
		conclude(exchange, cause);
	else
		exchange->job = dynauth_act(portal, &request, conclude, exchange);
}

/* SILENCE_COUNT: it is to be answered. */
static enum silence judge(const struct dynauth *dynauth, const uint8_t *data, size_t size,
			  const struct endpoint *from, struct received *ret_received)
{
	enum packet_fault fault = PACKET_LONG;

	if (!is_allowed(&dynauth->portal->config->radius, from))
		return SILENCE_STRANGER;
	if (size <= RADIUS_MAX)
		fault = packet_read(data, size, ret_received);
	if (fault != PACKET_OK || (ret_received->code != CODE_COA_REQUEST &&
				   ret_received->code != CODE_DISCONNECT_REQUEST))
		return SILENCE_MALFORMED;
	fault = packet_check_request(ret_received, radius_secret(dynauth->portal->radius), true);
	if (fault != PACKET_OK)
		return fault == PACKET_FORGED ? SILENCE_FORGED : SILENCE_UNAUTHENTICATED;
	if (!dynauth_is_recent(&ret_received->attributes, (uint64_t)time(NULL)))
		return SILENCE_OLD;
	return SILENCE_COUNT;
}

static void take(struct dynauth *dynauth, const uint8_t *data, size_t size,
		 const struct listener *listener, const struct dynauth_path *path)
{
	struct received received;
	enum silence silence = judge(dynauth, data, size, &path->from, &received);
	struct exchange *known;

	if (silence != SILENCE_COUNT) {
		tell(dynauth, silence, &path->from);
		return;
	}
	known = find(dynauth, received.data);
	if (!known) {
		begin(dynauth, &received, listener->fd, path);
		return;
	}
	if (known->is_pending)
		return; /* the answer to the first one is on its way */
	known->fd = listener->fd;
	known->path = *path;
	send_answer(known);
}

static void on_datagrams(void *context)
{
	struct listener *listener = context;
	uint8_t data[RADIUS_MAX + 1];

	for (int i = 0; i < DATAGRAMS_AT_ONCE; i++) {
		struct dynauth_path path;
		ssize_t size = dynauth_socket_receive(listener->fd, data, sizeof(data), &path);

		if (size < 0)
			return;
		take(listener->dynauth, data, (size_t)size, listener, &path);
	}
}

static int listen_at(struct dynauth *dynauth, const struct endpoint *endpoint, struct error *error)
{
	struct listener *listener = &dynauth->listeners[dynauth->n_listeners];
	char text[ENDPOINT_TEXT];
	int fd = -1, err = dynauth_socket_open(endpoint, &fd);

	if (!err)
		err = loop_watch(dynauth->portal->loop, fd, on_datagrams, listener);
	if (err) {
		if (fd >= 0)
			close(fd);
		return fail(error, -err,
			    "requests of RADIUS servers can't be taken at '%s': %s; see `coa` in "
			    "[radius]",
			    format_endpoint(endpoint, text), strerror(-err));
	}
	*listener = (struct listener){.dynauth = dynauth, .fd = fd};
	dynauth->n_listeners++;
	return 0;
}

int dynauth_start(struct portal *portal, struct error *error)
{
	const struct endpoints *coa = &portal->config->radius.coa;
	int err = 0;

	if (!coa->n)
		return 0;
	portal->dynauth = calloc(1, sizeof(*portal->dynauth));
	if (!portal->dynauth)
		return fail(error, ENOMEM, "out of memory for RADIUS");
	portal->dynauth->portal = portal;
	for (size_t i = 0; i < coa->n && !err; i++)
		err = listen_at(portal->dynauth, &coa->list[i], error);
	return err;
}

void dynauth_stop(struct portal *portal)
{
	struct dynauth *dynauth = portal->dynauth;

	if (!dynauth)
		return;
	for (size_t i = 0; i < dynauth->n_listeners; i++) {
		loop_unwatch(portal->loop, dynauth->listeners[i].fd);
		close(dynauth->listeners[i].fd);
	}
	for (size_t i = 0; i < REMEMBERED; i++)
		forget(&dynauth->exchanges[i]);
	free(dynauth);
	portal->dynauth = NULL;
}
