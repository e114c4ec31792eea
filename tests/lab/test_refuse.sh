#!/bin/bash
# SPDX-License-Identifier: MIT
# test_refuse.sh - what a guest may not do is refused fast, so that its programs don't wait.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh

connect_udp() {
	client /usr/bin/python3 - "$1" <<-'EOF'
		import socket, sys
		family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
		s = socket.socket(family, socket.SOCK_DGRAM)
		s.settimeout(30)
		s.connect((sys.argv[1], 443))
		s.send(bytes([0xC0]) + bytes(1199))
		try:
		    s.recv(1)
		except ConnectionRefusedError:
		    sys.exit(0)
		sys.exit("no refusal came")
	EOF
}

test_ssh_is_refused_at_once() {
	expect_exit 7 client curl -s --connect-timeout 20 http://198.18.2.80:22/
	expect_exit 7 client curl -s --connect-timeout 20 'http://[fd00:511:2::80]:22/'
	expect_verdict REFUSE_TCP expect_exit 1 client nc -z -w 20 198.18.2.80 22
}

test_quic_is_refused_at_once() {
	expect_verdict REFUSE_QUIC connect_udp 198.18.2.80
	expect_verdict REFUSE_QUIC connect_udp fd00:511:2::80
}

test_the_gateway_itself_is_refused_too() {
	expect_exit 7 client curl -s --connect-timeout 20 http://198.18.1.1:22/
}

# Web requests to the gateway's own address get the page as well.
test_page_for_the_gateways_address() {
	expect_status 511 http://198.18.1.1/
	expect_status 511 'http://[fd00:511:1::1]/'
}

send_ping() {
	client /usr/bin/python3 - <<-'EOF'
		import socket
		s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
		s.sendto(bytes.fromhex("0800f7fd00010001"), ("198.18.2.80", 0))
	EOF
}

test_ping_is_dropped() {
	expect_verdict DROP_ICMP send_ping
}

test_nothing_reaches_a_guest_from_outside() {
	expect_verdict DOWN_DROP_GUEST web nc -z -w 1 198.18.1.10 80 || true
	expect_verdict DOWN_DROP_GUEST expect_exit 1 web nc -z -w 1 198.18.1.10 80
	expect_verdict DOWN_DROP_GUEST expect_exit 1 web nc -z -w 1 fd00:511:1::10 80
}
