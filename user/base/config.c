/* SPDX-License-Identifier: MIT */
/* config.c - reads the configuration file: lines, sections and keys, each checked where it stands. */
#include "base/config.h"

#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xdp511/names.h>

#include "base/config_parser.h"
#include "base/config_values.h"

#define SECTIONS_TEXT 160
#define ZONE_PREFIX   "zone "

int config_refuse(struct config_parser *parser, int err, unsigned int line, const char *format, ...)
{
	struct error sentence;
	va_list args;

	va_start(args, format);
	vsnprintf(sentence.text, sizeof(sentence.text), format, args);
	va_end(args);
	parser->err = fail(parser->error, err, "%s:%u: %s", parser->file, line, sentence.text);
	return parser->err;
}

static int refuse_line(struct config_parser *parser, const char *sentence)
{
	return config_refuse(parser, EINVAL, parser->line, "%s", sentence);
}

/* "[gateway], [portal], … and [zone NAME]". Returns @buffer. */
static char *list_sections(char buffer[SECTIONS_TEXT])
{
	const struct section *section;
	size_t used = 0;
	size_t i;

	buffer[0] = '\0';
	for (i = 0; (section = section_at(i)) && used < SECTIONS_TEXT; i++)
		used += (size_t)snprintf(buffer + used, SECTIONS_TEXT - used, "%s[%s%s]",
					 !i		     ? ""
					 : section_at(i + 1) ? ", "
							     : " and ",
					 section->name,
					 strcmp(section->name, "zone") ? "" : " NAME");
	return buffer;
}

static int open_zone(struct config_parser *parser, const char *text)
{
	struct config *config = parser->config;
	char name[ZONE_NAME_SIZE];
	const char *reason;

	if (parse_zone_name(text, name, &reason))
		return config_refuse(parser, EINVAL, parser->line, "'%s' is %s", text, reason);
	if (config_find_zone(config, name))
		return config_refuse(
			parser, EINVAL, parser->line,
			"zone '%s' is in line %u already; rename or remove one of them", name,
			parser->lines[config_find_zone(config, name) - config->zones].header);
	if (config->n_zones == X511_MAX_ZONES)
		return config_refuse(parser, EINVAL, parser->line,
				     "zone '%s' is one too many; use at most %d", name,
				     X511_MAX_ZONES - 1);
	parser->section = "zone";
	parser->zone = config->n_zones++;
	parser->lines[parser->zone].header = parser->line;
	strcpy(config->zones[parser->zone].name, name);
	return 0;
}

/* @name is what stands in the brackets. */
static int open_section(struct config_parser *parser, const char *name)
{
	const struct section *section = section_find(name);
	char known[SECTIONS_TEXT];

	if (!strncmp(name, ZONE_PREFIX, strlen(ZONE_PREFIX)))
		return open_zone(parser, name + strlen(ZONE_PREFIX));
	if (!section || !strcmp(name, "zone"))
		return config_refuse(parser, EINVAL, parser->line,
				     "unknown section [%s]; there are %s", name,
				     list_sections(known));
	parser->section = section->name;
	parser->zone = 0;
	if (!strcmp(name, "gateway"))
		parser->gateway_line = parser->line;
	if (!strcmp(name, "portal"))
		parser->lines[0].header = parser->line;
	return 0;
}

/* inih would pass over text behind the bracket, and doesn't tell of a section without keys. */
static int read_header(struct config_parser *parser, const char *line, size_t length)
{
	char name[INI_MAX_LINE];
	const char *end = memchr(line, ']', length);

	if (!end)
		return refuse_line(parser, "a section without its ]; write it like [portal]");
	if (end != line + length - 1)
		return refuse_line(parser,
				   "text behind the section's ]; move it to a line of its own");
	snprintf(name, sizeof(name), "%.*s", (int)(end - line - 1), line + 1);
	return open_section(parser, name);
}

/* Takes one line out of the text, without its end, indentation and comment. */
static const char *take_line(struct config_parser *parser, size_t *ret_length)
{
	const char *line = parser->text;
	const char *newline = memchr(line, '\n', (size_t)(parser->end - line));
	const char *end = newline ? newline : parser->end;
	const char *c;

	parser->text = newline ? newline + 1 : parser->end;
	if (end > line && end[-1] == '\r')
		end--;
	while (line < end && (*line == ' ' || *line == '\t'))
		line++;
	if (line < end && (*line == ';' || *line == '#'))
		end = line;
	for (c = line + 1; c < end; c++) { /* the same comments that inih would find */
		if (*c == ';' && (c[-1] == ' ' || c[-1] == '\t'))
			end = c;
	}
	while (end > line && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	*ret_length = (size_t)(end - line);
	return line;
}

/* Tabs are spaces between words, and the only controls that may be in a line. */
static bool is_plain(const char *line)
{
	while (*line) {
		size_t length = *line == '\t' ? 1 : printable_length(line);

		if (!length)
			return false;
		line += length;
	}
	return true;
}

/*
 * inih's reader. Whatever inih would cut, join or pass over in silence is refused here: lines
 * longer than its buffer, NULs, and indented lines, which it takes for more of the value
 * before (here indentation means nothing).
 */
static char *read_line(char *buffer, int size, void *stream)
{
	struct config_parser *parser = stream;
	const char *line;
	size_t length;

	if (parser->err || parser->text == parser->end)
		return NULL;
	parser->line++;
	line = take_line(parser, &length);
	if (length > (size_t)size - 2) {
		config_refuse(parser, EINVAL, parser->line,
			      "the line is longer than %d characters; shorten its value", size - 2);
		return NULL;
	}
	memcpy(buffer, line, length);
	buffer[length] = '\0';
	if (strlen(buffer) != length || !is_plain(buffer))
		refuse_line(parser,
			    "the line has control characters or isn't UTF-8; write plain text");
	else if (buffer[0] == '[')
		read_header(parser, buffer, length);
	else if (length && !strpbrk(buffer, "=:"))
		config_refuse(parser, EINVAL, parser->line,
			      "'%s' is neither a section nor a key; write "
			      "KEY = VALUE",
			      buffer);
	return parser->err ? NULL : buffer;
}

static int refuse_key(struct config_parser *parser, const char *name)
{
	const char *section =
		parser->zone ? parser->config->zones[parser->zone].name : parser->section;
	const char *kind = parser->zone ? "zone " : "";
	char known[384] = "";
	size_t used = 0;
	const struct key *key;
	size_t i;

	for (i = 0; (key = key_at(i)); i++) {
		if (!strcmp(key->name, name))
			return config_refuse(parser, EINVAL, parser->line,
					     "key '%s' doesn't belong in [%s%s]; move it to [%s%s]",
					     name, kind, section, key->section,
					     strcmp(key->section, "zone") ? "" : " NAME");
		if (key_belongs(key, parser->section) && used < sizeof(known))
			used += (size_t)snprintf(known + used, sizeof(known) - used, "%s%s",
						 used ? ", " : "", key->name);
	}
	return config_refuse(parser, EINVAL, parser->line,
			     "unknown key '%s' in [%s%s]; there are %s", name, kind, section,
			     known);
}

static int take_value(struct config_parser *parser, const char *name, const char *value)
{
	char known[SECTIONS_TEXT];
	unsigned int *line;
	struct error error;
	const struct key *key;
	void *owner;
	size_t i;
	int err;

	if (!parser->section)
		return config_refuse(
			parser, EINVAL, parser->line,
			"key '%s' stands before the first section; put it below one of %s", name,
			list_sections(known));
	for (i = 0; (key = key_at(i)); i++) {
		if (!strcmp(key->name, name) && key_belongs(key, parser->section))
			break;
	}
	if (!key)
		return refuse_key(parser, name);
	line = &parser->lines[parser->zone].key[i];
	if (*line && !key->repeatable)
		return config_refuse(parser, EINVAL, parser->line,
				     "%s is set in line %u already; remove one of the two", name,
				     *line);
	if (!value[0])
		return config_refuse(parser, EINVAL, parser->line,
				     "%s has no value; give one or remove the line", name);
	if (!*line)
		*line = parser->line;
	owner = (void *)key_owner(key, parser->config, parser->zone); /* the parser's own */
	err = key->set(key, owner, value, &error);
	if (err)
		return config_refuse(parser, -err, parser->line, "%s", error.text);
	return 0;
}

/* inih's handler; its own idea of the section is cut at 49 characters and not used. */
static int take_pair(void *user, const char *section, const char *name, const char *value)
{
	(void)section;
	return take_value(user, name, value) == 0;
}

static struct config *config_new(void)
{
	struct config *config = calloc(1, sizeof(*config));
	struct config_zone *zone;

	if (!config)
		return NULL;
	config->zones = calloc(X511_MAX_ZONES, sizeof(*config->zones));
	if (!config->zones)
		return config_free(config);
	config->n_zones = 1;
	strcpy(config->gateway.bpf_dir, X511_BPF_DIR);
	strcpy(config->gateway.state_dir, X511_STATE_DIR);
	strcpy(config->gateway.control, X511_CONTROL);
	config->gateway.max_sessions = 1048576;
	config->gateway.max_guests = 1048576;
	config->gateway.https_alerts = 20000;
	config->gateway.queue_responder = 200000;
	config->gateway.queue_resolver = 20000;
	config->gateway.queue_kernel = 100000;
	config->gateway.new_guests = 20000;
	strcpy(config->web.state_dir, X511_PORTAL_STATE);
	strcpy(config->web.admin, X511_ADMIN);
	config->radius.timeout_s = 2;
	config->radius.deadline_s = 8;
	config->radius.remember_s = 12 * 3600;
	config->fas.level = 1;
	config->log.keep_s = 30 * 24 * 3600;
	config->log.level = LOG_LEVEL_INFO;

	zone = &config->zones[0];
	strcpy(zone->name, ZONE_DEFAULT);
	strcpy(zone->portal.name, "Wi-Fi");
	zone->portal.probes_auto = true;
	zone->session.timeout_s = 8 * 3600;
	zone->session.idle_s = 30 * 60;
	zone->guest.packets_per_second = 50;
	zone->guest.park_s = 30;
	zone->guest.https_alerts = 20;
	zone->sign_in.methods = METHOD_CLICK;
	return config;
}

int config_parse(const char *text, size_t size, const char *name, struct config **ret_config,
		 struct error *error)
{
	struct config_parser parser = {
		.file = name,
		.text = text,
		.end = text + size,
		.error = error,
	};
	int line;

	parser.config = config_new();
	parser.lines = calloc(X511_MAX_ZONES, sizeof(*parser.lines));
	if (!parser.config || !parser.lines) {
		parser.err = fail(error, ENOMEM, "no memory for the configuration '%s'", name);
		goto out;
	}
	if (size >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) /* UTF-8's byte order mark */
		parser.text += 3;
	line = ini_parse_stream(read_line, &parser, take_pair, &parser);
	if (line && !parser.err)
		config_refuse(&parser, EINVAL, line > 0 ? (unsigned int)line : parser.line,
			      "not a section, a key or a comment; write KEY = VALUE");
	if (!parser.err)
		config_resolve(&parser);
	if (!parser.err) {
		*ret_config = parser.config;
		parser.config = NULL;
	}
out:
	free(parser.lines);
	config_free(parser.config);
	return parser.err;
}
