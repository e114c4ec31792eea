#!/bin/bash
# SPDX-License-Identifier: MIT
# test_recipe_pair.sh - the recipe "Two gateways" of docs/deployment.md: sessions outlive the gateway that made them.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh
# shellcheck source=tests/lab/programs.sh
source "$here/programs.sh"
# shellcheck source=tests/lab/machine.sh
source "$here/machine.sh"

recipes=docs/deployment.md
other=02:05:11:00:00:77

# plug MACHINE NUMBER: its two ports, into the two switches.
plug() {
	local pid

	pid=$(lab_program_child "program-$1") || return 1
	ip -n "$lab-web" link add "l$2" type veth peer name lan0 netns "$pid" &&
		ip -n "$lab-web" link add "w$2" type veth peer name wan0 netns "$pid" &&
		web ip link set "l$2" master lan up && web ip link set "w$2" master wan up &&
		web ip link set dev "l$2" xdpdrv obj "$lab_build/tests/pass.bpf.o" sec xdp &&
		in_program "$1" ip link set lo up &&
		in_program "$1" ip address add "198.18.1.$((1 + $2))/24" dev lan0 &&
		in_program "$1" ip address add "198.18.2.$((1 + $2))/24" dev wan0 &&
		in_program "$1" ip link set lan0 up && in_program "$1" ip link set wan0 up
}

# The web's namespace is also the two switches; the lab's own gateway has no part in this.
create_switches() {
	lab_stop dnsmasq
	ip -n "$lab-gw" link delete lan0 && ip -n "$lab-gw" link delete wan0 &&
		web ip link add lan type bridge stp_state 0 mcast_snooping 0 &&
		web ip link add wan type bridge stp_state 0 mcast_snooping 0 &&
		web ip link set lan up && web ip link set wan up &&
		web ip address add 198.18.2.80/24 dev wan && web ip address add 198.18.2.90/24 dev wan &&
		web ip address add fd00:511:2::80/64 dev wan nodad && web ip route add default via 198.18.2.1 &&
		web ip route replace default via fd00:511:2::1 &&
		ip -n "$lab-client" link add wlan0 address "$lab_mac" type veth peer name l0 netns "$lab-web" &&
		web ip link set l0 master lan up && client ip link set wlan0 up &&
		client ethtool -K wlan0 tx off >/dev/null && lab_set_client_addresses 2>/dev/null &&
		lab_wait_for 20 eval 'client ip route replace default via 198.18.1.1'
}

# The files that are alike on both are made once, by the first of them.
start_gateway() {
	local files=$lab_dir/alike.tar

	machine_start "$1" && plug "$1" "$2" || return 1
	[ ! -e "$files" ] || on_machine "$1" tar -C /etc/xdp511 -xf - <"$files" || return 1
	machine_prepare "$1" "$lab_portal_name" || return 1
	if [ ! -e "$files" ]; then
		on_machine "$1" scripts/lab-ca --file api /etc/xdp511 198.18.2.1 >>"$lab_dir/$1.log" 2>&1 &&
			on_machine "$1" eval 'cd /etc/xdp511 && cp ca.crt api-ca.crt && (umask 077 && openssl rand -hex 32 >api.tokens)' &&
			on_machine "$1" tar -C /etc/xdp511 -cf - . >"$files" || return 1
	fi
	machine_types "$1" $recipes pair && { [ "$1" = a ] || machine_types "$1" $recipes pair-b; } &&
		machine_types "$1" $recipes pair-follow &&
		on_machine "$1" sed -i 's/^EVERY=5/EVERY=1/' /etc/xdp511/follow.conf && # tests wait less than people
		machine_types "$1" $recipes pair-start
}

set_up() {
	create_switches && start_gateway a 1 && lab_wait_for 30 holds_address a && start_gateway b 2
}

before_each() {
	:
}

holds_address() {
	in_program "$1" ip -o address show to 198.18.1.1 | grep -q .
}

has_session() {
	on_machine "$1" xdp511 show "$2" >/dev/null 2>&1
}

has_no_session() {
	on_machine "$1" xdp511 status >/dev/null && ! has_session "$@"
}

facts() {
	on_machine "$1" xdp511 --json show "$lab_mac" | jq -c '[.user, .method, .zone, .state, .expires_at]'
}

# reaches_the_web 4|6
reaches_the_web() {
	local name=example.com:80

	[ "$(http_status "-$1" --max-time 3 --resolve "$name:198.18.2.80,[fd00:511:2::80]" http://example.com/)" = 200 ]
}

test_sessions_are_on_both() {
	guest_signs_in a -4
	lab_wait_for 30 has_session b "$lab_mac" || expect_fail "b: $(tail -n 5 "$lab_dir/b.log")"
	expect_eq "$(facts b)" "$(facts a)"
}

test_who_signs_out_is_signed_out_on_both() {
	on_machine a xdp511 login "$other" --user ann >/dev/null
	lab_wait_for 30 has_session b "$other"
	on_machine a xdp511 logout "$other" >/dev/null
	lab_wait_for 30 has_no_session b "$other"
	has_session b "$lab_mac"
}

is_state() {
	[ "$(on_machine "$1" xdp511 --json show "$2" 2>/dev/null | jq -r .state)" = "$3" ]
}

test_who_is_trusted_or_blocked_is_so_on_both() {
	on_machine a xdp511 trust "$other" >/dev/null
	lab_wait_for 30 is_state b "$other" trusted
	on_machine a xdp511 untrust "$other" >/dev/null
	lab_wait_for 30 has_no_session b "$other"
	on_machine a xdp511 block "$other" >/dev/null
	lab_wait_for 30 is_state b "$other" blocked
	on_machine a xdp511 unblock "$other" >/dev/null
	lab_wait_for 30 has_no_session b "$other"
}

test_the_other_one_takes_over_with_the_sessions() {
	reaches_the_web 4
	reaches_the_web 6
	lab_stop_program program-a # as when its power fails
	lab_wait_for 30 holds_address b
	lab_wait_for 30 reaches_the_web 4
	lab_wait_for 30 reaches_the_web 6
	on_machine b xdp511 logout "$lab_mac" >/dev/null
	guest_signs_in b -4
}

test_who_comes_back_stands_by_and_learns() {
	start_gateway a 1
	lab_wait_for 30 has_session a "$lab_mac"
	holds_address b
	! holds_address a
	reaches_the_web 4
}
