#!/bin/bash
# SPDX-License-Identifier: MIT
# test_rates.sh - rates are ceilings and can be used: real iperf3, both directions and families.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh
# shellcheck source=tests/lab/iperf.sh
source "$lab_top/tests/lab/iperf.sh"

# What most clients and servers run; a machine's default may be another one.
cubic=(--congestion cubic --time 5)

test_tcp_down_at_10_mbit() {
	sign_in --down 10M
	iperf_fills 5201 down 10000000 "$iperf_v4" "${cubic[@]}"
}

test_tcp_up_at_10_mbit_in_four_streams() {
	sign_in --up 10M
	iperf_fills 5201 up 10000000 "$iperf_v6" "${cubic[@]}" --parallel 4
}

test_tcp_down_at_1_mbit_in_four_streams() {
	sign_in --down 1M
	iperf_fills 5201 down 1000000 "$iperf_v6" "${cubic[@]}" --parallel 4
}

test_tcp_up_at_2_mbit() {
	sign_in --up 2M
	iperf_fills 5201 up 2000000 "$iperf_v4" "${cubic[@]}"
}

test_tcp_down_at_200_mbit() {
	sign_in --down 200M
	iperf_within 5201 down 200000000 "$iperf_v4" "${cubic[@]}" --parallel 4
}

# Both directions at once: UDP needs no answers, so neither takes from the other.
test_udp_at_twice_the_rate() {
	sign_in --up 2M --down 50M
	iperf_within 5201 up 2000000 "$iperf_v4" --udp --bitrate 4M --time 5 &
	iperf_within 5202 down 50000000 "$iperf_v6" --udp --bitrate 100M --length 1400 --time 5
	wait $!
}

# The traffic has grown by so many bytes.
has_grown_to() {
	[ "$(gate_bytes down)" -ge "$1" ]
}

test_a_changed_rate_holds_for_what_is_running() {
	local before start ms traffic

	sign_in --down 10M
	iperf 5201 "$iperf_v4" --udp --reverse --bitrate 40M --length 1400 --time 30 &
	traffic=$!
	lab_wait_for 30 has_grown_to 500000
	api PATCH "/v1/sessions/$lab_mac" '{"down":"1M"}' >/dev/null
	start=$(now_ms)
	before=$(gate_bytes down)
	sleep 3
	expect_ceiling $(($(gate_bytes down) - before)) $(($(now_ms) - start + 100)) 1000000 "a lower rate"
	api PATCH "/v1/sessions/$lab_mac" '{"down":"20M"}' >/dev/null
	lab_wait_for 30 has_grown_to $((before + 3000000)) # 24 s at the rate before
	lab_stop iperf-5201
	wait "$traffic" || true # it was cut off
}
