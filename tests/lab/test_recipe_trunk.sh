#!/bin/bash
# SPDX-License-Identifier: MIT
# test_recipe_trunk.sh - the recipe "VLAN trunk" of docs/deployment.md, with a client whose frames are tagged.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh
# shellcheck source=tests/lab/programs.sh
source "$here/programs.sh"
# shellcheck source=tests/lab/machine.sh
source "$here/machine.sh"

recipes=docs/deployment.md

# tag NAMESPACE INTERFACE: VLAN 100 on it. Of filters with one priority the last one added is asked first: on
# the gateway's port this has to come after the gate, so that the gate sees a tagged frame.
tag() {
	{ "$1" tc qdisc show dev "$2" | grep -q clsact || "$1" tc qdisc add dev "$2" clsact; } &&
		"$1" tc filter add dev "$2" ingress prio 1 handle 9 bpf da obj "$lab_build/tests/trunk.bpf.o" sec tc/pop &&
		"$1" tc filter add dev "$2" egress prio 1 handle 9 bpf da obj "$lab_build/tests/trunk.bpf.o" sec tc/push
}

set_up() {
	lab_build_program trunk && tag client wlan0 && machine_start gateway "$lab-gw" &&
		machine_prepare gateway "$lab_portal_name" && machine_types gateway $recipes trunk-xdp511 && tag gw lan0
}

before_each() {
	on_machine gateway xdp511 logout --all >/dev/null
}

test_a_tagged_client_signs_in() {
	guest_signs_in gateway -4
	expect_json "$(on_machine gateway xdp511 --json sessions)" '.[0].zone == "guests" and .[0].vlan == 100'
}

test_ipv6_of_a_tagged_client() {
	expect_status 511 -6 http://example.com/
	on_machine gateway xdp511 login "$lab_mac" --zone guests >/dev/null
	expect_status 200 -6 http://example.com/
}

test_another_zone_is_another_session() {
	on_machine gateway xdp511 login "$lab_mac" --zone press >/dev/null
	expect_status 511 -4 http://example.com/
}

test_what_no_zone_names_is_dropped() {
	expect_eq "$(client timeout 60 /usr/bin/python3 "$lab_top/tests/lab/tagged_request.py" \
		wlan0 "$lab_gw_mac" 8100:999 198.18.2.80 2)" 'no answer'
}
