#!/bin/bash
# SPDX-License-Identifier: MIT
# test_dhcp_dns.sh - a guest gets its address and its names through the shut gate, and no more than that.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh

test_lease_through_the_shut_gate() {
	expect_verdict PASS_DHCP lab_dhcp
	expect_match "$(client ip -4 -br address show dev wlan0)" ' 198\.18\.1\.(1[0-9][0-9]|200)/24'
	expect_eq "$(client cat /etc/resolv.conf)" 'nameserver 198.18.1.1'
	expect_status 511 -4 http://example.com/
	lab_stop dhclient
	lab_set_client_addresses
}

test_dns_over_udp() {
	expect_verdict PASS_DNS client getent ahostsv4 some.name.example
	expect_match "$(client getent ahostsv6 some.name.example)" '^fd00:511:2::80 '
}

test_dns_over_tcp() {
	expect_verdict PASS_DNS client env RES_OPTIONS=use-vc getent ahostsv4 other.name.example
}

test_dns_over_ipv6() {
	echo "nameserver fd00:511:1::1" >"$lab_dir/resolv.conf"
	expect_verdict PASS_DNS client getent ahostsv4 third.name.example
	lab_set_client_addresses
}

ask_another_resolver() {
	client /usr/bin/python3 - <<-'EOF'
		import socket
		s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		s.sendto(bytes.fromhex("0001010000010000000000000161026264000001" "0001"), ("198.18.2.80", 53))
	EOF
}

test_another_resolver_is_out_of_reach() {
	expect_verdict DROP_UDP ask_another_resolver
	expect_verdict REFUSE_TCP expect_exit 1 client nc -z -w 20 198.18.2.80 53
}
