/* SPDX-License-Identifier: MIT */
/* sign_out.c - all sessions of one account ended: listed by the daemon, then one by one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "portal/accounts/users.h"

struct sign_out {
	struct control *control;
	char method[GRANT_METHOD_SIZE];
};

static void ignore(void *context, int status, const json_t *answer)
{
	(void)context;
	(void)status;
	(void)answer;
}

static void end_session(struct control *control, const json_t *session)
{
	const char *mac = json_string_value(json_object_get(session, "mac"));
	const char *zone = json_string_value(json_object_get(session, "zone"));
	char path[CONTROL_PATH_SIZE];
	uint8_t bytes[6];

	if (mac && zone && !parse_mac(mac, bytes, NULL))
		(void)control_request(control, "DELETE", control_session_path(bytes, zone, path),
				      NULL, ignore, NULL);
}

/* A user of that name may be signed in by another method, too. */
static void on_list(void *context, int status, const json_t *answer)
{
	struct sign_out *sign_out = context;
	const json_t *session;
	size_t i;

	if (status != 200)
		log_warning("sessions of an account could not be ended; end them with `xdp511 "
			    "logout --user`");
	json_array_foreach(answer, i, session)
	{
		const char *method = json_string_value(json_object_get(session, "method"));

		if (method && !strcmp(method, sign_out->method))
			end_session(sign_out->control, session);
	}
	free(sign_out);
}

/* Everything but letters, digits, '-', '.' and '_' escaped: three bytes for one. */
static void escape(const char *text, char *to, size_t size)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789-._";
	size_t used = 0;

	for (; *text && used + 4 <= size; text++)
		used += (size_t)snprintf(to + used, size - used,
					 strchr(plain, *text) ? "%c" : "%%%02X",
					 (unsigned char)*text);
	to[used] = '\0';
}

void sign_out_account(struct control *control, const char *method, const char *user)
{
	struct sign_out *sign_out = calloc(1, sizeof(*sign_out));
	char name[3 * GRANT_USER_SIZE + 1], path[sizeof(name) + 32];

	if (!sign_out)
		return;
	sign_out->control = control;
	snprintf(sign_out->method, sizeof(sign_out->method), "%s", method);
	escape(user, name, sizeof(name));
	snprintf(path, sizeof(path), "/v1/sessions?user=%s", name);
	if (control_request(control, "GET", path, NULL, on_list, sign_out))
		free(sign_out);
}
