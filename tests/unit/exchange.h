/* SPDX-License-Identifier: MIT */
/*
 * exchange.h - one connection from SYN to the last FIN: a small TCP of a client's own, with the
 * habits of real ones, over a channel with a script, against the responder. On the way it checks
 * what must hold in every exchange: see struct exchange, "broken".
 */
#ifndef XDP511_TEST_EXCHANGE_H
#define XDP511_TEST_EXCHANGE_H

#include "channel.h"
#include "server.h"

#define EXCHANGE_ANSWER_MAX 1215 /* what an answer may be, by tcp.h */
#define EXCHANGE_FRAMES_MAX 10	 /* frames that one of ours may be answered with */

/* When a client acknowledges (RFC 9293 3.8.6.3). A FIN is acknowledged at once, but for the last. */
enum acks { ACKS_EACH, ACKS_SECOND, ACKS_LATE, N_ACKS };

/* What a client repeats when its timer ends. */
enum repeats {
	REPEATS_FIRST,	/* the first segment not acknowledged (RFC 6298 5.4) */
	REPEATS_JOINED, /* that, and as much behind it as fits */
	REPEATS_ALL,	/* everything: go back N */
	REPEATS_LAST,	/* once the last (tail loss probe, RFC 8985 7.3), then the first */
	N_REPEATS
};

/* When a client closes. */
enum closes {
	CLOSES_AFTER,  /* when it has the server's FIN */
	CLOSES_BEHIND, /* right behind the request, in a segment of its own */
	CLOSES_WITH,   /* with the request's last byte */
	N_CLOSES
};

struct exchange {
	/* What the client is like; zeros are a plain one. */
	struct path path;
	struct channel channel;
	enum acks acks;
	enum repeats repeats;
	enum closes closes;
	const char *request;
	size_t len;	 /* 0: strlen(request) */
	size_t cut;	 /* the request is written in two: up to here, and the rest; 0: in one */
	size_t step;	 /* the request is written in pieces so long; 0: in one */
	bool waits;	 /* a piece is sent when the one before it is acknowledged (Nagle) */
	uint16_t window; /* 0: 65535 */
	uint16_t first_window; /* instead, until the timer turned @opens times; may be none */
	unsigned int opens;
	uint32_t iss;
	struct tcp syn;	     /* its flags, options and data, where they are not the usual ones */
	const void *options; /* of every other segment; a multiple of four bytes */
	size_t options_len;
	uint8_t flags;	   /* more of them, on every segment with data */
	bool backs_off;	   /* the timer's time doubles from 0.2 s on (RFC 6298 5.5); else 0.2 s */
	bool says_nothing; /* opens the connection, and that is all */

	/* What came of it. */
	bool finished; /* the whole answer and the server's FIN are here */
	bool closed;   /* and ours is acknowledged */
	bool reset;
	bool stuck;	    /* all is acknowledged, and nothing more comes */
	const char *broken; /* what must not be, in a sentence; NULL if all is well */
	uint8_t answer[EXCHANGE_ANSWER_MAX + 1];
	size_t answer_len;
	unsigned int turns; /* of the timer */
	uint64_t now_ms;
	size_t most_bytes;  /* that one frame of ours was answered with, each at least 60 long */
	size_t most_factor; /* the same by its own length, rounded up */

	/* The client's state, as RFC 9293 3.3.1 names it. */
	bool established;
	bool proven; /* a segment reached the server that only who saw its SYN-ACK can send */
	uint32_t una;
	uint32_t nxt;
	uint32_t irs;
	uint32_t rcv_nxt;
	size_t fin_at; /* of the answer's bytes; SIZE_MAX: not seen */
	unsigned int unacked;
	bool probed;
	bool have[EXCHANGE_ANSWER_MAX + 1];
};

#define EXCHANGE_REQUEST_MAX 70000

/* Runs it to the end, or until the timer turned so often that no client would wait. */
void exchange_run(struct exchange *exchange, struct server *server);

/* What is wrong with it, when the client should have got the same page as in @page; or NULL. */
const char *exchange_fault(const struct exchange *exchange, const struct exchange *page);

/* What the client and the channel were like, behind @sentence, to stderr. */
void exchange_print(const struct exchange *exchange, const char *sentence);

#endif /* XDP511_TEST_EXCHANGE_H */
