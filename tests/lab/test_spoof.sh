#!/bin/bash
# SPDX-License-Identifier: MIT
# test_spoof.sh - addresses of real clients: learned, bound by the spoof guard, and what keeps a session.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh
config=$lab_dir/guarded.conf

set_up() {
	{
		cat "$lab_config" && printf 'spoof-guard = off\n[session]\nspoof-guard = on\n'
	} >"$config" && lab_start_daemon "$config"
}

# Its addresses are those of a lab just made; nothing of the test before is left with the daemon.
before_each() {
	lab_set_client_addresses && gw ip neigh flush dev lan0 && client ip neigh flush dev wlan0 &&
		lab_start_daemon "$config" && api DELETE '/v1/sessions?all=true' >/dev/null
}

# use_config FILE: the daemon as it was, with another configuration.
use_config() {
	lab_stop daemon && lab_start_daemon "$1"
}

session() {
	cli --json show "$lab_mac"
}

addresses() {
	session | jq -r '.addresses[]'
}

expect_addresses() {
	expect_json "$(session)" "(.addresses | map(select(startswith(\"fe80\") | not))) == $1"
}

session_is_gone() {
	! cli show "$lab_mac" >/dev/null 2>&1
}

change_ipv4() {
	client ip address flush dev wlan0 scope global
	client ip address add "$1/24" dev wlan0
	client ip route replace default via 198.18.1.1
	client ip address add fd00:511:1::10/64 dev wlan0 nodad
	client ip route replace default via fd00:511:1::1
}

is_reached() {
	[ "$(http_status "$@")" = 200 ]
}

# Whose ARP was dropped has given up on the gateway, and tells its next connection so before it asks again.
expect_reached() {
	lab_wait_for 20 is_reached "$@" || expect_status 200 "$@"
}

# from ADDRESS URL: prints the status that a request from there gets.
from() {
	http_status --interface "$1" --connect-timeout "${3:-10}" "$2"
}

test_changed_ipv4_is_cut_off_and_the_old_one_comes_back() {
	sign_in
	expect_status 200 -4 http://198.18.2.80/
	change_ipv4 198.18.1.66
	expect_verdict DROP_ADDRESS expect_status 000 -4 http://198.18.2.80/
	expect_status 200 -6 'http://[fd00:511:2::80]/'
	expect_addresses '["198.18.1.10", "fd00:511:1::10"]'
	change_ipv4 198.18.1.10
	expect_reached -4 http://198.18.2.80/
	expect_match "$(cli sessions)" "$lab_mac"
}

test_neighbour_table_of_the_gateway_stays_clean() {
	sign_in
	expect_status 200 -4 http://198.18.2.80/
	change_ipv4 198.18.1.66
	expect_verdict DROP_ADDRESS expect_status 000 -4 http://198.18.2.80/
	expect_no_match "$(gw ip neigh show dev lan0)" '198\.18\.1\.66 .*lladdr'
}

test_renewed_sign_in_keeps_the_addresses() {
	sign_in
	expect_status 200 -4 http://198.18.2.80/
	sign_in --timeout 1h
	change_ipv4 198.18.1.66
	expect_verdict DROP_ADDRESS expect_status 000 -4 http://198.18.2.80/
	sign_out
	sign_in
	expect_reached -4 http://198.18.2.80/
	expect_addresses '["198.18.1.66"]'
}

test_gateway_address_is_never_a_clients() {
	sign_in
	expect_status 200 -4 http://198.18.2.80/
	client ip address add 198.18.1.1/32 dev wlan0
	expect_verdict DROP_SPOOF from 198.18.1.1 http://198.18.2.80/ 2
	client ip address del 198.18.1.1/32 dev wlan0
	client ip address add fd00:511:1::1/128 dev wlan0 nodad
	expect_verdict DROP_SPOOF from fd00:511:1::1 'http://[fd00:511:2::80]/' 2
	client ip address del fd00:511:1::1/128 dev wlan0
	client ip -6 route replace default via fd00:511:1::1
	expect_status 200 -6 'http://[fd00:511:2::80]/'
}

test_sixteen_privacy_addresses_pass() {
	local n

	sign_in
	for n in {1..16}; do
		client ip address add "fd00:511:1::aa$n/64" dev wlan0 nodad
		expect_eq "$(from "fd00:511:1::aa$n" 'http://[fd00:511:2::80]/')" 200
	done
	expect_json "$(session)" '[.addresses[] | select(startswith("fd00"))] | length == 16'
	expect_verdict DROP_ADDRESS from fd00:511:1::10 'http://[fd00:511:2::80]/' 2
	expect_eq "$(from fd00:511:1::aa7 'http://[fd00:511:2::80]/')" 200
}

test_lease_is_renewed_by_a_bound_client() {
	lab_dhcp
	sign_in
	expect_status 200 -4 http://198.18.2.80/
	lab_stop dhclient
	lab_dhcp
	expect_status 200 -4 http://198.18.2.80/
	lab_stop dhclient
}

test_zone_without_the_guard() {
	local tagged=(client timeout 60 /usr/bin/python3 "$lab_top/tests/lab/tagged_request.py" wlan0
		"$lab_gw_mac" 8100:200)

	cli login "$lab_mac" --zone press >/dev/null
	expect_verdict PASS_SESSION "${tagged[@]}" 198.18.2.80 1
	expect_json "$(cli --json show "$lab_mac" --zone press)" '.addresses == ["198.18.1.20"] and .vlan == 200'
	expect_verdict PASS_SESSION "${tagged[@]}" fd00:511:2::80 1
	expect_json "$(cli --json sessions --zone press)" '.[0].addresses == ["198.18.1.20", "fd00:511:1::20"]'
}

test_without_the_guard_everything_passes() {
	use_config "$lab_config"
	sign_in
	expect_status 200 -4 http://198.18.2.80/
	expect_status 200 -6 'http://[fd00:511:2::80]/'
	change_ipv4 198.18.1.66
	expect_status 200 -4 http://198.18.2.80/
	expect_addresses '["198.18.1.66", "fd00:511:1::10"]'
	expect_match "$(cli show "$lab_mac")" '198\.18\.1\.66'
	use_config "$config"
}

test_reload_switches_the_guard() {
	sign_in
	expect_status 200 -4 http://198.18.2.80/
	sed -i '$ s/on/off/' "$config"
	expect_match "$(cli reload)" "zone 'default' no longer binds sessions to their addresses"
	change_ipv4 198.18.1.66
	expect_status 200 -4 http://198.18.2.80/
	sed -i '$ s/off/on/' "$config"
	expect_match "$(cli reload)" "zone 'default' binds sessions to their addresses"
	expect_status 200 -4 http://198.18.2.80/
	change_ipv4 198.18.1.10
	expect_verdict DROP_ADDRESS expect_status 000 -4 http://198.18.2.80/
}

# Another machine with the device's MAC, on a port of its own: it goes with the lab.
make_clone() {
	ip -n "$lab-gw" link add lan1 type veth peer name wlan0 address "$lab_mac" netns "$lab-web"
	web ethtool -K wlan0 tx off >/dev/null
	gw ip address add 198.18.3.1/24 dev lan1
	gw ip link set lan1 up
	web ip link set wlan0 up
	web ip address add 198.18.3.10/24 dev wlan0
}

seen_at_port() {
	bpftool -j map lookup pinned "$lab_pins/x511_sessions" key hex 02 05 11 00 00 01 00 00 |
		jq -e ".formatted.value.port == \"0x$1\"" >/dev/null
}

test_clone_on_another_port_is_seen_there() {
	local two=$lab_dir/two.conf

	make_clone
	sed 's/^interface.*/interface = lan0\ninterface = lan1/' "$config" >"$two"
	use_config "$two"
	sign_in
	expect_status 200 -4 http://198.18.2.80/
	seen_at_port 0
	# It answers nothing: by the guard it hasn't got the device's address.
	expect_verdict DROP_ADDRESS expect_exit 28 web curl -s --max-time 3 http://198.18.3.1/
	seen_at_port 1
	expect_status 200 -4 http://198.18.2.80/
	seen_at_port 0
	use_config "$config"
	gw ip link delete lan1
}

# murmur SECONDS [ADDRESS]: in the background, as the lab's process "murmur".
murmur() {
	lab_spawn murmur "$lab_dir/murmur.log" nsenter "--net=/run/netns/$lab-client" timeout 120 \
		/usr/bin/python3 "$lab_top/tests/lab/murmur.py" wlan0 "$lab_gw_mac" "$@"
}

up_packets_are_above() {
	[ "$(session | jq .up_packets)" -gt "$1" ]
}

is_signed_out_as_idle() {
	grep -q "$lab_mac of zone 'default' is signed out: it was idle for too long" "$lab_dir/daemon.log"
}

# While it pings it stays, for longer than it may be idle.
expect_kept_by_ping() {
	sign_in --idle 10s
	murmur 100 "$1"
	lab_wait_for 60 up_packets_are_above 500
	session >/dev/null
	lab_stop murmur
}

test_murmur_keeps_no_session() {
	: >"$lab_dir/daemon.log"
	sign_in --idle 10s
	murmur 100
	lab_wait_for 30 up_packets_are_above 7
	lab_wait_for 60 session_is_gone
	lab_wait_for 30 is_signed_out_as_idle
	lab_stop murmur
}

test_ping_keeps_a_session_ipv4() {
	expect_kept_by_ping 198.18.2.80
}

test_ping_keeps_a_session_ipv6() {
	expect_kept_by_ping fd00:511:2::80
}

test_bad_values_of_the_key() {
	local bad=$lab_dir/bad.conf

	printf '[session]\nspoof-guard = maybe\n' | cat "$lab_config" - >"$bad"
	expect_refusal 1 "spoof-guard \"maybe\" is neither of its words; write off or on" \
		"$lab_build/xdp511d" --check --config "$bad"
	printf '[guest]\nspoof-guard = on\n' | cat "$lab_config" - >"$bad"
	expect_refusal 1 "\"spoof-guard\" doesn't belong in \[guest\]" "$lab_build/xdp511d" --check --config "$bad"
}
