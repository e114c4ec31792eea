/* SPDX-License-Identifier: MIT */
/* advertise.c - sends router advertisements: unasked now and then, and soon after a solicitation. */
#include "controller/advertise/advertise.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <netinet/icmp6.h>
#include <sys/random.h>
#include <sys/socket.h>

#include <xdp511/net.h>

#include "controller/advertise/advertisement.h"
#include "controller/clock.h"

/* RFC 4861 6.2.1 and 10. */
#define MIN_INTERVAL_MS	     150000
#define MAX_INTERVAL_MS	     250000
#define MAX_FIRST_MS	     16000 /* between the first few */
#define FIRST_FEW	     3
#define MIN_DELAY_MS	     3000 /* between any two on a link */
#define MAX_ANSWER_MS	     500
#define SOLICITATIONS_A_TURN 64

static uint64_t now_ms(void)
{
	return gate_now_ns() / NS_PER_MS;
}

/* At random, so that routers and hosts don't come to speak all at once. */
static uint64_t between(uint64_t min, uint64_t max)
{
	uint32_t number = 0;

	if (getrandom(&number, sizeof(number), GRND_NONBLOCK) != sizeof(number))
		number = (uint32_t)gate_now_ns();
	return min + number % (max - min + 1);
}

static void arm(struct advertise *advertise)
{
	uint64_t now = now_ms(), first = UINT64_MAX;
	size_t i;

	for (i = 0; i < advertise->n_links; i++) {
		if (advertise->links[i].due_ms < first)
			first = advertise->links[i].due_ms;
	}
	if (first != UINT64_MAX)
		loop_set(advertise->loop, advertise->timer, first > now ? first - now : 0);
}

/* --- sending -------------------------------------------------------------------------------- */

static int send_message(int fd, const struct advertise_link *link)
{
	uint8_t message[ADVERTISEMENT_MAX];
	int size = advertisement_write(link->url, message);
	struct sockaddr_in6 nodes = {
		.sin6_family = AF_INET6,
		.sin6_addr.s6_addr = {0xff, 0x02, [15] = 0x01},
		.sin6_scope_id = link->ifindex,
	};
	const struct in6_pktinfo info = {
		.ipi6_addr = advertisement_source(link->mac),
		.ipi6_ifindex = link->ifindex,
	};
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(info))];
	} control = {};
	struct iovec bytes = {message, (size_t)size};
	struct msghdr header = {
		.msg_name = &nodes,
		.msg_namelen = sizeof(nodes),
		.msg_iov = &bytes,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control.room),
	};
	struct cmsghdr *source = CMSG_FIRSTHDR(&header);

	if (size < 0)
		return size;
	source->cmsg_level = IPPROTO_IPV6;
	source->cmsg_type = IPV6_PKTINFO;
	source->cmsg_len = CMSG_LEN(sizeof(info));
	memcpy(CMSG_DATA(source), &info, sizeof(info));
	return sendmsg(fd, &header, MSG_DONTWAIT) < 0 ? -errno : 0;
}

static void advertise_now(struct advertise *advertise, struct advertise_link *link)
{
	int err = send_message(advertise->fd, link);

	if (err && !link->is_known_to_fail)
		log_warning("the api-url can't be advertised on '%s': %s; tried again", link->name,
			    strerror(-err));
	link->is_known_to_fail = err != 0;
	link->sent_ms = now_ms();
	link->n_sent += link->n_sent < FIRST_FEW;
	link->due_ms = link->sent_ms + (link->n_sent < FIRST_FEW
						? between(MIN_DELAY_MS, MAX_FIRST_MS)
						: between(MIN_INTERVAL_MS, MAX_INTERVAL_MS));
}

static void on_due(void *context)
{
	struct advertise *advertise = context;
	uint64_t now = now_ms();
	size_t i;

	if (advertise->fd < 0)
		return;
	for (i = 0; i < advertise->n_links; i++) {
		if (advertise->links[i].due_ms <= now)
			advertise_now(advertise, &advertise->links[i]);
	}
	arm(advertise);
}

/* --- solicitations -------------------------------------------------------------------------- */

/* As soon as it may be. */
static void hurry(struct advertise_link *link)
{
	uint64_t due = now_ms() + between(0, MAX_ANSWER_MS);

	if (link->sent_ms && due < link->sent_ms + MIN_DELAY_MS)
		due = link->sent_ms + MIN_DELAY_MS + between(0, MAX_ANSWER_MS);
	if (due < link->due_ms)
		link->due_ms = due;
}

/* To all at once, and for many solicitations together (RFC 4861 6.2.6). */
static void answer(struct advertise *advertise, uint32_t ifindex)
{
	size_t i;

	for (i = 0; i < advertise->n_links; i++) {
		if (advertise->links[i].ifindex == ifindex)
			hurry(&advertise->links[i]);
	}
}

/* Where it came in and with which hop limit; 0: not told. */
static void read_ancillary(struct msghdr *header, uint32_t *ret_ifindex, int *ret_hop_limit)
{
	struct cmsghdr *one;

	*ret_ifindex = 0;
	*ret_hop_limit = 0;
	for (one = CMSG_FIRSTHDR(header); one; one = CMSG_NXTHDR(header, one)) {
		struct in6_pktinfo info;

		if (one->cmsg_level != IPPROTO_IPV6)
			continue;
		if (one->cmsg_type == IPV6_PKTINFO && one->cmsg_len >= CMSG_LEN(sizeof(info))) {
			memcpy(&info, CMSG_DATA(one), sizeof(info));
			*ret_ifindex = info.ipi6_ifindex;
		} else if (one->cmsg_type == IPV6_HOPLIMIT &&
			   one->cmsg_len >= CMSG_LEN(sizeof(*ret_hop_limit))) {
			memcpy(ret_hop_limit, CMSG_DATA(one), sizeof(*ret_hop_limit));
		}
	}
}

/* False: there is none. */
static bool read_solicitation(struct advertise *advertise)
{
	uint8_t message[ADVERTISEMENT_MAX];
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(struct in6_pktinfo)) + CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec bytes = {message, sizeof(message)};
	struct msghdr header = {
		.msg_iov = &bytes,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control.room),
	};
	ssize_t n = recvmsg(advertise->fd, &header, MSG_DONTWAIT);
	uint32_t ifindex;
	int hop_limit;

	if (n < 0)
		return false;
	read_ancillary(&header, &ifindex, &hop_limit);
	if (advertisement_is_asked(message, (size_t)n, hop_limit))
		answer(advertise, ifindex);
	return true;
}

static void on_solicitation(void *context)
{
	struct advertise *advertise = context;
	int i;

	for (i = 0; i < SOLICITATIONS_A_TURN && read_solicitation(advertise); i++)
		;
	arm(advertise);
}

/* --- on and off ----------------------------------------------------------------------------- */

static int set_options(int fd)
{
	const int on = 1, off = 0, hops = ND_HOP_LIMIT;
	struct icmp6_filter filter;

	ICMP6_FILTER_SETBLOCKALL(&filter);
	ICMP6_FILTER_SETPASS(ND_ROUTER_SOLICIT, &filter);
	if (setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof(filter)) ||
	    setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &hops, sizeof(hops)) ||
	    setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, &off, sizeof(off)) ||
	    setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof(on)) ||
	    setsockopt(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, &on, sizeof(on)) ||
	    setsockopt(fd, IPPROTO_IPV6, IPV6_FREEBIND, &on, sizeof(on)))
		return -errno;
	return 0;
}

static int open_socket(struct advertise *advertise)
{
	int fd = socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_ICMPV6);
	int err = fd < 0 ? -errno : set_options(fd);

	if (!err)
		err = loop_watch(advertise->loop, fd, on_solicitation, advertise);
	if (!err)
		advertise->fd = fd;
	else if (fd >= 0)
		close(fd);
	return err;
}

static void close_socket(struct advertise *advertise)
{
	if (advertise->fd < 0)
		return;
	loop_unwatch(advertise->loop, advertise->fd);
	close(advertise->fd);
	advertise->fd = -1;
	advertise->n_links = 0;
}

/* What was said before goes on as it was due; what is new begins anew. */
static void begin(struct advertise *advertise, struct advertise_link *link)
{
	struct ipv6_mreq routers = {
		.ipv6mr_multiaddr.s6_addr = {0xff, 0x02, [15] = 0x02},
		.ipv6mr_interface = link->ifindex,
	};
	size_t i;

	for (i = 0; i < advertise->n_links; i++) {
		const struct advertise_link *old = &advertise->links[i];

		if (old->ifindex != link->ifindex)
			continue;
		if (!strcmp(old->url, link->url) &&
		    !memcmp(old->mac, link->mac, sizeof(old->mac))) {
			*link = *old;
			return;
		}
		link->sent_ms = old->sent_ms;
	}
	/* -EADDRINUSE: it said something else until now. */
	(void)setsockopt(advertise->fd, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, &routers,
			 sizeof(routers));
	link->due_ms = UINT64_MAX;
	hurry(link);
	log_info("'%s' is advertised as api-url on '%s'", link->url, link->name);
}

int advertise_start(struct advertise *advertise, struct loop *loop, struct gate *gate,
		    struct error *error)
{
	*advertise = (struct advertise){.loop = loop, .gate = gate, .fd = -1};
	advertise->timer = loop_timer(loop, on_due, advertise);
	return advertise->timer < 0
		       ? fail(error, -advertise->timer, "the timer of advertisements can't be made")
		       : 0;
}

void advertise_apply(struct advertise *advertise, const struct config *config)
{
	struct advertise_link links[ADVERTISE_LINKS];
	size_t i, n;
	int err;

	if (!config->gateway.advertise_api) {
		close_socket(advertise);
		return;
	}
	err = advertise->fd < 0 ? open_socket(advertise) : 0;
	if (err) {
		log_warning("the api-url can't be advertised: %s; the daemon needs CAP_NET_RAW",
			    strerror(-err));
		return;
	}
	n = advertise_find_links(advertise->gate, config, links);
	for (i = 0; i < n; i++)
		begin(advertise, &links[i]);
	memcpy(advertise->links, links, n * sizeof(links[0]));
	advertise->n_links = n;
	arm(advertise);
}

void advertise_stop(struct advertise *advertise)
{
	if (advertise->loop)
		close_socket(advertise);
	advertise->loop = NULL;
}
