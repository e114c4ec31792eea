/* SPDX-License-Identifier: MIT */
/* fuzz_template.c - any bytes as a page's file: refused in a sentence, or filled in and quoted. */
#include <stdlib.h>
#include <string.h>

#include "base/template.h"
#include "responder/page.h"

#define NAME	"<i>\"&'\\"
#define NAME_IN "&lt;i&gt;&quot;&amp;&#39;\\"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t count(const char *text, const char *part)
{
	size_t n = 0;

	for (; (text = strstr(text, part)); text += strlen(part))
		n++;
	return n;
}

/* What it must have become, by a way of its own: bytes that no value has are the page's. */
static void check_page(char *template, size_t size)
{
	static struct config_zone zone = {.name = "\x0e", .portal.name = NAME};
	static const struct language language = {"\x0f", true, "\x10", "\x11"};
	struct page page = {PAGE_HTML, &zone, &language, "\x12"};
	struct buffer measured = {.size = SIZE_MAX}, out = {.size = 0};

	zone.portal.template = template;
	page_write(&page, &measured);
	out = (struct buffer){.data = malloc(measured.len + 1), .size = measured.len};
	if (!out.data)
		abort();
	page_write(&page, &out);
	out.data[out.len] = '\0';
	if (out.full || out.len != measured.len || strlen(out.data) != out.len)
		abort();
	if (!strchr(out.data, 0x12) || strpbrk(out.data, TEMPLATE_CODES))
		abort();
	if (count(out.data, NAME_IN) < count(template, "\2") || count(template, "{{"))
		abort();
	if (template_source_size(template) != size)
		abort();
	free(out.data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error error = {""};
	char *template = NULL;
	int err = template_parse((const char *)data, size, &template, &error);

	if (err ? !is_printable(error.text) || !strchr(error.text, ';') || template : !template)
		abort();
	if (!err)
		check_page(template, size);
	free(template);
	return 0;
}
