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

	n=$(tail -n "+$((log_begin + 1))" "$lab_dir/portal.log" | grep -cE -- "$2")
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
	as_refused "$(printf 'bob\033[2J')" hello || true
}

test_filter_is_a_zones_limits() {
	restart_portal
	as 4 golden hello 303
	expect_json "$(session_of "$lab_mac")" '.down_bps == 50000000 and .zone == "default"
		and (.expires_at | fromdate) - (.login_at | fromdate) == 259200'
}
