/* SPDX-License-Identifier: MIT */
/* privileges.c - from root to a user of the portal's own. */
#include "portal/privileges.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sys/prctl.h>
#include <sys/stat.h>

#include <xdp511/names.h>

#include "base/capabilities.h"

#define BIND_LOW_PORTS CAPABILITY(CAP_NET_BIND_SERVICE)
#define CHANGE_USER    (CAPABILITY(CAP_SETUID) | CAPABILITY(CAP_SETGID))

/* What is there already is the operator's to own. */
static int make_directory(const char *path, mode_t mode, const struct passwd *user,
			  struct error *error)
{
	if (!path[0] || (mkdir(path, mode) && errno == EEXIST))
		return 0;
	if (chown(path, user->pw_uid, user->pw_gid) || chmod(path, mode))
		return fail(error, errno,
			    "the directory '%s' can't be made for the user '%s': %s; make it", path,
			    user->pw_name, strerror(errno));
	return 0;
}

static const struct passwd *find_user(struct error *error)
{
	const struct passwd *user = getpwnam(X511_PORTAL_USER);

	if (user && user->pw_uid)
		return user;
	fail(error, ENOENT,
	     "there is no user '%s' to be instead of root; make it by 'useradd --system --groups "
	     "%s %s', or start xdp511-portal as another user",
	     X511_PORTAL_USER, X511_GROUP, X511_PORTAL_USER);
	return NULL;
}

int privileges_make_directories(const struct config_web *web, struct error *error)
{
	const struct passwd *user;
	char directory[PATH_SIZE];
	int err;

	if (geteuid() != 0)
		return 0;
	user = find_user(error);
	if (!user)
		return -ENOENT;
	snprintf(directory, sizeof(directory), "%s", web->admin);
	*strrchr(directory, '/') = '\0'; /* the configuration's paths begin with one */
	err = make_directory(directory, 0755, user, error);
	return err ? err : make_directory(web->state_dir, 0700, user, error);
}

/* The capability to bind low ports stays, and goes once all listens. */
static int change_user(const struct passwd *user)
{
	int err = capabilities_limit(CHANGE_USER | BIND_LOW_PORTS);

	if (err)
		return err;
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) || initgroups(user->pw_name, user->pw_gid) ||
	    setresgid(user->pw_gid, user->pw_gid, user->pw_gid) ||
	    setresuid(user->pw_uid, user->pw_uid, user->pw_uid))
		return -errno;
	return capabilities_limit(BIND_LOW_PORTS);
}

int privileges_leave_root(struct error *error)
{
	const struct passwd *user;
	int err;

	if (geteuid() != 0)
		return 0;
	user = find_user(error);
	if (!user)
		return -ENOENT;
	err = change_user(user);
	return err ? fail(error, -err,
			  "the portal could not become the user '%s': %s; start it as that user",
			  X511_PORTAL_USER, strerror(-err))
		   : 0;
}

int privileges_limit_capabilities(struct error *error)
{
	int err = capabilities_limit(0);

	return err ? fail(error, -err, "the portal could not give up its capabilities: %s",
			  strerror(-err))
		   : 0;
}
