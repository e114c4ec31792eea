#!/bin/bash
# SPDX-License-Identifier: MIT
# test_flood.sh - a crowd that never signs in and a flood of random MACs hurt nobody.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh

max_guests=1024
crowd_prefix=02:00:00:00:01: # of the hundred; newcomers' MACs are random

set_up() {
	sed -i -e "s|^max-guests .*|max-guests = $max_guests|" \
		-e '/^max-guests /a new-guests = 50/s\nqueue-resolver = 500/s\nqueue-kernel = 5000/s' \
		-e 's|^packets .*|packets = 50/s|' -e '/^packets /a park = 30s' "$lab_config"
	lab_start_daemon "$lab_config"
}

before_each() {
	lab_spawn crowd "$lab_dir/crowd.log" "${lab_as_client[@]}" /usr/bin/python3 \
		"$lab_top/tests/lab/crowd.py" wlan0 "$lab_gw_mac" 120
}

after_each() {
	lab_stop crowd
}

guest_entries() {
	cli --json sessions --guests --top 1000 | jq length
}

newcomers() {
	cli --json stats | jq .guests.unknown_packets
}

has_turned_many_away() {
	[ "$(newcomers)" -gt 5000 ]
}

is_page() {
	[ "$(http_status http://198.18.2.80/)" = 511 ]
}

test_new_guest_gets_its_page() {
	sign_in
	sign_out # without an entry, as if it came only now
	lab_wait_for 60 has_turned_many_away
	lab_wait_for 60 is_page
}

test_signed_in_device_goes_on() {
	sign_in
	lab_wait_for 60 has_turned_many_away
	expect_status 200 http://198.18.2.80/
	sign_out
}

test_table_of_guests_stays_within_its_bound() {
	lab_wait_for 60 has_turned_many_away
	[ "$(guest_entries)" -le "$max_guests" ] || expect_fail "$(guest_entries) guests are remembered"
}

test_resolver_is_asked_no_more_than_the_queue_may() {
	expect_verdict DROP_RESOLVER_FULL has_turned_many_away_again
}

has_turned_many_away_again() {
	local before

	before=$(newcomers)
	lab_wait_for 60 has_grown_by "$before" 5000
}

has_grown_by() {
	[ "$(newcomers)" -gt $(($1 + $2)) ]
}

known_of_the_crowd() {
	cli --json sessions --guests --top 1000 |
		jq -r --arg prefix "$crowd_prefix" '.[].mac | select(startswith($prefix))' | sort
}

has_known_guests() {
	[ "$(known_of_the_crowd | wc -l)" -ge 5 ]
}

# Who of the hundred becomes known is chance while most newcomers are the flood's; who is, stays.
test_regular_guests_stay_known() {
	local before forgotten

	lab_wait_for 60 has_known_guests
	before=$(known_of_the_crowd)
	has_turned_many_away_again
	forgotten=$(comm -23 <(echo "$before") <(known_of_the_crowd))
	[ -z "$forgotten" ] || expect_fail "the flood has pushed out ${forgotten//$'\n'/ }"
}
