/* SPDX-License-Identifier: MIT */
/* main.c - runs the bpf floor: bpf_floor FOLDER, where make_fixtures.py wrote. */
#include <stdio.h>
#include <string.h>

#include "floor.h"

int main(int argc, char **argv)
{
	struct fixtures fixtures = {0};
	struct bench bench;
	int err;

	setvbuf(stdout, NULL, _IOLBF, 0); /* the last line tells where a crash was */
	if (argc != 2) {
		fprintf(stderr, "usage: bpf_floor FOLDER\n");
		return 2;
	}
	err = bench_open(&bench);
	if (err)
		fprintf(stderr, "bpf_floor: the gate can't be loaded: %s; run as root\n",
			strerror(-err));
	else
		err = fixtures_read(&fixtures, argv[1], &bench);
	if (err) {
		report(false, "the gate and the fixtures \"%s\" are loaded", argv[1]);
	} else {
		run_cases(&bench, &fixtures);
		run_truncations(&bench, &fixtures);
		run_sweeps(&bench, &fixtures);
		run_sequences(&bench, &fixtures);
		run_limits(&bench, &fixtures);
		run_guests(&bench, &fixtures);
		run_ceilings(&bench, &fixtures);
		run_offloads(&bench, &fixtures);
		run_cookies(&bench, &fixtures);
		run_alerts(&bench, &fixtures);
		run_names(&bench, &fixtures);
		run_strangers(&bench, &fixtures);
		run_visits(&bench, &fixtures);
		run_sources(&bench, &fixtures);
		run_races(&bench, &fixtures);
		run_differential(&bench);
		check_coverage(&bench);
		check_size(&bench);
	}
	fixtures_done(&fixtures);
	bench_close(&bench);
	return report_end();
}
