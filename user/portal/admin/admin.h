/* SPDX-License-Identifier: MIT */
/*
 * admin.h - the portal's own API, on a unix socket for root and the group: vouchers and users.
 *
 *   GET|POST|DELETE /v1/vouchers         GET|PATCH|DELETE /v1/vouchers/{code}
 *   GET /v1/users                        GET|PUT|DELETE /v1/users/{name}
 *   GET /v1/status                       GET /metrics
 */
#ifndef XDP511_PORTAL_ADMIN_H
#define XDP511_PORTAL_ADMIN_H

#include "base/units.h"
#include "http/resources.h"
#include "http/unix_socket.h"
#include "portal/portal.h"
#include "portal/accounts/users.h"
#include "portal/accounts/vouchers.h"

struct admin {
	struct portal *portal;
	struct unix_socket socket;
	struct httpd *httpd;
	int timer;		   /* of the batches that are made */
	struct batch_job *batches; /* admin_batches.c; the first one is worked on */
};

int admin_start(struct portal *portal, struct error *error);
void admin_stop(struct portal *portal);

/* The table of all. */
const struct resource *admin_resources(void);

/* The context of each call is the struct admin. */
enum MHD_Result admin_list_vouchers(struct resource_call *call);
enum MHD_Result admin_make_vouchers(struct resource_call *call);
enum MHD_Result admin_revoke_vouchers(struct resource_call *call);
enum MHD_Result admin_get_voucher(struct resource_call *call);
enum MHD_Result admin_patch_voucher(struct resource_call *call);
enum MHD_Result admin_revoke_voucher(struct resource_call *call);
enum MHD_Result admin_list_users(struct resource_call *call);
enum MHD_Result admin_get_user(struct resource_call *call);
enum MHD_Result admin_put_user(struct resource_call *call);
enum MHD_Result admin_remove_user(struct resource_call *call);
enum MHD_Result admin_get_status(struct resource_call *call);

/* admin_batches.c: a slice of the first batch is made by each call of the timer. */
void admin_on_timer(void *context);
void admin_drop_batches(struct admin *admin);

/* The answer to a failure of the database. */
enum MHD_Result admin_fail(struct api_request *request, const struct accounts *accounts, int err);

/* --- fields of a body (admin_fields.c) --- */

enum field_kind {
	FIELD_LIMIT,  /* struct limit; null: not given */
	FIELD_TEXT,   /* char[size] */
	FIELD_ZONE,   /* the same, a zone that is configured; null: any */
	FIELD_NUMBER, /* uint32_t */
	FIELD_FULL,   /* bool: whether "devices_full" is oldest */
	FIELD_FULL_LIMIT,
	FIELD_BOOL,
	FIELD_OTHER, /* known, but read elsewhere */
};

struct field {
	const char *name; /* NULL ends a table */
	enum field_kind kind;
	size_t offset;
	size_t size;  /* of a text */
	uint64_t max; /* of a number */
	const char *example;
	int (*parse)(const char *text, uint64_t *ret_number); /* of a limit as text; or NULL */
};

#define FIELD_SECONDS_MAX 315360000ULL /* ten years */
#define FIELD_BPS_MAX	  4000000000000ULL

/* Those that vouchers and users have: a number, or text as on the command line. */
/* clang-format off */
#define LIMIT_FIELD(type, name, member, max, example, parse) \
	{name, FIELD_LIMIT, offsetof(struct type, member), 0, max, example, parse}
#define LIMIT_FIELDS(type) \
	LIMIT_FIELD(type, "timeout", timeout_s, FIELD_SECONDS_MAX, "\"8h\"", parse_duration), \
	LIMIT_FIELD(type, "idle", idle_s, FIELD_SECONDS_MAX, "\"30m\"", parse_duration), \
	LIMIT_FIELD(type, "up", up_bps, FIELD_BPS_MAX, "\"10M\"", parse_rate), \
	LIMIT_FIELD(type, "down", down_bps, FIELD_BPS_MAX, "\"10M\"", parse_rate), \
	LIMIT_FIELD(type, "quota", quota_bytes, INT64_MAX, "\"5G\"", parse_size)
/* clang-format on */

/* Fills @target with what @body names. -EINVAL with a sentence. */
int admin_read_fields(const struct config *config, const json_t *body, const struct field *fields,
		      void *target, struct error *error);

json_t *admin_limit_json(const struct limit *limit);
json_t *admin_text_json(const char *text); /* "": null */
json_t *admin_time_json(uint64_t seconds); /* 0: null */

/* --- lists of any length (admin_list.c) --- */

#define LIST_ELEMENT 2048
#define LIST_PAGE    VOUCHERS_PAGE
#define LIST_ROOM    (LIST_PAGE * (LIST_ELEMENT + 2) + 128)

struct list {
	/* Calls list_add() for the next elements, at most LIST_PAGE; then has_ended if it was all. */
	int (*fill)(struct list *list);
	void (*free)(struct list *list); /* frees it */
	const char *head, *tail;	 /* around the elements; NULL: of an array */
	bool is_lines;			 /* an element a line, no array */
	bool has_started;
	bool has_ended;
	size_t size, sent;
	char text[LIST_ROOM];
};

/* Takes over @list, which is its owner's struct's first member. */
enum MHD_Result admin_stream(struct api_request *request, struct list *list);
void list_add(struct list *list, json_t *element); /* taken over; NULL is left out */

/* 0: @ret_is_lines says how a list is wanted; else the answer has been given. */
int admin_wants_lines(struct resource_call *call, bool *ret_is_lines);

#endif /* XDP511_PORTAL_ADMIN_H */
