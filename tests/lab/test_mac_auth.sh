#!/bin/bash
# SPDX-License-Identifier: MIT
# test_mac_auth.sh - devices that a real FreeRADIUS knows by their MAC, and how often it is asked.
# shellcheck disable=SC2154,SC2034 # lab_… are set by scripts/lab.sh; test_seconds is read by run

test_seconds=240
# shellcheck source=tests/lab/radius.sh
source "$lab_top/tests/lab/radius.sh"
# shellcheck source=tests/lab/portal.sh
source "$lab_top/tests/lab/portal.sh"
stranger=02:05:11:00:00:99
crowd=20 # devices that come at once

set_up() {
	local n

	radius_write radius "$radius_4"
	radius_user radius 02-05-11-00-00-01 02-05-11-00-00-01 'Session-Timeout = 7200' 'Class = 0x6b6e6f776e'
	for ((n = 0; n < crowd; n++)); do
		radius_user radius "02-05-11-00-01-$(printf %02x "$n")" "02-05-11-00-01-$(printf %02x "$n")"
	done
	radius_start radius "$radius_4" || return 1
	portal_config
	printf '[sign-in]\nmethods = click radius\nmac-auth = on\n' >>"$lab_config"
	radius_config "server = $radius_4" "accounting = $radius_4" 'timeout = 1s' 'deadline = 2s' 'mac-remember = 1h'
	lab_start_daemon "$lab_config" && lab_start_portal
}

# Nobody is signed in, and nothing is remembered.
before_each() {
	radius_start radius "$radius_4"
	lab_start_daemon "$lab_config"
	be "$lab_mac"
	api DELETE '/v1/sessions?all=true' >/dev/null
	lab_stop_portal
	rm -f "$lab_dir"/portal-state/portal.db*
	: >"$lab_dir/radius/requests"
	: >"$lab_dir/radius/records"
	lab_start_portal
}

# be MAC: the client is that device from now on.
be() {
	[ "$(client cat /sys/class/net/wlan0/address)" != "$1" ] || return 0
	client ip link set wlan0 address "$1"
	gw ip neigh flush dev lan0
}

requests() {
	radius_json radius requests
}

expect_requests() {
	expect_eq "$(requests | jq length)" "$1"
}

expect_let_in() {
	expect_page 303 '' "$1" "$portal/login"
	expect_eq "$(head_of Location)" /login/status
}

expect_sign_in_page() {
	expect_page 200 'value="click"' "$1" "$portal/login"
}

known_device() {
	expect_status 511 "-$1" http://example.com/
	expect_let_in "$1"
	expect_signed_in "$lab_mac"
	expect_json "$(session_of "$lab_mac")" '.method == "mac" and .user == "02-05-11-00-00-01"'
	expect_status 200 "-$1" http://example.com/
	expect_requests 1
	expect_json "$(requests)" '.[0] | ."User-Name" == "02-05-11-00-00-01" and ."User-Password" == "02-05-11-00-00-01" and
		."Service-Type" == "Call-Check" and ."Calling-Station-Id" == "02-05-11-00-00-01"'
	lab_wait_for 60 has_start || expect_fail "no Start: $(radius_json radius records)"
}

has_start() {
	radius_json radius records | jq -e 'any(.[]; ."Acct-Status-Type" == "Start" and
		."User-Name" == "02-05-11-00-00-01" and .Class == "0x6b6e6f776e")' >/dev/null
}

test_known_device_ipv4() {
	known_device 4
}

test_known_device_ipv6() {
	known_device 6
}

# A refusal is remembered, too, and the page works as it would without.
test_unknown_device_gets_the_page() {
	be "$stranger"
	expect_sign_in_page 4
	expect_sign_in_page 4
	expect_sign_in_page 6
	expect_requests 1
	click 303 6
	expect_signed_in "$stranger"
}

# Also over a killed portal.
test_answers_are_remembered() {
	local address n

	for ((n = 0; n < crowd; n++)); do
		be "02:05:11:00:01:$(printf %02x "$n")"
		expect_let_in 4
	done
	expect_requests "$crowd"
	# All of the gate's sessions are lost.
	lab_stop daemon
	lab_detach
	rm -rf "$lab_dir/state"
	mkdir "$lab_dir/state"
	lab_stop_portal KILL
	lab_start_daemon "$lab_config"
	lab_start_portal
	expect_json "$(api GET /v1/sessions)" 'length == 0'
	for ((n = 0; n < crowd; n++)); do
		address=02:05:11:00:01:$(printf %02x "$n")
		be "$address"
		expect_let_in 4
		expect_signed_in "$address"
	done
	expect_requests "$crowd"
	expect_json "$(session_of "$address")" '.method == "mac"'
}

# What is left of the time is counted from the answer on.
test_time_is_not_given_twice() {
	local first

	expect_let_in 4
	first=$(session_of "$lab_mac" | jq -r '.expires_at | fromdate')
	lab_stop daemon
	lab_detach
	rm -rf "$lab_dir/state"
	mkdir "$lab_dir/state"
	lab_start_daemon "$lab_config"
	expect_let_in 4
	expect_requests 1
	expect_json "$(session_of "$lab_mac")" "(.expires_at | fromdate) - $first | . >= -2 and . <= 2"
}

test_operator_signs_it_out() {
	expect_let_in 4
	cli logout "$lab_mac" >/dev/null
	lab_wait_for 30 is_forgotten || expect_fail "the answer is remembered still"
	expect_let_in 4
	expect_requests 2
}

is_forgotten() {
	/usr/bin/python3 -c 'import sqlite3, sys
base = sqlite3.connect("file:" + sys.argv[1] + "?mode=ro", uri=True, timeout=20)
sys.exit(base.execute("SELECT count(*) FROM mac_answers").fetchone()[0] != 0)' "$lab_dir/portal-state/portal.db"
}

# Else the page behind the button would sign it in again.
test_button_on_the_page() {
	expect_let_in 4
	expect_page 200 'value="sign-out"' 4 "$portal/login"
	expect_sent 303 4 action=sign-out "token=$(page_token)"
	expect_sign_in_page 4
	expect_requests 1
}

test_radius_is_away() {
	lab_stop radius
	expect_sign_in_page 4
	be "$stranger"
	expect_sign_in_page 4
	click 303 4
	expect_signed_in "$stranger"
}

test_other_zones_are_not_asked_for() {
	sed 's/^mac-auth .*/mac-auth = off/' "$lab_config" >"$lab_dir/kept.conf"
	cp "$lab_config" "$lab_dir/on.conf"
	cp "$lab_dir/kept.conf" "$lab_config"
	lab_stop_portal
	lab_start_portal
	cp "$lab_dir/on.conf" "$lab_config"
	expect_sign_in_page 4
	expect_requests 0
}

# Who has seen a MAC in the air can type it; only the device itself comes by it.
test_name_of_a_device_is_nobodys_account() {
	be "$stranger"
	expect_sign_in_page 4
	expect_sent 403 4 action=sign-in method=user "username=${lab_mac//:/-}" "password=${lab_mac//:/-}" \
		"token=$(page_token)"
	expect_signed_out "$stranger"
}
