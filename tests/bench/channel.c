/* SPDX-License-Identifier: MIT */
/* channel.c - as much of HTTP/1.1 as the API's short answers need. */
#include "channel.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/socket.h>
#include <sys/un.h>

int channel_open(const char *path, struct channel *ret_channel)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), err;

	if (fd < 0)
		return -errno;
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address))) {
		err = -errno;
		close(fd);
		return err;
	}
	ret_channel->fd = fd;
	ret_channel->n = 0;
	return 0;
}

void channel_close(struct channel *channel)
{
	if (channel->fd >= 0)
		close(channel->fd);
	channel->fd = -1;
}

int channel_send(struct channel *channel, const struct call *call)
{
	char text[1024];
	int n = snprintf(text, sizeof(text),
			 "%s %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
			 "Content-Length: %zu\r\n\r\n%s",
			 call->method, call->path, strlen(call->body), call->body);

	if (n >= (int)sizeof(text))
		return -E2BIG;
	channel->n = 0;
	return send(channel->fd, text, (size_t)n, MSG_NOSIGNAL) == n ? 0 : -EIO;
}

/* Bytes of the whole answer, 0 while its head isn't complete. */
static size_t answer_len(const char *answer)
{
	const char *end = strstr(answer, "\r\n\r\n"), *length;

	if (!end)
		return 0;
	length = strcasestr(answer, "\r\nContent-Length:");
	if (!length || length > end)
		return (size_t)(end - answer) + 4;
	return (size_t)(end - answer) + 4 +
	       strtoul(length + strlen("\r\nContent-Length:"), NULL, 10);
}

int channel_receive(struct channel *channel)
{
	size_t room = sizeof(channel->answer) - 1 - channel->n, len;
	ssize_t n = recv(channel->fd, channel->answer + channel->n, room, MSG_DONTWAIT);
	int status = 0;

	if (n < 0)
		return -errno;
	if (n == 0)
		return room ? -ECONNRESET : -E2BIG;
	channel->n += (size_t)n;
	channel->answer[channel->n] = 0;
	len = answer_len(channel->answer);
	if (!len || channel->n < len)
		return -EAGAIN;
	return sscanf(channel->answer, "HTTP/1.1 %d", &status) == 1 ? status : -EBADMSG;
}

int channel_ask(struct channel *channel, const struct call *call, int timeout_ms)
{
	struct pollfd fd = {.fd = channel->fd, .events = POLLIN};
	int r = channel_send(channel, call);

	while (!r || r == -EAGAIN) {
		int n = poll(&fd, 1, timeout_ms);

		if (n == 0 || (n < 0 && errno != EINTR))
			return -ETIMEDOUT;
		r = channel_receive(channel);
	}
	return r;
}
