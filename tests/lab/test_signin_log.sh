#!/bin/bash
# SPDX-License-Identifier: MIT
# test_signin_log.sh - who was signed in when: each session once, whatever ends it, kills or fills.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh

logs=$lab_dir/logs

set_up() {
	printf '\n[log]\nkeep = 7d\ndirectory = %s\n' "$logs" >>"$lab_config"
	lab_start_daemon "$lab_config"
}

before_each() {
	lab_stop disk
	lab_start_daemon "$lab_config"
	api DELETE '/v1/sessions?all=true' >/dev/null
	lab_wait_for 30 nothing_waits || return 1
	rm -f "$logs"/*
}

sql() {
	/usr/bin/python3 -c 'import sqlite3, sys
for row in sqlite3.connect(sys.argv[1], timeout=20).execute(sys.argv[2]): print(*row)' \
		"$lab_dir/state/xdp511.db" "$1"
}

nothing_waits() {
	[ "$(sql 'SELECT count(*) FROM log_outbox')" = 0 ]
}

log() {
	cli log --config "$lab_config" "$@"
}

# has FILTER [ARGUMENT...]: the log, as JSON, is as the filter says; soon.
has() {
	local filter=$1

	shift
	lab_wait_for 30 nothing_waits || expect_fail "records wait in the database"
	expect_json "$(log --json "$@")" "$filter"
}

today() {
	date -u "${@:--d now}" +%F
}

# --- what is recorded ------------------------------------------------------------------------

test_sign_out_is_recorded_with_all_addresses() {
	local out at

	sign_in --user alice
	expect_status 200 http://example.com/
	expect_status 200 -6 http://example.com/
	has 'map([.user, .logout_at]) == [["alice", null]]'
	at=$(date -u +%FT%T.%3NZ)
	out=$(cli --json logout "$lab_mac")
	has 'map([.mac, .zone, .user, .method, .state, .reason]) ==
		[["02:05:11:00:00:01", "default", "alice", "cli", "active", "logout"]]'
	has "map([.up_bytes, .up_packets, .down_bytes, .down_packets]) ==
		[$(jq -c '[.up_bytes, .up_packets, .down_bytes, .down_packets]' <<<"$out")]"
	has '.[0].login_at < .[0].logout_at and .[0].up_bytes > 0'
	# Who had this address then?
	has 'map(.user) == ["alice"]' --address 198.18.1.10 --at "$at"
	has 'map(.user) == ["alice"]' --address FD00:511:1:0::10 --at "$at"
	has '. == []' --address 198.18.1.11 --at "$at"
	has '. == []' --address 198.18.1.10 --at 1h
	has 'length == 1' 020511000001 --since "$(today)" --until "$(date -u +%FT%TZ)" --user alice --zone default
	has '. == []' --user bob
	expect_match "$(log)" '02:05:11:00:00:01 +default +alice +198\.18\.1\.10 .* logout$'
	expect_eq "$(stat -c '%a %U' "$logs" "$logs"/sign-ins-*.jsonl | xargs)" '2750 root 640 root'
	expect_eq "$(ls "$logs")" "sign-ins-$(today).jsonl"
}

ended_by() {
	log --json | jq -e --arg reason "$1" 'map(select(.logout_at).reason) == [$reason]' >/dev/null
}

test_limits_are_recorded_as_what_ended_it() {
	sign_in --timeout 1s
	lab_wait_for 30 ended_by timeout
	has 'map((.logout_at | sub("[.].*"; "Z") | fromdate) - (.login_at | sub("[.].*"; "Z") | fromdate)) == [1]'
	rm "$logs"/*
	sign_in --quota 500k --timeout 1h
	lab_start_download http://example.com/big
	lab_wait_for 30 ended_by quota
	lab_stop download
}

test_whoever_takes_a_session_over_begins_anew() {
	local sum

	sign_in --user alice
	expect_status 200 http://example.com/
	sign_in --user bob
	expect_status 200 http://example.com/
	sum=$(cli --json logout "$lab_mac" | jq .down_bytes)
	cli block "$lab_mac" >/dev/null
	cli unblock "$lab_mac" >/dev/null
	has "map([.user, .reason]) == [[\"alice\", \"replaced\"], [\"bob\", \"logout\"]]"
	has "(map(.down_bytes) | add) == $sum and all(.down_bytes > 0)"
	# An import is no other way in.
	cli login 02:05:11:00:00:21 --user carol >/dev/null
	printf '{"mac":"02:05:11:00:00:21","user":"dave"}\n' | cli import - >/dev/null
	has 'map([.user, .reason])[-1] == ["carol", "replaced"]' 02:05:11:00:00:21
}

# --- kills and reboots -----------------------------------------------------------------------

test_a_session_that_goes_on_over_a_restart_is_one() {
	sign_in --user alice
	lab_stop daemon KILL
	lab_start_daemon "$lab_config"
	has 'map(.logout_at) == [null]'
	sign_out
	has 'length == 1 and .[0].reason == "logout"'
}

# Its row is found when nothing else is left of it.
test_time_that_was_up_while_the_machine_was_off() {
	sign_in --user alice --timeout 2s
	lab_stop daemon KILL
	lab_detach
	lab_wait_for 30 is_past "$(($(date +%s) + 2))"
	lab_start_daemon "$lab_config"
	has 'map([.user, .reason]) == [["alice", "timeout"]]'
}

is_past() {
	[ "$(date +%s)" -gt "$1" ]
}

test_kill_amid_sign_outs_costs_none() {
	local n

	for n in {10..49}; do
		printf '{"mac":"02:05:11:00:03:%s","user":"u%s"}\n' "$n" "$n"
	done | cli import - >/dev/null
	curl -sS --max-time 20 --unix-socket "$lab_socket" -X DELETE -o /dev/null \
		'http://x/v1/sessions/02:05:11:00:03:[10-29]'
	lab_stop daemon KILL
	lab_start_daemon "$lab_config"
	api DELETE '/v1/sessions?all=true' >/dev/null
	has 'length == 40 and (map(.user) | unique | length) == 40'
	# What a crash may have written twice is shown once.
	cat "$logs"/*.jsonl >"$lab_dir/twice"
	cat "$lab_dir/twice" >>"$(ls "$logs"/*.jsonl)"
	rm "$lab_dir/twice"
	has 'length == 40'
}

# --- disks -----------------------------------------------------------------------------------

# The log is on a file system of its own, which only the daemon and on_disk see.
start_on_disk() {
	lab_stop daemon
	# shellcheck disable=SC2016 # expanded by the inner shell
	lab_spawn daemon "$lab_dir/daemon.log" nsenter "--net=/run/netns/$lab-gw" \
		unshare --mount --propagation private \
		sh -c 'mount -t tmpfs -o size=64k tmpfs "$0" && exec "$@"' \
		"$logs" "$lab_build/xdp511d" --config "$lab_config"
	lab_wait_for 30 lab_answers
}

on_disk() {
	nsenter "--mount=/proc/$(lab_pid daemon)/ns/mnt" "$@"
}

warns() {
	api GET /v1/status | jq -e --arg what "$1" '.warnings | any(test($what))' >/dev/null
}

is_well() {
	[ "$(api GET /v1/status | jq -r .health)" = ok ]
}

lines_on_disk() {
	on_disk sh -c "cat $logs/*.jsonl" | wc -l
}

test_full_disk_keeps_records_waiting() {
	start_on_disk
	on_disk dd if=/dev/zero of="$logs/filler" bs=4k 2>/dev/null || true
	sign_in --user alice
	expect_status 200 http://example.com/
	expect_exit 0 cli logout "$lab_mac"
	expect_status 511 http://example.com/
	lab_wait_for 30 warns 'sign-in log in .*No space left.*make room'
	sign_in --user bob
	expect_exit 0 cli logout "$lab_mac"
	on_disk rm "$logs/filler"
	lab_wait_for 30 is_well
	lab_wait_for 30 nothing_waits
	expect_eq "$(lines_on_disk)" 2
	# Read-only, and a restart meanwhile.
	on_disk mount -o remount,ro "$logs"
	sign_in --user carol
	sign_out
	lab_wait_for 30 warns 'Read-only file system.*make it writable'
	lab_stop daemon
	lab_start_daemon "$lab_config"
	has 'map(.user) == ["carol"]'
	expect_json "$(api GET /v1/status)" '.health == "ok"'
}

# --- files -----------------------------------------------------------------------------------

test_old_files_go_and_no_others() {
	local name

	for name in "sign-ins-$(today -d '-9 days').jsonl" "sign-ins-$(today -d '-8 days').jsonl" \
		"sign-ins-$(today -d '-1 day').jsonl" sign-ins-2001-01-01.jsonl sign-ins-2001-01-01.jsonl.gz \
		sign-ins-2001-02-31.jsonl notes; do
		echo '{"mac":"02:05:11:00:00:01","login_at":"2001-01-01T00:00:00Z","logout_at":"2001-01-01T01:00:00Z"}' >"$logs/$name"
	done
	lab_stop daemon
	lab_start_daemon "$lab_config"
	lab_wait_for 30 test ! -e "$logs/sign-ins-2001-01-01.jsonl"
	expect_eq "$(find "$logs" -type f | wc -l)" 5
	[ ! -e "$logs/sign-ins-$(today -d '-9 days').jsonl" ] || expect_fail "nine days are more than seven"
	# Records are looked for in the files that may have them.
	has 'length == 1'
	has 'length == 1' --until 2001-01-02
	has 'length == 0' --since 2d
}

test_lines_that_are_none_are_passed_over() {
	local file

	sign_in --user alice
	sign_out
	has 'length == 1'
	file=$(ls "$logs"/*.jsonl)
	printf '{"mac":"02:05:11:00:00:01","user":"\\u001b]0;evil\\u0007"}\n{"mac":"02:05:1' >>"$file"
	expect_eq "$(log --json 2>/dev/null | jq length)" 1
	expect_exit 0 log
	expect_match "$output" '1 lines of the sign-in log are no records'
	expect_no_match "$output" 'evil'
	# The next record begins on a line of its own.
	sign_in --user bob
	sign_out
	expect_eq "$(has 'map(.user) == ["alice", "bob"]' 2>&1 | grep -v ^xdp511: || true)" ''
}

test_a_file_that_is_none_hides_no_other() {
	mkfifo "$logs/sign-ins-2001-01-01.jsonl"
	ln -s /etc/passwd "$logs/sign-ins-2001-01-02.jsonl"
	sign_in --user alice
	sign_out
	lab_wait_for 30 has_line || expect_fail "no record"
	expect_exit 1 log
	expect_match "$output" alice
	expect_match "$output" '2001-01-02.jsonl. can.t be read'
	expect_no_match "$output" root:
}

has_line() {
	log --json 2>/dev/null | jq -e 'length == 1' >/dev/null
}

test_questions_without_an_answer() {
	sign_in --user alice
	expect_exit 0 log
	expect_refusal 1 "no sign-in log in \"$logs\" yet" log --user nobody
	expect_refusal 1 '"soon" is no time' log --at soon
	expect_refusal 1 '"300.1.1.1" is no IP address' log --address 300.1.1.1
	expect_refusal 1 'is after --until' log --since 1h --until 2h
	expect_refusal 2 'either --at, or --since' log --at 1h --since 1h
	expect_refusal 1 '/nowhere' cli log --config /nowhere
	sign_out
	has 'length == 1'
	lab_stop daemon
	expect_exit 0 log
	expect_match "$output" 'signed in now are missing.*control\.sock'
	expect_match "$output" 'alice'
	lab_start_daemon "$lab_config"
}

test_nothing_is_kept_that_nobody_wants() {
	sed -i 's/^keep = 7d/keep = 0/' "$lab_config"
	expect_match "$(cli reload)" 'no more records'
	sign_in --user alice
	sign_out
	expect_refusal 1 'no sign-in log is kept; set .keep.' log
	expect_eq "$(ls "$logs")" ''
	sed -i 's/^keep = 0/keep = 7d/' "$lab_config"
	expect_match "$(cli reload)" 'keeps its records for 7 days'
	sign_in --user bob
	sign_out
	has 'map(.user) == ["bob"]'
	sed "s|^directory = .*|directory = /elsewhere|" "$lab_config" >"$lab_dir/elsewhere.conf"
	cp "$lab_config" "$lab_dir/kept.conf"
	cp "$lab_dir/elsewhere.conf" "$lab_config"
	expect_refusal 1 '"directory" in \[log\] need a restart' cli reload
	cp "$lab_dir/kept.conf" "$lab_config"
}
