#!/bin/bash
# SPDX-License-Identifier: MIT
# test_recipes.sh - recipes of docs/deployment.md: a router with NAT, with dnsmasq and Kea, with Private Relay refused.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh
# shellcheck source=tests/lab/programs.sh
source "$here/programs.sh"
# shellcheck source=tests/lab/machine.sh
source "$here/machine.sh"

recipes=docs/deployment.md

# The internet has no way back to the guests' addresses: only NAT can be what gets them there.
set_up() {
	lab_stop dnsmasq
	gw sysctl -qw net.ipv4.ip_forward=0 net.ipv6.conf.all.forwarding=0
	web ip route del default && web ip -6 route del default &&
		machine_start gateway "$lab-gw" && machine_prepare gateway "$lab_portal_name" &&
		machine_types gateway $recipes nat router-xdp511 dnsmasq
}

before_each() {
	on_machine gateway xdp511 logout --all >/dev/null
	lab_stop dhclient
	lab_set_client_addresses
}

# lease 4|6: by a real client, which is told of the portal.
lease() {
	printf '%s\n' 'timeout 40; retry 2; initial-interval 1; backoff-cutoff 2;' \
		'option capport code 114 = text;' 'option dhcp6.capport code 103 = text;' \
		'also request capport, dhcp6.capport;' >"$lab_dir/dhclient-recipe.conf"
	rm -f "$lab_dir/capport" "$lab_dir/dhclient$1.leases"
	client timeout 60 dhclient "-$1" -1 -v -cf "$lab_dir/dhclient-recipe.conf" \
		-lf "$lab_dir/dhclient$1.leases" -pf "$lab_dir/dhclient$1.pid" -sf "$lab_top/tests/lab/dhclient-script" \
		-e "X511_RESOLV=$lab_dir/resolv.conf" -e "X511_CAPPORT=$lab_dir/capport" \
		wlan0 >"$lab_dir/dhclient$1.log" 2>&1 || expect_fail "no lease" "$(tail -n 20 "$lab_dir/dhclient$1.log")"
	lab_wait_for 30 test -s "$lab_dir/dhclient$1.pid" && lab_record "dhclient$1" "$(<"$lab_dir/dhclient$1.pid")"
	lab_stop "dhclient$1"
	expect_eq "$(cat "$lab_dir/capport")" "https://$lab_portal_name/capport"
}

has_name() {
	client timeout 20 getent ahostsv4 "$1" >/dev/null
}

expect_no_name() {
	! has_name "$1" || expect_fail "\"$1\" has an address"
}

test_router_with_nat_and_dnsmasq() {
	client ip -4 address flush dev wlan0
	lease 4
	guest_signs_in gateway -4
}

test_dnsmasq_says_it_by_dhcpv6() {
	lease 6
}

test_ipv6_is_translated_too() {
	on_machine gateway xdp511 login "$lab_mac" >/dev/null
	expect_status 200 -6 http://example.com/
}

test_kea() {
	on_machine gateway systemctl stop dnsmasq
	machine_types gateway $recipes kea
	client ip -4 address flush dev wlan0
	lease 4
	guest_signs_in gateway -4
	on_machine gateway systemctl stop kea-dhcp4-server
	machine_types gateway $recipes dnsmasq
}

test_private_relay_is_refused_while_shut_in() {
	machine_types gateway $recipes relay-shut-in
	expect_no_name mask.icloud.com
	expect_no_name mask-h2.icloud.com
	has_name example.com
	guest_signs_in gateway -4
	lab_wait_for 30 has_name mask.icloud.com
	has_name mask-h2.icloud.com
	on_machine gateway xdp511 logout "$lab_mac" >/dev/null
	lab_wait_for 30 eval '! has_name mask.icloud.com'
	on_machine gateway systemctl stop xdp511-nft-set shut-in-dns
	machine_types gateway $recipes nat
}

test_private_relay_is_refused_always() {
	machine_types gateway $recipes relay-never
	guest_signs_in gateway -4
	expect_no_name mask.icloud.com
	expect_no_name mask-h2.icloud.com
	on_machine gateway rm /etc/dnsmasq.d/private-relay.conf
}
