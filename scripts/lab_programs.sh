#!/bin/bash
# SPDX-License-Identifier: MIT
# lab_programs.sh - the end of programs that tests/lab/programs.sh starts; sourced by lab.sh.
# shellcheck disable=SC2154 # lab_… are set by lab.sh

# A program of a test has process and mount namespaces of its own; their first process is the only
# child of the recorded one, and with it ends whatever the program has started.
lab_program_child() {
	local pid

	pid=$(lab_pid "$1") && pgrep -P "$pid"
}

lab_stop_program() {
	local child

	if child=$(lab_program_child "$1"); then
		kill -s KILL "$child" 2>/dev/null
		lab_wait_for 20 lab_is_gone "$1"
	fi
	lab_stop "$1" KILL
}

lab_stop_programs() {
	local file

	for file in "$lab_dir"/pids/program-*; do
		[ ! -e "$file" ] || lab_stop_program "${file##*/}"
	done
}
