#!/bin/bash
# SPDX-License-Identifier: MIT
# test_lab.sh - the lab itself, without the gate: what later tests forbid does work here.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh

set_up() {
	:
}

before_each() {
	:
}

test_client_reaches_the_web() {
	expect_status 200 -4 http://example.com/
	expect_status 200 -6 http://example.com/
	expect_match "$(client curl -s http://any.name.example/)" 'real web server'
}

test_client_reaches_the_portal() {
	expect_match "$(client curl -s http://198.18.2.90/login)" 'sign in here'
	expect_match "$(client curl -s 'http://[fd00:511:2::90]/login')" 'sign in here'
}

test_client_takes_a_lease() {
	lab_dhcp
	expect_match "$(client ip -4 -br address show dev wlan0)" ' 198\.18\.1\.(1[0-9][0-9]|200)/24'
	expect_status 200 -4 http://example.com/
	lab_stop dhclient
	lab_set_client_addresses
}

test_download_runs() {
	lab_start_download http://example.com/big
	expect_download_runs
	lab_stop download
}

test_second_lab_of_the_same_name_is_refused() {
	expect_refusal 1 "\"$lab\" is there already" lab_create
}

test_client_has_its_own_resolver() {
	expect_eq "$(client cat /etc/resolv.conf)" 'nameserver 198.18.1.1'
}

# Also what needs no gate: the tests' own client for tagged frames.
test_tagged_client_is_heard_by_the_gateway() {
	expect_eq "$(client /usr/bin/python3 "$lab_top/tests/lab/tagged_request.py" wlan0 "$lab_gw_mac" \
		8100:200 198.18.2.80 2)" 'no answer'
}
