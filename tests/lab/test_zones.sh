#!/bin/bash
# SPDX-License-Identifier: MIT
# test_zones.sh - each zone by its own rules, and zones that come, change, move and go by a reload.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh
# shellcheck disable=SC2034 # read by tests/lab/run
test_seconds=480
press=8100:200
stage=88a8:300,8100:30

# The lab's file, with two zones that share nothing.
write_zones() {
	sed '/^\[zone press\]/,$d' "$lab_config" >"$lab_dir/base.conf"
	{
		cat "$lab_dir/base.conf"
		printf '[zone press]\nvlan = 200\n%s\n' "$press_rules"
		printf '[zone stage]\nvlan = 300.30\n%s\n' "$stage_rules"
	} >"$lab_config"
}

press_rules='url = http://198.18.2.90/press
name = Press Wi-Fi
probes = 511
dns = 198.18.7.53
prefix = 198.18.7.0/28
timeout = 1h
up = 2M
packets = 5/s'
stage_rules='url = http://198.18.2.91/stage
name = Stage Wi-Fi
probes = auto
dns = 198.18.8.53
prefix = 198.18.8.0/28
timeout = 2h
down = 3M
packets = 0'

set_up() {
	write_zones
	cp "$lab_config" "$lab_dir/two.conf"
	lab_start_daemon "$lab_config"
}

before_each() {
	cp "$lab_dir/two.conf" "$lab_config"
	lab_start_daemon "$lab_config"
	api DELETE '/v1/sessions?all=true' >/dev/null
	cli reload >/dev/null
}

tagged() {
	client timeout 60 /usr/bin/python3 "$lab_top/tests/lab/tagged_request.py" wlan0 "$lab_gw_mac" "$@"
}

# udp TAGS ADDRESS PORT [COUNT]
udp() {
	client timeout 60 /usr/bin/python3 "$lab_top/tests/lab/tagged_udp.py" wlan0 "$lab_gw_mac" "$@"
}

page_has() {
	grep -qF -- "$3" <<<"$(tagged "$1" "$2" page)"
}

expect_page() {
	lab_wait_for 30 page_has "$@" || expect_fail "no \"$3\" in: $(tagged "$1" "$2" page)"
}

# reload_with SED-SCRIPT: what has changed is left in $output.
reload_with() {
	sed -i "$1" "$lab_config"
	expect_exit 0 cli reload
}

# The device's frames with these tags are those of a signed-in one, or of a guest.
expect_signed_in() {
	expect_verdict PASS_SESSION udp "$1" 198.18.2.80 9
}

expect_guest() {
	expect_verdict DROP_UDP udp "$1" 198.18.2.80 9
}

# --- each by its own rules -----------------------------------------------------------------

test_each_zone_has_its_portal_and_page() {
	local web

	for web in 198.18.2.80 fd00:511:2::80; do
		expect_page "$press" "$web" 'http://198.18.2.90/press?'
		expect_page "$press" "$web" 'Press Wi-Fi'
		expect_page "$stage" "$web" 'http://198.18.2.91/stage?'
		expect_page "$stage" "$web" 'Stage Wi-Fi'
		expect_page none "$web" 'http://198.18.2.90/login?'
	done
}

test_each_zone_has_its_probe_policy() {
	expect_match "$(tagged "$press" 198.18.2.80 probe)" '^8100:200 HTTP/1\.1 511 '
	expect_match "$(tagged "$stage" 198.18.2.80 probe)" '^88a8:300,8100:30 HTTP/1\.1 302 '
	expect_match "$(tagged none fd00:511:2::80 probe)" '^none HTTP/1\.1 302 '
}

test_each_zone_has_its_resolvers() {
	expect_verdict PASS_DNS udp "$press" 198.18.7.53 53
	expect_verdict DROP_UDP udp "$press" 198.18.8.53 53
	expect_verdict PASS_DNS udp "$stage" 198.18.8.53 53
	expect_verdict DROP_UDP udp "$stage" 198.18.7.53 53
	expect_verdict DROP_UDP udp none 198.18.7.53 53
	expect_verdict PASS_DNS udp none 198.18.1.1 53
}

test_each_zone_has_its_garden() {
	expect_verdict PASS_GARDEN udp "$press" 198.18.7.1 9
	expect_verdict DROP_UDP udp "$press" 198.18.8.1 9
	expect_verdict PASS_GARDEN udp "$stage" 198.18.8.1 9
	expect_verdict DROP_UDP udp "$stage" 198.18.7.1 9
	expect_verdict DROP_UDP udp none 198.18.7.1 9
}

test_each_zone_has_its_session_defaults() {
	cli login "$lab_mac" --zone press >/dev/null
	cli login "$lab_mac" --zone stage >/dev/null
	expect_json "$(cli --json show "$lab_mac" --zone press)" \
		'.up_bps == 2000000 and .down_bps == null and (.expires_at | fromdate) - (.login_at | fromdate) == 3600'
	expect_json "$(cli --json show "$lab_mac" --zone stage)" \
		'.up_bps == null and .down_bps == 3000000 and (.expires_at | fromdate) - (.login_at | fromdate) == 7200'
}

test_each_zone_has_its_guest_budget() {
	local before

	expect_verdict DROP_BUDGET udp "$press" 198.18.2.80 9 200
	before=$(verdict_count DROP_BUDGET)
	expect_verdict DROP_UDP udp "$stage" 198.18.2.80 9 200
	expect_eq "$(verdict_count DROP_BUDGET)" "$before"
}

test_unknown_vlans_are_dropped_on_demand() {
	reload_with 's|^\[gateway\]|&\nunknown-vlan = drop|'
	expect_match "$output" 'frames of unknown VLANs are dropped'
	expect_verdict DROP_VLAN_UNKNOWN udp 8100:999 198.18.2.80 9
	expect_verdict DROP_VLAN_UNKNOWN udp 8100:300 198.18.2.80 9
	expect_verdict DROP_VLAN_UNKNOWN udp 88a8:300,8100:31 198.18.2.80 9
	expect_guest "$stage"
	expect_guest none
	reload_with 's|^unknown-vlan = drop|unknown-vlan = default|'
	expect_match "$output" "frames of unknown VLANs are of the zone 'default'"
	expect_guest 8100:999
}

# --- changes by reload -------------------------------------------------------------------------

test_zone_is_added_beside_a_session() {
	cli login "$lab_mac" --zone press >/dev/null
	expect_signed_in "$press"
	printf '[zone staff]\nvlan = 400\nurl = http://198.18.2.92/staff\nprefix = 198.18.9.0/24\npackets = 0\n' >>"$lab_config"
	expect_exit 0 cli reload
	expect_match "$output" "zone 'staff' is added"
	expect_signed_in "$press"
	expect_guest 8100:400
	expect_verdict PASS_GARDEN udp 8100:400 198.18.9.1 9
	expect_page 8100:400 198.18.2.80 'http://198.18.2.92/staff?'
}

test_moved_zone_takes_its_sessions_along() {
	cli login "$lab_mac" --zone press >/dev/null
	reload_with 's|^vlan = 200|vlan = 201|'
	expect_match "$output" "zone 'press' has another interface or VLAN"
	expect_signed_in 8100:201
	expect_guest "$press"
}

# Nothing of it may open anything: neither its old VLAN, nor another zone.
expect_session_sleeps() {
	expect_guest "$press"
	expect_guest "$stage"
	expect_guest none
	expect_json "$(cli --json sessions)" 'map(.zone) == ["press"]'
}

test_removed_zone_keeps_its_session_for_its_return() {
	local before

	cli login "$lab_mac" --zone press --user alice >/dev/null
	expect_signed_in "$press"
	before=$(cli --json show "$lab_mac" --zone press | jq .up_packets)
	reload_with '/^\[zone press\]/,/^packets = 5/d'
	expect_match "$output" "zone 'press' is removed"
	expect_session_sleeps
	lab_stop daemon
	lab_start_daemon "$lab_config"
	expect_session_sleeps
	expect_refusal 1 'press' cli login 02:05:11:00:00:77 --zone press
	cp "$lab_dir/two.conf" "$lab_config"
	cli reload >/dev/null
	expect_json "$(cli --json show "$lab_mac" --zone press)" ".user == \"alice\" and .up_packets >= $before"
	expect_signed_in "$press"
}

test_session_of_a_removed_zone_can_be_signed_out() {
	cli login "$lab_mac" --zone press >/dev/null
	reload_with '/^\[zone press\]/,/^packets = 5/d'
	cli logout "$lab_mac" --zone press >/dev/null
	expect_json "$(cli --json sessions)" '. == []'
}

test_renamed_zone_is_another_one() {
	cli login "$lab_mac" --zone press >/dev/null
	reload_with 's|^\[zone press\]|[zone media]|'
	expect_match "$output" "zone 'press' is removed"
	expect_match "$output" "zone 'media' is added"
	expect_session_sleeps
	reload_with 's|^\[zone media\]|[zone press]|'
	expect_signed_in "$press"
}

test_reload_tells_every_key() {
	reload_with 's|^timeout = 1h|timeout = 3h|; s|^up = 2M|up = 4M|'
	expect_eq "$(grep -c 'press' <<<"$output")" 1
	expect_match "$output" "zone 'press' has other session defaults"
	reload_with 's|^packets = 5/s|packets = 6/s|'
	expect_match "$output" "zone 'press' has another guest budget"
	reload_with 's|^dns = 198.18.7.53|dns = 198.18.7.54|'
	expect_match "$output" "zone 'press' has other resolvers"
	reload_with 's|^probes = 511|probes = auto|'
	expect_match "$output" "zone 'press' has another portal"
	reload_with 's|^prefix = 198.18.7.0/28|prefix = 198.18.7.0/29|'
	expect_match "$output" 'garden: 1 added, 1 removed'
	expect_exit 0 cli reload
	expect_no_match "$output" 'zone|garden'
}

# --- a write that fails in the middle ----------------------------------------------------------

build_die() {
	mkdir -p "$lab_build/tests"
	gcc -std=gnu11 -D_GNU_SOURCE -O2 -shared -fPIC "$lab_top/tests/lab/die.c" -o "$lab_build/tests/die.so" -ldl
}

# Neither the rules, nor the VLAN, nor the garden of the new file.
expect_old_zones() {
	expect_eq "$(cli --json garden list | jq -c 'map(select(.zone == "staff"))')" '[]'
	expect_guest 8100:400
	expect_verdict DROP_UDP udp 8100:400 198.18.9.1 9
	expect_verdict PASS_GARDEN udp "$press" 198.18.7.1 9
	expect_verdict PASS_DNS udp "$press" 198.18.7.53 53
	expect_signed_in "$stage"
}

# Whichever write to a map fails: the sentence is true, and the next try succeeds.
test_reload_that_fails_in_the_middle_changes_nothing() {
	local at

	cli login "$lab_mac" --zone stage >/dev/null
	lab_stop daemon
	build_die
	lab_spawn daemon "$lab_dir/daemon.log" nsenter "--net=/run/netns/$lab-gw" \
		env "LD_PRELOAD=$lab_build/tests/die.so" "FAIL_AT=$lab_dir/fail" "$lab_build/xdp511d" --config "$lab_config"
	lab_wait_for 30 lab_answers
	sed -i 's|198\.18\.7\.|198.18.6.|; s|packets = 5/s|packets = 0|' "$lab_config"
	printf '[zone staff]\nvlan = 400\nurl = http://198.18.2.92/staff\nprefix = 198.18.9.0/24\n' >>"$lab_config"
	for at in 1 4 7 10 13 16 19 22 25 28; do
		echo "$at" >"$lab_dir/fail"
		if cli reload >"$lab_dir/reload" 2>&1; then break; fi
		rm "$lab_dir/fail"
		expect_sentence "$(cat "$lab_dir/reload")" 'Cannot allocate memory'
		expect_no_match "$(cat "$lab_dir/reload")" 'restart'
		expect_old_zones
	done
	[ "$at" -gt 15 ] || expect_fail "a reload makes only $at writes"
	rm -f "$lab_dir/fail"
	cli reload >/dev/null
	expect_verdict PASS_GARDEN udp 8100:400 198.18.9.1 9
	expect_verdict PASS_DNS udp "$press" 198.18.6.53 53
	lab_stop daemon
}

# --- a lost database -----------------------------------------------------------------------------

# The new numbering would give the session of "press" to "stage".
test_numbers_outlive_the_database() {
	cli login "$lab_mac" --zone press >/dev/null
	expect_signed_in "$press"
	lab_stop daemon
	rm -rf "$lab_dir/state"
	sed '/^\[zone press\]/,$d' "$lab_dir/two.conf" >"$lab_config"
	printf '[zone stage]\nvlan = 300.30\n%s\n[zone press]\nvlan = 200\n%s\n' \
		"$stage_rules" "$press_rules" >>"$lab_config"
	lab_start_daemon "$lab_config"
	expect_signed_in "$press"
	expect_guest "$stage"
	expect_json "$(cli --json sessions)" 'map(.zone) == ["press"]'
}

# A database of another time: whose session that is can't be told, so it is nobody's.
test_session_of_a_number_with_another_name_is_forgotten() {
	cli login "$lab_mac" --zone press >/dev/null
	expect_signed_in "$press"
	lab_stop daemon
	/usr/bin/python3 - "$lab_dir/state/xdp511.db" <<-'EOF'
		import sqlite3, sys
		database = sqlite3.connect(sys.argv[1])
		numbers = dict(database.execute("SELECT name, id FROM zones"))
		database.execute("DELETE FROM sessions")
		database.execute("DELETE FROM zones WHERE name IN ('press', 'stage')")
		database.execute("INSERT INTO zones VALUES ('press', ?)", (numbers["stage"],))
		database.execute("INSERT INTO zones VALUES ('stage', ?)", (numbers["press"],))
		database.commit()
	EOF
	lab_start_daemon "$lab_config"
	expect_guest "$press"
	expect_guest "$stage"
	expect_json "$(cli --json sessions)" '. == []'
}
