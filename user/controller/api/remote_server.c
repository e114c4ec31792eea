/* SPDX-License-Identifier: MIT */
/* remote_server.c - the process that speaks TLS for the control API: starts, accepts, counts. */
#include "controller/api/remote_server.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/prctl.h>

#include "base/endpoint.h"
#include "base/units.h"
#include "base/capabilities.h"

#define MAX_CONNECTIONS 64
#define MAX_OF_A_PEER	16
#define STACK_SIZE	(256 * 1024)
#define SEND_TIMEOUT_S	30
#define TELL_EVERY_S	10

/* One connection's place. */
struct place {
	bool is_taken;
	int fd;
	struct endpoint peer;
};

static struct {
	struct remote_keys keys;
	pthread_mutex_t lock; /* of all below */
	struct place places[MAX_CONNECTIONS];
	time_t told_at;
	unsigned int n_untold;
} server = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void send_message(enum remote_kind kind, const char *text)
{
	struct remote_message message = {.kind = kind};

	snprintf(message.text, sizeof(message.text), "%s", text);
	(void)send(REMOTE_CHANNEL, &message, sizeof(message), MSG_NOSIGNAL);
}

int remote_pass_on(int fd)
{
	struct remote_message message = {.kind = REMOTE_CONNECTION};
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {};
	struct iovec bytes = {&message, sizeof(message)};
	struct msghdr header = {
		.msg_iov = &bytes,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control.room),
	};
	struct cmsghdr *rights = CMSG_FIRSTHDR(&header);

	rights->cmsg_level = SOL_SOCKET;
	rights->cmsg_type = SCM_RIGHTS;
	rights->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(rights), &fd, sizeof(fd));
	return sendmsg(REMOTE_CHANNEL, &header, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

void remote_tell_refusal(const struct sockaddr *peer)
{
	char text[ENDPOINT_TEXT];
	struct timespec now;
	unsigned int n = 0;
	bool is_due;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	(void)pthread_mutex_lock(&server.lock);
	is_due = !server.told_at || now.tv_sec - server.told_at >= TELL_EVERY_S;
	if (is_due) {
		n = server.n_untold;
		server.n_untold = 0;
		server.told_at = now.tv_sec;
	} else {
		server.n_untold++;
	}
	(void)pthread_mutex_unlock(&server.lock);
	if (is_due)
		log_warning("a request to the API from %s showed no valid token; %u more since the "
			    "last message",
			    format_endpoint((const struct endpoint *)peer, text), n);
}

/* The same host: of IPv6, the network it chooses its addresses from. */
static bool is_same_host(const struct endpoint *a, const struct endpoint *b)
{
	const struct sockaddr_in6 *one = (const void *)a, *other = (const void *)b;

	if (a->address.ss_family != b->address.ss_family)
		return false;
	if (a->address.ss_family != AF_INET6)
		return endpoint_same_address(a, b);
	return !memcmp(&one->sin6_addr, &other->sin6_addr, 8);
}

/* NULL: there is none, or none for this peer. */
static struct place *take_place(int fd, const struct endpoint *peer)
{
	struct place *place = NULL;
	size_t i, n_same = 0;

	(void)pthread_mutex_lock(&server.lock);
	for (i = 0; i < MAX_CONNECTIONS; i++) {
		if (!server.places[i].is_taken)
			place = &server.places[i];
		else
			n_same += is_same_host(&server.places[i].peer, peer);
	}
	if (n_same >= MAX_OF_A_PEER)
		place = NULL;
	if (place)
		*place = (struct place){.is_taken = true, .fd = fd, .peer = *peer};
	(void)pthread_mutex_unlock(&server.lock);
	return place;
}

static void leave_place(struct place *place)
{
	(void)pthread_mutex_lock(&server.lock);
	place->is_taken = false;
	(void)pthread_mutex_unlock(&server.lock);
}

static void *serve_place(void *context)
{
	struct place *place = context;

	remote_relay(&server.keys, place->fd, (const struct sockaddr *)&place->peer.address);
	leave_place(place);
	return NULL;
}

static void set_options(int fd)
{
	const struct timeval timeout = {.tv_sec = SEND_TIMEOUT_S};
	const unsigned int timeout_ms = SEND_TIMEOUT_S * 1000;
	const int on = 1;

	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
	(void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout_ms, sizeof(timeout_ms));
}

static void accept_one(int listener, const pthread_attr_t *attributes)
{
	struct endpoint peer = {};
	socklen_t length = sizeof(peer.address);
	int fd = accept4(listener, (struct sockaddr *)&peer.address, &length, SOCK_CLOEXEC);
	struct place *place;
	pthread_t thread;

	if (fd < 0)
		return; /* it left again, or there are no descriptors: the next one may do better */
	set_options(fd);
	place = take_place(fd, &peer);
	if (!place) {
		close(fd);
		return;
	}
	if (pthread_create(&thread, attributes, serve_place, place)) {
		close(fd);
		leave_place(place);
	}
}

/* Until the daemon is gone. */
static void accept_all(size_t n)
{
	struct pollfd fds[ENDPOINTS_MAX + 1] = {{.fd = REMOTE_CHANNEL}};
	pthread_attr_t attributes;
	size_t i;

	for (i = 1; i <= n; i++)
		fds[i] = (struct pollfd){.fd = REMOTE_CHANNEL + (int)i, .events = POLLIN};
	(void)pthread_attr_init(&attributes);
	(void)pthread_attr_setstacksize(&attributes, STACK_SIZE);
	(void)pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	while (poll(fds, n + 1, -1) >= 0 && !fds[0].revents) {
		for (i = 1; i <= n; i++) {
			if (fds[i].revents)
				accept_one(fds[i].fd, &attributes);
		}
	}
}

static int load_pair(const struct config_api *api, gnutls_certificate_credentials_t credentials,
		     struct error *error)
{
	int r;

	if (access(api->certificate, R_OK))
		return fail(error, errno, "'%s' can't be read: %s; correct `certificate` in [api]",
			    api->certificate, strerror(errno));
	r = bearer_check_secret(api->key, error);
	if (r)
		return r;
	r = gnutls_certificate_set_x509_key_file2(credentials, api->certificate, api->key,
						  GNUTLS_X509_FMT_PEM, NULL, 0);
	if (r < 0)
		return fail(error, EINVAL,
			    "the certificate '%s' with the key '%s' can't be used: %s; give a pair "
			    "in PEM",
			    api->certificate, api->key, gnutls_strerror(r));
	return 0;
}

int remote_keys_load(const struct config_api *api, struct remote_keys *ret_keys,
		     struct error *error)
{
	struct remote_keys keys = {};
	int err = bearer_load(api->token_file, &keys.bearer, error);

	if (err)
		return err;
	if (gnutls_certificate_allocate_credentials(&keys.credentials) < 0)
		return fail(error, ENOMEM, "out of memory");
	err = load_pair(api, keys.credentials, error);
	if (err)
		remote_keys_done(&keys);
	else
		*ret_keys = keys;
	return err;
}

void remote_keys_done(struct remote_keys *keys)
{
	if (keys->credentials)
		gnutls_certificate_free_credentials(keys->credentials);
	explicit_bzero(keys, sizeof(*keys));
}

/* The files are read without privileges, as they will be at a reload: by owner and mode alone. */
static int start(const struct config_api *api, struct error *error)
{
	int err = capabilities_limit(0);

	if (err)
		return fail(error, -err, "the API's process can't give up its privileges: %s",
			    strerror(-err));
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* nor a core with the key */
	err = remote_keys_load(api, &server.keys, error);
	if (err)
		return err;
	err = remote_sandbox_enter();
	return err ? fail(error, -err, "the API's process can't be confined: %s", strerror(-err))
		   : 0;
}

int remote_server_main(int argc, char **argv)
{
	struct config_api api = {};
	struct error error;
	uint64_t n;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)signal(SIGPIPE, SIG_IGN);
	if (argc != 6 || parse_number(argv[5], 1, ENDPOINTS_MAX, &n)) {
		fprintf(stderr, "xdp511d: %s is the daemon's own option\n", REMOTE_OPTION);
		return 2;
	}
	snprintf(api.certificate, sizeof(api.certificate), "%s", argv[2]);
	snprintf(api.key, sizeof(api.key), "%s", argv[3]);
	snprintf(api.token_file, sizeof(api.token_file), "%s", argv[4]);
	if (start(&api, &error)) {
		send_message(REMOTE_FAILED, error.text);
		return 1;
	}
	send_message(REMOTE_READY, "");
	accept_all(n);
	return 0;
}
