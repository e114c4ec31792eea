#!/bin/bash
# SPDX-License-Identifier: MIT
# test_capport.sh - the captive-portal API (RFC 8908) through the shut gate and for who is signed in.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh
# shellcheck source=tests/lab/portal.sh
source "$here/portal.sh"
api_url=$portal/capport
accept=(-H 'Accept: application/captive+json')

set_up() {
	portal_config && printf '\n[sign-in]\nvenue-url = https://venue.example/\n' >>"$lab_config" &&
		lab_start_daemon "$lab_config" && lab_start_portal
}

before_each() {
	lab_start_daemon "$lab_config" && api DELETE '/v1/sessions?all=true' >/dev/null && restart_portal
}

# What the strictest client takes.
expect_answer() {
	local family=$1 filter=$2

	expect_page 200 '^\{.*\}$' "$family" "${accept[@]}" "$api_url"
	expect_eq "$(head_of Content-Type)" application/captive+json
	expect_eq "$(head_of Cache-Control)" 'private, no-store'
	expect_eq "$(head_of Vary)" Accept
	expect_eq "$(head_of Content-Length)" "$(stat -c %s "$jar")"
	[ "$(stat -c %s "$jar")" -le 4096 ]
	expect_json "$(<"$jar")" ".[\"user-portal-url\"] == \"$portal/login\" and
		.[\"venue-info-url\"] == \"https://venue.example/\" and (.[\"can-extend-session\"] | type) == \"boolean\""
	expect_json "$(<"$jar")" "$filter"
}

# Both limits are in whole numbers, and only there when they mean something.
expect_flip() {
	expect_answer "$1" '.captive == true and (has("seconds-remaining") or has("bytes-remaining") | not)'
	sign_in --timeout 1h --quota 1G
	expect_answer "$1" '.captive == false and .["seconds-remaining"] > 3500 and .["seconds-remaining"] <= 3600
		and .["bytes-remaining"] > 900000000 and .["bytes-remaining"] <= 1000000000'
	sign_in --timeout 0 --quota 0
	expect_answer "$1" '.captive == false and (has("seconds-remaining") or has("bytes-remaining") | not)'
	sign_out
	expect_answer "$1" '.captive == true'
}

test_flips_ipv4() {
	expect_flip 4
}

test_flips_ipv6() {
	expect_flip 6
}

test_trusted_and_unknown() {
	cli trust "$lab_mac" >/dev/null
	expect_answer 4 '.captive == false and (has("seconds-remaining") | not)'
	cli untrust "$lab_mac" >/dev/null
	browse_as=(gw)
	expect_answer 4 '.captive == true'
}

# Signing in at the page, the phone learns of it on the connection that it has kept.
test_flips_on_a_connection_that_is_kept() {
	client /usr/bin/python3 "$here/capport_kept.py" "$lab_portal_name" 198.18.1.1 "$lab_ca" "$lab_socket" "$lab_mac"
}

test_who_gets_what() {
	expect_page 302 '' 4 -H 'Accept: text/html,*/*;q=0.8' "$api_url"
	expect_eq "$(head_of Location) $(head_of Vary)" "$portal/login Accept"
	expect_page 200 captive 4 -H 'Accept: application/capport+json' "$api_url"
	expect_page 200 captive 4 -H 'Accept: text/html, application/captive+json' "$api_url"
	expect_page 200 captive 4 -H 'Accept:' "$api_url"
	expect_page 302 '' 4 "${accept[@]}" "http://$lab_portal_name/capport"
	expect_eq "$(head_of Location)" "$api_url"
	expect_page 405 '' 4 -d a=b "$api_url"
	expect_page 200 '' 4 -I "$api_url"
}

# On one connection, faster than any machine is too slow for.
test_is_limited() {
	expect_match "$(browse 4 "${accept[@]}" "$api_url?[1-80]")" '^(200){20,79}429'
	expect_page 429 '' 4 "${accept[@]}" "$api_url"
	expect_match "$(head_of Retry-After)" '^[1-9]$'
}

# Nothing is better than a wrong answer.
test_daemon_away() {
	lab_stop daemon
	expect_page 503 '' 4 "${accept[@]}" "$api_url"
	lab_start_daemon "$lab_config"
	expect_answer 4 '.captive == true'
}
