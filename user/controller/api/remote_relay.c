/* SPDX-License-Identifier: MIT */
/* remote_relay.c - one connection of the control API on TCP: TLS, the token, then bytes both ways. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/monotonic.h"
#include "controller/api/remote_server.h"

#define HELLO_MS   5000 /* for the handshake, and then for the head of the request */
#define LAST_MS	   1000 /* for a peer to read that it was refused */
#define LAST_BYTES (64 * 1024)
#define BLOCK	   16384

/* TLS without what is old; one protocol, whatever else a peer would like to speak. */
#define PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"

struct relay {
	gnutls_session_t tls;
	int outer; /* the peer's */
	int inner; /* the daemon's */
};

static int start_tls(struct relay *relay, const struct remote_keys *keys)
{
	const gnutls_datum_t protocol = {(unsigned char *)"http/1.1", 8};
	int r = gnutls_init(&relay->tls, GNUTLS_SERVER | GNUTLS_NO_SIGNAL);

	if (r < 0)
		return r;
	r = gnutls_priority_set_direct(relay->tls, PRIORITIES, NULL);
	if (r >= 0)
		r = gnutls_credentials_set(relay->tls, GNUTLS_CRD_CERTIFICATE, keys->credentials);
	if (r >= 0)
		r = gnutls_alpn_set_protocols(relay->tls, &protocol, 1, 0);
	if (r < 0)
		return r;
	gnutls_transport_set_int(relay->tls, relay->outer);
	gnutls_handshake_set_timeout(relay->tls, HELLO_MS);
	do {
		r = gnutls_handshake(relay->tls);
	} while (r < 0 && !gnutls_error_is_fatal(r));
	return r;
}

static int send_all(struct relay *relay, const char *bytes, size_t size)
{
	while (size) {
		ssize_t n = gnutls_record_send(relay->tls, bytes, size);

		if (n == GNUTLS_E_INTERRUPTED)
			continue;
		if (n <= 0)
			return -EIO; /* also one that takes nothing for too long */
		bytes += n;
		size -= (size_t)n;
	}
	return 0;
}

/* What is there after at most @wait_ms; 0: its end. */
static ssize_t receive(struct relay *relay, char *bytes, size_t size, uint64_t wait_ms)
{
	ssize_t n;

	gnutls_record_set_timeout(relay->tls, (unsigned int)wait_ms);
	do {
		n = gnutls_record_recv(relay->tls, bytes, size);
	} while (n == GNUTLS_E_INTERRUPTED);
	return n;
}

/* The head and what came with it; -errno when it doesn't come in time, or is too long. */
static int read_head(struct relay *relay, char bytes[BEARER_HEAD_MAX], size_t *ret_size,
		     size_t *ret_head)
{
	uint64_t end_ms = monotonic_ms() + HELLO_MS, at_ms;
	size_t size = 0;

	while (!(*ret_head = bearer_head_size(bytes, size))) {
		ssize_t n;

		at_ms = monotonic_ms();
		if (size == BEARER_HEAD_MAX)
			return -EMSGSIZE;
		if (at_ms >= end_ms)
			return -ETIMEDOUT;
		n = receive(relay, bytes + size, BEARER_HEAD_MAX - size, end_ms - at_ms);
		if (n <= 0)
			return -EIO;
		size += (size_t)n;
	}
	*ret_size = size;
	return 0;
}

/* The rest of the request is read, or else a reset would take the answer from the peer. */
static void drain(struct relay *relay)
{
	uint64_t end_ms = monotonic_ms() + LAST_MS, at_ms;
	char block[BLOCK];
	size_t left = LAST_BYTES;

	(void)gnutls_bye(relay->tls, GNUTLS_SHUT_WR);
	(void)shutdown(relay->outer, SHUT_WR);
	while (left > BLOCK && (at_ms = monotonic_ms()) < end_ms) {
		ssize_t n = receive(relay, block, sizeof(block), end_ms - at_ms);

		if (n <= 0)
			return;
		left -= (size_t)n;
	}
}

static void refuse(struct relay *relay, const char *status, const char *field, const char *detail)
{
	char body[512], answer[1024];
	int size = snprintf(body, sizeof(body),
			    "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%.3s,"
			    "\"detail\":\"%s\"}\n",
			    status + 4, status, detail);
	int n = snprintf(answer, sizeof(answer),
			 "HTTP/1.1 %s\r\n%sContent-Type: application/problem+json\r\n"
			 "Cache-Control: no-store\r\nConnection: close\r\n"
			 "Content-Length: %d\r\n\r\n%s",
			 status, field, size, body);

	if (!send_all(relay, answer, (size_t)n))
		drain(relay);
}

static void refuse_head(struct relay *relay, int err, const struct sockaddr *peer)
{
	if (err == -EACCES) {
		remote_tell_refusal(peer);
		refuse(relay, "401 Unauthorized", "WWW-Authenticate: Bearer realm=\"xdp511\"\r\n",
		       "there is no valid token; send 'Authorization: Bearer TOKEN' with one of "
		       "token-file in [api]");
	} else if (err == -EMSGSIZE) {
		refuse(relay, "431 Request Header Fields Too Large", "",
		       "the head of the request is larger than 16 KiB; send less");
	} else if (err == -EBADMSG) {
		refuse(relay, "400 Bad Request", "",
		       "the head of the request isn't one of HTTP/1.1; correct it");
	}
}

static int write_inner(const struct relay *relay, const char *bytes, size_t size)
{
	while (size) {
		ssize_t n = send(relay->inner, bytes, size, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -EIO;
		bytes += n;
		size -= (size_t)n;
	}
	return 0;
}

/* The daemon's end is one that never waits. */
static int connect_inner(struct relay *relay)
{
	int pair[2], err = 0;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return -errno;
	if (fcntl(pair[1], F_SETFL, O_NONBLOCK))
		err = -errno;
	if (!err)
		err = remote_pass_on(pair[1]);
	close(pair[1]);
	if (err)
		close(pair[0]);
	else
		relay->inner = pair[0];
	return err;
}

static bool pass_up(struct relay *relay)
{
	char block[BLOCK];
	ssize_t n = receive(relay, block, sizeof(block), HELLO_MS);

	return n > 0 && !write_inner(relay, block, (size_t)n);
}

static bool pass_down(struct relay *relay)
{
	char block[BLOCK];
	ssize_t n = recv(relay->inner, block, sizeof(block), 0);

	return n > 0 && !send_all(relay, block, (size_t)n);
}

/* Until the daemon has sent its answer, or the peer is gone. How long it may wait is its matter. */
static void pass_bytes(struct relay *relay)
{
	struct pollfd fds[2] = {
		{.fd = relay->outer, .events = POLLIN},
		{.fd = relay->inner, .events = POLLIN},
	};
	bool goes_on = true;

	while (goes_on) {
		bool is_pending = gnutls_record_check_pending(relay->tls) > 0;
		int n = poll(fds, 2, is_pending ? 0 : -1);

		if (n < 0 && errno != EINTR)
			return;
		if (n < 0)
			continue;
		if (fds[1].revents)
			goes_on = pass_down(relay);
		if (goes_on && (is_pending || fds[0].revents))
			goes_on = pass_up(relay);
	}
	(void)gnutls_bye(relay->tls, GNUTLS_SHUT_WR);
}

static void serve(struct relay *relay, const struct remote_keys *keys, const struct sockaddr *peer)
{
	char bytes[BEARER_HEAD_MAX], head[BEARER_HEAD_ROOM];
	size_t size = 0, head_size = 0, passed = 0;
	int err = read_head(relay, bytes, &size, &head_size);

	if (!err)
		err = bearer_pass(&keys->bearer, bytes, head_size, head, &passed);
	if (err) {
		refuse_head(relay, err, peer);
		return;
	}
	if (connect_inner(relay)) {
		refuse(relay, "503 Service Unavailable", "",
		       "the daemon takes no connection now; try again");
		return;
	}
	if (!write_inner(relay, head, passed) &&
	    !write_inner(relay, bytes + head_size, size - head_size))
		pass_bytes(relay);
}

void remote_relay(const struct remote_keys *keys, int fd, const struct sockaddr *peer)
{
	struct relay relay = {.outer = fd, .inner = -1};

	if (start_tls(&relay, keys) >= 0)
		serve(&relay, keys, peer);
	if (relay.tls)
		gnutls_deinit(relay.tls);
	if (relay.inner >= 0)
		close(relay.inner);
	close(fd);
}
