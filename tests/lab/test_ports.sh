#!/bin/bash
# SPDX-License-Identifier: MIT
# test_ports.sh - a gateway with two client ports, the second one with four queues and its own zone.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh
config=$lab_dir/ports.conf
mac2=02:05:11:00:00:02

# The client's second interface; its address and routes are only used by who names it.
make_second_port() {
	ip -n "$lab-gw" link add lan1 address 02:05:11:00:00:fd numrxqueues 4 numtxqueues 4 type veth \
		peer name wlan1 address "$mac2" numrxqueues 4 numtxqueues 4 netns "$lab-client" &&
		client ethtool -K wlan1 tx off rxvlan off txvlan off >/dev/null &&
		gw ethtool -K lan1 rxvlan off txvlan off >/dev/null &&
		client ip link set dev wlan1 xdpdrv obj "$lab_build/tests/pass.bpf.o" sec xdp &&
		gw ip link set lan1 up && client ip link set wlan1 up &&
		gw ip address add 198.18.3.1/24 dev lan1 &&
		gw ip address add fd00:511:3::1/64 dev lan1 nodad &&
		client ip address add 198.18.3.10/24 dev wlan1 &&
		client ip address add fd00:511:3::10/64 dev wlan1 nodad &&
		client ip route add default via 198.18.3.1 dev wlan1 metric 4000 &&
		client ip -6 route add default via fd00:511:3::1 dev wlan1 metric 4000
}

set_up() {
	sed 's/^interface.*/interface = lan0\ninterface = lan1/' "$lab_config" >"$config" &&
		printf '[zone hall]\ninterface = lan1\nurl = http://198.18.2.90/hall\n' >>"$config" &&
		make_second_port && lab_start_daemon "$config"
}

before_each() {
	[ -e "/run/netns/$lab-gw" ] && lab_start_daemon "$config" &&
		api DELETE '/v1/sessions?all=true' >/dev/null
}

second() {
	client curl -s --interface wlan1 --connect-timeout 10 --max-time 20 "$@" || true
}

# expect_second STATUS: what the second port's client gets, again and again: each connection may
# come by another queue.
expect_second() {
	local n got

	for n in {1..12}; do
		got=$(second -o /dev/null -w '%{http_code}' http://198.18.2.80/)
		[ "$got" = "$1" ] || expect_fail "status $got instead of $1 at try $n over IPv4"
		got=$(second -o /dev/null -w '%{http_code}' 'http://[fd00:511:2::80]/')
		[ "$got" = "$1" ] || expect_fail "status $got instead of $1 at try $n over IPv6"
	done
}

status() {
	api GET /v1/status
}

worker_pids() {
	status | jq -r '.workers[].pid'
}

is_ok() {
	status | jq -e '.health == "ok"' >/dev/null
}

is_degraded() {
	status | jq -e '.health == "degraded"' >/dev/null
}

# No worker of before is among those of now, and none is missing.
are_all_others() {
	! worker_pids | grep -qxF -e null -e "$(tr ' ' '\n' <<<"$1")"
}

has_filter() {
	gw tc filter show dev "$1" egress | grep -q x511_egress
}

test_each_port_and_queue_answers() {
	expect_json "$(status)" '[.interfaces[] | "\(.name) \(.queues)"] == ["lan0 1", "lan1 4"]'
	expect_json "$(status)" '(.workers | length) == 5 and all(.workers[]; .pid)'
	expect_status 511 -4 http://198.18.2.80/
	expect_second 511
	expect_json "$(api GET /v1/stats)" '(.rings | length) == 5'
}

test_a_port_of_its_own_zone() {
	expect_match "$(second -H 'Accept: text/html' http://198.18.2.80/)" '/hall\?mac=02:05:11:00:00:02&amp;zone=hall&'
	cli login "$mac2" >/dev/null
	expect_second 511
	cli login "$mac2" --zone hall >/dev/null
	expect_second 200
	cli logout "$mac2" --zone hall >/dev/null
	expect_second 511
}

test_a_session_of_one_port_is_none_of_the_other() {
	sign_in
	expect_status 200 http://198.18.2.80/
	expect_second 511
}

test_every_killed_worker_comes_back() {
	local before n

	for n in 1 2; do
		before=$(worker_pids | tr '\n' ' ')
		worker_pids | xargs kill -KILL
		lab_wait_for 30 are_all_others "$before"
	done
	expect_status 511 http://198.18.2.80/
	expect_second 511
	expect_json "$(status)" 'all(.workers[]; .restarts == 2)'
}

test_reload_renews_every_worker() {
	local before

	before=$(worker_pids | tr '\n' ' ')
	sed -i 's/^name .*/name = Other Wi-Fi/' "$config"
	cli reload >/dev/null
	lab_wait_for 30 are_all_others "$before"
	expect_match "$(second -H 'Accept: text/html' http://198.18.2.80/)" 'Other Wi-Fi'
	expect_second 511
	expect_status 511 http://198.18.2.80/
}

test_an_interface_made_anew_is_shut_again() {
	cli login "$mac2" --zone hall >/dev/null
	gw ip link delete lan1
	lab_wait_for 30 is_degraded
	expect_match "$(cli status)" "interface 'lan1' doesn't exist"
	expect_status 511 http://198.18.2.80/
	make_second_port
	lab_wait_for 30 is_ok
	expect_second 200
	cli logout "$mac2" --zone hall >/dev/null
	expect_second 511
	lab_wait_for 30 has_filter lan1
}

test_an_interface_made_anew_while_the_daemon_is_down() {
	lab_stop daemon
	gw ip link delete lan1
	make_second_port
	lab_start_daemon "$config"
	expect_second 511
	lab_wait_for 30 is_ok
}

test_a_removed_pin_is_made_again() {
	local name

	for name in links/lan1_x511_gate links; do
		rm -r "${lab_pins:?}/$name"
		lab_wait_for 30 test -e "$lab_pins/links/lan1_x511_gate"
		lab_wait_for 30 test -e "$lab_pins/links/lan0_x511_gate"
	done
	lab_wait_for 30 is_ok
	expect_status 511 http://198.18.2.80/
	expect_second 511
}

test_a_removed_filter_is_made_again() {
	gw tc qdisc delete dev lan1 clsact
	lab_wait_for 30 has_filter lan1
	lab_wait_for 30 is_ok
	expect_second 511
}

test_link_down_and_up_leaves_the_gate_shut() {
	gw ip link set lan1 down
	gw ip link set lan1 up
	gw ip address replace fd00:511:3::1/64 dev lan1 nodad
	lab_wait_for 30 is_ok
	expect_second 511
}

test_a_lost_port_stops_a_start() {
	lab_stop daemon
	gw ip link delete lan1
	expect_refusal 1 'lan1' timeout 30 nsenter "--net=/run/netns/$lab-gw" \
		"$lab_build/xdp511d" --config "$config"
	expect_status 000 http://198.18.2.80/
	make_second_port
	lab_start_daemon "$config"
	expect_second 511
}
