#!/bin/bash
# SPDX-License-Identifier: MIT
# systemd.sh - the units under a real systemd, in the gateway's network; sourced by tests.
# shellcheck disable=SC2154,SC2034 # lab_… are set by scripts/lab.sh, and used there

box=$lab_dir/box
box_units=("$box"/xdp511d.service "$box"/xdp511-portal.service)

# The first process of the box, which is systemd.
box_pid() {
	local outer

	outer=$(lab_program_child program-systemd) && pgrep -P "$outer"
}

# sd COMMAND...: within it.
sd() {
	nsenter --target "$(box_pid)" --all --root --wd "$@"
}

box_is_up() {
	[ "$(sd systemctl is-active box.target 2>/dev/null)" = active ]
}

# The control socket within it, as it is seen from outside.
box_socket() {
	echo "/proc/$(box_pid)/root/run/xdp511/control.sock"
}

# box_make: the directory with what systemd is to find there; tests change it before the start.
box_make() {
	mkdir -p "$box/etc"
	cp "$lab_top"/packaging/systemd/*.service "$box/"
}

# What the box is to have above this machine's files: the programs, the user, the configuration. The
# units are those that a package installs.
box_write_setup() {
	cat >"$box/setup" <<-EOF
		#!/bin/sh -e
		install -m 0755 "$lab_build/xdp511d" "$lab_build/xdp511" "$lab_build/xdp511-portal" "\$1/usr/sbin/"
		cp "$lab_dir/passwd" "$lab_dir/group" "\$1/etc/"
		rm -rf "\$1/etc/xdp511" "\$1/var/lib/xdp511" "\$1/var/lib/xdp511-portal" "\$1/var/log/xdp511"
		cp -a "$box/etc" "\$1/etc/xdp511"
	EOF
	chmod +x "$box/setup"
}

# box_start: with what is in $box/etc as /etc/xdp511.
box_start() {
	box_write_setup
	lab_spawn program-systemd "$lab_dir/systemd.log" nsenter "--net=/run/netns/$lab-gw" \
		"$lab_top/tests/lab/systemd_box.sh" "$box" "${box_units[@]}"
	lab_wait_for 30 box_is_up || expect_fail "systemd did not come up:" "$(tail -n 20 "$lab_dir/systemd.log")"
	lab_socket=$(box_socket)
}

# property UNIT NAME
property() {
	sd systemctl show --value --property "$2" "$1"
}
