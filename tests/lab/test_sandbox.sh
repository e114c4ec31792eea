#!/bin/bash
# SPDX-License-Identifier: MIT
# test_sandbox.sh - a running worker has nothing but its socket, and a forbidden call is its last.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh

worker() {
	api GET /v1/status | jq -r ".workers[0].$1"
}

# of_process PID NAME: a line of its status.
of_process() {
	sed -n "s/^$2:[[:space:]]*//p" "/proc/$1/status"
}

# Not before it has entered its sandbox.
has_filter() {
	[ "$(of_process "$1" Seccomp)" = 2 ]
}

sandboxed_worker() {
	local pid

	pid=$(worker pid)
	[ "$pid" != null ] && has_filter "$pid" && echo "$pid"
}

is_worker_up() {
	sandboxed_worker >/dev/null
}

has_worker_died() {
	[ "$(worker restarts)" -gt "$1" ]
}

# call_as_worker NUMBER: of the x86-64 table.
call_as_worker() {
	lab_wait_for 30 is_worker_up
	/usr/bin/python3 "$lab_top/tests/lab/inject_call.py" "$(sandboxed_worker)" "$1"
}

test_worker_has_no_privileges() {
	local pid name

	lab_wait_for 30 is_worker_up
	pid=$(sandboxed_worker)
	for name in CapInh CapPrm CapEff CapBnd CapAmb; do
		expect_match "$(of_process "$pid" "$name")" '^0+$'
	done
	expect_eq "$(of_process "$pid" NoNewPrivs)" 1
	expect_eq "$(of_process "$pid" Seccomp)" 2
	expect_eq "$(of_process "$pid" Threads)" 1
}

test_worker_has_its_limits() {
	local pid limits name

	lab_wait_for 30 is_worker_up
	pid=$(sandboxed_worker)
	limits=$(<"/proc/$pid/limits")
	for name in 'Max processes' 'Max file size' 'Max core file size'; do
		expect_match "$limits" "^$name +0 +0 "
	done
	expect_match "$limits" '^Max open files +1 +1 '
}

test_worker_has_stderr_and_its_socket_alone() {
	local pid files

	lab_wait_for 30 is_worker_up
	pid=$(sandboxed_worker)
	files=$(find "/proc/$pid/fd" -mindepth 1 -printf '%f %l\n')
	expect_eq "$(grep -c '^2 ' <<<"$files")" 1
	expect_eq "$(grep -c 'socket:' <<<"$files")" 1
	expect_eq "$(wc -l <<<"$files")" 2
	# What it can write and shares is no file and no map: its rings, its frames, its counters.
	expect_eq "$(awk '$2 ~ /w.s$/ && $6 !~ /^socket:/ && $0 !~ /\/dev\/zero \(deleted\)$/' "/proc/$pid/maps")" ''
	expect_eq "$(awk '$6 ~ /^socket:/ { print $6 }' "/proc/$pid/maps" | sort -u | wc -l)" 1
}

# expect_killed_by NAME NUMBER: dead by it, counted, told, and the next one serves.
expect_killed_by() {
	local restarts

	restarts=$(worker restarts)
	call_as_worker "$2"
	lab_wait_for 30 has_worker_died "$restarts" || expect_fail "$1 didn't end the worker"
	expect_status 511 -4 http://198.18.2.80/
	expect_status 511 -6 'http://[fd00:511:2::80]/'
	expect_eq "$(worker restarts)" $((restarts + 1))
	expect_eq "$(worker last_death.how)" 'killed by SIGSYS, for a forbidden system call'
	expect_match "$(worker last_death.at)" '^20..-..-..T..:..:..Z$'
	expect_match "$(cli status)" "^workers .*, $((restarts + 1)) restarts?; last death: killed by SIGSYS, "
	grep -q 'ended (killed by SIGSYS, for a forbidden system call); a new one starts in' "$lab_dir/daemon.log"
}

test_opening_a_file_kills() {
	expect_killed_by openat 257
}

test_opening_a_socket_kills() {
	expect_killed_by socket 41
}

test_running_a_program_kills() {
	expect_killed_by execve 59
}

test_mapping_memory_kills() {
	expect_killed_by mmap 9
}

test_sending_a_signal_kills() {
	expect_killed_by kill 62
}

test_loading_a_program_kills() {
	expect_killed_by bpf 321
}

is_511() {
	[ "$(http_status http://198.18.2.80/)" = 511 ]
}

# Each death makes the pause before the next start longer, until a request meets one.
test_gate_stays_shut_while_the_worker_is_down() {
	local before got

	before=$(verdict_count DROP_NO_RESPONDER)
	for _ in {1..8}; do
		call_as_worker 257
		got=$(http_status --connect-timeout 1 --max-time 1 http://198.18.2.80/)
		expect_match "$got" '^(000|511)$'
		if verdict_count_is_above DROP_NO_RESPONDER "$before"; then break; fi
	done
	verdict_count_is_above DROP_NO_RESPONDER "$before" || expect_fail "no request came while it was down"
	lab_wait_for 60 is_511
}

test_a_worker_killed_from_outside_is_told_as_such() {
	local restarts

	lab_wait_for 30 is_worker_up
	restarts=$(worker restarts)
	kill -s KILL "$(worker pid)"
	lab_wait_for 30 has_worker_died "$restarts"
	expect_eq "$(worker last_death.how)" 'killed by SIGKILL'
	lab_wait_for 30 is_511
}
