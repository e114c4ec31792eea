/* SPDX-License-Identifier: MIT */
/* control.c - the file of the control socket: made, guarded against a second daemon, removed. */
#include <errno.h>
#include <grp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <xdp511/names.h>

#include "controller/control.h"

#define BACKLOG 128

static int make_directory(const char *path, struct error *error)
{
	char directory[sizeof(((struct control *)0)->path)];
	char *slash;

	snprintf(directory, sizeof(directory), "%s", path);
	slash = strrchr(directory, '/');
	if (!slash || slash == directory)
		return 0;
	*slash = '\0';
	if (!mkdir(directory, 0755))
		return chmod(directory, 0755) ? -errno : 0;
	if (errno == EEXIST)
		return 0;
	return fail(error, errno,
		    "the directory '%s' of the control socket could not be made: %s; "
		    "make it, or change `control`",
		    directory, strerror(errno));
}

/* 1: somebody listens there, 0: nobody does. */
static int somebody_answers(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int answers;

	if (fd < 0)
		return -errno;
	/* EAGAIN is a full queue, so there is a listener too. */
	answers = !connect(fd, (const struct sockaddr *)address, sizeof(*address)) ||
		  errno == EAGAIN || errno == EINPROGRESS;
	close(fd);
	return answers;
}

static int remove_stale(const struct sockaddr_un *address, struct error *error)
{
	const char *path = address->sun_path;
	struct stat status;
	int answers;

	if (lstat(path, &status)) {
		if (errno == ENOENT)
			return 0;
		return fail(error, errno,
			    "the control socket '%s' could not be looked at: %s; "
			    "change `control`",
			    path, strerror(errno));
	}
	if (!S_ISSOCK(status.st_mode))
		return fail(error, EEXIST, "'%s' is no socket; remove it, or change `control`",
			    path);
	answers = somebody_answers(address);
	if (answers < 0)
		return answers;
	if (answers)
		return fail(error, EADDRINUSE,
			    "another xdp511d answers at '%s'; stop it first, or "
			    "change `control`",
			    path);
	return unlink(path) ? -errno : 0;
}

/* Without the group only root may use the socket. */
static int give_to_group(const char *path)
{
	const struct group *group = getgrnam(X511_GROUP);

	if (group && lchown(path, -1, group->gr_gid))
		return -errno;
	return chmod(path, 0660) ? -errno : 0;
}

static int listen_at(const struct sockaddr_un *address, struct control *control)
{
	struct stat status;
	int err = 0;

	if (bind(control->fd, (const struct sockaddr *)address, sizeof(*address)))
		return -errno;
	err = give_to_group(address->sun_path);
	if (!err && (lstat(address->sun_path, &status) || listen(control->fd, BACKLOG)))
		err = -errno;
	if (err) {
		unlink(address->sun_path);
		return err;
	}
	control->device = status.st_dev;
	control->inode = status.st_ino;
	return 0;
}

int control_open(const char *path, struct control *ret_control, struct error *error)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct control control = {};
	int err;

	if (strlen(path) >= sizeof(address.sun_path))
		return fail(error, ENAMETOOLONG,
			    "the control socket '%s' has too long a path; use at "
			    "most %zu characters",
			    path, sizeof(address.sun_path) - 1);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	snprintf(control.path, sizeof(control.path), "%s", path);
	err = make_directory(path, error);
	if (!err)
		err = remove_stale(&address, error);
	if (err)
		return err;
	control.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (control.fd < 0)
		return fail(error, errno, "the control socket could not be made: %s",
			    strerror(errno));
	err = listen_at(&address, &control);
	if (err) {
		close(control.fd);
		return fail(error, -err,
			    "the control socket '%s' could not be made: %s; change `control`", path,
			    strerror(-err));
	}
	*ret_control = control;
	return 0;
}

void control_remove(const struct control *control)
{
	struct stat status;

	if (!control->path[0] || lstat(control->path, &status))
		return;
	if (status.st_dev == control->device && status.st_ino == control->inode)
		(void)unlink(control->path);
}
