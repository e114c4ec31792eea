#!/bin/bash
# SPDX-License-Identifier: MIT
# test_garden.sh - the walled garden: what guests may reach, added and removed while it runs.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh

test_portal_is_reachable() {
	expect_match "$(client curl -s http://198.18.2.90/login)" 'sign in here'
	expect_match "$(client curl -s 'http://[fd00:511:2::90]/login')" 'sign in here'
}

test_prefix_opens_and_closes_ipv4() {
	cli garden add 198.18.2.80 >/dev/null
	expect_verdict PASS_GARDEN expect_status 200 -4 http://example.com/
	expect_status 511 -6 http://example.com/
	expect_match "$(cli garden list)" '198\.18\.2\.80'
	cli garden del 198.18.2.80 >/dev/null
	expect_status 511 -4 http://example.com/
}

test_prefix_opens_and_closes_ipv6() {
	cli garden add fd00:511:2::80/124 >/dev/null
	expect_status 200 -6 http://example.com/
	expect_status 511 -4 http://example.com/
	cli garden del fd00:511:2::80/124 >/dev/null
	expect_status 511 -6 http://example.com/
}

test_port_opens_only_itself() {
	cli garden add 198.18.2.80:8080/tcp >/dev/null
	expect_status 200 http://198.18.2.80:8080/
	expect_status 511 http://198.18.2.80/
	cli garden del 198.18.2.80:8080/tcp >/dev/null
	expect_status 000 http://198.18.2.80:8080/
}

test_port_opens_only_itself_ipv6() {
	cli garden add '[fd00:511:2::80]:8080/tcp' >/dev/null
	expect_status 200 'http://[fd00:511:2::80]:8080/'
	expect_status 511 'http://[fd00:511:2::80]/'
	cli garden del '[fd00:511:2::80]:8080/tcp' >/dev/null
	expect_status 000 'http://[fd00:511:2::80]:8080/'
}

test_entry_survives_a_restart_and_a_reload() {
	cli garden add 198.18.2.80 >/dev/null
	lab_stop daemon
	expect_status 200 -4 http://example.com/
	lab_start_daemon "$lab_config"
	expect_status 200 -4 http://example.com/
	cli reload >/dev/null
	expect_status 200 -4 http://example.com/
	cli garden del 198.18.2.80 >/dev/null
	expect_status 511 -4 http://example.com/
}

test_what_cannot_be_done_is_said() {
	expect_refusal 1 'not-there|198\.18\.2\.99' cli garden del 198.18.2.99
	expect_refusal 1 '198\.18\.2\.80/24' cli garden add 198.18.2.80/24
	expect_refusal 1 'pay\.example:80' cli garden add pay.example:80
	expect_refusal 1 'configuration|reload' cli garden del '[fd00:511:2::90]:80/tcp'
	expect_status 200 'http://[fd00:511:2::90]/login'
}
