/* SPDX-License-Identifier: MIT */
/* resources.h - which function answers which request: a table of methods, paths and queries. */
#ifndef XDP511_RESOURCES_H
#define XDP511_RESOURCES_H

#include "http/httpd.h"

/* A request that fits the table: path, method and query are known, the body is JSON. */
struct resource_call {
	void *context;
	struct api_request *request;
	const char *name; /* what stands behind the resource's path; or "" */
	json_t *body;	  /* an object, empty if there was none */
};

struct resource {
	const char *method; /* NULL ends a table */
	const char *path;   /* ending in "/": something has to follow */
	const char *query;  /* keys it knows */
	enum MHD_Result (*answer)(struct resource_call *call);
	const char *meaning; /* for the manual */
};

/* The table as JSON, for the manual. */
json_t *resources_describe(const struct resource *resources);

/* Answers by the table, or with the problem of a request that doesn't fit it. */
enum MHD_Result resources_answer(const struct resource *resources, void *context,
				 struct api_request *request);

#endif /* XDP511_RESOURCES_H */
