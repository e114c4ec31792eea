/* SPDX-License-Identifier: MIT */
/* uam_wispr.c - the page of a redirect: WISPr 1.0 in a comment, for clients that sign in by themselves. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "portal/foreign/uam_text.h"

/* In XML, and in a comment of HTML: no "--" and no ">" ends it. */
static void put_xml(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (strchr("<>&\"'-", *text))
			fprintf(out, "&#%d;", *text);
		else
			fputc(*text, out);
	}
}

static void put_element(FILE *out, const char *name, const char *text)
{
	fprintf(out, "<%s>", name);
	put_xml(out, text);
	fprintf(out, "</%s>\r\n", name);
}

static void put_numbers(FILE *out, unsigned int message, unsigned int response)
{
	fprintf(out, "<MessageType>%u</MessageType>\r\n<ResponseCode>%u</ResponseCode>\r\n",
		message, response);
}

/* A page of the gateway's own. Hosts are addresses, which need no escaping. */
static void put_place(FILE *out, const struct uam_facts *facts, const char *name, const char *page)
{
	fprintf(out, "<%s>http://%s:%u/%s</%s>\r\n", name, facts->host, facts->port, page, name);
}

static void put_redirect(FILE *out, const struct uam_facts *facts)
{
	char hex[UAM_HEX_SIZE];

	fprintf(out, "<Redirect>\r\n");
	put_numbers(out, 100, 0);
	fprintf(out, "<AccessProcedure>1.0</AccessProcedure>\r\n");
	if (*facts->nas_id)
		put_element(out, "LocationName", facts->nas_id);
	fprintf(out, "<LoginURL>");
	put_xml(out, facts->server);
	fprintf(out, "%sres=wispr&amp;uamip=%s&amp;uamport=%u&amp;challenge=%s</LoginURL>\r\n",
		strchr(facts->server, '?') ? "&amp;" : "?", facts->host, facts->port,
		facts->challenge ? uam_hex(facts->challenge, hex) : "");
	put_place(out, facts, "AbortLoginURL", "abort");
	fprintf(out, "</Redirect>\r\n");
}

/* @reply: what RADIUS has said, or else the sentence. */
static void put_poll(FILE *out, const struct uam_facts *facts, unsigned int response,
		     const char *sentence)
{
	fprintf(out, "<AuthenticationPollReply>\r\n");
	put_numbers(out, 140, response);
	if (*facts->reply || *sentence)
		put_element(out, "ReplyMessage", *facts->reply ? facts->reply : sentence);
	if (facts->result == UAM_SUCCESS_RESULT) {
		put_place(out, facts, "LogoffURL", "logoff");
		put_place(out, facts, "StatusURL", "status");
		if (facts->timeleft_s)
			fprintf(out, "<MaxSessionTime>%" PRIu64 "</MaxSessionTime>\r\n",
				facts->timeleft_s);
	}
	fprintf(out, "</AuthenticationPollReply>\r\n");
}

static void put_end(FILE *out, const struct uam_facts *facts, const char *name,
		    const unsigned int numbers[2])
{
	fprintf(out, "<%s>\r\n", name);
	put_numbers(out, numbers[0], numbers[1]);
	if (facts->result == UAM_NOT_ABORTED_RESULT)
		put_place(out, facts, "LogoffURL", "logoff");
	fprintf(out, "</%s>\r\n", name);
}

static void put_message(FILE *out, const struct uam_facts *facts)
{
	switch (facts->result) {
	case UAM_NOTYET_RESULT:
		put_redirect(out, facts);
		break;
	case UAM_SUCCESS_RESULT:
		put_poll(out, facts, 50, "");
		break;
	case UAM_REJECT_RESULT:
		put_poll(out, facts, 100, "Invalid Username/Password");
		break;
	case UAM_TIMEOUT_RESULT:
	case UAM_OTHER_RESULT:
		put_poll(out, facts, 102, "Radius error");
		break;
	case UAM_ALREADY_RESULT:
		put_poll(out, facts, 102, "Already logged on");
		break;
	case UAM_STATUS_RESULT:
		put_poll(out, facts, facts->is_signed_in ? 50 : 150,
			 facts->is_signed_in ? "Already logged on" : "Not logged on");
		break;
	case UAM_LOGOFF_RESULT:
		put_end(out, facts, "LogoffReply", (const unsigned int[]){130, 150});
		break;
	case UAM_ABORTED_RESULT:
		put_end(out, facts, "AbortLoginReply", (const unsigned int[]){150, 151});
		break;
	case UAM_NOT_ABORTED_RESULT:
		put_end(out, facts, "AbortLoginReply", (const unsigned int[]){150, 50});
		break;
	}
}

char *uam_page(const struct uam_facts *facts)
{
	char *page = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&page, &size);
	bool bad;

	if (!out)
		return NULL;
	fprintf(out, "<HTML><BODY><H2>Browser error!</H2>"
		     "Browser does not support redirects!</BODY>\r\n"
		     "<!--\r\n"
		     "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n"
		     "<WISPAccessGatewayParam\r\n"
		     "  xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"\r\n"
		     "  xsi:noNamespaceSchemaLocation=\"http://www.wballiance.net/wispr_2_0.xsd\""
		     ">\r\n");
	put_message(out, facts);
	fprintf(out, "</WISPAccessGatewayParam>\r\n-->\r\n\r\n</HTML>\r\n");
	bad = ferror(out);
	if (!fclose(out) && !bad)
		return page;
	free(page);
	return NULL;
}
