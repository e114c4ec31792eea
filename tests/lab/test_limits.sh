#!/bin/bash
# SPDX-License-Identifier: MIT
# test_limits.sh - rates, quotas, idle times and counters, with as much traffic as they allow.
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

# The two numbers are the same but for a few frames of the neighbourhood.
expect_close() {
	local difference=$(($1 - $2))

	[ "${difference#-}" -le "$3" ] || expect_fail "$1 isn't within $3 of $2"
}

# Of the client's interface: received bytes and packets, sent bytes and packets.
interface_counters() {
	client ip -s -j link show dev wlan0 |
		jq -r '.[0].stats64 | "\(.rx.bytes) \(.rx.packets) \(.tx.bytes) \(.tx.packets)"'
}

is_signed_out_for() {
	grep -q "$lab_mac of zone 'default' is signed out: $1" "$lab_dir/daemon.log"
}

test_download_rate_ipv4() {
	sign_in --down 8M
	expect_rate 8000000 timed_download 5 -4 http://198.18.2.80/200m
}

test_download_rate_ipv6() {
	sign_in --down 8M
	expect_rate 8000000 timed_download 5 -6 'http://[fd00:511:2::80]/200m'
}

test_low_download_rate() {
	sign_in --down 1M
	expect_rate 1000000 timed_download 8 -4 http://198.18.2.80/200m
}

test_upload_rate() {
	sign_in --up 8M
	expect_rate 8000000 upload 5 198.18.2.80
}

# Four at once; the time is that of all of them together.
four_downloads() {
	local start n

	start=$(now_ms)
	for n in 1 2 3 4; do
		timed_download 5 -4 http://198.18.2.80/200m >"$lab_dir/share.$n" &
	done
	wait
	echo "$(cut -d' ' -f1 "$lab_dir"/share.? | jq -s add) $(($(now_ms) - start))"
}

test_several_downloads_share_one_rate() {
	sign_in --down 8M
	expect_rate 8000000 four_downloads
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
	local got

	sign_in --quota 3M
	lab_start_download http://198.18.2.80/20m
	lab_wait_for 30 is_signed_out_for 'its quota is used up'
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
	local n got last

	sign_in --idle 5s
	last=$(now_ms)
	for n in 1 2 3; do
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
	local got n

	for n in 1 2 3 4 5; do
		got=$(use_for_a_while)
		[ -z "$got" ] || break
		sign_out || true
	done
	expect_eq "$got" 200
	lab_wait_for 40 is_idle_session_over
	lab_wait_for 30 is_signed_out_for 'it was idle for too long'
}

test_counters_are_those_of_the_interface() {
	local before after json

	sign_in
	read -ra before <<<"$(interface_counters)"
	expect_eq "$(download http://198.18.2.80/20m)" 20971520
	json=$(session)
	read -ra after <<<"$(interface_counters)"
	# The interface counts without the Ethernet header.
	expect_close "$(jq .down_packets <<<"$json")" $((after[1] - before[1])) 20
	expect_close "$(jq .up_packets <<<"$json")" $((after[3] - before[3])) 20
	expect_close "$(jq .down_bytes <<<"$json")" $((after[0] - before[0] + 14 * (after[1] - before[1]))) 3000
	expect_close "$(jq .up_bytes <<<"$json")" $((after[2] - before[2] + 14 * (after[3] - before[3]))) 3000
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
