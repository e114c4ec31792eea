/* SPDX-License-Identifier: MIT */
/* admin_list.c - lists of any length on their way to a client, a page at a time. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "portal/admin/admin.h"

#define LINES_TYPE	   "application/x-ndjson"
#define EMPTY_PAGES_A_TURN 16

static void append(struct list *list, const char *text)
{
	size_t room = sizeof(list->text) - list->size;
	int n = snprintf(list->text + list->size, room, "%s", text);

	list->size += n < (int)room ? (size_t)n : room - 1;
}

void list_add(struct list *list, json_t *element)
{
	char text[LIST_ELEMENT];
	size_t size = json_dumpb(element, text, sizeof(text), JSON_COMPACT | JSON_ENCODE_ANY);

	json_decref(element);
	if (!size || size >= sizeof(text))
		return;
	text[size] = '\0';
	if (!list->is_lines && list->has_started)
		append(list, ",");
	list->has_started = true;
	append(list, text);
	if (list->is_lines)
		append(list, "\n");
}

/* Pages may hold nothing that is wanted; after some of them it is the loop's turn. */
static int make_page(struct list *list, bool is_first)
{
	int pages = 0, err = 0;

	list->size = list->sent = 0;
	if (is_first && !list->is_lines)
		append(list, list->head ? list->head : "[");
	do {
		err = list->fill(list);
	} while (!err && !list->size && !list->has_ended && ++pages < EMPTY_PAGES_A_TURN);
	if (err)
		return err;
	if (list->has_ended && !list->is_lines)
		append(list, list->tail ? list->tail : "]\n");
	if (!list->size && !list->has_ended)
		append(list, list->is_lines ? "\n" : " "); /* to be asked again */
	return 0;
}

static ssize_t read_list(void *context, uint64_t position, char *buffer, size_t max)
{
	struct list *list = context;
	size_t n;

	if (list->sent == list->size) {
		if (list->has_ended)
			return MHD_CONTENT_READER_END_OF_STREAM;
		if (make_page(list, !position))
			return MHD_CONTENT_READER_END_WITH_ERROR;
		if (!list->size)
			return MHD_CONTENT_READER_END_OF_STREAM;
	}
	n = list->size - list->sent < max ? list->size - list->sent : max;
	memcpy(buffer, list->text + list->sent, n);
	list->sent += n;
	return (ssize_t)n;
}

static void free_list(void *context)
{
	struct list *list = context;

	list->free(list);
}

enum MHD_Result admin_stream(struct api_request *request, struct list *list)
{
	request->type = list->is_lines ? LINES_TYPE : NULL;
	return httpd_stream(request, read_list, list, free_list);
}

int admin_wants_lines(struct resource_call *call, bool *ret_is_lines)
{
	const char *format = httpd_query(call->request, "format");

	if (format && strcmp(format, "lines") != 0 && strcmp(format, "array") != 0) {
		(void)httpd_problem(call->request, MHD_HTTP_BAD_REQUEST,
				    "'format' is neither array nor lines; give one of them");
		return -EINVAL;
	}
	*ret_is_lines = format && !strcmp(format, "lines");
	return 0;
}
