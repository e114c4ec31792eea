#!/bin/bash
# SPDX-License-Identifier: MIT
# test_session.sh - from guest to signed in and back, and everything that ends a session.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh

expect_guest() {
	expect_status 511 -4 http://example.com/
	expect_status 511 -6 http://example.com/
}

is_guest() {
	[ "$(http_status http://example.com/)" = 511 ]
}

# Asking is use: it must be silent in between.
is_guest_after_a_pause() {
	sleep 1.5
	is_guest
}

session() {
	cli --json show "$lab_mac"
}

# No more has come, and comes, than what the session carried.
sign_out_of_a_download() {
	local carried

	carried=$(api DELETE "/v1/sessions/$lab_mac" | jq .down_bytes)
	expect_download_stands
	[ "$(lab_download_bytes)" -le "$carried" ] ||
		expect_fail "$(lab_download_bytes) bytes came, and the session carried $carried"
}

test_login_and_logout_ipv4() {
	expect_status 511 -4 http://example.com/
	sign_in
	expect_match "$(client curl -4 -s http://example.com/)" 'real web server'
	sign_out
	expect_status 511 -4 http://example.com/
}

test_login_and_logout_ipv6() {
	expect_status 511 -6 http://example.com/
	sign_in
	expect_match "$(client curl -6 -s http://example.com/)" 'real web server'
	sign_out
	expect_status 511 -6 http://example.com/
}

test_logout_stops_a_running_download_ipv4() {
	sign_in
	lab_start_download http://198.18.2.80/big
	expect_download_runs
	sign_out_of_a_download
	lab_stop download
}

test_logout_stops_a_running_download_ipv6() {
	sign_in
	lab_start_download 'http://[fd00:511:2::80]/big'
	expect_download_runs
	sign_out_of_a_download
	lab_stop download
}

test_aliases_auth_and_deauth() {
	cli auth "$lab_mac" >/dev/null
	expect_status 200 http://example.com/
	cli deauth "$lab_mac" >/dev/null
	expect_status 511 http://example.com/
}

test_session_expires() {
	local start

	sign_in
	expect_status 200 http://example.com/
	start=$(now_ms)
	sign_in --timeout 2s
	lab_wait_for 30 is_guest
	[ $(($(now_ms) - start)) -ge 2000 ] || expect_fail "the session ended early"
	expect_guest
}

test_expired_session_stops_a_running_download() {
	sign_in
	lab_start_download http://example.com/big
	sign_in --timeout 2s
	lab_wait_for 30 is_guest
	expect_download_stands
	lab_stop download
}

test_session_ends_when_idle() {
	sign_in
	expect_status 200 http://example.com/
	sign_in --idle 1s
	lab_wait_for 30 is_guest_after_a_pause
}

test_quota_ends_the_session() {
	sign_in --quota 200k
	lab_start_download http://example.com/big
	lab_wait_for 30 is_guest
	expect_download_stands
	lab_stop download
	# The last buffer of many segments may be beyond it.
	[ "$(lab_download_bytes)" -lt 300000 ]
}

test_download_rate_is_kept() {
	sign_in --down 800k
	expect_rate 800000 timed_download 5 http://example.com/big
}

test_blocked_device_gets_nothing() {
	cli block "$lab_mac" >/dev/null
	expect_verdict DROP_BLOCKED expect_status 000 http://198.18.2.80/
	expect_status 000 http://198.18.2.90/
	cli unblock "$lab_mac" >/dev/null
	expect_guest
}

test_trusted_device_passes() {
	cli trust "$lab_mac" >/dev/null
	expect_verdict PASS_TRUSTED expect_status 200 http://example.com/
	expect_json "$(session)" '.state == "trusted" and .expires_at == null'
	cli untrust "$lab_mac" >/dev/null
	expect_guest
}

test_logout_of_a_user() {
	sign_in --user alice
	cli login 02:05:11:00:00:77 --user bob >/dev/null
	expect_json "$(session)" '.user == "alice"'
	cli logout --user alice >/dev/null
	expect_guest
	expect_json "$(api GET /v1/sessions)" 'map(.user) == ["bob"]'
}

test_logout_of_all() {
	sign_in
	cli login 02:05:11:00:00:77 >/dev/null
	cli logout --all >/dev/null
	expect_guest
	expect_json "$(api GET /v1/sessions)" '. == []'
}

test_session_counts_what_it_carries() {
	sign_in
	expect_status 200 -4 http://example.com/
	expect_status 200 -6 http://example.com/
	expect_json "$(session)" '.up_packets > 5 and .down_packets > 5 and .up_bytes > 500 and .down_bytes > 500'
	expect_json "$(session)" '.addresses | index("198.18.1.10") != null'
}

test_second_login_renews_and_keeps_the_counters() {
	local before

	sign_in --timeout 1h
	expect_status 200 http://example.com/
	before=$(session | jq .up_bytes)
	sign_in --timeout 2h
	expect_json "$(session)" ".up_bytes >= $before and .up_bytes > 0"
	expect_json "$(session)" '(.expires_at | fromdate) - (now | floor) > 7000'
}

test_session_of_another_zone_is_not_this_one() {
	cli login "$lab_mac" --zone press >/dev/null
	expect_guest
	expect_refusal 1 "$lab_mac" cli logout "$lab_mac" --zone stage
	cli logout "$lab_mac" --zone press >/dev/null
}
