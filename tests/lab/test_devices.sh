#!/bin/bash
# SPDX-License-Identifier: MIT
# test_devices.sh - which device a connection with the gateway itself belongs to, and the links' key.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh

gw_4=198.18.1.1
gw_6=fd00:511:1::1

# A server of the gateway's own that guests may reach.
set_up() {
	lab_spawn listener "$lab_dir/listener.log" nsenter "--net=/run/netns/$lab-gw" \
		/usr/bin/python3 -m http.server --bind :: --directory "$lab_dir/portal" 8080
	sed -i '/^prefix.*fd00:511:2::90/a prefix = 198.18.1.1:8080/tcp\nprefix = [fd00:511:1::1]:8080/tcp' \
		"$lab_config"
	lab_start_daemon "$lab_config" && lab_wait_for 30 listener_answers
}

listener_answers() {
	gw curl -s -o /dev/null "http://$gw_4:8080/" && gw curl -s -o /dev/null "http://[$gw_6]:8080/"
}

# ask PORT URL: from that port of the client.
ask() {
	client curl -sS -o /dev/null --fail --connect-timeout 10 --max-time 20 --local-port "$1" "$2"
}

# connect PORT: opens a connection and resets it, so that the port can be used again at once.
connect() {
	client /usr/bin/python3 - "$1" <<-EOT
		import socket, struct, sys
		client = socket.create_connection(("$gw_4", 8080), 20, ("198.18.1.10", int(sys.argv[1])))
		client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
	EOT
}

device() {
	api GET "/v1/devices?address=$1&port=$2"
}

test_guest_is_known_by_its_connection() {
	local guest=".mac == \"$lab_mac\" and .zone == \"default\" and .vlan == 0 and .state == \"guest\" and .session == null"

	ask 40001 "http://$gw_4:8080/"
	expect_json "$(device 198.18.1.10 40001)" "$guest and .address == \"198.18.1.10\""
	expect_json "$(device ::ffff:198.18.1.10 40001)" "$guest and .address == \"198.18.1.10\""
	ask 40002 "http://[$gw_6]:8080/"
	expect_json "$(device fd00:511:1::10 40002)" "$guest and .address == \"fd00:511:1::10\""
}

test_session_is_told_with_it() {
	sign_in --user alice
	ask 40003 "http://$gw_4:8080/"
	ask 40013 "http://[$gw_6]:8080/"
	expect_json "$(device 198.18.1.10 40003)" '.state == "active" and .session.user == "alice"'
	expect_json "$(device fd00:511:1::10 40013)" \
		".session.mac == \"$lab_mac\" and .session.state == \"active\" and .session.down_bytes > 0"
	sign_out
	expect_json "$(device 198.18.1.10 40003)" '.state == "guest" and .session == null'
	cli trust "$lab_mac"
	expect_json "$(device 198.18.1.10 40003)" '.state == "trusted" and .session.state == "trusted"'
	ask 40004 "http://$gw_4:8080/"
	expect_json "$(device 198.18.1.10 40004)" '.state == "trusted"'
	cli untrust "$lab_mac"
	cli block "$lab_mac"
	expect_json "$(device 198.18.1.10 40004)" '.state == "blocked"'
	cli unblock "$lab_mac"
}

# Sent without a socket, as in a flood of SYNs.
test_answers_by_cookie_count() {
	gw sysctl -qw net.ipv4.tcp_syncookies=2
	ask 40005 "http://$gw_4:8080/"
	ask 40006 "http://[$gw_6]:8080/"
	gw sysctl -qw net.ipv4.tcp_syncookies=1
	expect_json "$(device 198.18.1.10 40005)" ".mac == \"$lab_mac\""
	expect_json "$(device fd00:511:1::10 40006)" ".mac == \"$lab_mac\""
}

test_what_is_only_forwarded_doesnt_count() {
	sign_in
	ask 40007 http://198.18.2.80/
	ask 40008 'http://[fd00:511:2::80]/'
	expect_problem 404 '198.18.1.10.*40007' GET '/v1/devices?address=198.18.1.10&port=40007'
	expect_problem 404 'fd00:511:1::10.*40008' GET '/v1/devices?address=fd00:511:1::10&port=40008'
}

# A page of the responder is no connection with this machine.
test_page_of_the_gate_doesnt_count() {
	expect_status 511 --local-port 40009 http://example.com/
	expect_problem 404 '40009' GET '/v1/devices?address=198.18.1.10&port=40009'
}

test_who_gets_the_answer_counts() {
	connect 40010
	expect_json "$(device 198.18.1.10 40010)" ".mac == \"$lab_mac\""
	client ip link set wlan0 address 02:05:11:00:00:02
	gw ip neigh flush dev lan0
	connect 40012
	expect_json "$(device 198.18.1.10 40012)" '.mac == "02:05:11:00:00:02"'
	client ip link set wlan0 address "$lab_mac"
	gw ip neigh flush dev lan0
}

# borrow: the client has its connection answered at another device, and then finishes it.
borrow() {
	client timeout 60 /usr/bin/python3 "$lab_top/tests/lab/borrow_answer.py" wlan0 "$lab_mac" \
		02:05:11:00:00:77 fd00:511:1::77 40020 $gw_6 "$lab_gw_mac" 8080 2>&1 || true
}

# A guest's neighbour discovery speaks for no other device.
test_guest_borrows_no_answer() {
	expect_eq "$(borrow)" 'no SYN-ACK went to the other device'
}

# Two devices got a SYN-ACK of it: whoever asks may be either.
test_answer_borrowed_from_another_device() {
	sign_in
	expect_eq "$(borrow)" open
	expect_problem 404 'fd00:511:1::77.*40020' GET '/v1/devices?address=fd00:511:1::77&port=40020'
}

test_bad_questions_get_a_sentence() {
	expect_problem 400 'missing' GET /v1/devices
	expect_problem 400 'missing' GET '/v1/devices?address=198.18.1.10'
	expect_problem 400 'missing' GET '/v1/devices?port=1'
	expect_problem 400 "'elephant'" GET '/v1/devices?address=elephant&port=1'
	expect_problem 400 "'198.18.1.300'" GET '/v1/devices?address=198.18.1.300&port=1'
	expect_problem 400 "'fe80::1%lan0'" GET '/v1/devices?address=fe80::1%25lan0&port=1'
	expect_problem 400 "'0'" GET '/v1/devices?address=198.18.1.10&port=0'
	expect_problem 400 "'65536'" GET '/v1/devices?address=198.18.1.10&port=65536'
	expect_problem 400 "'-1'" GET '/v1/devices?address=198.18.1.10&port=-1'
	expect_problem 400 "'mac'" GET '/v1/devices?address=198.18.1.10&port=1&mac=02:05:11:00:00:01'
	expect_problem 405 'GET' PUT '/v1/devices?address=198.18.1.10&port=1'
}

test_link_key_is_the_one_that_signs() {
	expect_eq "$(api GET /v1/link-key | jq -r .key)" "$(cat "$lab_dir/state/link.key")"
	expect_problem 400 "'format'" GET '/v1/link-key?format=raw'
}

test_visits_have_field_names() {
	local dump

	ask 40011 "http://$gw_4:8080/"
	dump=$(bpftool map dump pinned "$lab_pins/x511_visits")
	expect_match "$dump" '"port_be"'
	expect_match "$dump" '"mac"'
	expect_match "$dump" '"seen_tick": [1-9]'
}
