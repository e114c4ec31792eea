#!/bin/bash
# SPDX-License-Identifier: MIT
# test_loss.sh - real curl over a link that loses frames at random: no page is lost.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh

set_up() {
	lab_start_daemon "$lab_config" && set_neighbours && make_link_lossy
}

# Only HTTP is to suffer; names aren't asked for.
set_neighbours() {
	local address

	for address in 198.18.1.1 fd00:511:1::1; do
		client ip neigh replace "$address" lladdr "$lab_gw_mac" dev wlan0 nud permanent || return 1
	done
	for address in 198.18.1.10 fd00:511:1::10; do
		gw ip neigh replace "$address" lladdr "$lab_mac" dev lan0 nud permanent || return 1
	done
}

make_link_lossy() {
	lab_build_program loss &&
		bpftool prog loadall "$lab_build/tests/loss.bpf.o" "$lab_test_pins" pinmaps "$lab_test_pins" &&
		client ip link set dev wlan0 xdpdrv off &&
		client bpftool net attach xdpdrv pinned "$lab_test_pins/x511_lab_in" dev wlan0 &&
		client tc qdisc add dev wlan0 clsact &&
		client tc filter add dev wlan0 egress bpf direct-action pinned "$lab_test_pins/x511_lab_out"
}

# set_loss IN OUT: per mille, as the client sees it.
set_loss() {
	local cell

	for cell in 0 1; do
		bpftool map update pinned "$lab_test_pins/x511_lab_loss" key "$cell" 0 0 0 \
			value $(($1 % 256)) $(($1 / 256)) 0 0 0 0 0 0
		shift
	done
}

# Frames lost so far: "IN OUT".
lost() {
	bpftool -j map dump pinned "$lab_test_pins/x511_lab_loss" |
		jq -r '[.[].formatted.value] | "\(.[2]) \(.[3])"'
}

# has_lost BEFORE IN OUT: frames got lost in each direction that loses some.
has_lost() {
	local now

	now=$(lost)
	{ [ "$2" -eq 0 ] || [ "${now% *}" -gt "${1% *}" ]; } &&
		{ [ "$3" -eq 0 ] || [ "${now#* }" -gt "${1#* }" ]; }
}

# get_pages N: 2 N requests at once, half of them IPv6, without retries but TCP's own; prints a
# line for each.
get_pages() {
	client curl -s --no-progress-meter --parallel --parallel-immediate --parallel-max 100 \
		--retry 0 --max-time 150 -H 'Accept: text/html' -o /dev/null -o /dev/null \
		-w '%{exitcode} %{http_code} %{size_download} %header{content-length} %{time_total}\n' \
		"http://198.18.2.80/[1-$1]" "http://[fd00:511:2::80]/[1-$1]" || true
}

# expect_all_pages IN OUT: 40 pages come, all complete. Again if by chance nothing was lost.
expect_all_pages() {
	local before pages

	before=$(lost)
	for _ in {1..30}; do
		set_loss "$1" "$2"
		pages=$(get_pages 20)
		set_loss 0 0
		expect_eq "$(awk '$1 != 0 || $2 != 511 || $3 != $4 || $3 == 0' <<<"$pages")" ''
		expect_eq "$(wc -l <<<"$pages")" 40
		if has_lost "$before" "$1" "$2"; then return; fi
	done
	expect_fail "no frame was lost"
}

test_no_page_is_lost_at_1_percent() {
	expect_all_pages 10 10
}

test_no_page_is_lost_at_5_percent() {
	expect_all_pages 50 50
}

# Each way by itself: both together lose a third of all attempts, and a client whose SYN was lost
# waits for 3, 6, 12, 24, 48 s (RFC 6298), which some would need longer than a test may take.
test_no_page_is_lost_at_20_percent_on_the_way_in() {
	expect_all_pages 200 0
}

test_no_page_is_lost_at_20_percent_on_the_way_out() {
	expect_all_pages 0 200
}
