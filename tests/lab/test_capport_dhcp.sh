#!/bin/bash
# SPDX-License-Identifier: MIT
# test_capport_dhcp.sh - a phone's way in: DHCP names the API (RFC 8910), the API the portal (RFC 8908).
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh

api_url=https://$lab_portal_name/capport

# The lines of the documentation, for dnsmasq.
docs_lines() {
	sed -n '/^## DHCP says/,/^## [^D]/{/^dhcp-option/p}' "$lab_top/docs/portal.md"
}

set_up() {
	local lines

	lines=$(docs_lines)
	[ "$(wc -l <<<"$lines")" -eq 2 ] || { echo "docs/portal.md hasn't the two lines for dnsmasq"; return 1; }
	lab_stop dnsmasq
	printf '%s\n' "$lines" 'dhcp-range=fd00:511:1::100,fd00:511:1::1ff,64,1h' >>"$lab_dir/dnsmasq.conf"
	lab_run_dnsmasq && lab_portal_config && lab_start_daemon "$lab_config" && lab_start_portal
}

before_each() {
	api DELETE '/v1/sessions?all=true' >/dev/null
	lab_set_client_addresses
	rm -f "$lab_dir/capport"
}

# lease 4|6: by a real client, whose process ends then.
lease() {
	printf '%s\n' 'timeout 40; retry 2; initial-interval 1; backoff-cutoff 2;' \
		'option capport code 114 = text;' 'option dhcp6.capport code 103 = text;' \
		'also request capport, dhcp6.capport;' >"$lab_dir/dhclient-capport.conf"
	client timeout 60 dhclient "-$1" -1 -v -cf "$lab_dir/dhclient-capport.conf" \
		-lf "$lab_dir/dhclient$1.leases" -pf "$lab_dir/dhclient$1.pid" -sf "$lab_top/tests/lab/dhclient-script" \
		-e "X511_RESOLV=$lab_dir/resolv.conf" -e "X511_CAPPORT=$lab_dir/capport" \
		wlan0 >"$lab_dir/dhclient$1.log" 2>&1 || expect_fail "no lease" "$(tail -n 20 "$lab_dir/dhclient$1.log")"
	lab_wait_for 30 test -s "$lab_dir/dhclient$1.pid" && lab_record "dhclient$1" "$(<"$lab_dir/dhclient$1.pid")"
	lab_stop "dhclient$1"
}

ask() {
	client curl -sS --max-time 20 --cacert "$lab_ca" "$@"
}

# The page's own form, as a browser would send it.
agree() {
	local page token

	page=$(ask "$@")
	token=$(sed -nE 's/.*name="?token"? value="([^"]*)".*/\1/p' <<<"$page" | head -n 1)
	[ -n "$token" ] || expect_fail "the page has no form" "$page"
	ask -o /dev/null -w '%{http_code}' --data-urlencode "token=$token" -d action=sign-in -d method=click \
		-d accept=1 "$@"
}

# way_in 4|6: all that the phone knows is what its lease says.
way_in() {
	local url answer page

	lease "$1"
	url=$(<"$lab_dir/capport")
	expect_eq "$url" "$api_url"
	expect_status 511 "-$1" http://example.com/
	answer=$(ask "-$1" -H 'Accept: application/captive+json' "$url")
	expect_json "$answer" '.captive == true'
	page=$(jq -r '."user-portal-url"' <<<"$answer")
	expect_match "$page" "^https://$lab_portal_name/"
	expect_eq "$(agree "-$1" "$page")" 303
	answer=$(ask "-$1" "$url")
	expect_json "$answer" '.captive == false and ."seconds-remaining" > 28000'
	expect_status 200 "-$1" http://example.com/
}

test_by_dhcpv4() {
	way_in 4
}

test_by_dhcpv6() {
	way_in 6
}

test_the_answer_is_for_the_device_alone() {
	local head

	head=$(ask -i "$api_url")
	expect_match "$head" '^HTTP/1.1 200 '
	expect_match "$head" '^Content-Type: application/captive\+json'
	expect_match "$head" '^Cache-Control: private, no-store'
	[ "$(sed '1,/^\r*$/d' <<<"$head" | wc -c)" -le 4096 ]
}

test_without_trust_there_is_no_answer() {
	expect_exit 60 client curl -sS --max-time 20 -o /dev/null "$api_url"
}
