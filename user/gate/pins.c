/* SPDX-License-Identifier: MIT */
/* pins.c - makes, locks, lists and empties the pin directory. */
#include "gate/pins.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <linux/magic.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <xdp511/names.h>

#define MAP_PREFIX  "x511_"
#define LINK_SUFFIX "_x511_gate"

#define LOCK_TRIES    3 /* of a directory that went away between open and lock */
#define LOCK_WAIT_MS  2000
#define LOCK_PAUSE_MS 20

char *pins_map_path(const char *dir, const char *map, char *buffer)
{
	snprintf(buffer, PIN_PATH_SIZE, "%s/%s", dir, map);
	return buffer;
}

/*
 * BPF file systems refuse dots in names, interfaces may have them; and interfaces can't have
 * the colon that stands for one here.
 */
char *pins_link_path(const char *dir, const char *interface, char *buffer)
{
	int start = snprintf(buffer, PIN_PATH_SIZE, "%s/" X511_LINKS "/", dir);
	char *dot;

	snprintf(buffer + start, PIN_PATH_SIZE - start, "%s" LINK_SUFFIX, interface);
	while ((dot = strchr(buffer + start, '.')))
		*dot = ':';
	return buffer;
}

static bool link_interface(const char *file, char *ret_name)
{
	size_t len = strlen(file), suffix = strlen(LINK_SUFFIX);
	char *colon;

	if (len <= suffix || len - suffix >= IF_NAMESIZE ||
	    strcmp(file + len - suffix, LINK_SUFFIX))
		return false;
	memcpy(ret_name, file, len - suffix);
	ret_name[len - suffix] = '\0';
	while ((colon = strchr(ret_name, ':')))
		*colon = '.';
	return true;
}

int pins_each_link(const char *dir, void (*visit)(void *ctx, const char *interface), void *ctx)
{
	char path[PIN_PATH_SIZE], name[IF_NAMESIZE];
	struct dirent *entry;
	DIR *links;

	links = opendir(pins_map_path(dir, X511_LINKS, path));
	if (!links)
		return errno == ENOENT ? 0 : -errno;
	while ((entry = readdir(links))) {
		if (link_interface(entry->d_name, name))
			visit(ctx, name);
	}
	closedir(links);
	return 0;
}

static void parent_of(const char *dir, char *buffer)
{
	char *slash;

	snprintf(buffer, PATH_MAX, "%s", dir);
	slash = strrchr(buffer, '/');
	if (slash == buffer)
		slash++;
	if (slash)
		*slash = '\0';
}

int pins_check(const char *dir, struct error *error)
{
	char parent[PATH_MAX];
	struct statfs fs;

	parent_of(dir, parent);
	if (statfs(dir, &fs) && (errno != ENOENT || statfs(parent, &fs))) {
		if (errno == ENOENT)
			return fail(error, ENOENT,
				    "'%s' doesn't exist; create it, or correct bpf-dir", parent);
		if (errno == EPERM && strchr(dir, '.'))
			return fail(
				error, EPERM,
				"names on a BPF file system can't have dots; correct bpf-dir '%s'",
				dir);
		return fail(error, errno, "can't look at bpf-dir '%s': %s; run as root", dir,
			    strerror(errno));
	}
	if (fs.f_type != BPF_FS_MAGIC)
		return fail(error, EMEDIUMTYPE,
			    "bpf-dir '%s' isn't on a BPF file system; run `mount -t bpf bpf "
			    "/sys/fs/bpf`, or correct bpf-dir",
			    dir);
	return 0;
}

/*
 * A daemon that was killed leaves its workers behind for a moment, with copies of the lock: one that
 * takes its place waits for them.
 */
static int take_lock(int fd)
{
	const struct timespec pause = {.tv_nsec = LOCK_PAUSE_MS * 1000000L};
	int i;

	for (i = 0; flock(fd, LOCK_EX | LOCK_NB); i++) {
		if (errno != EWOULDBLOCK)
			return -errno;
		if (i == LOCK_WAIT_MS / LOCK_PAUSE_MS)
			return -EBUSY;
		(void)nanosleep(&pause, NULL);
	}
	return 0;
}

/* What is locked must still be what the path names: a detach may just have removed it. */
static int lock_once(const char *dir, int *ret_fd, struct error *error)
{
	struct stat locked, named;
	int fd, r = 0;

	fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return -ENOENT;
	if (fd < 0)
		return fail(error, errno, "can't open bpf-dir '%s': %s; run as root", dir,
			    strerror(errno));
	r = take_lock(fd);
	if (r) {
		r = fail(error, -r, "another xdp511d works with the pins in '%s'; stop it first",
			 dir);
		goto out;
	}
	if (fstat(fd, &locked) || stat(dir, &named) || locked.st_ino != named.st_ino) {
		r = -EAGAIN;
		goto out;
	}
	if (locked.st_uid != geteuid()) {
		r = fail(
			error, EPERM,
			"bpf-dir '%s' belongs to user %u; run as that user, or remove it by `rm -r "
			"%s`",
			dir, locked.st_uid, dir);
		goto out;
	}
	*ret_fd = fd;
out:
	if (r)
		close(fd);
	return r;
}

int pins_lock(const char *dir, int *ret_fd, struct error *error)
{
	int i, r;

	r = pins_check(dir, error);
	if (r)
		return r;
	for (i = 0; i < LOCK_TRIES; i++) {
		r = lock_once(dir, ret_fd, error);
		if (r != -EAGAIN)
			return r;
	}
	return fail(error, EBUSY, "bpf-dir '%s' keeps vanishing; stop what removes it", dir);
}

static int make_directory(const char *path, struct error *error)
{
	if (!mkdir(path, 0700) || errno == EEXIST)
		return 0;
	return fail(error, errno, "can't create '%s': %s; run as root", path, strerror(errno));
}

int pins_make_directories(const char *dir, struct error *error)
{
	char path[PIN_PATH_SIZE];
	int r = make_directory(dir, error);

	return r ? r : make_directory(pins_map_path(dir, X511_LINKS, path), error);
}

int pins_make(const char *dir, int *ret_fd, struct error *error)
{
	int r = pins_check(dir, error);

	if (!r)
		r = pins_make_directories(dir, error);
	if (r)
		return r;
	r = pins_lock(dir, ret_fd, error);
	if (r == -ENOENT)
		return fail(error, EBUSY, "bpf-dir '%s' was just removed; start again", dir);
	return r;
}

/* Unlinks the pins of one directory that are ours by name. */
static int empty_directory(const char *dir, bool (*is_ours)(const char *name))
{
	struct dirent *entry;
	DIR *pins = opendir(dir);
	int r = 0;

	if (!pins)
		return errno == ENOENT ? 0 : -errno;
	while ((entry = readdir(pins))) {
		if (is_ours(entry->d_name) && unlinkat(dirfd(pins), entry->d_name, 0) && !r)
			r = -errno;
	}
	closedir(pins);
	return r;
}

static bool is_map(const char *name)
{
	return !strncmp(name, MAP_PREFIX, strlen(MAP_PREFIX));
}

static bool is_link(const char *name)
{
	char interface[IF_NAMESIZE];

	return link_interface(name, interface);
}

/* Not there: 0. */
static int remove_maps(const char *path)
{
	int r = empty_directory(path, is_map);

	return r || !rmdir(path) || errno == ENOENT ? r : -errno;
}

int pins_make_next(const char *dir, struct error *error)
{
	char path[PIN_PATH_SIZE];

	return make_directory(pins_map_path(dir, PINS_NEXT, path), error);
}

int pins_drop_next(const char *dir)
{
	char path[PIN_PATH_SIZE];

	return remove_maps(pins_map_path(dir, PINS_NEXT, path));
}

int pins_commit(const char *dir, struct error *error)
{
	char next[PIN_PATH_SIZE], ready[PIN_PATH_SIZE];

	pins_map_path(dir, PINS_NEXT, next);
	pins_map_path(dir, PINS_READY, ready);
	return rename(next, ready) ? fail(error, errno, "can't rename '%s' to '%s': %s", next,
					  ready, strerror(errno))
				   : 0;
}

/* The ABI number first: from then on no older daemon takes what is there for its own. */
static int move_pins(DIR *from, int to)
{
	struct dirent *entry;

	if (renameat(dirfd(from), "x511_abi", to, "x511_abi") && errno != ENOENT)
		return -errno;
	while ((entry = readdir(from))) {
		if (is_map(entry->d_name) &&
		    renameat(dirfd(from), entry->d_name, to, entry->d_name) && errno != ENOENT)
			return -errno;
	}
	return 0;
}

int pins_settle(const char *dir, struct error *error)
{
	char ready[PIN_PATH_SIZE];
	int to, r;
	DIR *from = opendir(pins_map_path(dir, PINS_READY, ready));

	if (!from && errno == ENOENT)
		return 0;
	to = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	r = from && to >= 0 ? move_pins(from, to) : -errno;
	if (!r && rmdir(ready))
		r = -errno;
	if (from)
		closedir(from);
	if (to >= 0)
		close(to);
	return r ? fail(error, -r, "can't put the pins in '%s' into their place: %s", ready,
			strerror(-r))
		 : 0;
}

int pins_remove(const char *dir, struct error *error)
{
	char links[PIN_PATH_SIZE], ready[PIN_PATH_SIZE];
	int r;

	pins_map_path(dir, X511_LINKS, links);
	r = empty_directory(links, is_link);
	if (!r)
		r = empty_directory(dir, is_map);
	if (!r)
		r = pins_drop_next(dir);
	if (!r)
		r = remove_maps(pins_map_path(dir, PINS_READY, ready));
	if (r)
		return fail(error, -r, "can't remove the pins in '%s': %s; run as root", dir,
			    strerror(-r));
	if ((rmdir(links) && errno != ENOENT) || (rmdir(dir) && errno != ENOENT))
		return fail(error, errno, "can't remove '%s': %s; see what else is pinned there",
			    dir, strerror(errno));
	return 0;
}
