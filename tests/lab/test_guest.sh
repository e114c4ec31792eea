#!/bin/bash
# SPDX-License-Identifier: MIT
# test_guest.sh - the packet budget of a device that hasn't signed in, and what exceeding it costs.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh

set_up() {
	sed -i -e 's|^packets .*|packets = 50/s|' -e '/^packets /a park = 6s' "$lab_config"
	lab_start_daemon "$lab_config"
}

# A sign-out leaves a guest with a fresh budget.
before_each() {
	sign_in
	sign_out
}

# 500 packets a second that the gate has to judge: so many, or without a number until it is stopped.
noise='
import itertools, socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for n in range(int(sys.argv[1])) if len(sys.argv) > 1 else itertools.count():
    s.sendto(b"noise", ("198.18.2.80", 9))
    time.sleep(0.002)
'

noise_start() {
	lab_spawn noise "$lab_dir/noise.log" "${lab_as_client[@]}" /usr/bin/python3 -c "$noise"
}

is_511() {
	[ "$(http_status http://198.18.2.80/)" = 511 ]
}

test_noise_is_held_to_the_budget() {
	expect_verdict DROP_BUDGET noise_start
	lab_stop noise
	lab_wait_for 30 is_511
}

test_lasting_noise_is_parked_and_comes_back() {
	expect_verdict DROP_PARKED noise_start
	lab_stop noise
	expect_verdict DROP_PARKED expect_status 000 --max-time 1 http://198.18.2.80/
	lab_wait_for 30 is_511
}

test_login_ends_the_parking() {
	expect_verdict DROP_PARKED noise_start
	lab_stop noise
	sign_in
	expect_status 200 http://example.com/
	sign_out
	lab_wait_for 30 is_511
}

test_signed_in_device_has_no_such_budget() {
	local before

	sign_in
	before=$(verdict_count DROP_BUDGET)
	expect_verdict PASS_SESSION client /usr/bin/python3 -c "$noise" 500
	expect_eq "$(verdict_count DROP_BUDGET)" "$before"
}
