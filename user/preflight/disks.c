/* SPDX-License-Identifier: MIT */
/* disks.c - looks whether directories can be written to, and what file systems they are on. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "gate/pins.h"
#include "preflight/collect.h"

/* Not in every linux/magic.h. */
#define MAGIC_CIFS 0xff534d42
#define MAGIC_SMB2 0xfe534d42

/* @path, or above it what is there. */
static int find_existing(const char *directory, char path[PATH_MAX])
{
	struct stat status;
	char *slash;

	snprintf(path, PATH_MAX, "%s", directory);
	while (stat(path, &status)) {
		slash = strrchr(path, '/');
		if (errno != ENOENT || !slash || slash == path)
			return -errno;
		*slash = '\0';
	}
	return S_ISDIR(status.st_mode) ? 0 : -ENOTDIR;
}

int try_write(const char *directory)
{
	char path[PATH_MAX];
	int err = find_existing(directory, path);

	if (err)
		return err;
	return access(path, W_OK | X_OK) ? -errno : 0;
}

static void look_at_directory(struct report *report, enum preflight_check check, const char *path)
{
	judge_directory(report, &(struct directory_facts){check, path, try_write(path)});
}

static void look_at_pins(struct report *report, const char *directory)
{
	struct error error;
	char *remedy;

	if (!pins_check(directory, &error)) {
		report_line(report, is_ok(CHECK_BPF_DIR, "bpf-dir"), "'%s' is on a BPF file system",
			    directory);
		look_at_directory(report, CHECK_BPF_DIR, directory);
		return;
	}
	remedy = strstr(error.text, "; ");
	if (remedy)
		*remedy = '\0';
	report_line(report, is_bad(CHECK_BPF_DIR, "bpf-dir", "mount -t bpf bpf /sys/fs/bpf"), "%s",
		    error.text);
}

static void look_at_disk(struct report *report, const char *what, const char *directory)
{
	struct disk_facts facts = {.what = what, .path = directory};
	char path[PATH_MAX];
	struct statfs disk;

	facts.err = find_existing(directory, path);
	if (!facts.err && statfs(path, &disk))
		facts.err = -errno;
	if (!facts.err) {
		facts.free_bytes =
			(unsigned long long)disk.f_bavail * (unsigned long long)disk.f_bsize;
		facts.free_inodes = disk.f_ffree;
		facts.counts_inodes = disk.f_files > 0;
		switch ((unsigned long)disk.f_type) {
		case TMPFS_MAGIC:
		case RAMFS_MAGIC:
			facts.volatile_fs = "a file system in memory";
			break;
		case NFS_SUPER_MAGIC:
		case MAGIC_CIFS:
		case MAGIC_SMB2:
			facts.network_fs = "a network's file system";
			break;
		}
	}
	judge_disk(report, &facts);
}

/* Of its own: by default it is below the state's directory. */
static bool has_log_directory(const struct config *config)
{
	size_t length = strlen(config->gateway.state_dir);

	return config->log.keep_s &&
	       strncmp(config->log.directory, config->gateway.state_dir, length) != 0;
}

void collect_disks(struct report *report, const struct config *config)
{
	const struct config_web *web = &config->web;

	look_at_pins(report, config->gateway.bpf_dir);
	look_at_directory(report, CHECK_STATE_DIR, config->gateway.state_dir);
	look_at_disk(report, "disk", config->gateway.state_dir);
	if (has_log_directory(config))
		look_at_disk(report, "log disk", config->log.directory);
	if (web->http.n || web->https.n)
		look_at_disk(report, "portal disk", web->state_dir);
}
