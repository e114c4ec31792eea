#!/bin/bash
# SPDX-License-Identifier: MIT
# test_bpftool.sh - the pinned maps as bpftool prints them: field names an operator understands.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh

test_sessions_have_field_names() {
	local dump

	sign_in
	expect_status 200 http://example.com/
	dump=$(bpftool map dump pinned "$lab_pins/x511_sessions")
	expect_match "$dump" '"mac"'
	expect_match "$dump" '"expires_tick"'
	expect_match "$dump" '"up_bytes": [1-9]'
	expect_match "$dump" '"state": "SESSION_ACTIVE"'
}

test_stats_have_field_names() {
	local dump

	expect_status 511 http://example.com/
	dump=$(bpftool map dump pinned "$lab_pins/x511_stats")
	expect_match "$dump" '"STEER_HTTP"'
	expect_match "$dump" '"DOWN_DROP_GUEST"'
	expect_match "$dump" '"packets": [1-9]'
}

test_every_map_is_pinned_by_its_name() {
	local name

	for name in abi ports vlans zones sessions guests own resolvers garden xsks cookies alerts visits \
		stats icmp patterns questions answers names lost; do
		[ -e "$lab_pins/x511_$name" ] || expect_fail "there is no pin x511_$name"
	done
	[ -d "$lab_pins/links" ]
}

test_guest_is_listed() {
	expect_status 511 http://example.com/
	expect_match "$(bpftool map dump pinned "$lab_pins/x511_guests")" '"packets": [1-9]'
}
