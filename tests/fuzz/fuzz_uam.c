/* SPDX-License-Identifier: MIT */
/* fuzz_uam.c - any path, query and form at the UAM port: what is read has its bounds, and is told whole. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "portal/foreign/uam_request.h"
#include "portal/foreign/uam_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void tell(const struct uam_request *request)
{
	const uint8_t challenge[CHALLENGE_SIZE] = {1};
	struct uam_facts facts = {
		.result = (enum uam_result)(request->chap_id % (UAM_STATUS_RESULT + 1)),
		.server = "http://hotspot.example/",
		.secret = "secret",
		.host = "198.18.1.1",
		.challenge = challenge,
		.called = "",
		.uid = request->username,
		.mac = "",
		.ip = "",
		.reply = request->username,
		.nas_id = request->userurl,
		.session_id = "",
		.userurl = request->userurl,
		.session = {.user = request->username},
	};
	char *url = uam_url(&facts), *page = uam_page(&facts),
	     *json = uam_json(&facts, request->callback);
	const char *end = strstr(page, "-->");

	if (!url || strpbrk(url, "\r\n <>\"") || !end || strstr(end + 3, "-->") || !json)
		abort();
	free(url);
	free(page);
	free(json);
}

/* PATH NEWLINE QUERY NEWLINE FORM */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	char *query_text = text + strcspn(text, "\n"), *body_text;
	static struct form query, body;
	struct uam_request request;
	char password[UAM_HIDDEN_SIZE + 1];

	if (*query_text)
		*query_text++ = '\0';
	body_text = query_text + strcspn(query_text, "\n");
	if (*body_text)
		*body_text++ = '\0';
	if (!form_parse(query_text, strlen(query_text), &query) &&
	    !form_parse(body_text, strlen(body_text), &body) &&
	    !uam_request_read(text, &query, &body, &request)) {
		if (request.hidden_size > sizeof(request.hidden))
			abort();
		(void)uam_reveal(request.hidden, request.hidden_size, request.response, password);
		tell(&request);
	}
	free(text);
	return 0;
}
