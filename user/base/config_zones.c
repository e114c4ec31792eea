/* SPDX-License-Identifier: MIT */
/* config_zones.c - the rules between the lines: what must be there, and what each zone inherits. */
#include "base/config_parser.h"

#include <errno.h>
#include <string.h>

#include "base/config_lists.h"

unsigned int config_line(const struct config_parser *parser, size_t zone, const char *section,
			 const char *name)
{
	const struct key *key;
	size_t i;

	for (i = 0; (key = key_at(i)); i++) {
		if (!strcmp(key->section, section) && !strcmp(key->name, name))
			break;
	}
	if (!key)
		return 0;
	return parser->lines[zone].key[i] ? parser->lines[zone].key[i] : parser->lines[0].key[i];
}

/* The line of a zone's key, or else that of its header. */
static unsigned int line_of(const struct config_parser *parser, size_t zone, const char *name)
{
	const unsigned int line = config_line(parser, zone, "zone", name);

	return line ? line : parser->lines[zone].header;
}

static int check_required(struct config_parser *parser)
{
	const struct config *config = parser->config;
	const unsigned int last =
		parser->line ? parser->line : 1; /* an empty file has line 1 too */

	if (!config->gateway.n_interfaces)
		return config_refuse(parser, EINVAL,
				     parser->gateway_line ? parser->gateway_line : last,
				     "[gateway] names no interface; add 'interface = NAME'");
	if (!config->zones[0].portal.url[0])
		return config_refuse(
			parser, EINVAL, parser->lines[0].header ? parser->lines[0].header : last,
			"[portal] has no url; add 'url = https://…', where guests sign in");
	return 0;
}

static int check_place(struct config_parser *parser, size_t number)
{
	const struct config_zone *zone = &parser->config->zones[number];

	if (!zone->vlan && !zone->interface[0])
		return config_refuse(parser, EINVAL, parser->lines[number].header,
				     "zone '%s' has no place; add 'vlan = N' or 'interface = NAME'",
				     zone->name);
	if (zone->interface[0] && !config_has_interface(&parser->config->gateway, zone->interface))
		return config_refuse(
			parser, EINVAL, line_of(parser, number, "interface"),
			"interface '%s' of zone '%s' is none of [gateway]; name it there too",
			zone->interface, zone->name);
	return 0;
}

static bool share_frames(const struct config_zone *a, const struct config_zone *b)
{
	if (a->vlan != b->vlan || a->inner_vlan != b->inner_vlan)
		return false;
	return !a->interface[0] || !b->interface[0] || !strcmp(a->interface, b->interface);
}

/* Against the zones before it; @number is the later one, where the remedy is looked for. */
static int check_overlap(struct config_parser *parser, size_t number)
{
	const struct config_zone *zone = &parser->config->zones[number];
	const struct config_zone *other = &parser->config->zones[1];

	while (other < zone && !share_frames(zone, other))
		other++;
	if (other == zone)
		return 0;
	if (!zone->vlan)
		return config_refuse(parser, EINVAL, line_of(parser, number, "interface"),
				     "zones '%s' and '%s' both have the untagged frames of '%s'; "
				     "give one of them a vlan",
				     other->name, zone->name, zone->interface);
	if (zone->inner_vlan)
		return config_refuse(
			parser, EINVAL, line_of(parser, number, "vlan"),
			"zones '%s' and '%s' both have VLAN %u.%u; give one of them another",
			other->name, zone->name, zone->vlan, zone->inner_vlan);
	return config_refuse(parser, EINVAL, line_of(parser, number, "vlan"),
			     "zones '%s' and '%s' both have VLAN %u; give one of them another",
			     other->name, zone->name, zone->vlan);
}

/* Each key that @number doesn't name gets the value of the top sections. */
static int inherit(struct config_parser *parser, size_t number)
{
	const struct config_zone *from = &parser->config->zones[0];
	struct config_zone *to = &parser->config->zones[number];
	const struct key *key;
	int err = 0;
	size_t i;

	for (i = 0; (key = key_at(i)) && !err; i++) {
		if (parser->lines[number].key[i] || !key_is_inherited(key))
			continue;
		if (key->same)
			err = list_copy(key, from, to);
		else
			memcpy((char *)to + key->offset, (const char *)from + key->offset,
			       key->size);
	}
	if (err)
		return config_refuse(parser, -err, parser->lines[number].header,
				     "no memory for zone '%s'", to->name);
	return 0;
}

/* Who is sent to a portal elsewhere doesn't sign in at the embedded one, unless the zone says how. */
static void keep_apart(struct config_parser *parser, size_t number)
{
	const struct config_portal *first = &parser->config->zones[0].portal;
	struct config_zone *zone = &parser->config->zones[number];

	if (config_line(parser, number, "sign-in", "methods") !=
	    config_line(parser, 0, "sign-in", "methods"))
		return;
	if (strcmp(zone->portal.host, first->host) != 0 || zone->portal.port != first->port)
		zone->sign_in.methods = 0;
}

int config_resolve(struct config_parser *parser)
{
	int err = check_required(parser);
	size_t i;

	for (i = 1; i < parser->config->n_zones && !err; i++) {
		err = check_place(parser, i);
		if (!err)
			err = check_overlap(parser, i);
		if (!err)
			err = inherit(parser, i);
		if (!err)
			keep_apart(parser, i);
	}
	for (i = 0; i < parser->config->n_zones; i++)
		parser->config->zones[i].portal.page_line =
			config_line(parser, i, "portal", "page");
	return err ? err : config_check_services(parser);
}
