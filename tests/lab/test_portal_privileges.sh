#!/bin/bash
# SPDX-License-Identifier: MIT
# test_portal_privileges.sh - the running portal: who it is, what it may do, what a reload takes.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh

set_up() {
	lab_portal_config && cp "$lab_config" "$lab_dir/portal.conf" && lab_start_daemon "$lab_config"
}

before_each() {
	cp "$lab_dir/portal.conf" "$lab_config"
	lab_start_daemon "$lab_config"
	api DELETE '/v1/sessions?all=true' >/dev/null
	lab_start_portal
}

# of_threads PATTERN: how many of the portal's threads have such a line in their status.
of_threads() {
	cat "/proc/$(lab_pid portal)/task"/*/status | grep -cE -- "$1" || true
}

expect_few_privileges() {
	local threads name

	threads=$(of_threads '^Name:')
	[ "$threads" -ge 1 ]
	for name in CapInh CapPrm CapEff CapAmb; do
		expect_eq "$name $(of_threads "^$name:[[:space:]]*0+\$")" "$name $threads"
	done
	expect_eq "$(of_threads '^NoNewPrivs:[[:space:]]*1$')" "$threads"
	expect_eq "$(of_threads '^Seccomp:[[:space:]]*2$')" "$threads"
	expect_match "$(sed -n 's/^Uid:[[:space:]]*//p' "/proc/$(lab_pid portal)/status")" \
		"^$(lab_id -u "$lab_portal_user")[[:space:]]"
	expect_eq "$(of_threads '^Groups:.*\b0\b')" 0
}

expect_served() {
	expect_eq "$(client curl -s -o /dev/null -w '%{http_code}' --max-time 20 --cacert "$lab_ca" "$@" \
		"https://$lab_portal_name/capport")" 200
}

# How often the portal's log says so.
count_said() {
	grep -cE -- "$1" "$lab_dir/portal.log" || true
}

has_said_more() {
	[ "$(count_said "$1")" -gt "$2" ]
}

# expect_said PATTERN COMMAND...: once more than before.
expect_said() {
	local pattern=$1 before

	shift
	before=$(count_said "$pattern")
	"$@"
	lab_wait_for 30 has_said_more "$pattern" "$before" ||
		expect_fail "the portal doesn't say: $pattern" "$(tail -n 5 "$lab_dir/portal.log")"
}

reload() {
	kill -s HUP "$(lab_pid portal)"
}

test_started_as_a_user() {
	expect_few_privileges
	expect_served -4
	expect_served -6
}

test_started_as_root() {
	lab_stop_portal
	rm -rf "$lab_dir/portal-run"
	lab_start_portal env
	expect_few_privileges
	expect_served -4
	lab_stop_portal
}

# Members of the group may use it, and nobody else.
test_admin_socket_is_the_groups() {
	expect_eq "$(stat -c '%g %a' "$lab_dir/portal-run/admin.sock")" \
		"$(sed -n 's/^xdp511:[^:]*:\([0-9]*\):.*/\1/p' "$lab_dir/group") 660"
}

open_as_portal() {
	/usr/bin/python3 "$lab_top/tests/lab/inject_call.py" "$(lab_pid portal)" 257 "$1"
}

# Landlock says EACCES; a descriptor is what it gets of its own files.
test_it_opens_its_own_files_alone() {
	expect_eq "$(open_as_portal /etc/hostname)" -13
	expect_eq "$(open_as_portal /proc/self/environ)" -13
	expect_eq "$(open_as_portal "$lab_build/xdp511-portal")" -13
	[ "$(open_as_portal "$lab_config")" -gt 2 ]
	[ "$(open_as_portal "$lab_dir/ca/portal.key")" -gt 2 ]
	expect_served -4
}

test_running_a_program_ends_it() {
	sign_in
	/usr/bin/python3 "$lab_top/tests/lab/inject_call.py" "$(lab_pid portal)" 59
	lab_wait_for 30 lab_is_gone portal
	expect_status 200 http://example.com/
	sign_out
	expect_status 511 http://example.com/
	lab_start_portal
	expect_served -4
}

# as_portal COMMAND...: the portal with the lab's configuration, that is to refuse.
refused_as() {
	gw "${lab_with_users[@]}" "$@" timeout 30 "$lab_build/xdp511-portal" --config "$lab_config"
}

test_low_ports_need_a_capability() {
	lab_stop_portal
	expect_refusal 1 '198\.18\.1\.1:80' refused_as setpriv --reuid "$lab_portal_user" \
		--regid "$lab_portal_user" --init-groups
}

test_root_needs_the_user() {
	lab_stop_portal
	sed -i "/^$lab_portal_user:/s/^/x/" "$lab_dir/passwd"
	expect_exit 1 refused_as env
	sed -i "/^x$lab_portal_user:/s/^x//" "$lab_dir/passwd"
	expect_sentence "$output" "there is no user \"$lab_portal_user\".*useradd"
}

test_a_key_for_everybody_is_refused() {
	lab_stop_portal
	chmod o+r "$lab_dir/ca/portal.key"
	expect_exit 1 refused_as env
	chmod o-r "$lab_dir/ca/portal.key"
	expect_sentence "$output" 'portal\.key'
}

test_reload_takes_another_configuration() {
	local answer

	printf '[sign-in]\nvenue-url = https://venue.example/\n' >>"$lab_config"
	expect_said 'is taken anew' reload
	answer=$(client curl -s --max-time 20 --cacert "$lab_ca" "https://$lab_portal_name/capport")
	expect_json "$answer" '."venue-info-url" == "https://venue.example/"'
}

test_reload_keeps_what_was_good() {
	printf 'colour = red\n' >>"$lab_config"
	expect_said "key 'colour'.*stays that of before" reload
	cp "$lab_dir/portal.conf" "$lab_config"
	sed -i 's|^state-dir .*portal-state|&-2|' "$lab_config"
	expect_said "changes of 'state-dir' in \\[web\\] need a restart of xdp511-portal.*stays" reload
	expect_served -4
}

# What systemd would be told.
test_it_tells_that_it_is_ready_and_reloads() {
	lab_stop_portal
	rm -f "$lab_dir/notified"
	lab_spawn listener "$lab_dir/listener.log" nsenter "--net=/run/netns/$lab-gw" /usr/bin/python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind("\0x511-" + sys.argv[1])
while True:
    with open(sys.argv[2], "ab") as f:
        f.write(b"\n")
        f.flush()
        f.write(s.recv(4096) + b"\n")
' "$lab" "$lab_dir/notified"
	lab_wait_for 30 test -s "$lab_dir/notified"
	lab_start_portal env "NOTIFY_SOCKET=@x511-$lab"
	lab_wait_for 30 grep -q '^READY=1' "$lab_dir/notified"
	reload
	lab_wait_for 30 grep -q '^RELOADING=1' "$lab_dir/notified"
	lab_stop_portal
	lab_wait_for 30 grep -q '^STOPPING=1' "$lab_dir/notified"
	lab_stop listener
}
