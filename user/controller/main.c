/* SPDX-License-Identifier: MIT */
/* main.c - xdp511d: options, then start, run and stop. */
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

#include <xdp511/names.h>

#include "base/config.h"
#include "base/log.h"
#include "controller/controller.h"
#include "controller/describe.h"
#include "controller/api/remote_server.h"
#include "responder/probes.h"

#define EXIT_FAILED 1
#define EXIT_USAGE  2

/* What getopt_long() returns for the option that asks for it. */
enum task {
	TASK_RUN = 0,
	TASK_CHECK = 'k',
	TASK_DETACH = 'd',
	TASK_PROBES = 'p',
	TASK_VERSION = 'v',
	TASK_HELP = 'h',
};

#define OPTION_LOG_LEVEL 'l' /* no task */

static const struct option options[] = {
	{"config", required_argument, NULL, 'c'},
	{"check", no_argument, NULL, TASK_CHECK},
	{"detach", no_argument, NULL, TASK_DETACH},
	{"probes", no_argument, NULL, TASK_PROBES},
	{"log-level", required_argument, NULL, OPTION_LOG_LEVEL},
	{"version", no_argument, NULL, TASK_VERSION},
	{"help", no_argument, NULL, TASK_HELP},
	{},
};

static void print_help(FILE *stream)
{
	fprintf(stream,
		"usage: xdp511d [--config FILE] [--check | --detach | --probes]\n"
		"  --config FILE  the configuration (%s)\n"
		"  --check        only check the configuration\n"
		"  --detach       take the gate out of the kernel; then everything passes\n"
		"  --probes       print which probes of clients are known, their answers, and why\n"
		"  --log-level L  error, warning, info or debug, whatever the configuration has\n"
		"  --version      print the version\n"
		"  --help         print this\n",
		X511_CONFIG_FILE);
}

/* As rows of probe-rule, which come before these, and what is known of each. */
static int print_probes(void)
{
	for (size_t i = 0; i < n_probes; i++) {
		const struct probe *probe = &probes[i];
		const struct probe_rule *rule = &probe->rule;

		printf("probe-rule = ");
		if (rule->host[0])
			printf("host=%s ", rule->host);
		if (rule->path[0])
			printf("path=%s ", rule->path);
		printf("answer=%s\n  ; %s: %s\n  ; %s\n", probe_answer_name(rule->answer),
		       probe->who, probe->why, probe->source);
	}
	return 0;
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
				"xdp511d: there is no log level '%s'; it is error, warning, info "
				"or debug\n",
				optarg);
			return EXIT_USAGE;
		}
		if (*task != TASK_RUN && *task != (enum task)option) {
			fprintf(stderr, "xdp511d: two things can't be done at once; see --help\n");
			return EXIT_USAGE;
		}
		*task = (enum task)option;
	}
	if (optind == argc)
		return 0;
	fprintf(stderr, "xdp511d: there is no use for the argument '%s'; see --help\n",
		argv[optind]);
	return EXIT_USAGE;
}

/* Without the pages: a broken one is no reason to leave the gate shut. */
static int detach(const char *file)
{
	struct config *config = NULL;
	struct error error;
	int err = config_load(file, &config, &error);

	if (!err)
		err = gate_detach(&config->gateway, &error);
	if (err)
		log_error("%s", error.text);
	config_free(config);
	return err ? EXIT_FAILED : 0;
}

static void tell_readiness(struct controller *controller)
{
	json_t *warnings = json_array(), *warning;
	char ports[512];
	size_t i;

	(void)controller_warnings(controller, warnings);
	json_array_foreach(warnings, i, warning) log_warning("%s", json_string_value(warning));
	json_decref(warnings);
	log_event(LOG_LEVEL_INFO, &(struct log_event){.kind = LOG_KIND_READY},
		  "gate is shut on %s; API at %s", pulse_ports(controller, ports, sizeof(ports)),
		  controller->config->gateway.control);
	pulse_tell_ready(controller);
}

/*
 * The file as it is found from anywhere, for `status` and for a reload. Links stay in it: one
 * that is turned to another file is read anew.
 */
static const char *absolute(const char *file, char buffer[PATH_MAX])
{
	char directory[PATH_MAX];
	int n;

	if (file[0] == '/' || !getcwd(directory, sizeof(directory)))
		return file;
	n = snprintf(buffer, PATH_MAX, "%s/%s", directory, file);
	return n < PATH_MAX ? buffer : file;
}

static int run(const char *file, struct config *config)
{
	char path[PATH_MAX];
	struct controller controller = {.config_file = absolute(file, path), .config = config};
	struct error error;
	int err;

	log_set_level(config->log.level);
	err = controller_start(&controller, &error);

	if (err) {
		log_error("%s", error.text);
	} else {
		tell_readiness(&controller);
		err = controller_run(&controller);
		if (err)
			log_error("the daemon can't wait for events: %s", strerror(-err));
		notify("STOPPING=1");
		log_event(LOG_LEVEL_INFO, &(struct log_event){.kind = LOG_KIND_STOPPED},
			  "stopped; the gate stays shut, and sessions go on");
	}
	controller_stop(&controller);
	log_finish();
	return err ? EXIT_FAILED : 0;
}

static int check(const char *file, struct config *config)
{
	struct remote_keys keys = {};
	struct error error;
	int err = config->api.listen.n ? remote_keys_load(&config->api, &keys, &error) : 0;

	if (err)
		log_error("%s", error.text);
	else
		printf("%s: ok\n", file);
	remote_keys_done(&keys);
	config_free(config);
	return err ? EXIT_FAILED : 0;
}

int main(int argc, char **argv)
{
	const char *file = X511_CONFIG_FILE;
	enum task task = TASK_RUN;
	struct config *config;
	struct error error;
	int code;

	log_start();
	if (argc > 1 && !strcmp(argv[1], REMOTE_OPTION))
		return remote_server_main(argc, argv);
	if (argc == 2 && !strcmp(argv[1], DESCRIBE_OPTION))
		return describe_tables() ? EXIT_FAILED : 0;
	code = read_options(argc, argv, &file, &task);
	umask(077); /* database and keys; the socket gets its mode by name */
	if (code)
		return code;
	if (task == TASK_VERSION)
		return printf("xdp511d %s\n", X511_VERSION) < 0;
	if (task == TASK_HELP) {
		print_help(stdout);
		return 0;
	}
	if (task == TASK_PROBES)
		return print_probes();
	if (task == TASK_DETACH)
		return detach(file);
	if (controller_load(file, &config, &error)) {
		log_error("%s", error.text);
		return EXIT_FAILED;
	}
	if (task == TASK_CHECK)
		return check(file, config);
	return run(file, config);
}
