#!/bin/bash
# SPDX-License-Identifier: MIT
# test_upgrade.sh - restarts and upgrades that no signed-in device notices, and no guest can use.
# shellcheck disable=SC2154,SC2034 # lab_… are set by scripts/lab.sh; test_seconds is read by run
test_seconds=900
guest_mac=02:05:11:00:00:66
rounds=50
tools=$lab_build/tests/upgrade

# A daemon whose gate is another program: of the same source, by another level of optimisation.
build_other() {
	local other=$tools/other

	rm -rf "$other" && mkdir -p "$other" && cp -a "$lab_build/obj" "$other/" &&
		rm -rf "$other/obj/user/gate" &&
		make -s -C "$lab_top" "B=$other" \
			"BPFFLAGS=-target bpf -mcpu=v3 -g -O3 -Iinclude -idirafter /usr/include/$(gcc -print-multiarch)" \
			"$other/xdp511d" && cp "$lab_build/xdp511" "$other/"
}

build_tools() {
	mkdir -p "$tools" &&
		clang -O2 -g -target bpf -I"$lab_top/include" -idirafter "/usr/include/$(gcc -print-multiarch)" \
			-c "$lab_top/tests/lab/abi2.bpf.c" -o "$tools/abi2.bpf.o" &&
		gcc -std=gnu11 -D_GNU_SOURCE -O2 -I"$lab_top/include" "$lab_top/tests/lab/abi2.c" \
			-o "$tools/abi2" -lbpf &&
		gcc -std=gnu11 -D_GNU_SOURCE -O2 -shared -fPIC "$lab_top/tests/lab/die.c" -o "$tools/die.so" -ldl
}

set_up() {
	sed -i 's|^packets .*|packets = 0|' "$lab_config" # every probe is judged to the end
	build_tools && build_other && lab_start_daemon "$lab_config"
}

before_each() {
	local name

	for name in guest stream watch echo iperf3 iperf3d; do
		lab_stop "$name"
	done
	rm -f "$lab_dir"/{stop,guest.log,stream.log,watch.log,iperf3.log}
	lab_start_daemon "$lab_config"
	api DELETE '/v1/sessions?all=true' >/dev/null
}

# --- traffic -------------------------------------------------------------------------------

traffic() {
	local where=$1 name=$2

	shift 2
	lab_spawn "$name" "$lab_dir/$name.log" nsenter "--net=/run/netns/$lab-$where" \
		/usr/bin/python3 "$lab_top/tests/lab/upgrade_traffic.py" "$@"
}

start_traffic() {
	traffic gw watch watch lan0 "$guest_mac" "$lab_dir/stop"
	traffic web echo echo 5001
	lab_spawn iperf3d "$lab_dir/iperf3d.log" nsenter "--net=/run/netns/$lab-web" iperf3 -s -p 5201
	lab_wait_for 30 web_listens
	traffic client stream stream 198.18.2.80 5001 "$lab_dir/stop"
	traffic client guest guest wlan0 "$guest_mac" "$lab_gw_mac" "$lab_dir/stop"
	lab_spawn iperf3 "$lab_dir/iperf3.log" nsenter "--net=/run/netns/$lab-client" \
		iperf3 -c 198.18.2.80 -p 5201 -b 8M -t 600 -i 1 --forceflush
	lab_wait_for 30 iperf3_has_moved 1
}

web_listens() {
	[ "$(web ss -Hlnu 'sport = 5001' | wc -l)" -gt 0 ] && [ "$(web ss -Hlnt 'sport = 5201' | wc -l)" -gt 0 ]
}

iperf3_intervals() {
	grep -c ' Mbits/sec' "$lab_dir/iperf3.log"
}

iperf3_has_moved() {
	[ "$(iperf3_intervals)" -ge "$1" ]
}

stop_traffic() {
	touch "$lab_dir/stop"
	for name in stream guest watch; do
		lab_wait_for 30 lab_is_gone "$name"
	done
	lab_stop iperf3 INT
	lab_stop iperf3d
	lab_stop echo
}

# No frame of the guest came through, none of the device was lost, and its connection lives.
expect_no_violation() {
	local intervals sent lost

	intervals=$(iperf3_intervals)
	lab_wait_for 30 iperf3_has_moved $((intervals + 2)) || expect_fail "iperf3 stands:" "$(cat "$lab_dir/iperf3.log")"
	expect_no_match "$(tail -n 2 "$lab_dir/iperf3.log")" ' 0\.00 bits'
	stop_traffic
	expect_eq "$(cat "$lab_dir/watch.log")" 0
	[ "$(cat "$lab_dir/guest.log")" -gt 10000 ] || expect_fail "the guest sent only $(cat "$lab_dir/guest.log")"
	read -r sent lost <"$lab_dir/stream.log"
	[ "$sent" -gt 1000 ] || expect_fail "only $sent datagrams were sent"
	[ "$lost" -eq 0 ] || expect_fail "$lost of $sent datagrams were lost"
}

# --- rounds --------------------------------------------------------------------------------

go_back_to_abi2() {
	gw "$tools/abi2" "$tools/abi2.bpf.o" "$lab_pins" lan0
}

counters() {
	cli --json show "$lab_mac" | jq -r '"\(.up_bytes) \(.up_packets) \(.down_bytes) \(.down_packets)"'
}

# expect_not_less OLD NEW: four numbers each.
expect_not_less() {
	local -a old new
	local i

	read -ra old <<<"$1"
	read -ra new <<<"$2"
	for i in 0 1 2 3; do
		[ "${new[$i]}" -ge "${old[$i]}" ] || expect_fail "counters went back from $1 to $2"
	done
}

upgrade_from_abi2() {
	lab_stop daemon "$@"
	go_back_to_abi2
	lab_start_daemon "$lab_config"
	expect_settled
}

# Nothing of a migration is left.
expect_settled() {
	expect_json "$(api GET /v1/status)" '.abi == 3 and .interfaces[0].adopted'
	expect_no_match "$(ls "$lab_pins")" 'next|ready|moved|before'
}

with_other_program() {
	lab_build=$tools/other lab_start_daemon "$lab_config"
}

# restart NUMBER: one round.
restart() {
	case $(($1 % 4)) in
	0) lab_stop daemon ;;
	1) lab_stop daemon KILL ;;
	2)
		lab_stop daemon
		with_other_program
		lab_stop daemon KILL
		;;
	3) upgrade_from_abi2 KILL ;;
	esac
	lab_start_daemon "$lab_config"
}

program_tag() {
	gw bpftool -j prog show id "$(api GET /v1/status | jq '.interfaces[0].program_id')" | jq .tag
}

test_other_program_is_another() {
	local tag

	tag=$(program_tag)
	lab_stop daemon
	with_other_program
	[ "$(program_tag)" != "$tag" ] || expect_fail "both have the tag $tag"
	lab_stop daemon
}

test_fifty_restarts_and_upgrades() {
	local i now before='0 0 0 0'

	sign_in --user alice
	start_traffic
	for ((i = 0; i < rounds; i++)); do
		restart "$i"
		now=$(counters)
		expect_not_less "$before" "$now"
		before=$now
	done
	expect_json "$(cli --json show "$lab_mac")" '.user == "alice" and .state == "active"'
	expect_no_violation
}

# Every frame of the device is in its counters, whichever program and map counted it.
test_upgrade_loses_no_count() {
	local sent_before sent up_before up

	sign_in
	traffic web echo echo 5001
	lab_wait_for 30 web_echoes
	sent_before=$(sent_frames)
	up_before=$(session_number up_packets)
	traffic client stream stream 198.18.2.80 5001 "$lab_dir/stop"
	for _ in 1 2 3 4 5; do
		upgrade_from_abi2
	done
	touch "$lab_dir/stop"
	lab_wait_for 30 lab_is_gone stream
	lab_stop echo
	sent=$(($(sent_frames) - sent_before))
	up=$(($(session_number up_packets) - up_before))
	[ "$sent" -gt 500 ] || expect_fail "only $sent frames were sent"
	expect_eq "$up" "$sent"
}

session_number() {
	cli --json show "$lab_mac" | jq ".$1"
}

web_echoes() {
	[ "$(web ss -Hlnu 'sport = 5001' | wc -l)" -gt 0 ]
}

sent_frames() {
	client ip -j -s link show dev wlan0 | jq '.[0].stats64.tx.packets'
}

# What the old product has of a session is there afterwards, and is in force.
test_upgrade_keeps_the_limits() {
	local before

	sign_in --user alice --timeout 2h --idle 20m --up 5M --down 7M --quota 300k
	expect_status 200 http://example.com/
	before=$(lasting)
	upgrade_from_abi2
	expect_eq "$(lasting)" "$before"
	expect_status 200 http://example.com/
	lab_start_download http://example.com/big
	lab_wait_for 30 is_guest
	lab_stop download
}

is_guest() {
	[ "$(http_status http://example.com/)" = 511 ]
}

lasting() {
	cli --json show "$lab_mac" | jq -c '{user,state,zone,up_bps,down_bps,quota_bytes,idle_s,login_at,method}'
}

test_parked_guest_stays_parked() {
	local pins

	sed -i 's|^packets .*|packets = 5/s\npark = 2s|' "$lab_config"
	cli reload >/dev/null
	traffic client guest guest wlan0 "$guest_mac" "$lab_gw_mac" "$lab_dir/stop"
	lab_wait_for 30 verdict_count_is_above DROP_PARKED 0
	touch "$lab_dir/stop"
	lab_wait_for 30 lab_is_gone guest
	pins=$(parked_until)
	lab_stop daemon
	sed -i 's|^max-guests.*|max-guests = 2048|' "$lab_config"
	lab_start_daemon "$lab_config"
	expect_eq "$(parked_until)" "$pins"
	lab_write_config
}

parked_until() {
	bpftool -j map dump pinned "$lab_pins/x511_guests" |
		jq '.[].formatted | select(.key.mac[5] == 102) | .value.parked_until_ns'
}

# --- another size ----------------------------------------------------------------------------

resize() {
	lab_stop daemon
	sed -i "s|^max-sessions.*|max-sessions = $1|" "$lab_config"
}

test_max_sessions_changes_with_a_restart() {
	sign_in --user alice
	expect_status 200 http://example.com/
	resize 16
	lab_start_daemon "$lab_config"
	expect_json "$(cli --json show "$lab_mac")" '.user == "alice" and .up_bytes > 0'
	expect_json "$(api GET /v1/stats)" '.sessions.max == 16'
	expect_status 200 http://example.com/
	expect_settled
	resize 4096
	lab_start_daemon "$lab_config"
	expect_status 200 http://example.com/
}

test_max_sessions_below_the_sessions_is_refused() {
	sign_in
	cli login 02:05:11:00:00:77 >/dev/null
	resize 1
	expect_exit 1 gw timeout 30 "$lab_build/xdp511d" --config "$lab_config"
	expect_sentence "$(tail -n 1 <<<"$output")" 'more sessions than max-sessions = 1;'
	expect_no_match "$(ls "$lab_pins")" 'next|ready|moved|before'
	expect_status 200 http://example.com/
	resize 4096
	lab_start_daemon "$lab_config"
	expect_json "$(api GET /v1/sessions)" 'length == 2'
}

# --- killed on the way -------------------------------------------------------------------------

# start_and_die NUMBER: at that call.
start_and_die() {
	expect_exit 137 gw timeout 30 env "LD_PRELOAD=$tools/die.so" "DIE_AT=$1" \
		"$lab_build/xdp511d" --config "$lab_config"
}

# The number of the call that gives the new maps their name: with the ones around it, it decides.
calls_until_committed() {
	lab_spawn daemon "$lab_dir/daemon.log" nsenter "--net=/run/netns/$lab-gw" \
		env "LD_PRELOAD=$tools/die.so" "DIE_COUNT=$lab_dir/calls" "DIE_COMMIT=$lab_dir/commit" \
		"$lab_build/xdp511d" --config "$lab_config"
	lab_wait_for 30 lab_answers
	cat "$lab_dir/commit"
}

test_killed_upgrade_is_done_again_or_finished() {
	local commit at

	sign_in --user alice
	lab_stop daemon
	go_back_to_abi2
	commit=$(calls_until_committed)
	echo "committed by call $commit of $(cat "$lab_dir/calls")"
	traffic gw watch watch lan0 "$guest_mac" "$lab_dir/stop"
	traffic client guest guest wlan0 "$guest_mac" "$lab_gw_mac" "$lab_dir/stop"
	for at in 5 $((commit / 2)) $(seq $((commit - 6)) 2 $((commit + 50))); do
		lab_stop daemon
		go_back_to_abi2
		start_and_die "$at"
		expect_status 200 -4 http://198.18.2.80/
		lab_start_daemon "$lab_config"
		expect_settled
		expect_json "$(cli --json show "$lab_mac")" '.user == "alice" and .up_packets > 5'
		expect_status 200 -4 http://198.18.2.80/
	done
	touch "$lab_dir/stop"
	lab_wait_for 30 lab_is_gone watch
	expect_eq "$(cat "$lab_dir/watch.log")" 0
}

# --- what is refused -----------------------------------------------------------------------------

test_unknown_abi_is_refused_untouched() {
	local abi pins

	sign_in
	lab_stop daemon
	pins=$(ls "$lab_pins")
	for abi in 1 4 99; do
		bpftool map update pinned "$lab_pins/x511_abi" key 0 0 0 0 value "$abi" 0 0 0
		expect_exit 1 gw timeout 30 "$lab_build/xdp511d" --config "$lab_config"
		expect_sentence "$(tail -n 1 <<<"$output")" "have ABI $abi and this xdp511d has ABI 3; .*--detach"
		expect_eq "$(ls "$lab_pins")" "$pins"
		expect_status 200 http://example.com/
	done
	bpftool map update pinned "$lab_pins/x511_abi" key 0 0 0 0 value 3 0 0 0
	lab_start_daemon "$lab_config"
}
