#!/bin/bash
# SPDX-License-Identifier: MIT
# test_daemon.sh - start, stop, death and return of xdp511d, and everything that keeps it from starting.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh

before_each() {
	lab_detach_foreign
	lab_start_daemon "$lab_config"
	api DELETE '/v1/sessions?all=true' >/dev/null
}

lab_detach_foreign() {
	gw ip link set dev lan0 mtu 1500
	lab_attach_pass_program 2>/dev/null || true
	gw ip link set dev lan0 xdp off 2>/dev/null || true
}

# Starts a daemon that is expected to refuse, with exit code 1 and a sentence that matches.
expect_no_start() {
	local pattern=$1 config=${2:-$lab_config}

	expect_exit 1 gw timeout 30 "$lab_build/xdp511d" --config "$config"
	expect_sentence "$(tail -n 1 <<<"$output")" "$pattern"
}

config_with() {
	sed "$1" "$lab_config" >"$lab_dir/other.conf"
}

is_511() {
	[ "$(http_status http://example.com/)" = 511 ]
}

test_runs_in_native_mode() {
	expect_json "$(api GET /v1/status)" '.health == "ok" and .interfaces[0].name == "lan0"'
	expect_json "$(api GET /v1/status)" '.interfaces[0].mode == "native"'
	expect_json "$(api GET /v1/status)" '.workers | length > 0 and all(.pid > 0)'
}

test_restart_adopts_the_session() {
	sign_in --user alice
	expect_status 200 http://example.com/
	lab_stop daemon
	expect_status 200 http://example.com/
	lab_start_daemon "$lab_config"
	expect_status 200 http://example.com/
	expect_json "$(cli --json show "$lab_mac")" '.user == "alice" and .up_bytes > 0'
	expect_json "$(api GET /v1/status)" '.interfaces[0].adopted'
	sign_out
	expect_status 511 http://example.com/
}

test_stopped_daemon_leaves_the_gate_shut() {
	lab_stop daemon
	expect_status 000 -4 http://198.18.2.80/
	expect_status 000 -6 'http://[fd00:511:2::80]/'
	# What needs no responder goes on: names, garden, portal.
	expect_match "$(client getent ahostsv4 example.com)" '198\.18\.2\.80'
	expect_status 200 http://198.18.2.90/
	lab_start_daemon "$lab_config"
	expect_status 511 http://example.com/
}

test_killed_daemon_keeps_guests_out() {
	lab_stop daemon KILL
	expect_status 000 -4 http://198.18.2.80/
	expect_status 000 -6 'http://[fd00:511:2::80]/'
	lab_start_daemon "$lab_config"
	expect_status 511 -4 http://example.com/
	expect_status 511 -6 http://example.com/
}

test_killed_daemon_keeps_sessions_going() {
	sign_in
	lab_start_download http://example.com/big
	lab_stop daemon KILL
	expect_download_runs
	expect_status 200 -4 http://example.com/
	expect_status 200 -6 http://example.com/
	lab_start_daemon "$lab_config"
	expect_download_runs
	sign_out
	expect_download_stands
	lab_stop download
}

test_session_expires_without_the_daemon() {
	sign_in
	expect_status 200 http://example.com/
	sign_in --timeout 2s
	lab_stop daemon KILL
	sleep 3 # the gate counts time in ticks of 67 ms
	expect_status 000 http://198.18.2.80/
}

test_killed_worker_comes_back() {
	local pid

	pid=$(api GET /v1/status | jq '.workers[0].pid')
	kill -s KILL "$pid"
	lab_wait_for 30 is_511
	expect_json "$(api GET /v1/status)" ".workers[0].pid != $pid and .workers[0].restarts > 0"
}

# A client that has its connection waits with the request until the file "go" is there.
start_patient_client() {
	rm -f "$lab_dir/go" "$lab_dir/patient"
	client timeout 100 /usr/bin/python3 - "$lab_dir" >"$lab_dir/patient" 2>&1 <<-'EOF' &
		import os, socket, sys, time
		client = socket.create_connection(("198.18.2.80", 80), 30)
		print("connected", flush=True)
		while not os.path.exists(sys.argv[1] + "/go"):
		    time.sleep(0.05)
		client.sendall(b"GET / HTTP/1.1\r\nHost: example.com\r\n\r\n")
		print(client.makefile("rb").readline().decode())
	EOF
	patient_pid=$!
	lab_wait_for 30 grep -q connected "$lab_dir/patient"
}

test_handshake_outlives_the_daemon() {
	start_patient_client
	lab_stop daemon KILL
	lab_start_daemon "$lab_config"
	touch "$lab_dir/go"
	wait "$patient_pid"
	expect_match "$(cat "$lab_dir/patient")" '^HTTP/1.1 511 '
}

test_detach_takes_everything_out() {
	lab_stop daemon
	expect_exit 0 gw timeout 30 "$lab_build/xdp511d" --detach --config "$lab_config"
	expect_no_match "$(gw ip link show dev lan0)" 'prog/xdp'
	expect_eq "$(gw tc filter show dev lan0 egress)" ''
	[ ! -e "$lab_pins" ] || expect_fail "pins are left: $(find "$lab_pins")"
	expect_status 200 http://example.com/
	expect_exit 0 gw timeout 30 "$lab_build/xdp511d" --detach --config "$lab_config"
}

test_second_instance_is_refused() {
	sign_in
	expect_no_start 'another|already|running'
	expect_status 200 http://example.com/
	sign_out
	expect_status 511 http://example.com/
}

test_foreign_program_is_refused_by_its_name() {
	lab_stop daemon
	lab_detach
	gw ip link set dev lan0 xdpdrv obj "$lab_build/tests/pass.bpf.o" sec xdp
	expect_no_start 'x511_lab_pass'
	expect_match "$(gw ip link show dev lan0)" 'x511_lab_pass'
}

test_missing_interface_is_refused() {
	lab_stop daemon
	config_with 's/^interface .*/interface = nope0/'
	expect_no_start '"nope0"' "$lab_dir/other.conf"
	# The gate of the real interface is still shut.
	expect_status 000 http://198.18.2.80/
}

test_big_mtu_is_refused() {
	lab_stop daemon
	lab_detach
	# A veth with XDP at its far end takes no such MTU.
	client ip link set dev wlan0 xdp off
	gw ip link set dev lan0 mtu 9000
	expect_no_start '9000'
}

test_generic_mode_works() {
	lab_stop daemon
	lab_detach
	config_with '/^\[gateway\]/a xdp-mode = generic'
	lab_start_daemon "$lab_dir/other.conf"
	expect_json "$(api GET /v1/status)" '.interfaces[0].mode == "generic"'
	expect_status 511 -4 http://example.com/
	expect_status 511 -6 http://example.com/
	sign_in
	expect_status 200 -4 http://example.com/
	sign_out
	expect_status 511 -4 http://example.com/
	lab_stop daemon
	lab_detach
}

test_says_ready_to_systemd() {
	lab_stop daemon
	gw timeout 120 /usr/bin/python3 - "$lab_dir/notify" "$lab_build/xdp511d" "$lab_config" <<-'EOF'
		import os, socket, subprocess, sys
		path, daemon, config = sys.argv[1:]
		box = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
		box.bind(path)
		box.settimeout(30)
		child = subprocess.Popen([daemon, "--config", config], env={**os.environ, "NOTIFY_SOCKET": path})
		try:
		    while b"READY=1" not in box.recv(4096):
		        pass
		finally:
		    child.terminate()
		    code = child.wait(30)
		sys.exit(code)
	EOF
	rm -f "$lab_dir/notify"
}

test_usage_is_exit_code_2() {
	expect_exit 2 "$lab_build/xdp511d" --nonsense
}
