#!/bin/bash
# SPDX-License-Identifier: MIT
# test_docs.sh - commands of README and docs/ that belong to no recipe, typed on a gateway in service.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh
# shellcheck source=tests/lab/programs.sh
source "$here/programs.sh"
# shellcheck source=tests/lab/machine.sh
source "$here/machine.sh"

set_up() {
	lab_stop dnsmasq
	machine_start gateway "$lab-gw" && machine_prepare gateway "$lab_portal_name" &&
		machine_types gateway docs/deployment.md router-xdp511 dnsmasq
}

before_each() {
	on_machine gateway xdp511 logout --all >/dev/null
}

test_readme() {
	machine_types gateway README.md use
}

test_before_the_start() {
	machine_types gateway docs/deployment.md before
	machine_types gateway docs/configuration.md checks
}

test_operation() {
	machine_types gateway docs/operation.md operate maps
}

test_troubleshooting() {
	machine_types gateway docs/troubleshooting.md trouble trouble-portal
	expect_match "$(on_machine gateway bpftool net show dev lan0)" 'lan0.* x511_egress'
	expect_match "$(on_machine gateway bpftool net show dev lan0)" '^lan0\(.* driver id [0-9]+'
}

test_sizing() {
	machine_types gateway docs/sizing.md sysctls
}

test_sessions_of_another_gateway() {
	machine_types gateway docs/migration.md import
	expect_match "$(on_machine gateway xdp511 sessions)" ' ann .*'
	expect_match "$(on_machine gateway xdp511 sessions)" '^02:00:5e:00:53:11 .* bob '
}
