/* SPDX-License-Identifier: MIT */
/* landlock.c - rules about files, handed to the kernel. */
#include "base/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

/* Of later versions than the headers of Debian 12 have. */
#define ACCESS_TRUNCATE (1ULL << 14)

#define READ_FILES LANDLOCK_ACCESS_FS_READ_FILE
#define KEEP_FILES (READ_FILES | LANDLOCK_ACCESS_FS_WRITE_FILE | ACCESS_TRUNCATE)
#define READ_ALL   (READ_FILES | LANDLOCK_ACCESS_FS_READ_DIR)
#define KEEP_ALL                                                                                   \
	(READ_ALL | KEEP_FILES | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |      \
	 LANDLOCK_ACCESS_FS_REMOVE_FILE)

/* How many rights the kernel knows, by version of Landlock; those of later versions need files, too. */
static uint64_t all_rights(long version)
{
	static const int rights[] = {0, 13, 14, 15, 15, 16};
	size_t newest = sizeof(rights) / sizeof(rights[0]) - 1;

	return (1ULL << rights[(size_t)version < newest ? (size_t)version : newest]) - 1;
}

static long find_version(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

int landlock_new(int *ret_rules)
{
	struct landlock_ruleset_attr none_allowed = {};
	long version = find_version();
	long fd;

	if (version <= 0)
		return -ENOSYS;
	none_allowed.handled_access_fs = all_rights(version);
	fd = syscall(SYS_landlock_create_ruleset, &none_allowed,
		     sizeof(none_allowed.handled_access_fs), 0);
	if (fd < 0)
		return -errno;
	*ret_rules = (int)fd;
	return 0;
}

int landlock_allow(int rules, const char *path, enum landlock_access access)
{
	struct landlock_path_beneath_attr rule = {};
	struct stat status;
	int err = 0;

	rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd < 0)
		return -errno;
	if (fstat(rule.parent_fd, &status)) {
		err = -errno;
		goto out;
	}
	if (S_ISDIR(status.st_mode))
		rule.allowed_access = access == LANDLOCK_KEEP ? KEEP_ALL : READ_ALL;
	else
		rule.allowed_access = access == LANDLOCK_KEEP ? KEEP_FILES : READ_FILES;
	rule.allowed_access &= all_rights(find_version());
	if (syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0))
		err = -errno;
out:
	close(rule.parent_fd);
	return err;
}

int landlock_enter(int rules)
{
	int err = 0;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || syscall(SYS_landlock_restrict_self, rules, 0))
		err = -errno;
	(void)close(rules);
	return err;
}
