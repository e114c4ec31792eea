#!/bin/bash
# SPDX-License-Identifier: MIT
# test_radius.sh - guests whom a real RADIUS server knows sign in at the portal; forged answers don't help.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh
# shellcheck source=tests/lab/portal.sh
source "$here/portal.sh"
# shellcheck source=tests/lab/radius.sh
source "$here/radius.sh"

radius_users() {
	cat >"$lab_dir/$1/users" <<-'EOF'
		bob Cleartext-Password := "hello"
		 Session-Timeout = 3600,
		 Idle-Timeout = 600,
		 Class = 0x00636c617373ff,
		 WISPr-Bandwidth-Max-Up = 2000000,
		 WISPr-Bandwidth-Max-Down = 8000000,
		 ChilliSpot-Max-Total-Octets = 5000000

		poor Auth-Type := Reject
		 Reply-Message = "No credit <b>left</b>"

		staff Cleartext-Password := "hello"
		 Service-Type = Administrative-User

		late Cleartext-Password := "hello"
		 WISPr-Session-Terminate-Time = "2020-01-01T00:00:00Z"

		golden Cleartext-Password := "hello"
		 Filter-Id = "gold"
	EOF
}

# radius_portal KEY=VALUE...: the portal, with these keys in [radius].
radius_portal() {
	portal_config || return 1
	{
		printf '[sign-in]\nmethods = click radius\n'
		printf '[zone gold]\nvlan = 211\ntimeout = 3d\ndown = 50M\n'
	} >>"$lab_config"
	radius_config "$@" && restart_portal
}

set_up() {
	radius_write radius "$radius_4" "$radius_6" && radius_users radius &&
		radius_write second "$radius_second" && radius_users second &&
		radius_start radius "$radius_4" "$radius_6" || return 1
	radius_portal "server = $radius_4" && lab_start_daemon "$lab_config"
}

# as FAMILY USER PASSWORD STATUS: at the sign-in page.
as() {
	expect_page 200 'name="method" value="user"' "$1" "$portal/login"
	expect_sent "$4" "$1" action=sign-in method=user "username=$2" "password=$3" "token=$(page_token)"
}

# The log of the portal since the test began has this, that often.
expect_told() {
	local n

	n=$(tail -n "+$((log_begin + 1))" "$lab_dir/portal.log" | grep -cE -- "$2") || true
	[ "$n" -eq "$1" ] || expect_fail "told $n times instead of $1: $2" "$(tail -n 20 "$lab_dir/portal.log")"
}

before_each() {
	lab_start_daemon "$lab_config" && api DELETE '/v1/sessions?all=true' >/dev/null
	log_begin=$(wc -l <"$lab_dir/portal.log")
}

expect_bob() {
	expect_json "$(session_of "$lab_mac")" '.state == "active" and .user == "bob" and .method == "radius"
		and .idle_s == 600 and .up_bps == 2000000 and .down_bps == 8000000 and .quota_bytes == 5000000
		and (.expires_at | fromdate) - (.login_at | fromdate) == 3600'
}

test_pap() {
	local seen

	as 4 bob hello 303
	expect_bob
	expect_status 200 -4 http://example.com/
	seen=$(radius_detail radius)
	expect_match "$seen" 'NAS-Identifier = "venue-1"'
	expect_match "$seen" 'NAS-IP-Address = 198.18.2.1'
	expect_match "$seen" 'Calling-Station-Id = "02-05-11-00-00-01"'
	expect_match "$seen" 'Called-Station-Id = "02-05-11-00-00-FE:default"'
	expect_match "$seen" 'NAS-Port-Type = Wireless-802.11'
	expect_match "$seen" 'Framed-IP-Address = 198.18.1.10'
}

test_chap_over_ipv6() {
	radius_portal "server = $radius_6" 'auth = chap'
	as 6 bob hello 303
	expect_bob
	expect_match "$(radius_detail radius)" 'CHAP-Password = 0x'
	expect_match "$(radius_detail radius)" 'NAS-IPv6-Address = fd00:511:2::1'
	expect_match "$(radius_detail radius)" 'Framed-IPv6-Address = fd00:511:1::10'
	expect_no_match "$(radius_detail radius)" 'User-Password'
	as_refused bob wrong
	radius_portal "server = $radius_4"
}

# as_refused USER PASSWORD: nothing is opened.
as_refused() {
	api DELETE '/v1/sessions?all=true' >/dev/null
	as 4 "$1" "$2" 403
	expect_signed_out "$lab_mac"
}

test_refusals() {
	as_refused bob wrong
	as_refused nobody hello
	as_refused poor hello
	expect_match "$(<"$jar")" 'No credit &lt;b&gt;left&lt;/b&gt;'
	as_refused staff hello
	expect_told 1 'Access-Accept was taken as a refusal: its Service-Type is 6'
	restart_portal
	as_refused late hello
}

test_filter_is_a_zones_limits() {
	restart_portal
	as 4 golden hello 303
	expect_json "$(session_of "$lab_mac")" '.down_bps == 50000000 and .zone == "default"
		and (.expires_at | fromdate) - (.login_at | fromdate) == 259200'
}

# A server that is there and silent, as one that hangs.
hold_radius() {
	kill -STOP "$(lab_pid radius)"
}

let_radius_go() {
	kill -CONT "$(lab_pid radius)"
}

test_second_server_takes_over() {
	radius_start second "$radius_second"
	radius_portal "server = $radius_4" "server = $radius_second" 'timeout = 1s'
	hold_radius
	as 4 bob hello 303
	expect_bob
	as_refused bob wrong
	expect_told 1 "RADIUS server $radius_4:1812 does not answer"
	let_radius_go
	lab_stop radius
	restart_portal
	log_begin=$(wc -l <"$lab_dir/portal.log")
	as 4 bob hello 303
	expect_bob
	expect_told 1 "RADIUS server $radius_4:1812 does not answer"
	radius_start radius "$radius_4" "$radius_6"
}

test_no_server_answers() {
	lab_stop second
	radius_portal "server = $radius_4" "server = $radius_second" 'timeout = 1s' 'deadline = 3s'
	hold_radius
	as 4 bob hello 503
	expect_signed_out "$lab_mac"
	radius_portal "server = $radius_4" 'timeout = 1s' 'deadline = 2s' 'when-down = allow-for 15m'
	log_begin=$(wc -l <"$lab_dir/portal.log")
	as 4 bob whatever 303
	expect_json "$(session_of "$lab_mac")" '.user == "bob" and .method == "radius"
		and (.expires_at | fromdate) - (.login_at | fromdate) == 900'
	api DELETE '/v1/sessions?all=true' >/dev/null
	as 4 eve whatever 303
	expect_told 1 'who signs in is let in for 15m without it'
	let_radius_go
	as_refused eve whatever
	expect_told 1 'RADIUS answers again'
}

forger_is_ready() {
	grep -q ready "$lab_dir/forger.log"
}

# forge [right]: in the place of the server.
forge() {
	lab_stop radius
	: >"$lab_dir/forger.log"
	lab_spawn forger "$lab_dir/forger.log" nsenter "--net=/run/netns/$lab-web" \
		/usr/bin/python3 "$here/forge_radius.py" "$radius_4" "$radius_secret" "$@"
	lab_wait_for 30 forger_is_ready
	radius_portal "server = $radius_4" 'timeout = 1s' 'deadline = 2s'
	log_begin=$(wc -l <"$lab_dir/portal.log")
}

test_forged_answers() {
	forge
	as 4 bob hello 503
	as 4 bob hello 503
	expect_signed_out "$lab_mac"
	[ "$(grep -c asked "$lab_dir/forger.log")" -ge 2 ]
	expect_told 1 'it is shorter than it says'
	expect_told 1 'it is longer than 4096 bytes'
	expect_told 1 "it has attributes whose lengths don't add up"
	expect_told 1 'it is not signed with the secret; see'
	expect_told 1 'it has no Message-Authenticator; update the server \(CVE-2024-3596\)'
	lab_stop forger
	forge right
	as 4 bob hello 303
	expect_json "$(session_of "$lab_mac")" '.user == "bob" and (.expires_at | fromdate) - (.login_at | fromdate) == 1800'
	lab_stop forger
}
