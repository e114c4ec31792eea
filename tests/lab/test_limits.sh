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

# download SECONDS CURL-ARGUMENT...: prints how many bytes of the body came in that time.
download() {
	client curl -s -o /dev/null -w '%{size_download}' --max-time "$@" || true
}

# upload SECONDS ADDRESS: prints how many bytes came through to the other side.
upload() {
	local answers=$lab_dir/sink

	: >"$answers"
	web timeout $(($1 + 10)) /usr/bin/python3 "$lab_top/tests/lab/sink.py" 9999 "$1" >"$answers" &
	lab_wait_for 5 grep -q ready "$answers"
	# shellcheck disable=SC2016 # expanded by the inner shell
	client timeout $(($1 + 1)) bash -c 'exec 2>/dev/null; cat /dev/zero >"/dev/tcp/$0/9999"' "$2" || true
	wait $!
	tail -n 1 "$answers"
}

# expect_rate BYTES SECONDS BITS: no more comes through than the rate allows, with a burst of 0.3 s
# and some time for curl to stop; and most of it does. Both are wide, for a busy machine.
expect_rate() {
	local most=$(($3 * ($2 * 10 + 3) / 80))

	if [ "$1" -lt $(($3 * $2 * 60 / 800)) ] || [ "$1" -gt $((most * 115 / 100)) ]; then
		expect_fail "$1 bytes in $2 s, and the rate is $3 bit/s"
	fi
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
	expect_rate "$(download 5 -4 http://198.18.2.80/200m)" 5 8000000
}

test_download_rate_ipv6() {
	sign_in --down 8M
	expect_rate "$(download 5 -6 'http://[fd00:511:2::80]/200m')" 5 8000000
}

test_low_download_rate() {
	sign_in --down 1M
	expect_rate "$(download 8 -4 http://198.18.2.80/200m)" 8 1000000
}

test_upload_rate() {
	sign_in --up 8M
	expect_rate "$(upload 5 198.18.2.80)" 5 8000000
}

test_several_downloads_share_one_rate() {
	local n

	sign_in --down 8M
	for n in 1 2 3 4; do
		download 5 -4 http://198.18.2.80/200m >"$lab_dir/share.$n" &
	done
	wait
	expect_rate "$(cat "$lab_dir"/share.? | jq -s add)" 5 8000000
}

test_over_the_rate_is_counted() {
	sign_in --down 1M
	expect_verdict DOWN_DROP_RATE download 2 http://198.18.2.80/200m >/dev/null
	sign_in --up 1M
	expect_verdict DROP_RATE upload 2 198.18.2.80 >/dev/null
}

test_a_new_rate_holds_at_once() {
	sign_in --down 1M
	api PATCH "/v1/sessions/$lab_mac" '{"down":"20M"}' >/dev/null
	expect_rate "$(download 4 http://198.18.2.80/200m)" 4 20000000
}

test_quota_ends_the_session_where_it_stands() {
	local got

	sign_in --quota 3M
	got=$(download 5 http://198.18.2.80/20m)
	[ "$got" -lt 3000000 ]
	[ "$got" -gt 2000000 ]
	expect_status 511 http://example.com/
	expect_refusal 1 "$lab_mac" cli show "$lab_mac"
	lab_wait_for 5 is_signed_out_for 'its quota is used up'
	sign_in
	expect_json "$(session)" '.down_bytes == 0 and .quota_bytes == null'
}

test_quota_counts_both_directions() {
	sign_in --quota 50M --up 8M
	upload 1 198.18.2.80 >/dev/null
	download 5 http://198.18.2.80/20m >/dev/null
	expect_json "$(session)" '.up_bytes > 1000000 and .down_bytes > 20000000'
	expect_json "$(session)" '.quota_left_bytes == .quota_bytes - .up_bytes - .down_bytes'
}

test_a_renewed_session_keeps_what_it_has_used() {
	sign_in --quota 50M
	download 5 http://198.18.2.80/20m >/dev/null
	sign_in --quota 60M
	expect_json "$(session)" '.down_bytes > 20000000 and .quota_left_bytes < 40000000'
}

test_use_keeps_a_session_and_silence_ends_it() {
	sign_in --idle 4s
	for _ in 1 2 3; do
		sleep 2
		expect_status 200 http://example.com/
	done
	sleep 4.3
	expect_status 511 http://example.com/
	lab_wait_for 5 is_signed_out_for 'it was idle for too long'
}

test_counters_are_those_of_the_interface() {
	local before after json

	sign_in
	read -ra before <<<"$(interface_counters)"
	expect_eq "$(download 10 http://198.18.2.80/20m)" 20971520
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
	expect_eq "$(download 10 http://198.18.2.80/20m)" 20971520
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
