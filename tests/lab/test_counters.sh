#!/bin/bash
# SPDX-License-Identifier: MIT
# test_counters.sh - a session's counters are what the client sent and got, to the byte.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh
# shellcheck source=tests/lab/iperf.sh
source "$lab_top/tests/lab/iperf.sh"

# Both directions, families and protocols at once, paced so that no queue of a veth runs over.
mixed_traffic() {
	local seconds=$1 n

	iperf 5201 "$iperf_v4" --bidir --bitrate 20M --time "$seconds" --parallel 2 &
	iperf 5202 "$iperf_v6" --bidir --bitrate 20M --time "$seconds" &
	iperf 5203 "$iperf_v4" --udp --bidir --bitrate 5M --length 1400 --time "$seconds" &
	iperf 5204 "$iperf_v6" --udp --bidir --bitrate 1M --length 100 --time "$seconds" &
	for n in 1 2 3 4; do
		wait -n
	done
}

test_all_kinds_of_traffic() {
	local down up

	sign_in
	begin_counting
	mixed_traffic 2
	expect_counted
	down=$(gate_bytes down)
	up=$(gate_bytes up)
	[ "$down" -gt 5000000 ]
	[ "$up" -gt 5000000 ]
}

# What a limited rate drops hasn't been received and isn't counted.
test_what_a_rate_drops() {
	sign_in --down 5M
	begin_counting
	iperf 5201 "$iperf_v4" --reverse --bitrate 20M --time 2 --parallel 4
	iperf 5202 "$iperf_v6" --reverse --udp --bitrate 10M --time 2
	expect_counted
}

test_tagged_frames() {
	sign_in
	begin_counting
	client /usr/bin/python3 "$lab_top/tests/lab/tagged_burst.py" wlan0 "$lab_gw_mac" 77 2000
	expect_counted
	[ "$(gate_bytes up)" -gt 1000000 ]
}

session_entry() {
	echo "pinned $lab_pins/x511_sessions key hex ${lab_mac//:/ } 00 00"
}

# Sets both byte counters of the session to just below 2^32: at 8 and 24 of its value, lowest byte first.
set_counters_high() {
	local value

	# shellcheck disable=SC2046 # words of a command
	value=$(bpftool -j map lookup $(session_entry) | jq -r '
		.value | .[8:16] = ["0x00", "0x00", "0xff", "0xff", "0x00", "0x00", "0x00", "0x00"] |
		.[24:32] = .[8:16] | map(ltrimstr("0x")) | join(" ")')
	# shellcheck disable=SC2046,SC2086
	bpftool map update $(session_entry) value hex $value
}

test_beyond_32_bits() {
	sign_in
	set_counters_high
	begin_counting
	mixed_traffic 2
	expect_counted
	expect_json "$(cli --json show "$lab_mac")" '[.up_bytes, .down_bytes] | min > 4294967296'
	lab_stop daemon KILL
	lab_start_daemon "$lab_config"
	expect_json "$(cli --json show "$lab_mac")" '[.up_bytes, .down_bytes] | min > 4294967296'
	expect_counted
}

# Killed and stopped while traffic runs: the gate goes on counting, and so does who comes after.
test_restarts_under_traffic() {
	local signal traffic

	sign_in
	begin_counting
	mixed_traffic 12 &
	traffic=$!
	for signal in KILL TERM KILL; do
		lab_wait_for 30 bytes_grow
		lab_stop daemon "$signal"
		lab_start_daemon "$lab_config"
	done
	wait "$traffic"
	expect_counted
}

bytes_grow() {
	local before

	before=$(client_counters)
	[ "$before" != "$(client_counters)" ]
}

test_changes_under_traffic() {
	local n

	sign_in
	begin_counting
	mixed_traffic 2 &
	for n in {1..30}; do
		api PATCH "/v1/sessions/$lab_mac" "{\"timeout\":\"${n}h\",\"quota\":\"${n}G\",\"idle\":\"${n}h\",\"up\":\"${n}G\"}" \
			>/dev/null
	done
	wait $!
	expect_counted
	expect_json "$(cli --json show "$lab_mac")" '.quota_bytes == 30000000000'
}

# Nothing comes to the client any more, and what came is what was counted.
test_at_the_end_of_a_quota() {
	local start got

	sign_in --quota 5M
	begin_counting
	read -r start _ <<<"$(client_counters)"
	iperf 5201 "$iperf_v4" --udp --reverse --bitrate 20M --length 1400 --time 4 >/dev/null || true
	got=$(($(client_counters | cut -d' ' -f1) - start))
	# A guest's essentials may come; a buffer of the last packets may go over it.
	[ "$got" -gt 4900000 ]
	[ "$got" -lt 5100000 ] || expect_fail "$got bytes came, and the quota was 5000000"
}
