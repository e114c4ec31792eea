/* SPDX-License-Identifier: MIT */
/* xsk.c - opens and closes the socket and works its four rings. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <linux/if_link.h>
#include <linux/if_xdp.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <xdp/xsk.h>

#include "responder/xsk.h"

#define FRAME_SIZE   2048
#define FRAMES_RX    2048
#define FRAMES_TX    2048
#define MEMORY_SIZE  ((size_t)(FRAMES_RX + FRAMES_TX) * FRAME_SIZE)
#define FILL_SIZE    4096 /* twice the frames: the kernel frees an entry after it published rx */
#define RING_SIZE    2048
#define KICK_MAX     64 /* of one flush; each moves up to 32 frames */
#define OPEN_RETRIES 50 /* 20 ms apart: an earlier owner's teardown is deferred */

struct xsk {
	uint8_t *memory;
	struct xsk_umem *umem;
	struct xsk_socket *socket;
	struct xsk_ring_prod fill;
	struct xsk_ring_cons completion;
	struct xsk_ring_cons rx;
	struct xsk_ring_prod tx;
	uint64_t free[FRAMES_TX]; /* addresses of free send buffers */
	size_t n_free;
	size_t queued; /* put but not yet submitted */
	bool zerocopy;
};

static int make_memory(struct xsk *xsk)
{
	static const struct xsk_umem_config config = {
		.fill_size = FILL_SIZE,
		.comp_size = RING_SIZE,
		.frame_size = FRAME_SIZE,
	};

	/* Shared, for the socket is opened here and its rings are worked in a forked worker. */
	xsk->memory =
		mmap(NULL, MEMORY_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (xsk->memory == MAP_FAILED) {
		xsk->memory = NULL;
		return -errno;
	}
	return xsk_umem__create(&xsk->umem, xsk->memory, MEMORY_SIZE, &xsk->fill, &xsk->completion,
				&config);
}

/* Before bind: a zero-copy driver takes its first buffers during it. */
static int fill_up(struct xsk *xsk)
{
	uint32_t index, i;

	if (xsk_ring_prod__reserve(&xsk->fill, FRAMES_RX, &index) != FRAMES_RX)
		return -ENOBUFS;
	for (i = 0; i < FRAMES_RX; i++)
		*xsk_ring_prod__fill_addr(&xsk->fill, index + i) = (uint64_t)i * FRAME_SIZE;
	xsk_ring_prod__submit(&xsk->fill, FRAMES_RX);
	for (i = 0; i < FRAMES_TX; i++)
		xsk->free[xsk->n_free++] = (uint64_t)(FRAMES_RX + i) * FRAME_SIZE;
	return 0;
}

static int bind_socket(struct xsk *xsk, const char *interface, uint32_t queue, uint16_t bind_flags)
{
	struct xsk_socket_config config = {
		.rx_size = RING_SIZE,
		.tx_size = RING_SIZE,
		.libxdp_flags = XSK_LIBXDP_FLAGS__INHIBIT_PROG_LOAD,
		.bind_flags = (uint16_t)(XDP_USE_NEED_WAKEUP | bind_flags),
	};

	return xsk_socket__create(&xsk->socket, interface, queue, xsk->umem, &xsk->rx, &xsk->tx,
				  &config);
}

/* One attempt. The socket and its memory are made anew each time: a failed bind spoils both. */
static int try_open(const char *interface, uint32_t queue, bool zerocopy, struct xsk **ret_xsk)
{
	struct xsk *xsk = calloc(1, sizeof(*xsk));
	int err;

	if (!xsk)
		return -ENOMEM;
	err = make_memory(xsk);
	if (!err)
		err = fill_up(xsk);
	if (!err)
		err = bind_socket(xsk, interface, queue, zerocopy ? XDP_ZEROCOPY : XDP_COPY);
	if (err) {
		xsk_close(xsk);
		return err;
	}
	xsk->zerocopy = zerocopy;
	*ret_xsk = xsk;
	return 0;
}

int xsk_open(const char *interface, uint32_t queue, bool native, struct xsk **ret_xsk)
{
	static const struct timespec pause = {.tv_nsec = 20 * 1000 * 1000};
	bool zerocopy = native;
	int err = -EBUSY;

	for (int i = 0; i < OPEN_RETRIES; i++) {
		err = try_open(interface, queue, zerocopy, ret_xsk);
		if (err && err != -EBUSY && zerocopy) {
			zerocopy = false; /* the driver hasn't got it */
			err = try_open(interface, queue, zerocopy, ret_xsk);
		}
		if (err != -EBUSY)
			break;
		nanosleep(&pause, NULL);
	}
	return err;
}

struct xsk *xsk_close(struct xsk *xsk)
{
	if (!xsk)
		return NULL;
	if (xsk->socket)
		xsk_socket__delete(xsk->socket);
	if (xsk->umem)
		xsk_umem__delete(xsk->umem);
	if (xsk->memory)
		munmap(xsk->memory, MEMORY_SIZE);
	free(xsk);
	return NULL;
}

int xsk_fd(const struct xsk *xsk)
{
	return xsk_socket__fd(xsk->socket);
}

bool xsk_is_zerocopy(const struct xsk *xsk)
{
	return xsk->zerocopy;
}

int xsk_read_statistics(const struct xsk *xsk, struct xsk_statistics *ret_statistics)
{
	struct xdp_statistics kernel = {0};
	socklen_t len = sizeof(kernel);

	if (getsockopt(xsk_fd(xsk), SOL_XDP, XDP_STATISTICS, &kernel, &len))
		return -errno;
	*ret_statistics = (struct xsk_statistics){
		.rx_dropped = kernel.rx_dropped,
		.rx_ring_full = kernel.rx_ring_full,
		.rx_fill_ring_empty = kernel.rx_fill_ring_empty_descs,
		.tx_invalid = kernel.tx_invalid_descs,
		.tx_ring_empty = kernel.tx_ring_empty_descs,
	};
	return 0;
}

int xsk_wait(struct xsk *xsk, int timeout_ms)
{
	struct pollfd fd = {.fd = xsk_fd(xsk), .events = POLLIN};

	/* poll() also tells the driver to go on when the fill ring asked for a wakeup. */
	if (poll(&fd, 1, timeout_ms) < 0)
		return errno == EINTR ? 0 : -errno;
	return fd.revents & (POLLERR | POLLHUP | POLLNVAL) ? -EIO : 0;
}

size_t xsk_receive(struct xsk *xsk, struct xsk_frame frames[XSK_BATCH])
{
	uint32_t index, n = xsk_ring_cons__peek(&xsk->rx, XSK_BATCH, &index);

	for (uint32_t i = 0; i < n; i++) {
		const struct xdp_desc *desc = xsk_ring_cons__rx_desc(&xsk->rx, index + i);

		frames[i] = (struct xsk_frame){
			.address = desc->addr,
			.data = xsk_umem__get_data(xsk->memory, desc->addr),
			.len = desc->len,
		};
	}
	xsk_ring_cons__release(&xsk->rx, n);
	return n;
}

void xsk_recycle(struct xsk *xsk, const struct xsk_frame *frames, size_t n)
{
	uint32_t index;

	/* Never short of room: the ring has twice as many places as there are frames. */
	if (!n || xsk_ring_prod__reserve(&xsk->fill, (uint32_t)n, &index) != n)
		return;
	for (size_t i = 0; i < n; i++)
		*xsk_ring_prod__fill_addr(&xsk->fill, index + (uint32_t)i) =
			frames[i].address & ~(uint64_t)(FRAME_SIZE - 1);
	xsk_ring_prod__submit(&xsk->fill, (uint32_t)n);
}

static void reap(struct xsk *xsk)
{
	uint32_t index, n = xsk_ring_cons__peek(&xsk->completion, RING_SIZE, &index);

	for (uint32_t i = 0; i < n; i++)
		xsk->free[xsk->n_free++] = *xsk_ring_cons__comp_addr(&xsk->completion, index + i);
	xsk_ring_cons__release(&xsk->completion, n);
}

uint8_t *xsk_take(struct xsk *xsk)
{
	if (!xsk->n_free)
		reap(xsk);
	return xsk->n_free ? xsk->memory + xsk->free[--xsk->n_free] : NULL;
}

void xsk_drop(struct xsk *xsk, uint8_t *buffer)
{
	xsk->free[xsk->n_free++] = (uint64_t)(buffer - xsk->memory);
}

void xsk_put(struct xsk *xsk, uint8_t *buffer, size_t len)
{
	uint32_t index;

	/* There are as many send buffers as places in the ring. */
	if (xsk_ring_prod__reserve(&xsk->tx, 1, &index) != 1) {
		xsk_drop(xsk, buffer);
		return;
	}
	*xsk_ring_prod__tx_desc(&xsk->tx, index) = (struct xdp_desc){
		.addr = (uint64_t)(buffer - xsk->memory),
		.len = (uint32_t)len,
	};
	xsk->queued++;
}

void xsk_flush(struct xsk *xsk, uint64_t *failed)
{
	if (!xsk->queued)
		return;
	xsk_ring_prod__submit(&xsk->tx, (uint32_t)xsk->queued);
	xsk->queued = 0;
	/* In copy mode a frame only moves within this call, at most 32 of them: EAGAIN is "more". */
	for (int i = 0; i < KICK_MAX && xsk_ring_prod__needs_wakeup(&xsk->tx); i++) {
		if (sendto(xsk_fd(xsk), NULL, 0, MSG_DONTWAIT, NULL, 0) >= 0)
			break;
		if (errno == EBUSY)
			++*failed; /* dropped by the device, but completed */
		else if (errno != EAGAIN)
			break; /* ENETDOWN: nothing moves until the interface is up again */
	}
	reap(xsk);
}
