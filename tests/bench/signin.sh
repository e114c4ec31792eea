#!/bin/bash
# SPDX-License-Identifier: MIT
# signin.sh - how fast devices get in, one by one and a million at once; sourced by run.
# shellcheck disable=SC2154 # lab_… are set by lab.sh, bench_… by run and contenders.sh

signin_stalled= # process that asks the API meanwhile

signin_socket() {
	echo "$lab_dir/venue/control.sock"
}

# The generator's core, for the daemon has the other.
signin_api() {
	taskset -c "$bench_core" "$bench_tools/api" "$@" --socket "$(signin_socket)"
}

signin_cli() {
	taskset -c "$bench_core" "$bench_build_dir/xdp511" --socket "$(signin_socket)" "$@"
}

signin_curl() {
	taskset -c "$bench_core" curl -sf --max-time 300 --unix-socket "$(signin_socket)" "$@"
}

# signin_record WHAT NAME VALUE...: numbers of one measurement.
signin_record() {
	local what=$1 object="{}"

	shift
	while [ $# -gt 1 ]; do
		object=$(jq -c --arg name "$1" --argjson value "$2" '.[$name] = $value' <<<"$object")
		shift 2
	done
	jq -nc --arg what "$what" --argjson object "$object" '{part: "api", what: $what} + $object' |
		tee -a "$bench_records" | jq -r '"api     " + tojson'
}

# Seconds that a command takes; what it prints is lost.
signin_time() {
	local from=$EPOCHREALTIME

	"$@" >/dev/null || return 1
	jq -n "$EPOCHREALTIME - $from"
}

# Asks for somebody nobody knows until signin_stall_end: how long the daemon keeps others waiting.
signin_stall_begin() {
	taskset -c "$bench_core" "$bench_tools/api" ask --seconds 600 --socket "$(signin_socket)" >"$lab_dir/stall" &
	signin_stalled=$!
}

signin_stall_end() {
	kill -s TERM "$signin_stalled" && wait "$signin_stalled"
	jq .max_ms "$lab_dir/stall"
}

# The same of a daemon that has nothing else to do: what the machine's other work costs.
signin_idle() {
	signin_record idle stall_ms "$(signin_api ask --seconds 2 | jq .max_ms)"
}

signin_active() {
	signin_curl http://x/v1/status | jq "[.sessions.active, .totals.sessions] | map(select(. != null))[0] // 0"
}

signin_is_empty() {
	[ "$(signin_active)" = 0 ]
}

signin_rss() {
	local pid=$1

	sed -n 's/^VmRSS:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/$pid/status"
}

signin_first_frame() {
	signin_say "first frames"
	taskset -c "$bench_core" "$bench_tools/first" --socket "$(signin_socket)" --gateway-mac "$(bench_mac venue)" \
		--client "/run/netns/$lab-client,$(bench_interface venue c)" \
		--server "/run/netns/$lab-server,$(bench_interface venue s)" --count "$signin_devices" |
		tee -a "$bench_records" | jq -r '"api     " + tojson'
}

signin_rate() {
	signin_api put --connections 64 --seconds "$signin_seconds" "${@:2}" | jq -c --arg what "$1" '.what = $what' |
		tee -a "$bench_records" | jq -r '"api     " + tojson'
}

# signin_import WHAT FILE: into an empty table.
signin_import() {
	local what=$1 seconds stall

	signin_curl -X DELETE -o /dev/null 'http://x/v1/sessions?all=true' && lab_wait_for 60 signin_is_empty || return 1
	signin_stall_begin
	seconds=$(signin_time signin_cli import "$2")
	stall=$(signin_stall_end)
	[ -n "$seconds" ] || return 1
	signin_record "$what" seconds "$seconds" sessions "$(signin_active)" stall_ms "$stall"
}

# The daemon's threads wherever the machine puts them, as in service.
signin_unbind() {
	local all

	all=$(taskset -cp $$ | sed 's/.*: //')
	taskset -acp "$all" "$(lab_pid venue)" >/dev/null
}

# In any order, and in the order of its own export.
signin_bulk() {
	local seconds stall

	signin_api lines --count "$signin_sessions" >"$lab_dir/lines"
	signin_import "import, unsorted" "$lab_dir/lines" && signin_cli export >"$lab_dir/export" || return 1
	signin_import import "$lab_dir/export" || return 1
	signin_stall_begin
	seconds=$(signin_time signin_cli export)
	stall=$(signin_stall_end)
	[ -n "$seconds" ] || return 1
	signin_record export seconds "$seconds" stall_ms "$stall"
	signin_record list seconds "$(signin_time signin_curl http://x/v1/sessions)"
	signin_unbind && signin_import "import, all cores" "$lab_dir/lines" || return 1
	signin_record memory daemon_kb "$(signin_rss "$(lab_pid venue)")" \
		workers_kb "$(for pid in $(pgrep -P "$(lab_pid venue)"); do signin_rss "$pid"; done | jq -s 'add // 0')"
}

signin_kill() {
	local pid

	pid=$(lab_pid venue) && kill -s KILL "$pid" || return 1
	wait "$pid" 2>/dev/null # bash would mention its end
	lab_wait_for 10 lab_is_gone venue
}

# The time includes the start of the process; its sessions are there before it answers.
signin_restart() {
	local from

	signin_kill || return 1
	[ "$1" = adopted ] || in_net_of venue "$bench_build_dir/xdp511d" --detach \
		--config "$lab_dir/venue/xdp511.conf" >>"$lab_dir/venue.log" 2>&1
	from=$EPOCHREALTIME
	lab_spawn venue "$lab_dir/venue.log" taskset -c "$bench_gateway_core" \
		nsenter "--net=/run/netns/$lab-venue" "$bench_build_dir/xdp511d" --config "$lab_dir/venue/xdp511.conf"
	signin_api wait --seconds 120 >/dev/null || return 1
	signin_record "restart, $1" seconds "$(jq -n "$EPOCHREALTIME - $from")" sessions "$(signin_active)"
}

# All of them end at the same moment.
signin_expiry() {
	local seconds=$signin_lifetime stall from

	signin_api lines --count "$signin_sessions" --timeout "$seconds" >"$lab_dir/lines"
	signin_unbind && signin_cli import "$lab_dir/lines" >/dev/null || return 1
	signin_stall_begin
	from=$EPOCHREALTIME
	lab_wait_for $((seconds + 120)) signin_is_empty
	stall=$(signin_stall_end)
	signin_record "expiry, all cores" seconds "$(jq -n "$EPOCHREALTIME - $from")" left "$(signin_active)" stall_ms "$stall"
}

signin_say() {
	echo "api     $*"
}

run_signin() {
	signin_idle
	signin_first_frame || die "first frames could not be timed."
	signin_rate sign-in || die "sign-ins could not be timed."
	signin_bulk || die "sessions could not be imported."
	signin_rate "renewal, full" || die "renewals could not be timed."
	if ! signin_restart adopted || ! signin_restart reboot; then
		die "the daemon did not come back."
	fi
	signin_expiry || die "sessions could not be left to expire."
}
