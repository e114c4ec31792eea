#!/bin/bash
# SPDX-License-Identifier: MIT
# test_limits.sh - rates, quotas and idle times, with as much traffic as they allow.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh

set_up() {
	truncate -s 200M "$lab_dir/www/200m" && truncate -s 20M "$lab_dir/www/20m" &&
		lab_start_daemon "$lab_config"
}

session() {
	cli --json show "$lab_mac"
}

# upload SECONDS ADDRESS: prints how many bytes came through to the other side in how many ms.
upload() {
	local answers=$lab_dir/sink

	: >"$answers"
	web timeout $(($1 + 90)) /usr/bin/python3 "$lab_top/tests/lab/sink.py" 9999 "$1" >"$answers" &
	lab_wait_for 30 grep -q ready "$answers"
	# Ends when the other side does.
	# shellcheck disable=SC2016 # expanded by the inner shell
	client timeout $(($1 + 60)) bash -c 'exec 2>/dev/null; cat /dev/zero >"/dev/tcp/$0/9999"' "$2" || true
	wait $!
	tail -n 1 "$answers"
}

# Prints how many bytes of the body came, all of them or until nothing has come for a while.
download() {
	client curl -s -o /dev/null -w '%{size_download}' --max-time 60 "$@" || true
}

# How often the device has been signed out for this reason.
ends_for() {
	grep -c "$lab_mac of zone 'default' is signed out: $1" "$lab_dir/daemon.log" || true
}

# Once more than N times before.
is_signed_out_for() {
	[ "$(ends_for "$1")" -gt "$2" ]
}

test_download_rate_ipv4() {
	sign_in --down 8M
	expect_rate 8000000 timed_download 5 -4 http://198.18.2.80/200m
}

test_low_download_rate() {
	sign_in --down 1M
	expect_rate 1000000 timed_download 4 -4 http://198.18.2.80/200m
}

test_over_the_rate_is_counted() {
	sign_in --down 1M
	expect_verdict DOWN_DROP_RATE lab_start_download http://198.18.2.80/200m
	lab_stop download
	sign_in --up 1M
	expect_verdict DROP_RATE upload 2 198.18.2.80 >/dev/null
}

test_a_new_rate_holds_at_once() {
	sign_in --down 1M
	api PATCH "/v1/sessions/$lab_mac" '{"down":"20M"}' >/dev/null
	expect_rate 20000000 timed_download 4 http://198.18.2.80/200m
}

test_quota_ends_the_session_where_it_stands() {
	local before got

	before=$(ends_for 'its quota is used up')
	sign_in --quota 3M
	lab_start_download http://198.18.2.80/20m
	lab_wait_for 30 is_signed_out_for 'its quota is used up' "$before"
	expect_download_stands
	lab_stop download
	got=$(lab_download_bytes)
	[ "$got" -lt 3000000 ]
	[ "$got" -gt 2000000 ]
	expect_status 511 http://example.com/
	expect_refusal 1 "$lab_mac" cli show "$lab_mac"
	sign_in
	expect_json "$(session)" '.down_bytes == 0 and .quota_bytes == null'
}

test_quota_counts_both_directions() {
	local sent

	sign_in --quota 50M --up 8M
	sent=$(upload 2 198.18.2.80 | cut -d' ' -f1)
	expect_eq "$(download http://198.18.2.80/20m)" 20971520
	expect_json "$(session)" ".up_bytes >= $sent and .up_bytes > 10000 and .down_bytes > 20000000"
	expect_json "$(session)" '.quota_left_bytes == .quota_bytes - .up_bytes - .down_bytes'
}

test_a_renewed_session_keeps_what_it_has_used() {
	sign_in --quota 50M
	expect_eq "$(download http://198.18.2.80/20m)" 20971520
	sign_in --quota 60M
	expect_json "$(session)" '.down_bytes > 20000000 and .quota_left_bytes < 40000000'
}

# Signs in and asks every 2 s, for longer than the idle time of 5 s; prints the last status, or
# nothing when the machine stood still between two requests for so long that the session was idle.
use_for_a_while() {
	local got last

	sign_in --idle 5s
	last=$(now_ms)
	for _ in 1 2 3; do
		sleep 2
		got=$(http_status http://example.com/)
		[ $(($(now_ms) - last)) -lt 4900 ] || return 0
		[ "$got" = 200 ] || break
		last=$(now_ms)
	done
	echo "$got"
}

is_idle_session_over() {
	sleep 5.2
	[ "$(http_status http://example.com/)" = 511 ]
}

test_use_keeps_a_session_and_silence_ends_it() {
	local before got

	before=$(ends_for 'it was idle for too long')
	for _ in 1 2 3 4 5; do
		got=$(use_for_a_while)
		[ -z "$got" ] || break
		sign_out || true
	done
	expect_eq "$got" 200
	lab_wait_for 40 is_idle_session_over
	lab_wait_for 30 is_signed_out_for 'it was idle for too long' "$before"
}

# patch FIELD VALUE: changes the running session.
patch() {
	api PATCH "/v1/sessions/$lab_mac" "{\"$1\":$2}" >/dev/null
}

# A download runs, the change ends the session, and the device is a guest with a new account.
expect_end_by() {
	local before

	before=$(ends_for "$3")
	lab_start_download http://198.18.2.80/big
	patch "$1" "$2"
	lab_wait_for 40 is_signed_out_for "$3" "$before"
	expect_download_stands
	lab_stop download
	expect_status 511 http://example.com/
	sign_in
	expect_status 200 http://example.com/
}

test_a_quota_set_below_what_is_used_ends_it() {
	sign_in
	expect_end_by quota 1000 'its quota is used up'
	expect_json "$(session)" '.quota_bytes == null and .down_bytes < 100000'
}

test_a_timeout_made_short_ends_it() {
	sign_in --timeout 1h
	expect_end_by timeout '"1s"' 'its time is up'
}

# Only once the download, whose answers are use, has been stopped.
test_an_idle_time_made_short_ends_it() {
	local before

	before=$(ends_for 'it was idle for too long')
	sign_in --idle 1h
	lab_start_download http://198.18.2.80/big
	patch idle '"3s"'
	expect_download_runs
	lab_stop download
	lab_wait_for 40 is_signed_out_for 'it was idle for too long' "$before"
}

test_a_higher_quota_lets_it_go_on() {
	sign_in --quota 21M
	patch quota '"50M"'
	expect_eq "$(download http://198.18.2.80/20m)" 20971520
	expect_eq "$(download http://198.18.2.80/20m)" 20971520
	expect_json "$(session)" '.quota_left_bytes == 50000000 - .up_bytes - .down_bytes'
}

test_trusted_device_has_no_limits() {
	cli trust "$lab_mac" >/dev/null
	expect_eq "$(download http://198.18.2.80/20m)" 20971520
	cli untrust "$lab_mac" >/dev/null
}

test_blocked_device_is_not_signed_in_by_a_portal() {
	cli block "$lab_mac" >/dev/null
	expect_problem 409 'unblock' PUT "/v1/sessions/$lab_mac" '{}'
	expect_refusal 1 'unblock' cli login "$lab_mac"
	expect_status 000 http://example.com/
	cli unblock "$lab_mac" >/dev/null
	sign_in
	expect_status 200 http://example.com/
}

test_bulk_logout_leaves_trusted_and_blocked_devices_alone() {
	cli trust 02:05:11:00:00:71 >/dev/null
	cli block 02:05:11:00:00:72 >/dev/null
	sign_in --user ann
	expect_match "$(cli logout --all)" '^1 device '
	sign_in --user ann
	expect_match "$(cli logout --zone default)" '^1 device '
	expect_match "$(cli logout --user ann)" '^0 devices '
	expect_json "$(api GET /v1/sessions)" 'map(.state) | sort == ["blocked", "trusted"]'
	expect_json "$(api GET /v1/status)" '.sessions | .active == 0 and .trusted == 1 and .blocked == 1'
}
