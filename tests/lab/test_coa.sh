#!/bin/bash
# SPDX-License-Identifier: MIT
# test_coa.sh - CoA- and Disconnect-Requests by a real radclient: sessions change and end, or a NAK says why not.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh
# shellcheck source=tests/lab/portal.sh
source "$here/portal.sh"
# shellcheck source=tests/lab/radius.sh
source "$here/radius.sh"

me='Calling-Station-Id = "02-05-11-00-00-01"'
nas='NAS-Identifier = "venue-1"'

set_up() {
	radius_write radius "$radius_4" && echo 'bob Cleartext-Password := "hello"' >"$lab_dir/radius/users" &&
		radius_start radius "$radius_4" && portal_config &&
		printf '[sign-in]\nmethods = radius\n' >>"$lab_config" &&
		radius_config "server = $radius_4" "accounting = $radius_4" 'coa = 198.18.2.1' 'coa = [fd00:511:2::1]:3799' \
			"coa-from = $radius_4" "coa-from = $radius_6" &&
		lab_start_daemon "$lab_config" && lab_start_portal
}

before_each() {
	lab_start_daemon "$lab_config" && api DELETE '/v1/sessions?all=true' >/dev/null
	lab_start_portal
	log_begin=$(wc -l <"$lab_dir/portal.log")
	cli login "$lab_mac" --user bob --timeout 2h
}

# ask_gateway VERB ATTRIBUTE...: leaves what radclient says in $output; fails unless it is an ACK.
ask_gateway() {
	local verb=$1

	shift
	output=$(printf '%s\n' "${message:-Message-Authenticator = 0x00}" "$@" |
		web radclient -x -r "${radclient_tries:-5}" -t 5 "${gateway:-198.18.2.1:3799}" "$verb" \
			"${radclient_secret:-$radius_secret}" 2>&1)
}

# expect_nak CAUSE VERB ATTRIBUTE...
expect_nak() {
	local cause=$1

	shift
	! ask_gateway "$@" || expect_fail "no NAK: $*" "$output"
	expect_match "$output" "Received (CoA|Disconnect)-NAK"
	expect_match "$output" "Error-Cause = $cause"
}

expect_ack() {
	ask_gateway "$@" || expect_fail "no ACK: $*" "$output"
	expect_match "$output" "Received (CoA|Disconnect)-ACK"
	expect_match "$output" 'Message-Authenticator = 0x'
}

# Nothing comes at all.
expect_silence() {
	! radclient_tries=1 ask_gateway "$@" || expect_fail "an answer: $*" "$output"
	expect_match "$output" 'No reply from server'
	expect_signed_in "$lab_mac"
}

expect_told() {
	local n

	n=$(tail -n "+$((log_begin + 1))" "$lab_dir/portal.log" | grep -cE -- "$2") || true
	[ "$n" -eq "$1" ] || expect_fail "told $n times instead of $1: $2" "$(tail -n 20 "$lab_dir/portal.log")"
}

test_disconnect() {
	expect_status 200 -4 http://example.com/
	expect_ack disconnect "$me" "$nas" 'NAS-IP-Address = 198.18.2.1' "Event-Timestamp = $(date +%s)" 'Proxy-State = 0x010203'
	expect_match "$output" 'Proxy-State = 0x010203'
	expect_signed_out "$lab_mac"
	expect_status 511 -4 http://example.com/
	expect_nak Session-Context-Not-Found disconnect "$me"
}

test_disconnect_over_ipv6_by_user() {
	cli login 02:05:11:00:00:02 --user bob
	cli login 02:05:11:00:00:03 --user eve
	gateway='[fd00:511:2::1]:3799' expect_ack disconnect 'User-Name = "bob"' 'Packet-Src-IPv6-Address = fd00:511:2::80'
	expect_signed_out "$lab_mac"
	expect_signed_out 02:05:11:00:00:02
	expect_signed_in 02:05:11:00:00:03
}

account_id() {
	sed -nE 's/.*Acct-Session-Id = "(.*)"/\1/p' "$lab_dir/radius/records" | tail -n 1
}

has_account() {
	[ -n "$(account_id)" ]
}

# The name that a session has in its accounts.
test_session_of_an_account() {
	api DELETE '/v1/sessions?all=true' >/dev/null
	expect_page 200 'name="method" value="user"' 4 "$portal/login"
	expect_sent 303 4 action=sign-in method=user username=bob password=hello "token=$(page_token)"
	lab_wait_for 30 has_account
	expect_nak Session-Context-Not-Found disconnect 'Acct-Session-Id = "another"'
	expect_nak Session-Context-Not-Found disconnect "Acct-Session-Id = \"$(account_id)\"" 'User-Name = "eve"'
	expect_ack coa "Acct-Session-Id = \"$(account_id)\"" "$me" 'Idle-Timeout = 90'
	expect_json "$(session_of "$lab_mac")" '.idle_s == 90 and .method == "radius"'
	expect_ack disconnect "Acct-Session-Id = \"$(account_id)\""
	expect_signed_out "$lab_mac"
}

test_all_that_is_given_has_to_match() {
	expect_nak Session-Context-Not-Found disconnect "$me" 'User-Name = "eve"'
	expect_nak Session-Context-Not-Found disconnect "$me" 'NAS-Port-Id = "press"'
	expect_nak Session-Context-Not-Found disconnect "$me" 'Framed-IP-Address = 198.18.1.99'
	expect_nak NAS-Identification-Mismatch disconnect "$me" 'NAS-Identifier = "venue-2"'
	expect_nak NAS-Identification-Mismatch disconnect "$me" 'NAS-IP-Address = 198.18.2.2'
	expect_nak Missing-Attribute disconnect "$nas"
	expect_nak Unsupported-Attribute disconnect "$me" 'NAS-Port = 7'
	expect_signed_in "$lab_mac"
	expect_ack disconnect "$me" 'User-Name = "bob"' 'Called-Station-Id = "02-05-11-00-00-FE:default"'
}

test_trusted_devices_are_the_operators() {
	cli trust "$lab_mac"
	expect_nak Session-Context-Not-Found disconnect "$me"
	expect_json "$(session_of "$lab_mac")" '.state == "trusted"'
	cli untrust "$lab_mac"
}

test_coa_changes_limits() {
	local changed='.up_bps == 64000 and .down_bps == 256000 and .idle_s == 120 and .quota_bytes == 1000000
		and (.expires_at | fromdate) - now < 700'

	expect_ack coa "$me" 'WISPr-Bandwidth-Max-Up = 64000' 'WISPr-Bandwidth-Max-Down = 256000' \
		'Session-Timeout = 600' 'Idle-Timeout = 120' 'ChilliSpot-Max-Total-Octets = 1000000'
	expect_json "$(session_of "$lab_mac")" "$changed"
	expect_nak Missing-Attribute coa "$me"
	expect_nak Unsupported-Service coa "$me" 'Service-Type = Authorize-Only'
	expect_nak Unsupported-Attribute coa "$me" 'Acct-Interim-Interval = 90'
	expect_nak Session-Context-Not-Found coa 'User-Name = "nobody"' 'Session-Timeout = 600'
	expect_json "$(session_of "$lab_mac")" "$changed"
}

test_strangers_get_no_answer() {
	restart_portal
	log_begin=$(wc -l <"$lab_dir/portal.log")
	radclient_secret=another expect_silence disconnect "$me"
	expect_told 1 'it is not signed with the secret'
	expect_silence disconnect "$me" "Event-Timestamp = $(($(date +%s) - 1000))"
	expect_told 1 'its Event-Timestamp is more than 5 minutes off'
	expect_silence disconnect "$me" 'Packet-Src-IP-Address = 198.18.2.90'
	expect_told 1 'its address is neither .coa-from. nor a .server.'
	message="Proxy-State = 0x00" expect_silence disconnect "$me"
	expect_told 1 'it has no Message-Authenticator'
	expect_ack disconnect "$me" "Event-Timestamp = $(date +%s)"
}

# The daemon is away: nothing is promised, and what comes again gets the same.
test_no_ack_without_the_daemon() {
	lab_stop daemon
	expect_nak Resources-Unavailable disconnect "$me"
	lab_start_daemon "$lab_config"
	expect_signed_in "$lab_mac"
	lab_wait_for 30 ask_gateway disconnect "$me"
	expect_signed_out "$lab_mac"
}

# The same bytes again: answered again, and not done again.
test_replay() {
	local now ack=41

	now=$(date +%s)
	expect_eq "$(replay "$now")" "$ack"
	expect_signed_out "$lab_mac"
	cli login "$lab_mac" --user bob
	expect_eq "$(replay "$now")" "$ack"
	expect_signed_in "$lab_mac"
	expect_eq "$(replay "$((now + 1))")" "$ack"
	expect_signed_out "$lab_mac"
}

replay() {
	web /usr/bin/python3 "$here/replay_radius.py" "$radius_4" 198.18.2.1 "$radius_secret" "$lab_mac" "$1"
}
