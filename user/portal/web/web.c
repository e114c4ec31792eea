/* SPDX-License-Identifier: MIT */
/* web.c - the listeners of the web server, joined to the loop, and its certificate. */
#include "portal/web/web.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>

#include "base/monotonic.h"
#include "http/tcp_socket.h"
#include "portal/web/identify.h"
#include "portal/portal.h"
#include "portal/web/routes.h"
#include "portal/web/web_internal.h"

#define BACKLOG		     511
#define MAX_CONNECTIONS_PEER 24U /* of an address */
#define IDLE_TIMEOUT_S	     10U
#define CONNECTION_MEMORY    (16 * 1024) /* headers, and what is read ahead */
#define LONGEST_WAIT_MS	     1000
#define LOOK_EVERY_MS	     2000
#define LAST_TURNS	     16 /* in which answers that are there already are sent */

#define LOG_WINDOW_MS 60000
#define LOG_LINES     20 /* a window */

/* Handshakes are nine tenths of what a sign-in costs, so the cheapest that are good come first. */
#define TLS_PRIORITIES                                                                             \
	"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA:-DHE-RSA:-CIPHER-ALL:+AES-128-GCM:"       \
	"+CHACHA20-POLY1305:+AES-256-GCM:-GROUP-ALL:+GROUP-X25519:+GROUP-SECP256R1:"               \
	"+GROUP-SECP384R1:%SERVER_PRECEDENCE"

void web_log(struct web *web, const char *format, ...)
{
	uint64_t now_ms = monotonic_ms();
	char text[512];
	va_list args;

	if (now_ms - web->log_window_ms >= LOG_WINDOW_MS) {
		if (web->n_unlogged)
			log_info("%u more refusals were not told", web->n_unlogged);
		web->n_logged = web->n_unlogged = 0;
		web->log_window_ms = now_ms;
	}
	if (web->n_logged == LOG_LINES) {
		web->n_unlogged++;
		return;
	}
	web->n_logged++;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	log_info("%s", text);
}

/* What a peer does wrong it is told itself; the log is not its place. */
static void say_nothing(void *context, const char *format, va_list arguments)
{
	(void)context;
	(void)format;
	(void)arguments;
}

/* Everything that is ready, and timeouts that are due. */
static int serve(void *context)
{
	struct web *web = context;
	int wait_ms = LONGEST_WAIT_MS;
	size_t i;

	for (i = 0; i < web->n_listeners; i++) {
		struct MHD_Daemon *daemon = web->listeners[i].daemon;
		MHD_UNSIGNED_LONG_LONG timeout_ms;

		(void)MHD_run(daemon);
		if (MHD_get_timeout(daemon, &timeout_ms) == MHD_YES &&
		    timeout_ms < (unsigned int)wait_ms)
			wait_ms = (int)timeout_ms;
	}
	return wait_ms;
}

/* The work is done before the next wait; readiness only ends the present one. */
static void wake(void *context)
{
	(void)context;
}

/* At an address that isn't there yet it is served as soon as it is: that of a pair, or at boot. */
static int open_socket(const struct endpoint *endpoint, int *ret_fd)
{
	char text[ENDPOINT_TEXT];
	int one = 1, fd, err;
	bool is_early;

	err = tcp_socket_listen(endpoint, BACKLOG, &is_early, &fd);
	if (err)
		return err;
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (is_early)
		log_warning(
			"'%s' is no address of this machine yet; the portal is there once it is",
			format_endpoint(endpoint, text));
	*ret_fd = fd;
	return 0;
}

/* The socket is closed by the daemon that serves it. */
static struct MHD_Daemon *serve_socket(struct listener *listener, int fd)
{
	unsigned int flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME;

	/* Without MHD_USE_TLS the options of TLS are passed over. */
	/* clang-format off */
	return MHD_start_daemon(
		listener->is_tls ? flags | MHD_USE_TLS : flags, 0, NULL, NULL, web_on_request, listener,
		MHD_OPTION_EXTERNAL_LOGGER, say_nothing, NULL,
		MHD_OPTION_LISTEN_SOCKET, fd,
		MHD_OPTION_URI_LOG_CALLBACK, web_on_uri, listener,
		MHD_OPTION_NOTIFY_COMPLETED, web_on_completed, NULL,
		MHD_OPTION_NOTIFY_CONNECTION, web_on_connection, listener->web,
		MHD_OPTION_CONNECTION_LIMIT, MAX_CONNECTIONS,
		MHD_OPTION_PER_IP_CONNECTION_LIMIT, MAX_CONNECTIONS_PEER,
		MHD_OPTION_CONNECTION_TIMEOUT, IDLE_TIMEOUT_S,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
		MHD_OPTION_STRICT_FOR_CLIENT, 1,
		MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
		MHD_OPTION_HTTPS_CERT_CALLBACK, certificate_retrieve,
		MHD_OPTION_HTTPS_PRIORITIES, TLS_PRIORITIES,
		MHD_OPTION_END);
	/* clang-format on */
}

static int listen_at(struct web *web, const struct endpoint *endpoint, const struct listener *setup,
		     struct error *error)
{
	struct listener *listener = &web->listeners[web->n_listeners];
	const union MHD_DaemonInfo *info;
	char text[ENDPOINT_TEXT];
	int fd = -1, err = web->n_listeners < WEB_LISTENERS ? open_socket(endpoint, &fd) : -ENOSPC;

	if (err)
		return fail(error, -err, "the portal can't listen at '%s': %s; is the port free?",
			    format_endpoint(endpoint, text), strerror(-err));
	*listener = *setup;
	listener->daemon = serve_socket(listener, fd);
	if (!listener->daemon) {
		close(fd);
		return fail(error, EINVAL, "'%s' can't be served: libmicrohttpd can't start%s",
			    format_endpoint(endpoint, text),
			    listener->is_tls ? "; does it have TLS?" : "");
	}
	web->n_listeners++;
	info = MHD_get_daemon_info(listener->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	err = info ? loop_watch(web->portal->loop, info->epoll_fd, wake, NULL) : -ENOTSUP;
	return err ? fail(error, -err, "'%s' can't be watched: %s", format_endpoint(endpoint, text),
			  strerror(-err))
		   : 0;
}

int web_listen(struct web *web, const struct endpoints *endpoints, bool is_tls, web_fn handler,
	       struct error *error)
{
	const struct listener setup = {.web = web, .handler = handler, .is_tls = is_tls};
	int err = 0;
	size_t i;

	for (i = 0; i < endpoints->n && !err; i++)
		err = listen_at(web, &endpoints->list[i], &setup, error);
	return err;
}

static void renew_certificate(struct web *web, bool is_asked)
{
	struct error error;
	int result = web->certificate ? certificate_renew(web->certificate, is_asked, &error) : 0;

	if (result < 0)
		log_error("%s; the certificate stays that of before", error.text);
	else if (result > 0)
		log_info("the certificate '%s' is taken anew",
			 web->portal->config->web.certificate);
}

static void on_timer(void *context)
{
	struct web *web = context;

	web_cut_slow(web);
	renew_certificate(web, false);
}

void web_reload(struct portal *portal)
{
	if (portal->web)
		renew_certificate(portal->web, true);
}

uint64_t web_certificate_end(const struct portal *portal)
{
	const struct web *web = portal->web;

	return web->certificate ? certificate_end(web->certificate) : 0;
}

int web_check(const struct config *config, struct error *error)
{
	struct certificate *certificate = NULL;
	int err = 0;

	if (config->web.https.n)
		err = certificate_load(config->web.certificate, config->web.key, &certificate,
				       error);
	certificate_free(certificate);
	return err;
}

/* As many connections as the system lets us have. */
static void raise_files(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files))
		return;
	files.rlim_cur = files.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &files);
}

static int prepare(struct web *web, struct error *error)
{
	const struct config_web *config = &web->portal->config->web;
	struct loop *loop = web->portal->loop;
	int err;

	raise_files();
	if (config->https.n) {
		err = certificate_load(config->certificate, config->key, &web->certificate, error);
		if (err)
			return err;
		certificate_serve(web->certificate);
		(void)gnutls_session_ticket_key_generate(&web->ticket_key); /* else none are */
	}
	web->timer = loop_timer(loop, on_timer, web);
	if (web->timer < 0 || loop_before_wait(loop, serve, web))
		return fail(error, ENOSPC, "the web server can't be watched");
	loop_set_every(loop, web->timer, LOOK_EVERY_MS);
	return 0;
}

int web_start(struct portal *portal, struct error *error)
{
	const struct config_web *config = &portal->config->web;
	struct web *web = calloc(1, sizeof(*web));
	int err;

	if (!web)
		return fail(error, ENOMEM, "out of memory");
	portal->web = web;
	web->portal = portal;
	web->log_window_ms = monotonic_ms();
	err = prepare(web, error);
	if (!err)
		err = web_listen(web, &config->http, false, routes_answer, error);
	if (!err)
		err = web_listen(web, &config->https, true, routes_answer, error);
	return err;
}

/* What is answered already is sent, as far as the peers take it at once. */
static void send_last(struct web *web)
{
	int i;

	web->is_stopping = true;
	for (i = 0; i < LAST_TURNS; i++)
		(void)serve(web);
	while (web->waiting) {
		struct web_request *request = web->waiting;

		web_forget_waiting(request);
		MHD_resume_connection(request->peer->connection);
	}
}

void web_stop(struct portal *portal)
{
	struct web *web = portal->web;
	size_t i;

	if (!web)
		return;
	send_last(web);
	for (i = 0; i < web->n_listeners; i++)
		MHD_stop_daemon(web->listeners[i].daemon);
	web->n_listeners = 0;
	certificate_free(web->certificate);
	if (web->ticket_key.data)
		gnutls_memset(web->ticket_key.data, 0, web->ticket_key.size);
	gnutls_free(web->ticket_key.data);
	free(web);
	portal->web = NULL;
}
