/* SPDX-License-Identifier: MIT */
/* judge_files.c - whether directories, databases, keys and users are as the programs need them. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <sys/stat.h>

#include <xdp511/names.h>

#include "base/units.h"
#include "preflight/judge.h"

#define FREE_LITTLE (256ULL << 20)
#define FREE_NONE   (8ULL << 20)
#define INODES_NONE 16

void judge_directory(struct report *report, const struct directory_facts *facts)
{
	const char *what = preflight_check_name(facts->check);
	char remedy[REMEDY_SIZE];

	if (!facts->err) {
		report_line(report, is_ok(facts->check, what), "'%s' can be written to",
			    facts->path);
		return;
	}
	if (facts->err == -EACCES || facts->err == -EPERM)
		snprintf(remedy, sizeof(remedy), "sudo xdp511 check");
	else if (facts->err == -EROFS)
		snprintf(remedy, sizeof(remedy), "mount -o remount,rw \"$(stat -c %%m '%s')\"",
			 facts->path);
	else
		snprintf(remedy, sizeof(remedy), "install -d -m 0710 -g " X511_GROUP " '%s'",
			 facts->path);
	report_line(report, is_bad(facts->check, what, remedy),
		    "this process can't write to '%s': %s", facts->path, strerror(-facts->err));
}

void judge_disk(struct report *report, const struct disk_facts *facts)
{
	char remedy[REMEDY_SIZE], room[24];
	bool is_full = facts->free_bytes < FREE_NONE ||
		       (facts->counts_inodes && facts->free_inodes < INODES_NONE);

	snprintf(remedy, sizeof(remedy), "df -h '%s' && df -i '%s'", facts->path, facts->path);
	format_size(facts->free_bytes, room, sizeof(room));
	if (facts->err)
		report_line(report, is_bad(CHECK_DISK, facts->what, remedy),
			    "the file system of '%s' can't be asked: %s", facts->path,
			    strerror(-facts->err));
	else if (facts->network_fs)
		report_line(report, is_bad(CHECK_DISK, facts->what, remedy),
			    "'%s' is on %s, where SQLite's log doesn't work; take a local disk",
			    facts->path, facts->network_fs);
	else if (is_full)
		report_line(report, is_bad(CHECK_DISK, facts->what, remedy),
			    "the disk of '%s' has %s and %llu files left", facts->path, room,
			    facts->free_inodes);
	else if (facts->volatile_fs)
		report_line(report, is_doubtful(CHECK_DISK, facts->what, remedy),
			    "'%s' is on %s: nothing of it is left after a reboot", facts->path,
			    facts->volatile_fs);
	else if (facts->free_bytes < FREE_LITTLE)
		report_line(report, is_doubtful(CHECK_DISK, facts->what, remedy),
			    "the disk of '%s' has only %s left", facts->path, room);
	else
		report_line(report, is_ok(CHECK_DISK, facts->what), "the disk of '%s' has %s left",
			    facts->path, room);
}

void judge_database(struct report *report, const struct database_facts *facts)
{
	char remedy[REMEDY_SIZE];

	snprintf(remedy, sizeof(remedy), "mv '%s' '%s.damaged'", facts->path, facts->path);
	if (facts->is_running)
		report_line(report, is_ok(CHECK_DATABASE, facts->what),
			    "it runs and looks after its database itself");
	else if (!facts->is_there)
		report_line(report, is_ok(CHECK_DATABASE, facts->what),
			    "there is no database yet, its first start makes it");
	else if (facts->problem[0])
		report_line(report, is_bad(CHECK_DATABASE, facts->what, remedy),
			    "the database '%s' can't be used: %s", facts->path, facts->problem);
	else
		report_line(report, is_ok(CHECK_DATABASE, facts->what),
			    facts->ran_out ? "the database is too large to be read in time, so far "
					     "it is whole"
					   : "the database is whole");
}

void judge_user(struct report *report, const struct user_facts *facts)
{
	if (!facts->has_group)
		report_line(report, is_doubtful(CHECK_USER, "group", "groupadd --system xdp511"),
			    "there is no group 'xdp511': root alone may use the sockets");
	else
		report_line(report, is_ok(CHECK_USER, "group"), "there is the group 'xdp511'");
	if (!facts->has_portal)
		return;
	if (!facts->has_user)
		report_line(report,
			    is_bad(CHECK_USER, "user",
				   "useradd --system --user-group --groups xdp511 xdp511-portal"),
			    "there is no user 'xdp511-portal' for the portal to be");
	else if (!facts->is_member)
		report_line(report, is_bad(CHECK_USER, "user", "usermod -aG xdp511 xdp511-portal"),
			    "the user 'xdp511-portal' isn't of the group 'xdp511', and can't reach "
			    "xdp511d");
	else
		report_line(report, is_ok(CHECK_USER, "user"),
			    "there is the user 'xdp511-portal' of the group 'xdp511'");
}

void judge_file(struct report *report, const struct file_facts *facts)
{
	const char *group = facts->reader_group ? facts->reader_group : "root";
	char remedy[REMEDY_SIZE];

	if (facts->err) {
		snprintf(remedy, sizeof(remedy), "install -o root -g %s -m 0640 /dev/null '%s'",
			 group, facts->path);
		report_line(report,
			    is_bad(CHECK_FILE, facts->what,
				   facts->err == -EACCES ? "sudo xdp511 check" : remedy),
			    "'%s' can't be read: %s", facts->path, strerror(-facts->err));
	} else if (facts->mode & S_IRWXO) {
		snprintf(remedy, sizeof(remedy), "chmod 640 '%s'", facts->path);
		report_line(report, is_bad(CHECK_FILE, facts->what, remedy),
			    "'%s' is open to everybody (mode %04o)", facts->path,
			    (unsigned int)(facts->mode & 07777));
	} else if (facts->has_reader && !facts->is_readable) {
		snprintf(remedy, sizeof(remedy), "chgrp %s '%s' && chmod 640 '%s'", group,
			 facts->path, facts->path);
		report_line(report, is_bad(CHECK_FILE, facts->what, remedy),
			    "'%s' can't be read by the user 'xdp511-portal'", facts->path);
	} else {
		report_line(report, is_ok(CHECK_FILE, facts->what), "'%s' is closed to others",
			    facts->path);
	}
}
