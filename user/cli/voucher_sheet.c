/* SPDX-License-Identifier: MIT */
/* voucher_sheet.c - vouchers as one page of HTML, to be printed on A4 and cut: 3 by 8 a sheet. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <qrencode.h>

#include "base/units.h"
#include "cli/accounts.h"
#include "cli/output.h"

#define QUIET_ZONE 4 /* modules around a code, as ISO 18004 wants them */
#define LINK_SIZE  600
#define A_PAGE	   24

struct sheet {
	FILE *file;
	const char *name;
	json_t *status; /* of the portal: its zones */
	size_t n;
};

/* clang-format off */
static const char head[] =
	"<!DOCTYPE html>\n"
	"<html lang=\"en\">\n"
	"<head>\n"
	"<meta charset=\"utf-8\">\n"
	"<title>Vouchers</title>\n"
	"<style>\n"
	"@page { size: A4 portrait; margin: 8mm }\n"
	"* { box-sizing: border-box }\n"
	"body { margin: 0; font: 9pt/1.3 system-ui, sans-serif; color: #000; background: #fff }\n"
	".page { display: grid; grid-template-columns: repeat(3, 64.6mm);"
	" grid-template-rows: repeat(8, 35mm); break-after: page }\n"
	".page:last-child { break-after: auto }\n"
	".voucher { border: 0.2mm dashed #888; padding: 2mm; display: flex; gap: 2mm;"
	" align-items: center; overflow: hidden }\n"
	".voucher svg { width: 29mm; height: 29mm; flex: none; margin: -1.5mm }\n"
	".voucher p { margin: 0 0 1mm; max-height: 2.6em; overflow: hidden; overflow-wrap: anywhere }\n"
	".name { font-weight: 600 }\n"
	".voucher .code { font: 600 11pt/1.2 ui-monospace, monospace; white-space: nowrap }\n"
	".voucher .limits { font-size: 7pt; max-height: 5.2em }\n"
	".limits span { white-space: nowrap }\n"
	".note { font-size: 7pt }\n"
	"</style>\n"
	"</head>\n"
	"<body>\n";
/* clang-format on */

static void put_text(FILE *file, const char *text)
{
	for (; *text; text++) {
		if (*text == '&')
			fputs("&amp;", file);
		else if (*text == '<')
			fputs("&lt;", file);
		else if (*text == '>')
			fputs("&gt;", file);
		else
			putc(*text, file);
	}
}

/* --- the code ------------------------------------------------------------------------------ */

/* Dark modules that stand side by side are one stroke. */
static void put_row(FILE *file, const unsigned char *row, int width, int y)
{
	int x = 0, start;

	while (x < width) {
		if (!(row[x] & 1)) {
			x++;
			continue;
		}
		for (start = x; x < width && row[x] & 1; x++)
			;
		fprintf(file, "M%d %dh%dv1h-%dz", start + QUIET_ZONE, y + QUIET_ZONE, x - start,
			x - start);
	}
}

static int put_code(FILE *file, const char *link)
{
	QRcode *code = QRcode_encodeString8bit(link, 0, QR_ECLEVEL_M);
	int y, size;

	if (!code)
		return -errno;
	size = code->width + 2 * QUIET_ZONE;
	fprintf(file,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
		"shape-rendering=\"crispEdges\" role=\"img\" aria-label=\"QR code\">"
		"<path fill=\"#fff\" d=\"M0 0h%dv%dh-%dz\"/><path d=\"",
		size, size, size, size, size);
	for (y = 0; y < code->width; y++)
		put_row(file, code->data + (size_t)y * (size_t)code->width, code->width, y);
	fputs("\"/></svg>\n", file);
	QRcode_free(code);
	return 0;
}

/* --- a voucher ----------------------------------------------------------------------------- */

/* The zone where the voucher is good, or the default one, which comes first. */
static const json_t *find_zone(const struct sheet *sheet, const json_t *voucher)
{
	const json_t *zones = json_object_get(sheet->status, "zones"), *zone;
	const char *wanted = field_text(voucher, "zone", "");
	size_t i;

	json_array_foreach(zones, i, zone)
	{
		if (!strcmp(field_text(zone, "zone", "-"), wanted))
			return zone;
	}
	return json_array_get(zones, 0);
}

/* Joined by dots; a line ends between two of them only. */
static void put_item(FILE *file, size_t *n, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void put_item(FILE *file, size_t *n, const char *format, ...)
{
	va_list arguments;

	fprintf(file, "%s<span>", (*n)++ ? " \302\267 " : "");
	va_start(arguments, format);
	vfprintf(file, format, arguments);
	va_end(arguments);
	fputs("</span>", file);
}

static void put_limits(FILE *file, const json_t *voucher)
{
	static const struct {
		const char *name;
		format_fn *format;
		const char *what;
	} limits[] = {
		{"timeout_s", format_duration, " from first use"},
		{"quota_bytes", format_size, ""},
		{"down_bps", format_rate, " down"},
		{"up_bps", format_rate, " up"},
	};
	json_int_t devices = field_number(voucher, "devices");
	const char *until = field_text(voucher, "valid_until", NULL);
	char text[LIMIT_TEXT];
	size_t i, n = 0;

	fputs("<p class=\"limits\">", file);
	for (i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		if (field_number(voucher, limits[i].name) > 0)
			put_item(file, &n, "%s%s",
				 limit_text(voucher, limits[i].name, limits[i].format, text),
				 limits[i].what);
	}
	if (devices > 1)
		put_item(file, &n, "%" JSON_INTEGER_FORMAT " devices", devices);
	if (until && strlen(until) >= 10 && !until[strspn(until, "0123456789-T:Z")])
		put_item(file, &n, "until %.10s", until);
	fputs("</p>\n", file);
}

enum outcome sheet_add(struct sheet *sheet, const json_t *voucher, struct error *error)
{
	const json_t *zone = find_zone(sheet, voucher);
	const char *url = field_text(zone, "url", ""), *code = field_text(voucher, "code", "");
	const char *note = field_text(voucher, "note", NULL);
	char link[LINK_SIZE];

	/* A code that isn't one would be markup. */
	if (code[strspn(code, "0123456789ABCDEFGHJKMNPQRSTVWXYZ-")])
		return answer_broken(error);
	snprintf(link, sizeof(link), "%s%cvoucher=%s", url, strchr(url, '?') ? '&' : '?', code);
	if (sheet->n % A_PAGE == 0)
		fprintf(sheet->file, "%s<section class=\"page\">\n",
			sheet->n ? "</section>\n" : "");
	sheet->n++;
	fputs("<article class=\"voucher\">\n", sheet->file);
	if (put_code(sheet->file, link)) {
		fail(error, ERANGE,
		     "the portal's url '%.200s' is too long for a QR code; use a shorter one", url);
		return OUTCOME_REFUSED;
	}
	fputs("<div>\n<p class=\"name\">", sheet->file);
	put_text(sheet->file, field_text(zone, "name", ""));
	fprintf(sheet->file, "</p>\n<p class=\"code\">%s</p>\n", code);
	put_limits(sheet->file, voucher);
	if (note) {
		fputs("<p class=\"note\">", sheet->file);
		put_text(sheet->file, note);
		fputs("</p>\n", sheet->file);
	}
	fputs("</div>\n</article>\n", sheet->file);
	return OUTCOME_DONE;
}

/* --- the file ------------------------------------------------------------------------------ */

/* Whoever can read it can use the codes. */
static FILE *make_file(const char *name)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, 0600);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");

	if (!file && fd >= 0)
		close(fd);
	return file;
}

static enum outcome ask_status(const struct arguments *arguments, json_t **ret_status,
			       struct error *error)
{
	struct url url;
	struct request request = client_portal_request(arguments, "GET", "/v1/status", NULL, &url);

	return client_object(&request, ret_status, NULL, error);
}

enum outcome sheet_open(const struct arguments *arguments, const char *file,
			struct sheet **ret_sheet, struct error *error)
{
	struct sheet *sheet = calloc(1, sizeof(*sheet));
	enum outcome outcome;

	if (!sheet) {
		fail(error, ENOMEM, "out of memory");
		return OUTCOME_REFUSED;
	}
	sheet->name = file;
	outcome = ask_status(arguments, &sheet->status, error);
	if (outcome == OUTCOME_DONE) {
		sheet->file = make_file(file);
		if (!sheet->file) {
			fail(error, errno, "the sheet '%.200s' could not be made: %s; name another",
			     file, strerror(errno));
			outcome = OUTCOME_REFUSED;
		}
	}
	if (outcome != OUTCOME_DONE) {
		json_decref(sheet->status);
		free(sheet);
		return outcome;
	}
	fputs(head, sheet->file);
	*ret_sheet = sheet;
	return OUTCOME_DONE;
}

enum outcome sheet_close(struct sheet *sheet, bool is_whole, struct error *error)
{
	enum outcome outcome = OUTCOME_DONE;

	if (!sheet)
		return OUTCOME_DONE;
	fprintf(sheet->file, "%s</body>\n</html>\n", sheet->n ? "</section>\n" : "");
	if (ferror(sheet->file) | fclose(sheet->file)) {
		fail(error, EIO,
		     "the sheet '%.200s' could not be written; make room and print it with `xdp511 "
		     "voucher list BATCH --sheet FILE`",
		     sheet->name);
		outcome = OUTCOME_REFUSED;
	}
	if (!is_whole || outcome != OUTCOME_DONE)
		(void)unlink(sheet->name);
	json_decref(sheet->status);
	free(sheet);
	return outcome;
}
