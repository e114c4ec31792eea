#!/bin/bash
# SPDX-License-Identifier: MIT
# test_connman.sh - ConnMan, which knows no 511, is led to the portal, and is online behind it.
# shellcheck disable=SC2154,SC2034 # lab_… are set by scripts/lab.sh; test_seconds is read by run
# shellcheck source=tests/lab/programs.sh
source "$(dirname "${BASH_SOURCE[0]}")/programs.sh"
test_seconds=200

# The web says that it is the web, in a header; a body would end the detection of ConnMan 1.41. The
# portal notes who comes.
write_web_files() {
	mkdir -p "$lab_dir/www/online"
	: >"$lab_dir/www/online/status.html"
	sed -i -e "s|root $lab_dir/www;|& location /online/ { add_header X-ConnMan-Status online; }|" \
		-e "s|root $lab_dir/portal;|& access_log $lab_dir/portal.log;|" "$lab_dir/nginx.conf"
	kill -s HUP "$(lab_pid nginx)"
	lab_wait_for 30 web_has_changed
}

web_has_changed() {
	curl_web -I http://198.18.2.80/online/status.html | grep -q X-ConnMan-Status &&
		curl_web -o /dev/null http://198.18.2.90/ && [ -s "$lab_dir/portal.log" ]
}

curl_web() {
	web curl -s --max-time 5 "$@"
}

write_connman_files() {
	program_write_bus
	cat >"$lab_dir/connman.conf" <<-EOF
		[General]
		AllowHostnameUpdates=false
		AllowDomainnameUpdates=false
	EOF
}

set_up() {
	lab_start_daemon "$lab_config"
	# Its DHCP client judges checksums that a veth leaves open.
	gw ethtool -K lan0 tx off >/dev/null
	write_web_files
	write_connman_files
}

# As on a machine that was just switched on, see program_own_machine. Without its own resolver.
start_connman() {
	program_start connman sh -c "$program_own_machine"'
		exec connmand --nodaemon --nodnsproxy --device=wlan0 --config=/mnt/connman.conf' "$lab_dir"
}

# start_until COMMAND...: it asks but once of itself, so a second start is a second try.
start_until() {
	start_connman
	program_wait connman 60 "$@" && return 0
	start_connman
	program_wait connman 60 "$@"
}

has_come_to_the_portal() {
	grep -q '"GET /login?mac=02:05:11:00:00:01&.*ipv4\.connman\.net.*ConnMan/' "$lab_dir/portal.log"
}

is_online() {
	in_program connman timeout 20 connmanctl state 2>/dev/null | grep -q 'State = online'
}

test_probe_is_led_to_the_portal() {
	start_until has_come_to_the_portal
	expect_exit 1 is_online
}

test_signed_in_guest_is_online() {
	sign_in
	start_until is_online
}
