#!/bin/bash
# SPDX-License-Identifier: MIT
# test_events.sh - the feed of events: what is told, to whom, and that nobody waits for a slow reader.
# shellcheck disable=SC2154,SC2034 # lab_… are set by scripts/lab.sh; test_seconds is read by run

test_seconds=240
other=02:05:11:00:00:77

before_each() {
	local name

	for name in "$lab_dir"/pids/reader*; do
		[ ! -e "$name" ] || lab_stop "${name##*/}" KILL
	done
	lab_start_daemon "$lab_config"
	api DELETE '/v1/sessions?all=true' >/dev/null
}

# follow NAME [QUERY [CURL-ARGUMENT...]]: a reader whose stream goes to a file; returns once it is one.
follow() {
	local name=reader-$1 query=${2-}

	: >"$lab_dir/$name"
	lab_spawn "$name" "$lab_dir/$name" curl -sN "${@:3}" --unix-socket "$lab_socket" \
		"http://x/v1/events$query"
	lab_wait_for 30 grep -q '^retry:' "$lab_dir/$name" || expect_fail "no stream: $(cat "$lab_dir/$name")"
}

# The events a reader has got, a line each. The last one may not be whole yet.
events_of() {
	sed -n 's/^data: //p' "$lab_dir/reader-$1" | jq -cR 'fromjson? // empty'
}

has_event() {
	events_of "$1" | jq -se "any(.[]; $2)" >/dev/null
}

expect_event() {
	lab_wait_for 30 has_event "$1" "$2" || expect_fail "no event: $2" "in:" "$(events_of "$1")"
}

test_sign_in_and_sign_out_with_totals() {
	local carried

	follow all
	sign_in --user alice
	expect_event all ".type == \"sign-in\" and .mac == \"$lab_mac\" and .zone == \"default\" and .user == \"alice\""
	expect_event all '.type == "sign-in" and .method == "cli" and .state == "active" and .vlan == 0'
	expect_event all '.type == "sign-in" and (.at | test("^20[0-9-]+T[0-9:]+\\.[0-9]{3}Z$"))'
	expect_status 200 http://example.com/
	carried=$(api DELETE "/v1/sessions/$lab_mac")
	expect_event all '.type == "sign-out" and .reason == "logout" and .user == "alice"'
	expect_event all ".type == \"sign-out\" and .up_bytes == $(jq .up_bytes <<<"$carried") and .up_bytes > 0 and
		.down_bytes == $(jq .down_bytes <<<"$carried") and .down_packets > 0"
}

test_timeout_is_told() {
	follow all
	sign_in --timeout 1s
	expect_event all '.type == "limit-hit" and .limit == "timeout"'
	expect_event all '.type == "sign-out" and .reason == "timeout"'
}

test_idle_is_told() {
	follow all
	cli login "$other" --idle 1s >/dev/null
	expect_event all ".type == \"limit-hit\" and .limit == \"idle\" and .mac == \"$other\""
	expect_event all '.type == "sign-out" and .reason == "idle"'
}

test_quota_is_told() {
	follow all
	sign_in --quota 300k
	lab_start_download http://example.com/big
	expect_event all '.type == "limit-hit" and .limit == "quota"'
	expect_event all '.type == "sign-out" and .reason == "quota" and .up_bytes + .down_bytes >= 300000'
	lab_stop download
}

test_full_table_is_told() {
	local n

	sed 's/^max-sessions.*/max-sessions = 16/' "$lab_config" >"$lab_dir/small.conf"
	lab_stop daemon
	lab_detach
	lab_start_daemon "$lab_dir/small.conf"
	follow all
	for n in {10..40}; do
		[ "$(api_status PUT "/v1/sessions/02:05:11:00:01:$n" '{}')" = 201 ] || break
	done
	expect_event all ".type == \"table-full\" and .mac == \"02:05:11:00:01:$n\" and .zone == \"default\""
	api DELETE '/v1/sessions?all=true' >/dev/null
	lab_stop daemon
	lab_detach
}

test_worker_that_was_killed_is_told() {
	follow all '?type=worker-restarted'
	kill -KILL "$(api GET /v1/status | jq '.workers[0].pid')"
	expect_event all '.type == "worker-restarted" and .interface == "lan0" and .queue == 0 and
		.reason == "killed by SIGKILL"'
}

test_parked_guest_is_told() {
	local sender

	sed 's/^packets .*/packets = 2\/s\npark = 1s/' "$lab_config" >"$lab_dir/strict.conf"
	lab_stop daemon
	lab_start_daemon "$lab_dir/strict.conf"
	follow all '?type=parked'
	# shellcheck disable=SC2016 # for the shell in there
	"${lab_as_client[@]}" timeout 60 bash -c 'while echo >/dev/udp/198.18.1.1/9; do read -rt 0.02 <> <(:); done' >/dev/null 2>&1 &
	sender=$!
	expect_event all ".type == \"parked\" and .mac == \"$lab_mac\" and .zone == \"default\" and .interface == \"lan0\""
	expect_json "$(cli --json sessions --guests)" ".[0].mac == \"$lab_mac\" and .[0].dropped > 0"
	kill "$sender" 2>/dev/null || : # it may have ended
	lab_stop daemon
}

# The same MAC with a VLAN tag and without one, in turns: two devices, not one that roams.
test_device_in_two_places_is_told() {
	follow all '?type=spoof-suspected'
	sign_in --user alice
	lab_wait_for 120 jump_until_told || expect_fail "no event of two places"
	expect_event all ".type == \"spoof-suspected\" and .reason == \"two places\" and .mac == \"$lab_mac\" and
		.user == \"alice\" and .interface == \"lan0\""
}

test_device_in_two_zones_is_told() {
	follow all '?type=spoof-suspected'
	sign_in --user alice
	lab_wait_for 120 work_in_both_zones || expect_fail "no event of two zones"
	expect_event all ".type == \"spoof-suspected\" and .reason == \"two zones\" and .mac == \"$lab_mac\" and
		.zone == \"default\" and .user == \"alice\""
}

work_in_both_zones() {
	client bash -c 'echo >/dev/udp/198.18.1.1/9'
	client timeout 60 /usr/bin/python3 "$lab_top/tests/lab/tagged_request.py" \
		wlan0 "$lab_gw_mac" 8100:200 198.18.2.80 1 >/dev/null
	has_event all '.reason == "two zones"'
}

jump_until_told() {
	client bash -c 'echo >/dev/udp/198.18.1.1/9'
	client timeout 60 /usr/bin/python3 "$lab_top/tests/lab/tagged_request.py" \
		wlan0 "$lab_gw_mac" 8100:999 198.18.2.80 1 >/dev/null
	client bash -c 'echo >/dev/udp/198.18.1.1/9'
	has_event all '.type == "spoof-suspected"'
}

test_filters() {
	follow outs '?type=sign-out'
	follow press '?zone=press'
	follow other "?mac=02-05-11-00-00-77&type=sign-in,sign-out"
	sign_in
	cli login "$other" --zone press >/dev/null
	cli logout "$other" --zone press >/dev/null
	sign_out
	expect_event outs ".type == \"sign-out\" and .mac == \"$lab_mac\""
	expect_event press '.type == "sign-out"'
	expect_event other '.type == "sign-out"'
	expect_json "$(events_of outs | jq -s .)" 'map(.type) == ["sign-out", "sign-out"]'
	expect_json "$(events_of press | jq -s .)" 'map(.zone) == ["press", "press"]'
	expect_json "$(events_of other | jq -s .)" "map(.mac) == [\"$other\", \"$other\"]"
}

test_bad_questions() {
	expect_problem 400 "'party'.*sign-in.*parked" GET '/v1/events?type=sign-in,party'
	expect_problem 400 "''" GET '/v1/events?type='
	expect_problem 404 'moon' GET '/v1/events?zone=moon'
	expect_problem 400 'elephant' GET '/v1/events?mac=elephant'
	expect_problem 400 'colour' GET '/v1/events?colour=red'
	expect_problem 405 '.' POST /v1/events '{}'
	expect_match "$(curl -s --max-time 20 --unix-socket "$lab_socket" -H 'Last-Event-ID: -5' http://x/v1/events)" \
		"'-5' isn't the id"
	expect_refusal 1 'party' cli events --type party
	expect_refusal 1 'moon' cli events --zone moon
	expect_refusal 1 'elephant' cli events elephant
	expect_refusal 2 '--limit' cli events --limit 5
}

# A reader gets what it has missed, or is told that something is missing.
test_reader_that_comes_back() {
	local id

	follow first '?type=sign-in,sign-out'
	sign_in
	expect_event first '.type == "sign-in"'
	lab_stop reader-first
	id=$(sed -n 's/^id: //p' "$lab_dir/reader-first")
	sign_out
	follow again '?type=sign-in,sign-out' -H "Last-Event-ID: $id"
	expect_event again '.type == "sign-out"'
	expect_json "$(events_of again | jq -s .)" 'map(.type) == ["sign-out"]'
	lab_stop daemon
	lab_start_daemon "$lab_config"
	follow later '' -H "Last-Event-ID: $id"
	expect_event later '.type == "gap"'
}

test_seventeenth_reader_is_refused() {
	local n

	for n in {1..16}; do
		follow "$n"
	done
	expect_problem 503 '16 readers' GET /v1/events
	expect_refusal 1 '16 readers' cli events
	lab_stop reader-7 KILL
	lab_wait_for 30 place_is_free || expect_fail "the place of a reader that is gone isn't free"
	sign_in
	expect_event 3 '.type == "sign-in"'
	expect_event 16 '.type == "sign-in"'
}

place_is_free() {
	[ "$(curl -s -o /dev/null -w '%{http_code}' --max-time 2 --unix-socket "$lab_socket" \
		http://x/v1/events)" = 200 ]
}

# fill_feed NUMBER: so many sign-ins and sign-outs, through a few connections.
fill_feed() {
	local n

	for ((n = 0; n < $1; n += 2)); do
		printf 'url = "http://x/v1/sessions/02:05:11:aa:00:%02x"\nrequest = PUT\ndata = "{}"\n' $((n / 2 % 256))
		printf 'unix-socket = "%s"\noutput = /dev/null\nmax-time = 20\nnext\n' "$lab_socket"
		printf 'url = "http://x/v1/sessions/02:05:11:aa:00:%02x"\nrequest = DELETE\n' $((n / 2 % 256))
		printf 'unix-socket = "%s"\noutput = /dev/null\nmax-time = 20\nnext\n' "$lab_socket"
	done | sed '$d' >"$lab_dir/fill"
	curl -s -K "$lab_dir/fill"
}

events_number() {
	sed -n 's/^data: .*"type":"\(sign-in\|sign-out\|suppressed\)".*/\1/p' "$lab_dir/reader-$1" | wc -l
}

reader_has_ended() {
	lab_is_gone "reader-$1"
}

# The stopped one holds up nobody, and is told that it has missed something, or finds its stream ended.
test_stopped_reader_holds_up_nobody() {
	local before=0

	follow quick
	follow stopped
	kill -STOP "$(lab_pid reader-stopped)"
	until [ "$before" -gt 7000 ]; do
		fill_feed 1000
		lab_answers
		lab_wait_for 30 has_more_events quick "$before" || expect_fail "the quick reader waits"
		before=$(events_number quick)
	done
	expect_no_match "$(cat "$lab_dir/reader-quick")" '^event: dropped'
	kill -CONT "$(lab_pid reader-stopped)"
	lab_wait_for 60 reader_has_ended stopped || expect_fail "the stopped reader was not cut off"
	[ "$(events_number stopped)" -lt "$(events_number quick)" ]
	sign_in
	expect_event quick ".type == \"sign-in\" and .mac == \"$lab_mac\""
}

has_more_events() {
	[ "$(events_number "$1")" -gt "$2" ]
}

# --- the verb ----------------------------------------------------------------------------

# start_verb ARGUMENT...: `xdp511 events` with its output in $lab_dir/reader-verb, once it gets events.
start_verb() {
	: >"$lab_dir/reader-verb"
	lab_spawn reader-verb "$lab_dir/reader-verb" nsenter "--net=/run/netns/$lab-gw" \
		"$lab_build/xdp511" --socket "$lab_socket" "$@"
	lab_wait_for 30 verb_has_printed || expect_fail "xdp511 events prints nothing"
}

verb_has_printed() {
	cli login "$other" --user bob >/dev/null
	cli logout "$other" >/dev/null
	[ -s "$lab_dir/reader-verb" ]
}

verb_prints() {
	grep -qE "$1" "$lab_dir/reader-verb"
}

test_lines_for_people() {
	start_verb events
	cli login "$lab_mac" --user carol >/dev/null
	lab_wait_for 30 verb_prints "^20.*Z sign-in $lab_mac zone default, user carol, method cli" ||
		expect_fail "$(cat "$lab_dir/reader-verb")"
	sign_out
	lab_wait_for 30 verb_prints "^20.*Z sign-out $lab_mac zone default, user carol, .*reason logout.*, up 0 B, down 0 B" ||
		expect_fail "$(cat "$lab_dir/reader-verb")"
}

test_lines_of_json() {
	start_verb --json events
	sign_in
	lab_wait_for 30 verb_prints "\"$lab_mac\"" || expect_fail "$(cat "$lab_dir/reader-verb")"
	expect_json "$(jq -cs . "$lab_dir/reader-verb")" 'all(.[]; .type and .at)'
	expect_eq "$(wc -l <"$lab_dir/reader-verb")" "$(jq -c . "$lab_dir/reader-verb" | wc -l)"
}

# A command in the background ignores Ctrl-C unless it asks for it.
test_interrupt_is_no_failure() {
	local pid code=0

	(exec nsenter "--net=/run/netns/$lab-gw" "$lab_build/xdp511" --socket "$lab_socket" events) \
		>"$lab_dir/reader-verb" 2>&1 &
	pid=$!
	lab_wait_for 30 verb_has_printed
	kill -INT "$pid"
	wait "$pid" || code=$?
	expect_eq "$code" 0
	expect_no_match "$(cat "$lab_dir/reader-verb")" '^xdp511:'
}

test_daemon_that_goes_ends_the_verb() {
	local pid code=0

	: >"$lab_dir/reader-verb"
	gw "$lab_build/xdp511" --socket "$lab_socket" events >"$lab_dir/reader-verb" 2>"$lab_dir/said" &
	pid=$!
	lab_wait_for 30 verb_has_printed
	lab_stop daemon
	wait "$pid" || code=$?
	expect_eq "$code" 3
	expect_sentence "$(cat "$lab_dir/said")" 'going down'
	expect_refusal 3 'control\.sock' cli events
}
