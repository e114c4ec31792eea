#!/bin/bash
# SPDX-License-Identifier: MIT
# test_accounting.sh - what a real FreeRADIUS is told of sessions, whoever of the two is away meanwhile.
# shellcheck disable=SC2154,SC2034 # lab_… are set by scripts/lab.sh; test_seconds is read by run

test_seconds=240
# shellcheck source=tests/lab/radius.sh
source "$lab_top/tests/lab/radius.sh"
# shellcheck source=tests/lab/portal.sh
source "$lab_top/tests/lab/portal.sh"
# shellcheck source=tests/lab/iperf.sh
source "$lab_top/tests/lab/iperf.sh"

set_up() {
	radius_write radius "$radius_4" "$radius_6"
	radius_user radius ann pw 'Class = 0x00ff0a636c617373'
	radius_user radius short pw 'Session-Timeout = 3'
	radius_user radius idle pw 'Idle-Timeout = 2'
	radius_user radius little pw 'ChilliSpot-Max-Total-Octets = 300000'
	radius_start radius "$radius_4" "$radius_6" || return 1
	head -c 3000000 /dev/zero >"$lab_dir/www/three"
	portal_config
	printf '[sign-in]\nmethods = radius\ndevices = 1\ndevices-full = oldest\n' >>"$lab_config"
	radius_config "server = $radius_4" "accounting = $radius_4" 'timeout = 1s' 'deadline = 2s' 'interim = 2s'
	lab_start_daemon "$lab_config" && lab_start_portal
}

# What a test left behind is ended before the next one, and told. A portal that was just started has
# counted no tries of the device.
before_each() {
	radius_start radius "$radius_4" "$radius_6"
	lab_start_daemon "$lab_config"
	lab_start_portal || return 1
	api DELETE '/v1/sessions?all=true' >/dev/null
	lab_wait_for 60 all_is_told || expect_fail "something is owed still: $(owed)"
	lab_stop_portal
	lab_start_portal || return 1
	lab_wait_for 60 all_is_told || expect_fail "something is owed still: $(owed)"
	: >"$lab_dir/radius/records"
}

# portal_sign_in FAMILY USER PASSWORD
portal_sign_in() {
	expect_page 200 'value="sign-in"' "$1" "$portal/login"
	lab_wait_for 30 is_let_in "$@" "$(page_token)" || expect_fail "no sign-in of $2" "$(<"$jar")"
}

# The tests before may have used up what a device may try at once.
is_let_in() {
	[ "$(send "$1" action=sign-in method=user "username=$2" "password=$3" "token=$4")" = 303 ]
}

portal_sign_out() {
	expect_page 200 'value="sign-out"' "$1" "$portal/login"
	expect_sent 303 "$1" action=sign-out "token=$(page_token)"
}

owed() {
	sqlite3_query 'SELECT (SELECT count(*) FROM acct_sessions) || " sessions, " || (SELECT count(*) FROM acct_spool) || " records"'
}

# Debian's python has SQLite; its command line isn't needed elsewhere.
sqlite3_query() {
	/usr/bin/python3 -c 'import sqlite3, sys
base = sqlite3.connect("file:" + sys.argv[1] + "?mode=ro", uri=True, timeout=20)
print(base.execute(sys.argv[2].replace(chr(34), chr(39))).fetchone()[0])' "$lab_dir/portal-state/portal.db" "$1"
}

all_is_told() {
	[ "$(owed)" = "0 sessions, 0 records" ]
}

records() {
	radius_json radius records
}

has_record() {
	records | jq -e "any(.[]; $1)" >/dev/null
}

expect_record() {
	lab_wait_for 60 has_record "$1" || expect_fail "no record: $1" "in:" "$(records | jq -c '.[]')"
}

# sign_out_and_take COMMAND...: the session's last state, as the API has it, in $session.
end_with() {
	local cause=$1

	shift
	"$@" >/dev/null
	expect_record ".\"Acct-Status-Type\" == \"Stop\" and .\"Acct-Terminate-Cause\" == \"$cause\""
}

test_start_interims_and_stop() {
	local session

	portal_sign_in 4 ann pw
	expect_record '."Acct-Status-Type" == "Start" and ."User-Name" == "ann" and .Class == "0x00ff0a636c617373" and
		."Calling-Station-Id" == "02-05-11-00-00-01" and ."Framed-IP-Address" == "198.18.1.10" and
		."NAS-Identifier" == "venue-1" and ."Acct-Authentic" == "RADIUS"'
	expect_eq "$(client curl -s -o /dev/null -w '%{size_download}' http://198.18.2.80/three)" 3000000
	iperf 5201 "$iperf_v6" --bytes 1M
	expect_record '."Acct-Status-Type" == "Interim-Update" and (."Acct-Output-Octets" | tonumber) > 3000000 and
		(."Acct-Input-Octets" | tonumber) > 1000000 and (."Acct-Input-Octets" | tonumber) < 3000000 and
		."Acct-Input-Gigawords" == "0"'
	session=$(api DELETE "/v1/sessions/$lab_mac")
	expect_record '."Acct-Status-Type" == "Stop"'
	expect_json "$(records)" "map(select(.\"Acct-Status-Type\" == \"Stop\")) | length == 1 and (.[0] |
		.\"Acct-Input-Octets\" == \"$(jq .up_bytes <<<"$session")\" and
		.\"Acct-Output-Octets\" == \"$(jq .down_bytes <<<"$session")\" and
		.\"Acct-Input-Packets\" == \"$(jq .up_packets <<<"$session")\" and
		.\"Acct-Output-Packets\" == \"$(jq .down_packets <<<"$session")\" and
		(.\"Acct-Session-Time\" | tonumber) >= 1 and .Class == \"0x00ff0a636c617373\" and
		.\"Framed-IPv6-Address\" == \"fd00:511:1::10\")"
	expect_json "$(records)" 'map(."Acct-Session-Id") | unique | length == 1 and (.[0] | test("^[0-9a-f]{24}$"))'
	expect_json "$(records)" 'map(select(."Acct-Status-Type" == "Start")) | length == 1'
}

test_button_on_the_page() {
	portal_sign_in 6 ann pw
	expect_record '."Acct-Status-Type" == "Start" and ."Framed-IPv6-Address" == "fd00:511:1::10"'
	end_with User-Request portal_sign_out 6
}

test_operator() {
	portal_sign_in 4 ann pw
	end_with Admin-Reset cli logout "$lab_mac"
}

test_blocked() {
	portal_sign_in 4 ann pw
	end_with Admin-Reset cli block "$lab_mac"
}

test_time_is_up() {
	portal_sign_in 4 short pw
	end_with Session-Timeout true
	expect_record '."Acct-Status-Type" == "Stop" and (."Acct-Session-Time" | tonumber) >= 3'
}

test_idle() {
	portal_sign_in 4 idle pw
	end_with Idle-Timeout true
}

test_quota_is_used_up() {
	portal_sign_in 4 little pw
	client curl -s -o /dev/null --max-time 20 http://198.18.2.80/three || true
	end_with Session-Timeout true
	expect_record '."Acct-Status-Type" == "Stop" and (."Acct-Output-Octets" | tonumber) >= 290000'
}

# Who signs in anew, as somebody else, goes on in the daemon with the counters there were.
test_another_user_on_the_device() {
	portal_sign_in 4 ann pw
	client curl -s -o /dev/null http://198.18.2.80/three
	expect_record '."Acct-Status-Type" == "Interim-Update" and (."Acct-Output-Octets" | tonumber) > 3000000'
	cli login "$lab_mac" --user bob >/dev/null
	expect_record '."Acct-Status-Type" == "Stop" and ."User-Name" == "ann" and (."Acct-Output-Octets" | tonumber) > 3000000'
}

# A counter of the daemon's is set, for nobody waits for 4 GiB.
test_more_than_32_bits() {
	local session

	portal_sign_in 4 ann pw
	expect_record '."Acct-Status-Type" == "Start"'
	api GET "/v1/sessions/$lab_mac" | jq -c '.up_bytes = 5000000001 | .down_bytes = 12884901895' >"$lab_dir/line"
	session=$(cli import "$lab_dir/line")
	expect_record '."Acct-Status-Type" == "Interim-Update" and ."Acct-Input-Gigawords" == "1" and ."Acct-Output-Gigawords" == "3"'
	session=$(api DELETE "/v1/sessions/$lab_mac")
	expect_record "\"Stop\" == .\"Acct-Status-Type\" and
		(.\"Acct-Input-Octets\" | tonumber) + 4294967296 == $(jq .up_bytes <<<"$session") and
		(.\"Acct-Output-Octets\" | tonumber) + 12884901888 == $(jq .down_bytes <<<"$session")"
}

is_spooled() {
	[ "$(sqlite3_query 'SELECT count(*) FROM acct_spool')" -ge "$1" ]
}

test_server_is_away() {
	portal_sign_in 4 ann pw
	expect_record '."Acct-Status-Type" == "Start"'
	: >"$lab_dir/radius/records"
	lab_stop radius
	client curl -s -o /dev/null http://198.18.2.80/three
	lab_wait_for 60 is_spooled 1 || expect_fail "nothing is spooled"
	cli logout "$lab_mac" >/dev/null
	lab_wait_for 60 is_spooled 2 || expect_fail "the Stop isn't spooled"
	lab_wait_for 60 grep -q 'accounting: no server' "$lab_dir/portal.log" || expect_fail "the log doesn't say so"
	lab_stop_portal KILL
	lab_start_portal
	radius_start radius "$radius_4" "$radius_6"
	expect_record '."Acct-Status-Type" == "Stop" and (."Acct-Delay-Time" | tonumber) >= 1 and
		(."Acct-Output-Octets" | tonumber) > 3000000'
	lab_wait_for 60 all_is_told || expect_fail "something is owed still: $(owed)"
	expect_json "$(records)" 'map(."Acct-Status-Type") | .[-1] == "Stop" and .[0] == "Interim-Update"'
	expect_json "$(records)" 'map(select(."Acct-Status-Type" == "Stop")) | length == 1'
}

test_portal_is_killed_and_the_session_goes_on() {
	local session

	portal_sign_in 4 ann pw
	lab_stop_portal KILL
	client curl -s -o /dev/null http://198.18.2.80/three
	lab_start_portal
	expect_record '."Acct-Status-Type" == "Interim-Update" and (."Acct-Output-Octets" | tonumber) > 3000000'
	session=$(api DELETE "/v1/sessions/$lab_mac")
	expect_record '."Acct-Status-Type" == "Stop"'
	# As sent again may be told twice, and says the same.
	expect_json "$(records)" 'map(select(."Acct-Status-Type" == "Start")) | map(."Event-Timestamp") | unique | length == 1'
	expect_json "$(records)" "map(select(.\"Acct-Status-Type\" == \"Stop\")) | length == 1 and
		.[0].\"Acct-Output-Octets\" == \"$(jq .down_bytes <<<"$session")\""
	expect_json "$(records)" 'any(.[]; ."Acct-Status-Type" | startswith("Accounting-")) | not'
}

test_end_that_nobody_saw() {
	portal_sign_in 4 ann pw
	client curl -s -o /dev/null http://198.18.2.80/three
	expect_record '."Acct-Status-Type" == "Interim-Update" and (."Acct-Output-Octets" | tonumber) > 3000000'
	lab_stop_portal KILL
	cli logout "$lab_mac" >/dev/null
	lab_start_portal
	end_with Lost-Service true
	lab_wait_for 60 all_is_told || expect_fail "something is owed still: $(owed)"
	expect_json "$(records)" 'map(select(."Acct-Status-Type" == "Stop")) | length == 1 and
		(.[0]."Acct-Output-Octets" | tonumber) > 3000000'
}

# Only when it is true that no session goes on.
test_accounting_on_and_off() {
	lab_stop_portal
	expect_record '."Acct-Status-Type" == "Accounting-Off" and ."NAS-Identifier" == "venue-1"'
	lab_start_portal
	expect_record '."Acct-Status-Type" == "Accounting-On"'
	lab_wait_for 60 all_is_told || expect_fail "something is owed still: $(owed)"
	: >"$lab_dir/radius/records"
	portal_sign_in 4 ann pw
	expect_record '."Acct-Status-Type" == "Start"'
	lab_stop_portal
	lab_start_portal
	end_with Admin-Reset cli logout "$lab_mac"
	expect_json "$(records)" 'any(.[]; ."Acct-Status-Type" | startswith("Accounting-")) | not'
}

test_server_by_ipv6() {
	cp "$lab_config" "$lab_dir/kept.conf"
	sed -i "s|^accounting .*|accounting = [$radius_6]:1813|" "$lab_config"
	lab_stop_portal
	lab_start_portal
	cp "$lab_dir/kept.conf" "$lab_config"
	expect_record '."Acct-Status-Type" == "Accounting-On" and ."NAS-IPv6-Address" == "fd00:511:2::1"'
	portal_sign_in 4 ann pw
	end_with User-Request portal_sign_out 4
	lab_stop_portal
}
