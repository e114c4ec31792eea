#!/bin/bash
# SPDX-License-Identifier: MIT
# programs.sh - real programs of a guest that keep running, each with namespaces of its own; sourced by tests.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh

# program_start NAME COMMAND...: in the client's network, as all there is in its process namespace, so
# that nothing of it outlives program_stop. Its HOME is empty and goes with the lab.
# shellcheck disable=SC2016 # expanded by the inner shell
program_start() {
	local name=$1

	shift
	program_stop "$name"
	mkdir -p "$lab_dir/$name"
	lab_spawn "program-$name" "$lab_dir/$name.log" nsenter "--net=/run/netns/$lab-client" \
		unshare --mount --uts --pid --fork --kill-child --mount-proc --propagation private \
		env "HOME=$lab_dir/$name" "TMPDIR=$lab_dir/$name" LC_ALL=C.UTF-8 \
		sh -c 'mount --bind "$0" /etc/resolv.conf && "$@"; exit' "$lab_dir/resolv.conf" "$@"
}

program_stop() {
	lab_stop_program "program-$1"
}

program_is_gone() {
	lab_is_gone "program-$1"
}

# in_program NAME COMMAND...: with the namespaces of the running program.
in_program() {
	local child

	child=$(lab_program_child "program-$1") || return 1
	shift
	# Its root as well: in a chroot, the namespace alone would lead out of it.
	nsenter --target "$child" --net --mount --uts --pid --root --wd=/ "$@"
}

# program_wait NAME SECONDS COMMAND...: until the command succeeds; the log is shown when it doesn't.
program_wait() {
	local name=$1 seconds=$2

	shift 2
	lab_wait_for "$seconds" program_is_gone_or "$name" "$@" && ! program_is_gone "$name" && return 0
	expect_fail "$name: not within $seconds s: $*" "the end of its log:" "$(tail -n 20 "$lab_dir/$name.log")"
}

program_is_gone_or() {
	"${@:2}" || program_is_gone "$1"
}

# A bus where everybody may do everything, for program_own_machine.
program_write_bus() {
	cat >"$lab_dir/bus.conf" <<-EOF
		<busconfig>
			<type>system</type>
			<listen>unix:path=/run/dbus/system_bus_socket</listen>
			<auth>EXTERNAL</auth>
			<policy context="default">
				<allow user="*"/><allow own="*"/>
				<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>
			</policy>
		</busconfig>
	EOF
}

# For programs that manage a machine: the beginning of a shell script that is given the lab's directory,
# which is then at /mnt. An empty /run, so also a bus of its own; no udev, which a read-only /sys tells
# NetworkManager; whatever is remembered goes with the mounts. An interface that is down and without an
# address is one to set up, not one to look on.
# shellcheck disable=SC2016,SC2034 # expanded by the inner shell; read by tests
program_own_machine='set -e
	mount -t sysfs -o ro sysfs /sys
	mount --bind "$0" /mnt
	mount -t tmpfs tmpfs /run
	mount -t tmpfs tmpfs /var/lib
	mkdir -p /run/dbus /run/NetworkManager /run/connman /var/lib/NetworkManager /var/lib/connman
	ip link set wlan0 down
	ip address flush dev wlan0
	dbus-daemon --config-file=/mnt/bus.conf --fork --nopidfile
	'

# Pictures and times for who wants to look; no test judges them by a time.
pictures=$lab_build/screenshots

note() {
	mkdir -p "$pictures"
	echo "$*" | tee -a "$pictures/measured.txt"
}
