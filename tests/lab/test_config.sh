#!/bin/bash
# SPDX-License-Identifier: MIT
# test_config.sh - every bad configuration meets one sentence with its place, and opens nothing.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh

good='[gateway]
interface = lan0
[portal]
url = http://198.18.2.90/login
'

before_each() {
	lab_write_config
	lab_start_daemon "$lab_config"
	cli reload >/dev/null
	api DELETE '/v1/sessions?all=true' >/dev/null
}

check() {
	printf '%s\n' "$1" >"$lab_dir/try.conf"
	"$lab_build/xdp511d" --check --config "$lab_dir/try.conf"
}

# expect_refused PATTERN TEXT: exit code 1 and one sentence that names file, line and thing.
expect_refused() {
	expect_refusal 1 "$1" check "$2"
	expect_match "$output" 'try\.conf(:[0-9]+)?:'
}

test_services_are_checked_together() {
	expect_refused ':6:.*certificate' "${good}[web]
https = 198.18.1.1"
	expect_refused ':6:.*"radius"' "${good}[sign-in]
methods = click radius"
}

test_good_file_is_accepted() {
	expect_exit 0 check "$good"
	expect_exit 0 "$lab_build/xdp511d" --check --config "$lab_config"
}

test_missing_file() {
	expect_refusal 1 '/nowhere/x\.conf' "$lab_build/xdp511d" --check --config /nowhere/x.conf
}

test_unknown_key() {
	expect_refused ':5:.*"colour"' "${good}colour = red"
}

test_unknown_section() {
	expect_refused ':5:.*"?gatway"?' "${good}[gatway]
interface = lan0"
}

test_duplicate_key() {
	expect_refused ':5: url is set' "${good}url = http://198.18.2.91/"
}

test_bad_duration() {
	expect_refused ':6:.*"8 hours"' "${good}[session]
timeout = 8 hours"
	expect_refused '"-5m"' "${good}[session]
idle = -5m"
}

test_bad_rate() {
	expect_refused '"10 Mbit"' "${good}[session]
down = 10 Mbit"
	expect_refused '"fast"' "${good}[guest]
packets = fast"
}

test_bad_size() {
	expect_refused '"5X"' "${good}[session]
quota = 5X"
}

test_bad_prefix() {
	expect_refused '"198\.18\.0\.0/33"' "${good}[allow]
prefix = 198.18.0.0/33"
	expect_refused '"198\.18\.0\.1/24"' "${good}[allow]
prefix = 198.18.0.1/24"
	expect_refused '"2001:db8::/32:443/tcp"' "${good}[allow]
prefix = 2001:db8::/32:443/tcp"
}

test_bad_resolver() {
	expect_refused '"dns\.example"' "${good}[allow]
dns = dns.example"
}

test_bad_url() {
	expect_refused '"ftp://portal\.example/"' '[gateway]
interface = lan0
[portal]
url = ftp://portal.example/'
	expect_refused '"portal"' '[gateway]
interface = lan0
[portal]
url = portal'
}

test_missing_url_or_interface() {
	expect_refused 'url' '[gateway]
interface = lan0'
	expect_refused 'interface' '[portal]
url = http://198.18.2.90/'
}

test_bad_choice() {
	expect_refused '"turbo"' '[gateway]
interface = lan0
xdp-mode = turbo
[portal]
url = http://198.18.2.90/'
	expect_refused '"maybe"' "${good}https = maybe"
}

test_two_zones_with_one_vlan() {
	expect_refused '200' "${good}[zone press]
vlan = 200
[zone stage]
vlan = 200"
}

test_bad_vlan() {
	expect_refused '"4095"' "${good}[zone press]
vlan = 4095"
	expect_refused '"lan"' "${good}[zone press]
vlan = lan"
}

test_zone_without_vlan_or_interface() {
	expect_refused 'press' "${good}[zone press]
timeout = 1h"
}

test_control_characters_do_not_reach_the_terminal() {
	expect_exit 1 check "$good$(printf 'na\033[31mme = x')"
	expect_no_match "$output" $'\033'
}

test_reload_of_a_bad_file_changes_nothing() {
	sign_in
	printf 'colour = red\n' >>"$lab_config"
	expect_refusal 1 '"colour"' cli reload
	expect_status 200 http://example.com/
	sign_out
	expect_status 511 http://example.com/
	lab_write_config
	expect_exit 0 cli reload
}

test_reload_takes_what_is_new() {
	sign_in
	sed -i 's|^\[allow\]|&\nprefix = 198.18.2.80|' "$lab_config"
	cli reload >/dev/null
	expect_status 200 -6 http://example.com/
	sign_out
	expect_status 200 -4 http://example.com/
	lab_write_config
	cli reload >/dev/null
	expect_status 511 -4 http://example.com/
}

test_reload_refuses_what_needs_a_restart() {
	sed -i 's|^max-sessions.*|max-sessions = 8192|' "$lab_config"
	expect_refusal 1 'max-sessions' cli reload
	lab_write_config
}

worker_pids() {
	api GET /v1/status | jq -c '[.workers[].pid]'
}

test_reload_passes_over_what_is_the_portals() {
	local before

	before=$(worker_pids)
	printf '[web]\nhttp = 198.18.1.1\n[sign-in]\ndevices = 3\n' >>"$lab_config"
	output=$(cli reload)
	expect_match "$output" '\[web\] has other values; reload xdp511-portal, too'
	expect_match "$output" "zone 'press' has other ways to sign in; reload xdp511-portal, too"
	expect_eq "$(worker_pids)" "$before"
}

test_reload_refuses_another_place_of_the_api() {
	printf '[api]\nlisten = 198.18.2.1\ncertificate = /c\nkey = /k\ntoken-file = /t\n' >>"$lab_config"
	expect_refusal 1 '"listen" in \[api\]' cli reload
	lab_write_config
}
