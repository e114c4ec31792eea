/* SPDX-License-Identifier: MIT */
/* directory.c - makes a directory and gives it to the product's group. */
#include "base/directory.h"

#include <errno.h>
#include <grp.h>
#include <unistd.h>

#include <sys/stat.h>

#include <xdp511/names.h>

int directory_make(const char *path, mode_t mode)
{
	const struct group *group;

	if (mkdir(path, mode & 0700))
		return errno == EEXIST ? 0 : -errno;
	group = getgrnam(X511_GROUP);
	if (group) /* which the daemon may not any more once it runs */
		(void)!chown(path, (uid_t)-1, group->gr_gid);
	/* Units forbid the set-group-ID bit (systemd.exec(5), RestrictSUIDSGID=). */
	if (chmod(path, mode) && (errno != EPERM || chmod(path, mode & 0777)))
		return -errno;
	return 0;
}
