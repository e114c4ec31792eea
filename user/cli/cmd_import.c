/* SPDX-License-Identifier: MIT */
/* cmd_import.c - `xdp511 import`: sends a file of JSON lines, and tells which were refused. */
#include "cli/commands.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/units.h"
#include "cli/client.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/session.h"

#define ENDLESS (1024 * 1024) /* of bytes without a newline; the daemon refuses far shorter lines */

/* The file on its way. */
struct source {
	const char *name; /* for sentences */
	int fd;
	uint64_t lines; /* that have been sent to their end */
	uint64_t bytes;
	size_t line_bytes;    /* of the line that has no end yet */
	struct error problem; /* why it was sent only this far; "": it was not */
	uint64_t size;	      /* of the file; 0: it has none */
	struct progress progress;
};

static enum outcome open_source(const char *file, struct source *ret_source, struct error *error)
{
	struct source source = {.name = file, .fd = STDIN_FILENO};
	struct stat status;

	if (!strcmp(file, "-"))
		source.name = "standard input";
	else
		source.fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (source.fd < 0) {
		fail(error, errno, "'%.200s' can't be read: %s; name a file of JSON lines", file,
		     strerror(errno));
		return OUTCOME_REFUSED;
	}
	if (fstat(source.fd, &status))
		status = (struct stat){.st_size = 0};
	if (S_ISDIR(status.st_mode)) {
		close(source.fd);
		fail(error, EISDIR, "'%.200s' is a directory; name a file of JSON lines", file);
		return OUTCOME_REFUSED;
	}
	if (S_ISREG(status.st_mode))
		source.size = (uint64_t)status.st_size;
	source.progress = progress_start("lines", false);
	*ret_source = source;
	return OUTCOME_DONE;
}

static void count_lines(struct source *source, const char *bytes, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		source->line_bytes++;
		if (bytes[i] != '\n')
			continue;
		source->lines++;
		source->line_bytes = 0;
	}
	source->bytes += n;
}

/* What can't be read any further ends the body early: what was sent until then is answered. */
static ssize_t give_bytes(void *context, char *buffer, size_t max, struct error *error)
{
	struct source *source = context;
	ssize_t n;

	(void)error;
	if (source->line_bytes > ENDLESS) {
		fail(&source->problem, E2BIG,
		     "line %" PRIu64 " of '%.200s' doesn't end, so nothing behind it was sent; "
		     "import lines as export writes them",
		     source->lines + 1, source->name);
		return 0;
	}
	do {
		n = read(source->fd, buffer, max);
	} while (n < 0 && errno == EINTR);
	if (n < 0) {
		fail(&source->problem, errno, "'%.200s' can't be read to its end: %s", source->name,
		     strerror(errno));
		return 0;
	}
	count_lines(source, buffer, (size_t)n);
	progress_show(&source->progress, source->lines, source->bytes, source->size);
	return n;
}

static void print_refusals(const json_t *answer)
{
	json_int_t refused = field_number(answer, "refused");
	json_t *refusal;
	size_t i;

	json_array_foreach(json_object_get(answer, "errors"), i, refusal)
		print_line("line %" JSON_INTEGER_FORMAT ": %s", field_number(refusal, "line"),
			   field_text(refusal, "detail", "refused"));
	if (refused > (json_int_t)i)
		print_line("%" JSON_INTEGER_FORMAT " more lines are refused",
			   refused - (json_int_t)i);
}

static enum outcome print_answer(const struct arguments *arguments, const struct source *source,
				 const json_t *answer, struct error *error)
{
	json_int_t imported = field_number(answer, "imported");
	json_int_t refused = field_number(answer, "refused");

	if (arguments->json) {
		print_json(answer);
	} else {
		print_refusals(answer);
		print_line("%" JSON_INTEGER_FORMAT " %s imported, %" JSON_INTEGER_FORMAT " refused",
			   imported, imported == 1 ? "session" : "sessions", refused);
	}
	if (source->problem.text[0]) {
		*error = source->problem;
		return OUTCOME_REFUSED;
	}
	if (!refused)
		return OUTCOME_DONE;
	fail(error, EINVAL,
	     "%" JSON_INTEGER_FORMAT
	     " %s of '%.200s' %s refused; correct and import again what was",
	     refused, refused == 1 ? "line" : "lines", source->name, refused == 1 ? "was" : "were");
	return OUTCOME_REFUSED;
}

enum outcome cmd_import(const struct arguments *arguments, struct error *error)
{
	struct source source;
	struct stream stream = {.give = give_bytes, .context = &source};
	struct url url;
	struct request request = client_request(arguments, "POST", "/v1/sessions", &url);
	enum outcome outcome = open_source(arguments->operands[0], &source, error);
	json_t *answer = NULL;

	if (outcome != OUTCOME_DONE)
		return outcome;
	request.stream = &stream;
	request.silence_ms = CLIENT_BULK_MS;
	outcome = client_object(&request, &answer, NULL, error);
	progress_end(&source.progress);
	if (outcome == OUTCOME_DONE)
		outcome = print_answer(arguments, &source, answer, error);
	json_decref(answer);
	if (source.fd != STDIN_FILENO)
		close(source.fd);
	return outcome;
}
