/* SPDX-License-Identifier: MIT */
/* main.c - xdp511-portal: options, then start, run and stop. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include <sys/stat.h>

#include <xdp511/names.h>

#include "base/notify.h"
#include "portal/admin/admin.h"
#include "portal/hook/hook.h"
#include "portal/portal.h"
#include "portal/privileges.h"
#include "portal/pulse.h"

#define DESCRIBE_OPTION "--describe"

#define EXIT_FAILED 1
#define EXIT_USAGE  2

/* What getopt_long() returns for the option that asks for it. */
enum task {
	TASK_RUN = 0,
	TASK_CHECK = 'k',
	TASK_VERSION = 'v',
	TASK_HELP = 'h',
};

#define OPTION_LOG_LEVEL 'l' /* no task */

static const struct option options[] = {
	{"config", required_argument, NULL, 'c'},
	{"check", no_argument, NULL, TASK_CHECK},
	{"log-level", required_argument, NULL, OPTION_LOG_LEVEL},
	{"version", no_argument, NULL, TASK_VERSION},
	{"help", no_argument, NULL, TASK_HELP},
	{},
};

static void print_help(void)
{
	printf("usage: xdp511-portal [--config FILE] [--check]\n"
	       "  --config FILE  the configuration, that of xdp511d (%s)\n"
	       "  --check        only check it, and the files that it names\n"
	       "  --log-level L  error, warning, info or debug, whatever the configuration has\n"
	       "  --version      print the version\n"
	       "  --help         print this\n",
	       X511_CONFIG_FILE);
}

static int read_options(int argc, char **argv, const char **file, enum task *task)
{
	int option;

	while ((option = getopt_long(argc, argv, "c:h", options, NULL)) != -1) {
		if (option == '?')
			return EXIT_USAGE;
		if (option == 'c') {
			*file = optarg;
			continue;
		}
		if (option == OPTION_LOG_LEVEL) {
			if (!log_force_level(optarg))
				continue;
			fprintf(stderr,
				"xdp511-portal: there is no log level '%s'; it is error, warning, "
				"info or debug\n",
				optarg);
			return EXIT_USAGE;
		}
		if (*task != TASK_RUN && *task != (enum task)option) {
			fprintf(stderr,
				"xdp511-portal: two things can't be done at once; see --help\n");
			return EXIT_USAGE;
		}
		*task = (enum task)option;
	}
	if (optind == argc)
		return 0;
	fprintf(stderr, "xdp511-portal: there is no use for the argument '%s'; see --help\n",
		argv[optind]);
	return EXIT_USAGE;
}

/*
 * All is opened as the user that it is to be, and what listens is there before that gets less. The
 * hook's helpers stay outside the sandbox: what the program needs is the operator's to know.
 */
static int start(struct portal *portal, struct error *error)
{
	int err = privileges_make_directories(&portal->config->web, error);

	if (!err)
		err = privileges_leave_root(error);
	if (!err)
		err = hook_fork(portal, error);
	if (!err)
		err = privileges_limit_files(portal->config, portal->config_file, error);
	if (!err)
		err = portal_start(portal, error);
	return err ? err : privileges_limit_calls(error);
}

static int run(struct portal *portal)
{
	struct error error;
	int err = start(portal, &error);

	if (err) {
		log_error("%s", error.text);
	} else {
		log_event(LOG_LEVEL_INFO, &(struct log_event){.kind = LOG_KIND_READY},
			  "sign-in pages are served; the daemon's API is at %s",
			  portal->config->gateway.control);
		pulse_tell_ready(portal);
		err = loop_run(portal->loop);
		if (err)
			log_error("the portal can't wait for events: %s", strerror(-err));
		notify("STOPPING=1");
	}
	portal_stop(portal);
	log_finish();
	return err ? EXIT_FAILED : 0;
}

static int check(struct portal *portal)
{
	struct error error;
	int err = privileges_leave_root(&error);

	if (!err)
		err = portal_check(portal, &error);

	if (err)
		log_error("%s", error.text);
	else
		printf("%s: ok\n", portal->config_file);
	portal_stop(portal);
	return err ? EXIT_FAILED : 0;
}

/* The table of its API as JSON, from which the manual is made. */
static int describe(void)
{
	json_t *json = json_pack("{s:s, s:s, s:o}", "program", "xdp511-portal", "version",
				 X511_VERSION, "resources", resources_describe(admin_resources()));
	int err = json ? json_dumpf(json, stdout, JSON_INDENT(1)) : -1;

	json_decref(json);
	return err || puts("") < 0 || fflush(stdout) ? EXIT_FAILED : 0;
}

int main(int argc, char **argv)
{
	const char *file = X511_CONFIG_FILE;
	enum task task = TASK_RUN;
	struct portal portal = {};
	struct error error;
	int code;

	if (argc == 2 && !strcmp(argv[1], DESCRIBE_OPTION))
		return describe();
	log_start();
	code = read_options(argc, argv, &file, &task);
	umask(077); /* database and spool; the admin socket gets its mode by name */
	if (code)
		return code;
	if (task == TASK_VERSION)
		return printf("xdp511-portal %s\n", X511_VERSION) < 0;
	if (task == TASK_HELP) {
		print_help();
		return 0;
	}
	portal.config_file = file;
	if (config_load(file, &portal.config, &error)) {
		log_error("%s", error.text);
		return EXIT_FAILED;
	}
	log_set_level(portal.config->log.level);
	return task == TASK_CHECK ? check(&portal) : run(&portal);
}
