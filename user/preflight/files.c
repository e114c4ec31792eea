/* SPDX-License-Identifier: MIT */
/* files.c - looks at keys and secrets, and at the users who need them. */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include <sys/stat.h>

#include <xdp511/names.h>

#include "preflight/collect.h"

#define GROUPS_MAX 64

/* The portal's user, and the groups it is in. */
struct reader {
	bool is_there;
	uid_t uid;
	gid_t groups[GROUPS_MAX];
	int n_groups;
};

static struct reader find_reader(void)
{
	const struct passwd *user = getpwnam(X511_PORTAL_USER);
	struct reader reader = {.is_there = user != NULL, .n_groups = GROUPS_MAX};

	if (!user)
		return reader;
	reader.uid = user->pw_uid;
	if (getgrouplist(X511_PORTAL_USER, user->pw_gid, reader.groups, &reader.n_groups) < 0)
		reader.n_groups = GROUPS_MAX;
	return reader;
}

static bool is_in(const struct reader *reader, gid_t group)
{
	int i;

	for (i = 0; i < reader->n_groups; i++) {
		if (reader->groups[i] == group)
			return true;
	}
	return false;
}

static bool can_read(const struct reader *reader, const struct stat *status)
{
	if (status->st_uid == reader->uid)
		return status->st_mode & S_IRUSR;
	return is_in(reader, status->st_gid) ? status->st_mode & S_IRGRP
					     : status->st_mode & S_IROTH;
}

static void look_at(struct report *report, const char *what, const char *path,
		    const struct reader *reader)
{
	struct file_facts facts = {.what = what, .path = path};
	struct stat status;

	if (!path[0])
		return;
	if (stat(path, &status)) {
		facts.err = -errno;
	} else {
		facts.err = S_ISREG(status.st_mode) ? 0 : -EINVAL;
		facts.mode = status.st_mode;
	}
	if (reader && reader->is_there) {
		facts.reader_group = X511_PORTAL_USER;
		facts.has_reader = true;
		facts.is_readable = !facts.err && can_read(reader, &status);
	}
	judge_file(report, &facts);
}

static void look_at_users(struct report *report, const struct config *config,
			  const struct reader *reader)
{
	const struct group *group = getgrnam(X511_GROUP);
	struct user_facts facts = {
		.has_group = group != NULL,
		.has_user = reader->is_there,
		.has_portal = config->web.http.n || config->web.https.n || config->uam.listen.n ||
			      config->fas.listen.n,
	};

	facts.is_member = group && is_in(reader, group->gr_gid);
	judge_user(report, &facts);
}

void collect_files(struct report *report, const struct config *config)
{
	const struct reader reader = find_reader();
	char link_key[PATH_SIZE];
	struct stat status;

	look_at_users(report, config, &reader);
	look_at(report, "[web] key", config->web.key, &reader);
	look_at(report, "[api] key", config->api.key, NULL);
	look_at(report, "[api] token", config->api.token_file, NULL);
	look_at(report, "[radius]", config->radius.secret_file, &reader);
	look_at(report, "[uam]", config->uam.secret_file, &reader);
	look_at(report, "[fas]", config->fas.key_file, &reader);
	/* The daemon makes it at its first start. */
	snprintf(link_key, sizeof(link_key), "%s/" X511_LINK_KEY, config->gateway.state_dir);
	if (!stat(link_key, &status))
		look_at(report, "link key", link_key, NULL);
}
