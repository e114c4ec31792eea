#!/bin/bash
# SPDX-License-Identifier: MIT
# test_cli.sh - the command line: exit codes, one sentence an error, JSON that scripts can read.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh

test_version_and_help() {
	expect_exit 0 cli --help
	expect_match "$output" 'login'
	expect_match "$output" 'logout'
}

test_wrong_usage_is_exit_code_2() {
	expect_exit 2 cli
	expect_exit 2 cli nonsense
	expect_exit 2 cli login
	expect_exit 2 cli --nonsense status
	expect_exit 2 cli login "$lab_mac" --nonsense 1
}

test_macs_in_every_notation() {
	local mac

	for mac in 02:05:11:00:00:01 02-05-11-00-00-01 0205.1100.0001 020511000001 02:05:11:00:00:01; do
		cli login "$mac" >/dev/null
		expect_eq "$(cli --json show "$mac" | jq -r .mac)" "$lab_mac"
		cli logout "$mac" >/dev/null
	done
}

test_bad_mac() {
	expect_refusal 1 '"02:05:11:00:00"' cli login 02:05:11:00:00
	expect_refusal 1 '"elephant"' cli login elephant
}

test_multicast_mac() {
	expect_refusal 1 '"01:00:5e:00:00:01"' cli login 01:00:5e:00:00:01
}

test_unknown_zone() {
	expect_refusal 1 '"moon"' cli login "$lab_mac" --zone moon
	expect_status 511 http://example.com/
}

test_negative_time() {
	expect_refusal 1 '"-5m"' cli login "$lab_mac" --timeout -5m
	expect_status 511 http://example.com/
}

test_logout_of_a_stranger() {
	expect_refusal 1 '02:05:11:00:00:99' cli logout 02:05:11:00:00:99
	expect_refusal 1 '02:05:11:00:00:99' cli show 02:05:11:00:00:99
}

test_daemon_down_is_exit_code_3() {
	lab_stop daemon
	expect_refusal 3 'control\.sock' cli status
	expect_refusal 3 'control\.sock' cli login "$lab_mac"
	lab_start_daemon "$lab_config"
}

test_waiting_can_be_ended() {
	local pid

	pid=$(lab_pid daemon)
	kill -STOP "$pid"
	expect_exit 143 timeout --preserve-status -s TERM 2 "$lab_build/xdp511" --socket "$lab_socket" top --once
	kill -CONT "$pid"
}

test_socket_without_permission_is_exit_code_3() {
	local dir

	# The build directory may be closed to others.
	dir=$(mktemp -d)
	chmod 755 "$dir"
	cp "$lab_build/xdp511" "$dir/xdp511"
	expect_exit 3 setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$dir/xdp511" --socket "$lab_socket" status
	rm -rf "$dir"
	expect_sentence "$output" 'control\.sock'
}

test_status() {
	expect_match "$(cli status)" 'lan0'
	expect_json "$(cli --json status)" '.version and .abi == 3 and .pid > 0 and .health == "ok"'
	expect_json "$(cli --json status)" '.zones | map(.name) | contains(["default", "press", "stage"])'
	expect_json "$(cli --json status)" '.workers[0].mode == "copy" and .sessions.max == 4096'
}

test_check() {
	expect_exit 0 gw "$lab_build/xdp511" --socket "$lab_socket" check --config "$lab_config"
	expect_match "$output" 'lan0'
}

test_sessions_as_json() {
	sign_in --user alice --timeout 1h --down 10M --quota 5G
	expect_json "$(cli --json sessions)" 'length == 1 and (.[0] | .mac == "02:05:11:00:00:01")'
	expect_json "$(cli --json sessions)" '.[0] | .user == "alice" and .zone == "default" and .state == "active"'
	expect_json "$(cli --json sessions)" '.[0] | .down_bps == 10000000 and .up_bps == null and .quota_bytes == 5000000000'
	expect_json "$(cli --json sessions)" '.[0] | .quota_left_bytes <= 5000000000 and .method == "cli" and .vlan == 0'
	expect_json "$(cli --json sessions)" '.[0] | (.login_at | fromdate) <= now and (.expires_at | fromdate) > now'
	expect_eq "$(cli --json sessions | jq -r '.[0] | keys_unsorted | join(" ")')" "mac zone vlan user method state \
login_at expires_at idle_s last_seen_at up_bytes up_packets down_bytes down_packets up_bps down_bps quota_bytes \
quota_left_bytes addresses"
	expect_match "$(cli sessions)" "$lab_mac.*alice"
}

test_sessions_of_a_user_or_zone() {
	sign_in --user alice
	cli login "$lab_mac" --zone press --user bob >/dev/null
	expect_json "$(cli --json sessions --user bob)" 'map(.zone) == ["press"]'
	expect_json "$(cli --json sessions --zone default)" 'map(.user) == ["alice"]'
	expect_refusal 1 'zone' cli show "$lab_mac"
}

test_hostile_user_does_not_reach_the_terminal() {
	cli login "$lab_mac" --user $'a\033[31mb' >/dev/null 2>&1 || true
	expect_no_match "$(cli sessions 2>&1)" $'\033'
}

test_stats() {
	expect_status 511 http://example.com/
	expect_json "$(cli --json stats)" '.verdicts.STEER_HTTP.packets > 0 and .verdicts.DROP_SHORT.packets == 0'
	expect_json "$(cli --json stats)" '.responder.requests > 0 and .sessions.max == 4096'
	expect_json "$(cli --json stats)" '.rings[0] | .interface == "lan0" and .mode == "copy" and .rx_dropped == 0'
	expect_match "$(cli stats)" 'STEER_HTTP'
}

test_errors_as_json() {
	expect_exit 1 cli --json show 02:05:11:00:00:99
	expect_match "$output" '02:05:11:00:00:99'
}
