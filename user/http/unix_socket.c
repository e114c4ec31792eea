/* SPDX-License-Identifier: MIT */
/* unix_socket.c - the file of an API's socket: made, guarded against a second server, removed. */
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

#include "http/unix_socket.h"

#define BACKLOG 128

static int make_directory(const char *path, const char *key, struct error *error)
{
	char directory[sizeof(((struct unix_socket *)0)->path)];
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
		    "the directory '%s' of the %s socket could not be made: %s; "
		    "make it, or change `%s`",
		    directory, key, strerror(errno), key);
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

static int remove_stale(const struct sockaddr_un *address, const char *key, struct error *error)
{
	const char *path = address->sun_path;
	struct stat status;
	int answers;

	if (lstat(path, &status)) {
		if (errno == ENOENT)
			return 0;
		return fail(error, errno,
			    "the %s socket '%s' could not be looked at: %s; change `%s`", key, path,
			    strerror(errno), key);
	}
	if (!S_ISSOCK(status.st_mode))
		return fail(error, EEXIST, "'%s' is no socket; remove it, or change `%s`", path,
			    key);
	answers = somebody_answers(address);
	if (answers < 0)
		return answers;
	if (answers)
		return fail(error, EADDRINUSE,
			    "another server answers at '%s'; stop it first, or change `%s`", path,
			    key);
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

static int listen_at(const struct sockaddr_un *address, struct unix_socket *unix_socket)
{
	struct stat status;
	int err = 0;

	if (bind(unix_socket->fd, (const struct sockaddr *)address, sizeof(*address)))
		return -errno;
	err = give_to_group(address->sun_path);
	if (!err && (lstat(address->sun_path, &status) || listen(unix_socket->fd, BACKLOG)))
		err = -errno;
	if (err) {
		unlink(address->sun_path);
		return err;
	}
	unix_socket->device = status.st_dev;
	unix_socket->inode = status.st_ino;
	return 0;
}

int unix_socket_open(const char *path, const char *key, struct unix_socket *ret_socket,
		     struct error *error)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct unix_socket made = {};
	int err;

	if (strlen(path) >= sizeof(address.sun_path))
		return fail(error, ENAMETOOLONG,
			    "the %s socket '%s' has too long a path; use at most %zu characters",
			    key, path, sizeof(address.sun_path) - 1);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	snprintf(made.path, sizeof(made.path), "%s", path);
	err = make_directory(path, key, error);
	if (!err)
		err = remove_stale(&address, key, error);
	if (err)
		return err;
	made.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (made.fd < 0)
		return fail(error, errno, "the %s socket could not be made: %s", key,
			    strerror(errno));
	err = listen_at(&address, &made);
	if (err) {
		close(made.fd);
		return fail(error, -err, "the %s socket '%s' could not be made: %s; change `%s`",
			    key, path, strerror(-err), key);
	}
	*ret_socket = made;
	return 0;
}

void unix_socket_remove(const struct unix_socket *unix_socket)
{
	struct stat status;

	if (!unix_socket->path[0] || lstat(unix_socket->path, &status))
		return;
	if (status.st_dev == unix_socket->device && status.st_ino == unix_socket->inode)
		(void)unlink(unix_socket->path);
}
