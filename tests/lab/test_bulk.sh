#!/bin/bash
# SPDX-License-Identifier: MIT
# test_bulk.sh - export and import: the same sessions come back, and what is no session is told by its line.
# shellcheck disable=SC2154,SC2016 # lab_… are set by scripts/lab.sh; $0 and $1 are of the inner shell

# sessions_of FIRST LAST: a line a session, as export writes them.
sessions_of() {
	local n

	for ((n = $1; n <= $2; n++)); do
		printf '{"mac":"02:05:11:01:%02x:%02x","zone":"%s","user":"guest %d","timeout":%d}\n' \
			$((n / 256)) $((n % 256)) "$([ $((n % 3)) -eq 0 ] && echo press || echo default)" "$n" $((3600 + n))
	done
}

session_number() {
	api GET /v1/sessions | jq length
}

test_round_trip() {
	sign_in --user 'ali"ce' --timeout 1h --down 10M --quota 5G
	expect_status 200 http://example.com/
	cli login 02:05:11:00:00:66 --zone press --user 'Jörg ☃' --timeout 0 --idle 10m --up 64k >/dev/null
	cli trust 02:05:11:00:00:77 >/dev/null
	cli block 02:05:11:00:00:88 >/dev/null
	cli export >"$lab_dir/before"
	expect_eq "$(jq -s length "$lab_dir/before")" 4
	expect_eq "$(wc -l <"$lab_dir/before")" 4
	expect_no_match "$(cat "$lab_dir/before")" '[^ -~]'
	api DELETE '/v1/sessions?all=true' >/dev/null
	expect_eq "$(cli export)" ''
	expect_status 511 http://example.com/
	expect_match "$(cli import "$lab_dir/before")" '^4 sessions imported, 0 refused$'
	cli export >"$lab_dir/after"
	# Addresses are what the gate sees of a device, so they are learned anew.
	expect_eq "$(jq -c 'del(.addresses)' "$lab_dir/after" | sort)" "$(jq -c 'del(.addresses)' "$lab_dir/before" | sort)"
	expect_status 200 http://example.com/
}

test_many() {
	sessions_of 1 4000 >"$lab_dir/many"
	expect_match "$(cli import "$lab_dir/many")" '^4000 sessions imported, 0 refused$'
	expect_eq "$(session_number)" 4000
	expect_eq "$(cli export | wc -l)" 4000
	expect_eq "$(cli export --zone press | jq -r .zone | sort | uniq -c | xargs)" '1333 press'
	expect_json "$(cli export --user 'guest 77')" '.user == "guest 77"'
	expect_match "$(cli logout --all)" '^4000 devices signed out'
	expect_eq "$(session_number)" 0
}

test_from_standard_input() {
	expect_match "$(sessions_of 1 3 | cli import -)" '^3 sessions imported'
	expect_json "$(sessions_of 4 6 | cli --json import -)" '.imported == 3 and .refused == 0'
	expect_eq "$(session_number)" 6
}

test_a_pipe_is_a_file() {
	expect_match "$(cli import <(sessions_of 1 3))" '^3 sessions imported'
}

test_import_is_repeatable() {
	sessions_of 1 10 >"$lab_dir/ten"
	cli import "$lab_dir/ten" >/dev/null
	cli import "$lab_dir/ten" >/dev/null
	expect_eq "$(session_number)" 10
}

test_bad_lines() {
	{
		sessions_of 1 2
		echo '{"mac":"elephant"}'
		echo '{"mac":'
		echo '{"mac":"02:05:11:00:00:66","colour":"red"}'
		echo '{"mac":"02:05:11:00:00:66","zone":"moon"}'
		echo '{"mac":"02:05:11:00:00:66","timeout":"-5m"}'
		echo '[]'
		sessions_of 3 3
	} >"$lab_dir/mixed"
	expect_exit 1 cli import "$lab_dir/mixed"
	expect_match "$output" '^line 3: .*elephant'
	expect_match "$output" '^line 4: '
	expect_match "$output" '^line 5: .*colour'
	expect_match "$output" '^line 6: .*moon'
	expect_match "$output" '^line 7: .*timeout'
	expect_match "$output" '^line 8: '
	expect_match "$output" '^3 sessions imported, 6 refused$'
	expect_match "$output" "^xdp511: 6 lines of '.*mixed' were refused"
	expect_eq "$(session_number)" 3
	expect_exit 1 cli --json import "$lab_dir/mixed"
}

test_hostile_lines_do_not_reach_the_terminal() {
	printf '{"mac":"a\\u001b[31mb"}\n{"mac":"02:05:11:00:00:66","\\u001b[31m":1}\n\033[31m\n' >"$lab_dir/hostile"
	expect_exit 1 cli import "$lab_dir/hostile"
	expect_no_match "$output" $'\033'
}

test_empty_file() {
	: >"$lab_dir/empty"
	expect_match "$(cli import "$lab_dir/empty")" '^0 sessions imported, 0 refused$'
	expect_match "$(cli import /dev/null)" '^0 sessions imported, 0 refused$'
}

test_binary_file() {
	head -c 300000 /dev/urandom >"$lab_dir/binary"
	expect_exit 1 cli import "$lab_dir/binary"
	expect_no_match "$output" $'\033'
	expect_eq "$(session_number)" 0
	lab_answers
}

test_endless_line() {
	expect_exit 1 cli import /dev/zero
	expect_match "$output" "line 1 of '/dev/zero' doesn't end"
	expect_exit 1 cli import - < <(
		sessions_of 1 2
		tr '\0' a </dev/zero
	)
	expect_match "$output" '^line 3: .*longer'
	expect_match "$output" '^2 sessions imported, 1 refused'
	expect_match "$output" "line 3 of 'standard input' doesn't end"
	lab_answers
}

test_file_that_is_not_there() {
	expect_refusal 1 'nowhere' cli import "$lab_dir/nowhere"
	expect_refusal 1 'directory' cli import "$lab_dir"
	expect_exit 2 cli import
	expect_exit 2 cli import a b
}

test_without_a_daemon() {
	lab_stop daemon
	sessions_of 1 2 >"$lab_dir/two"
	expect_refusal 3 'control\.sock' cli import "$lab_dir/two"
	expect_refusal 3 'control\.sock' cli export
	expect_refusal 3 'control\.sock' cli sessions --guests
}

test_full_table_is_told() {
	sessions_of 1 5000 >"$lab_dir/many"
	expect_exit 1 cli import "$lab_dir/many"
	expect_match "$output" 'max-sessions'
	expect_eq "$(session_number)" 4096
	lab_answers
	cli logout --all >/dev/null
}

test_output_that_can_not_be_written() {
	sessions_of 1 100 >"$lab_dir/some"
	cli import "$lab_dir/some" >/dev/null
	expect_exit 1 sh -c '"$0" --socket "$1" export >/dev/full' "$lab_build/xdp511" "$lab_socket"
	expect_sentence "$output" 'written'
}

# --- guests ------------------------------------------------------------------------------

test_guests() {
	expect_match "$(cli sessions --guests --zone stage)" 'no guests'
	expect_status 511 http://example.com/
	expect_match "$(cli sessions --guests)" "^$lab_mac +default +[0-9.-]+ +[0-9]+ "
	expect_json "$(cli --json sessions --guests --top 1)" "length == 1 and (.[0] | .mac == \"$lab_mac\" and
		.packets > 3 and .parked_until == null and .zone == \"default\")"
	expect_json "$(api GET '/v1/guests?top=1000&zone=default')" 'length >= 1'
}

test_guests_have_addresses() {
	expect_status 511 -4 http://example.com/
	expect_json "$(cli --json sessions --guests)" '.[0] | .address == "198.18.1.10" and
		(.last_seen_at | fromdate) <= now'
	expect_match "$(cli sessions --guests)" "^$lab_mac +default +198\.18\.1\.10 "
}

test_bad_questions_for_guests() {
	expect_problem 400 "'0'.*1 to 1000" GET '/v1/guests?top=0'
	expect_problem 400 "'1001'" GET '/v1/guests?top=1001'
	expect_problem 400 "'all'" GET '/v1/guests?top=all'
	expect_problem 404 'moon' GET '/v1/guests?zone=moon'
	expect_problem 400 'colour' GET '/v1/guests?colour=red'
	expect_refusal 1 '1 to 1000' cli sessions --guests --top 0
	expect_refusal 1 '1 to 1000' cli sessions --guests --top many
	expect_refusal 1 'moon' cli sessions --guests --zone moon
	expect_refusal 2 '--guests' cli sessions --top 5
	expect_refusal 2 'no MAC' cli sessions "$lab_mac" --guests
}
