#!/bin/bash
# SPDX-License-Identifier: MIT
# test_recipe_bridge.sh - the recipe "Bridge" of docs/deployment.md: the gate in the cable before a router.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh
# shellcheck source=tests/lab/programs.sh
source "$here/programs.sh"
# shellcheck source=tests/lab/machine.sh
source "$here/machine.sh"

recipes=docs/deployment.md

# What was the gateway of the lab is a bridge now, and the namespace behind it is the guests' router: with
# their leases, their resolver, and the web at an address of its own.
create_router() {
	lab_stop dnsmasq
	web ip address flush dev eth0 scope global && web sysctl -qw net.ipv6.conf.all.forwarding=1 &&
		web ip address add 198.18.1.1/24 dev eth0 && web ip address add fd00:511:1::1/64 dev eth0 nodad &&
		web ip address add 198.18.2.80/32 dev lo && web ip address add fd00:511:2::80/128 dev lo nodad &&
		web ip address add 198.18.2.90/32 dev lo && web ip address add fd00:511:2::90/128 dev lo nodad || return 1
	sed -i -e '/^interface=/d' -e '/^bind-interfaces/d' -e "s|^address=/$lab_portal_name/198.*|address=/$lab_portal_name/198.18.1.2|" \
		-e "/^address=.$lab_portal_name.fd00/d" "$lab_dir/dnsmasq.conf"
	printf '%s\n' interface=eth0 bind-dynamic enable-ra dhcp-range=fd00:511:1::,ra-only \
		"dhcp-option-force=114,https://$lab_portal_name/capport" >>"$lab_dir/dnsmasq.conf"
	web dnsmasq --conf-file="$lab_dir/dnsmasq.conf" && lab_record dnsmasq "$(<"$lab_dir/dnsmasq.pid")"
}

set_up() {
	create_router && machine_start gateway "$lab-gw" && machine_prepare gateway "$lab_portal_name" &&
		machine_types gateway $recipes bridge bridge-xdp511
}

before_each() {
	on_machine gateway xdp511 logout --all >/dev/null
	lab_set_client_addresses
}

test_a_guest_gets_its_lease_through_the_bridge_and_signs_in() {
	lab_dhcp
	guest_signs_in gateway -4
	lab_stop dhclient
	expect_match "$(client cat /etc/resolv.conf)" '198\.18\.1\.1'
}

test_ipv6_and_the_next_packet_after_signing_out() {
	expect_status 511 -6 http://example.com/
	on_machine gateway xdp511 login "$lab_mac" >/dev/null
	expect_status 200 -6 http://example.com/
	on_machine gateway xdp511 logout "$lab_mac" >/dev/null
	expect_status 511 -6 http://example.com/
}

test_router_advertisements_reach_guests() {
	client ip -6 address flush dev wlan0 scope global
	client sysctl -qw net.ipv6.conf.wlan0.accept_ra=2 net.ipv6.conf.wlan0.autoconf=1
	client ip link set wlan0 down && client ip link set wlan0 up
	lab_wait_for 30 eval 'client ip -6 -o address show dev wlan0 scope global | grep -q fd00:511:1:'
}

test_download_is_held_to_its_rate() {
	on_machine gateway xdp511 login "$lab_mac" --down 8M >/dev/null
	expect_rate 8000000 timed_download 3 -4 http://198.18.2.80:8080/big
}

# The answer of a resolver beyond the bridge opens nothing, as the page says; that of one on it does.
test_names_of_the_garden_need_a_resolver_on_the_bridge() {
	on_machine gateway xdp511 garden add '*.pay.example' >/dev/null
	expect_status 000 -4 http://shop.pay.example:8080/
	machine_types gateway $recipes bridge-resolver
	echo 'nameserver 198.18.1.2' >"$lab_dir/resolv.conf"
	expect_status 200 -4 http://shop.pay.example:8080/
}
