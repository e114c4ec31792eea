/* SPDX-License-Identifier: MIT */
/* config_forms.c - what a value of each kind looks like, in words for the manual. */
#include "base/config_help.h"

#include <stdio.h>
#include <string.h>

#include "base/config_lists.h"
#include "base/config_setters.h"

static const struct {
	int (*set)(const struct key *key, void *owner, const char *value, struct error *error);
	const char *form;
} forms[] = {
	{set_path, "an absolute path"},
	{set_url, "a URL, http:// or https://"},
	{set_web_url, "a URL, http:// or https://"},
	{set_api_url, "a URL, https://"},
	{set_interface, "the name of an interface"},
	{add_interface, "the name of an interface"},
	{set_vlan, "a number from 1 to 4094, or two with a dot between"},
	{set_methods, "words with blanks between"},
	{add_resolver, "an address"},
	{add_prefix, "PREFIX, or PREFIX:PORT/PROTOCOL with tcp or udp; IPv6 in brackets"},
	{add_domain, "a name, or *. and a name"},
	{add_probe_rule, "host=NAME, path=PATH and answer=ANSWER with blanks between"},
};

/* "a duration; write 30s, 15m or 0" is for an error; what is to be written is the form. */
static const char *remedy_of(const char *form)
{
	static const char write[] = "; write ";
	const char *remedy = strstr(form, write);

	return remedy ? remedy + strlen(write) : form;
}

char *key_form(const struct key *key, char buffer[KEY_FORM_SIZE])
{
	buffer[0] = '\0';
	if (key->form)
		snprintf(buffer, KEY_FORM_SIZE, "%s", remedy_of(key->form));
	else if (key->set == set_count)
		snprintf(buffer, KEY_FORM_SIZE, "a number from %u to %u", key->min, key->max);
	else if (key->set == set_text)
		snprintf(buffer, KEY_FORM_SIZE, "text of at most %zu bytes", key->size - 1);
	else if (key->set == add_endpoint && key->port)
		snprintf(buffer, KEY_FORM_SIZE, "ADDRESS or ADDRESS:PORT (%u); IPv6 in brackets",
			 key->port);
	else if (key->set == add_endpoint)
		snprintf(buffer, KEY_FORM_SIZE, "an address; IPv6 in brackets");
	for (size_t i = 0; !buffer[0] && i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (forms[i].set == key->set)
			snprintf(buffer, KEY_FORM_SIZE, "%s", forms[i].form);
	}
	return buffer;
}
