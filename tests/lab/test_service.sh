#!/bin/bash
# SPDX-License-Identifier: MIT
# test_service.sh - the units under a real systemd: what they may, what they say, what restarts them.
# shellcheck disable=SC2154,SC2034,SC2016 # lab_… are set by scripts/lab.sh, and used there; $ is sed's and the hook's
# shellcheck source=tests/lab/systemd.sh
source "$here/systemd.sh"

# shellcheck source=tests/lab/portal.sh
source "$here/portal.sh"

token=0123456789abcdef0123456789abcdef-lab

# Whatever the programs can be told to do that their units might forbid.
write_config() {
	portal_config &&
		sed -e '/^bpf-dir\|^state-dir\|^control\|^admin/d' -e "s|$lab_dir/ca|/etc/xdp511|" \
			-e '/^interface/a advertise-api = on' "$lab_config" - >"$box/etc/xdp511.conf" <<-EOT
				code-exec = /etc/xdp511/check-code

				[sign-in]
				methods = click code

				[api]
				listen = 198.18.2.1:8443
				certificate = /etc/xdp511/api.crt
				key = /etc/xdp511/api.key
				token-file = /etc/xdp511/api.tokens

				[log]
				directory = /var/log/xdp511
			EOT
}

# A hook asks for the time, and runs a program.
write_files() {
	lab_certificate "$lab_portal_name" 198.18.1.1 fd00:511:1::1 && cp -a "$lab_dir"/ca/* "$box/etc/" &&
		"$lab_top/scripts/lab-ca" --file api "$box/etc" 198.18.2.1 >/dev/null || return 1
	(umask 077 && echo "$token" >"$box/etc/api.tokens")
	printf '#!/bin/sh\nread -r question\n[ -n "$(date)" ] && echo "{\\"ok\\":true,\\"user\\":\\"$(id -un)\\"}"\n' >"$box/etc/check-code"
	chmod 0755 "$box/etc/check-code"
}

# A watchdog of ten seconds is waited for.
set_up() {
	box_make && write_config && write_files &&
		sed -i 's/^WatchdogSec=.*/WatchdogSec=10s/' "${box_units[@]}" && box_start
}

before_each() {
	lab_socket=$(box_socket)
	sd systemctl reset-failed
	sd systemctl start xdp511d xdp511-portal
	api DELETE '/v1/sessions?all=true' >/dev/null
}

main_pid() {
	property "$1" MainPID
}

# Of the box's own process numbers.
of_status() {
	sd sed -n "s/^$2:[[:space:]]*//p" "/proc/$1/status"
}

is_status() {
	grep -qE -- "$2" <<<"$(property "$1" StatusText)"
}

expect_status_text() {
	lab_wait_for 30 is_status "$1" "$2" || expect_fail "the status isn't: $2" "$(property "$1" StatusText)"
}

restarts_are_above() {
	[ "$(property "$1" NRestarts)" -gt "$2" ] && [ "$(property "$1" ActiveState)" = active ]
}

# journal FIELD=VALUE...: how many lines have them.
journal() {
	sd journalctl --quiet --output cat "$@" | wc -l
}

has_lines() {
	[ "$(journal "$@")" -gt 0 ]
}

test_units_are_sound() {
	local unit

	for unit in "${box_units[@]}"; do
		expect_eq "$(sd env SYSTEMD_UNIT_PATH=/units systemd-analyze --man=no verify "/units/${unit##*/}" 2>&1)" ''
	done
}

# Tenths: what systemd-analyze says today, so that it doesn't get worse unnoticed.
test_exposure_stays_low() {
	local unit

	for unit in xdp511d:26 xdp511-portal:16; do
		sd systemd-analyze --no-pager security --offline=true --threshold="${unit#*:}" \
			"/units/${unit%:*}.service" >"$lab_dir/security" || expect_fail "$(tail -n 1 "$lab_dir/security")"
	done
}

test_guests_are_served() {
	expect_status 511 -4 http://198.18.2.80/
	expect_status 511 -6 'http://[fd00:511:2::80]/'
	expect_eq "$(client curl -s -o /dev/null -w '%{http_code}' --max-time 20 --cacert "$lab_ca" \
		"https://$lab_portal_name/capport")" 200
	sign_in
	expect_status 200 http://198.18.2.80/
	sign_out
	expect_status 511 http://198.18.2.80/
}

test_hook_runs_within_the_unit() {
	expect_page 200 'value="code"' 4 "$portal/login"
	expect_sent 303 4 action=sign-in method=code "token=$(page_token)" code=4711
	expect_json "$(session_of "$lab_mac")" ".state == \"active\" and .user == \"$lab_portal_user\""
}

remote_status() {
	web curl -s -o /dev/null -w '%{http_code}' --max-time 20 --cacert "$box/etc/ca.crt" \
		-H "Authorization: Bearer $1" https://198.18.2.1:8443/v1/status
}

# The process that speaks TLS has a sandbox of its own, and tells journald from there.
test_api_on_tcp_is_served() {
	expect_eq "$(remote_status "$token")" 200
	expect_eq "$(remote_status wrong)" 401
	lab_wait_for 30 has_lines _TRANSPORT=journal PRIORITY=4 SYSLOG_IDENTIFIER=xdp511d
}

# The journal has no complaint: nothing that the programs do is forbidden by their units.
test_nothing_was_forbidden() {
	expect_no_match "$(sd journalctl --quiet --output cat --unit xdp511d --unit xdp511-portal --priority warning |
		sed '/showed no valid token/d')" .
}

has_record() {
	sd sh -c 'cat /var/log/xdp511/*.jsonl' 2>/dev/null | grep -q "$lab_mac"
}

# Nobody has made its directory, as after `make install`.
test_sign_ins_are_recorded() {
	api PUT "/v1/sessions/$lab_mac" '{}' >/dev/null
	api DELETE "/v1/sessions/$lab_mac" >/dev/null
	lab_wait_for 30 has_record || expect_fail "no record" "$(sd ls -l /var/log/xdp511 2>&1)"
	expect_eq "$(sd stat -c '%a %U %G' /var/log/xdp511)" '2750 root xdp511'
	expect_match "$(sd sh -c "stat -c '%a %U %G' /var/log/xdp511/*")" '^640 root xdp511$'
}

test_processes_have_what_they_need_alone() {
	local daemon portal

	daemon=$(main_pid xdp511d)
	portal=$(main_pid xdp511-portal)
	# BPF, NET_ADMIN, NET_RAW; IPC_LOCK where memory can't be locked otherwise.
	expect_match "$(of_status "$daemon" CapEff)" '^000000800000[37]000$'
	expect_eq "$(of_status "$portal" CapEff)" 0000000000000000
	expect_eq "$(of_status "$daemon" NoNewPrivs) $(of_status "$portal" NoNewPrivs)" '1 1'
	expect_eq "$(of_status "$daemon" Seccomp) $(of_status "$portal" Seccomp)" '2 2'
	expect_eq "$(sd stat -c %U "/proc/$portal")" "$lab_portal_user"
}

# The sign-in log may be in the state directory, too.
test_the_group_may_read_the_sign_in_log() {
	expect_eq "$(sd stat -c '%a %G' /var/lib/xdp511 /var/log/xdp511)" $'710 xdp511\n2750 xdp511'
}

test_status_lines() {
	expect_status_text xdp511d '^gate shut on lan0 \(native\); 0 signed in$'
	expect_status_text xdp511-portal '^pages served at http://198\.18\.1\.1:80 and 1 more .*; connected to xdp511d$'
	sign_in
	expect_status_text xdp511d '; 1 signed in$'
}

test_journal_has_fields() {
	lab_wait_for 30 has_lines X511_EVENT=ready SYSLOG_IDENTIFIER=xdp511d
	lab_wait_for 30 has_lines X511_EVENT=ready SYSLOG_IDENTIFIER=xdp511-portal
	expect_eq "$(journal X511_EVENT=sign-in)" 0
	sd sed -i '/^\[log\]/a level = debug' /etc/xdp511/xdp511.conf
	sd systemctl reload xdp511d
	lab_wait_for 30 has_lines X511_EVENT=reloaded
	sign_in --user ada
	lab_wait_for 30 has_lines X511_EVENT=sign-in "X511_MAC=$lab_mac" X511_USER=ada X511_ZONE=default PRIORITY=7
	sd sed -i '/^level = debug/d' /etc/xdp511/xdp511.conf
	sd systemctl reload xdp511d
}

test_reload() {
	sd sed -i 's/^name .*/name = Arena/' /etc/xdp511/xdp511.conf
	sd systemctl reload xdp511d xdp511-portal
	expect_match "$(client curl -s --max-time 20 -H 'Accept: text/html' http://198.18.2.80/)" Arena
	lab_wait_for 30 has_lines SYSLOG_IDENTIFIER=xdp511-portal MESSAGE="the configuration '/etc/xdp511/xdp511.conf' is taken anew"
	sd sed -i '$a colour = red' /etc/xdp511/xdp511.conf
	expect_exit 1 sd systemctl reload xdp511d
	sd sed -i '$d' /etc/xdp511/xdp511.conf
	sd systemctl reload xdp511d
	expect_eq "$(property xdp511d ActiveState)" active
}

is_active() {
	[ "$(property "$1" ActiveState)" = active ]
}

# The gate is to be shut before there is a network, and what is late is met by a restart. It is down
# yet, and has no address.
test_interface_that_comes_late() {
	expect_match "$(property xdp511d Before)" 'network-pre\.target'
	sd systemctl stop xdp511d
	sd sed -i '/^interface/a interface = late0' /etc/xdp511/xdp511.conf
	expect_exit 1 sd systemctl start xdp511d
	gw ip link add late0 type veth peer name late1
	lab_wait_for 30 is_active xdp511d || expect_fail "it doesn't come up"
	expect_match "$(api GET /v1/status | jq -r '.interfaces[].name')" late0
	sd systemctl stop xdp511d
	sd sed -i '/^interface *= late0/d' /etc/xdp511/xdp511.conf
	sd systemctl start xdp511d
	gw ip link delete late0
	expect_status 511 http://198.18.2.80/
}

test_log_level_is_an_option() {
	expect_exit 2 "$lab_build/xdp511d" --log-level loud
	expect_sentence "$output" 'no log level "loud"'
	expect_exit 2 "$lab_build/xdp511-portal" --log-level loud
	expect_sentence "$output" 'no log level "loud"'
	expect_exit 0 "$lab_build/xdp511d" --log-level error --version
}

worker() {
	api GET /v1/status | jq -r ".workers[0].$1"
}

has_new_worker() {
	[ "$(worker restarts)" -gt "$1" ] && [ "$(worker pid)" != null ]
}

# Of the worker by the controller, of the portal by systemd; both wait at the same time.
test_who_stands_still_is_replaced() {
	local worker_restarts portal_restarts daemon

	worker_restarts=$(worker restarts)
	portal_restarts=$(property xdp511-portal NRestarts)
	daemon=$(main_pid xdp511d)
	sd kill -s STOP "$(worker pid)" "$(main_pid xdp511-portal)"
	lab_wait_for 60 has_new_worker "$worker_restarts" || expect_fail "the worker is still there"
	expect_eq "$(worker last_death.how)" 'stood still for 10 s, and was ended'
	lab_wait_for 30 has_lines X511_EVENT=worker-hung X511_INTERFACE=lan0
	lab_wait_for 30 has_lines X511_EVENT=worker-ended X511_INTERFACE=lan0
	expect_status 511 http://198.18.2.80/
	expect_eq "$(main_pid xdp511d)" "$daemon"
	lab_wait_for 60 restarts_are_above xdp511-portal "$portal_restarts" || expect_fail "the portal was not restarted"
}

test_daemon_that_stands_still_is_restarted() {
	local restarts

	sign_in
	restarts=$(property xdp511d NRestarts)
	sd kill -s STOP "$(main_pid xdp511d)"
	lab_wait_for 60 restarts_are_above xdp511d "$restarts" || expect_fail "it was not restarted"
	lab_wait_for 30 lab_answers
	expect_status 200 http://198.18.2.80/
	expect_eq "$(property xdp511-portal ActiveState)" active
}

test_stopped_daemon_leaves_the_gate_shut() {
	sign_in
	sd systemctl stop xdp511d
	expect_status 200 http://198.18.2.80/
	gw ip link show lan0 | grep -q xdp
	expect_eq "$(property xdp511-portal ActiveState)" active
	expect_status_text xdp511-portal '; xdp511d does not answer, so nobody can sign in$'
	lab_wait_for 30 has_lines X511_EVENT=daemon-silent
	sd systemctl start xdp511d
	expect_status 200 http://198.18.2.80/
	sign_out
	sd systemctl stop xdp511d
	expect_status 000 http://198.18.2.80/
	expect_match "$(sd systemctl show --property Result xdp511d)" success
}
