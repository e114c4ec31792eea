#!/bin/bash
# SPDX-License-Identifier: MIT
# test_advertise.sh - router advertisements with the api-url, as they come to a client.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh

url=https://portal.venue.example/capport
other_url=https://lounge.venue.example/api
on_config=$lab_dir/on.conf
heard=$lab_dir/heard

# The URL of the port's own zone goes before that of the default zone.
set_up() {
	sed "s|^\[portal\]|advertise-api = on\n\n[portal]\napi-url = $url|" "$lab_config" >"$on_config"
	lab_start_daemon "$on_config" && listen
}

before_each() {
	lab_start_daemon "$on_config"
}

listen() {
	lab_spawn listener "$heard" nsenter "--net=/run/netns/$lab-client" \
		/usr/bin/python3 "$lab_top/tests/lab/router_talk.py" listen wlan0
	lab_wait_for 30 grep -q listens "$heard"
}

ask() {
	client /usr/bin/python3 "$lab_top/tests/lab/router_talk.py" ask wlan0 "$1"
}

n_heard() {
	grep -c '"lifetime"' "$heard" || true
}

has_heard() {
	[ "$(n_heard)" -ge "$1" ]
}

# expect_next [URL]: after a solicitation one more comes, which says that.
expect_next() {
	local n

	n=$(n_heard)
	ask 1
	lab_wait_for 30 has_heard $((n + 1)) || expect_fail "no advertisement came" "$(cat "$heard")"
	[ -z "${1-}" ] || lab_wait_for 30 last_says "$1" ||
		expect_fail "the last one doesn't say $1" "$(tail -n 1 "$heard")"
}

last_says() {
	jq -e --arg url "$1" '(.options[0].value // "" | gsub("\u0000"; "")) == $url' \
		<<<"$(tail -n 1 "$heard")" >/dev/null
}

test_every_field_of_it() {
	local last

	expect_next
	last=$(tail -n 1 "$heard")
	expect_json "$last" '.to_mac == "33:33:00:00:00:01" and .to == "ff02::1" and .hop_limit == 255'
	expect_json "$last" ".from == \"fe80::511:205:1100:fe\""
	expect_json "$last" '.type == 134 and .code == 0 and .sum_is_right'
	expect_json "$last" '.lifetime == 0 and .flags == 0 and .cur_hop_limit == 0'
	expect_json "$last" '.reachable == 0 and .retrans == 0'
	expect_json "$last" '(.options | length) == 1 and .options[0].type == 37 and .options[0].size == 40'
	expect_json "$last" ".options[0].value == \"$url\" + (\"\\u0000\" * (38 - (\"$url\" | length)))"
}

test_first_ones_come_unasked() {
	local n

	n=$(n_heard)
	lab_stop daemon
	lab_start_daemon "$on_config"
	lab_wait_for 60 has_heard $((n + 2)) || expect_fail "none came" "$(cat "$heard")"
}

# By the kernel's own times of arrival: three seconds, but for what the way takes.
test_many_questions_have_few_answers() {
	local n

	n=$(n_heard)
	ask 40
	lab_wait_for 30 has_heard $((n + 2))
	ask 40
	lab_wait_for 30 has_heard $((n + 3))
	jq -s -e --argjson n "$n" '[.[] | select(.at) | .at][$n:] | [., .[1:]] | transpose | map(select(.[1]) | .[1] - .[0]) | min > 2.5' \
		"$heard" >/dev/null || expect_fail "they come too fast" "$(jq -c .at "$heard")"
}

client_routers() {
	client ip -6 route show default proto ra
}

# A host of the kernel's takes no default route from it, and keeps that of the real router, whose
# link-local address is the gateway's own.
test_kernel_host_is_not_led_astray() {
	local gateway

	expect_eq "$(client sysctl -n net.ipv6.conf.wlan0.accept_ra)" 1
	expect_next
	expect_eq "$(client_routers)" ""
	gateway=$(gw ip -6 -brief address show dev lan0 scope link | grep -oE 'fe80:[0-9a-f:]+')
	[ -n "$gateway" ]
	gw /usr/bin/python3 "$lab_top/tests/lab/router_talk.py" be-router lan0 "$gateway"
	lab_wait_for 30 client_has_router "$gateway"
	expect_next "$url"
	expect_next "$url"
	client_has_router "$gateway" || expect_fail "the default route is gone" "$(client ip -6 route)"
	client ip -6 route flush proto ra
}

client_has_router() {
	client_routers | grep -q "via $1 "
}

# Signed-in devices are told, too, and the gate counts what it lets through.
test_device_that_is_signed_in_hears_it() {
	sign_in
	expect_verdict DOWN_PASS_ND expect_next "$url"
	sign_out
}

# Raw sockets for ICMPv6; without one nothing is said, however long it is waited for.
n_sockets() {
	gw grep -c ':003A ' /proc/net/raw6 || true
}

test_reload_changes_what_is_said() {
	cp "$on_config" "$lab_dir/kept.conf"
	printf '\n[zone lounge]\ninterface = lan0\napi-url = %s\n' "$other_url" >>"$on_config"
	cli reload
	expect_next "$other_url"
	sed -i 's/^advertise-api = on/advertise-api = off/' "$on_config"
	expect_eq "$(n_sockets)" 1
	cli reload
	expect_eq "$(n_sockets)" 0
	cp "$lab_dir/kept.conf" "$on_config"
	cli reload
	expect_next "$url"
}

test_interface_made_anew_is_told() {
	local n

	lab_stop listener
	gw ip link del lan0
	lab_create_lan
	listen
	n=$(n_heard)
	lab_wait_for 60 has_heard $((n + 1)) || expect_fail "none came" "$(cat "$heard")"
}

# As lab_create_links makes it.
lab_create_lan() {
	ip -n "$lab-gw" link add lan0 address "$lab_gw_mac" type veth \
		peer name wlan0 address "$lab_mac" netns "$lab-client" &&
		ip -n "$lab-gw" link set lan0 up && ip -n "$lab-client" link set wlan0 up &&
		client ethtool -K wlan0 tx off rxvlan off txvlan off >/dev/null &&
		gw ethtool -K lan0 rxvlan off txvlan off >/dev/null && lab_attach_pass_program &&
		gw ip address add 198.18.1.1/24 dev lan0 &&
		gw ip address add fd00:511:1::1/64 dev lan0 nodad && lab_set_client_addresses
}
