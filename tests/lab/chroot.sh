#!/bin/bash
# SPDX-License-Identifier: MIT
# chroot.sh - a clean, small Debian as the machine behind the gateway's ports; sourced by test_package.sh.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh
# shellcheck source=tests/lab/programs.sh
source "$here/programs.sh"

base=$lab_build/deb/base.tar # kept for a week
root=$lab_build/deb/root.$lab

# The Debian of this machine, by the mirror that its own apt uses.
find_mirror() {
	local format="\$(REPO_URI) \$(CODENAME) \$(COMPONENT)"

	codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
	mirror=$(apt-get indextargets --format "$format" 'Created-By: Packages' |
		awk -v codename="$codename" '$2 == codename && $3 == "main" { print $1; exit }')
	[ -n "$mirror" ] || expect_fail "apt of this machine has no mirror of \"$codename\"; run apt-get update"
}

# It takes what the machine's apt takes, however old the mirror's lists are. Nothing of it is kept
# over a power cut.
configure_chroot() {
	printf '%s;\n' 'Acquire::Check-Valid-Until "false"' 'Acquire::Retries "3"' 'Acquire::Languages "none"' \
		'APT::AutoRemove::RecommendsImportant "false"' >"$root/etc/apt/apt.conf.d/90test" &&
		echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/90test" &&
		install -m 0755 "$here/systemctl" "$root/usr/bin/systemctl"
}

bootstrap() {
	rm -f "$base"
	find_mirror || return 1
	debootstrap --variant=minbase "$codename" "$root" "$mirror" >"$root.log" 2>&1 ||
		expect_fail "debootstrap failed:" "$(tail -n 5 "$root.log")" || return 1
	configure_chroot && on_network apt-get update -q
}

make_chroot() {
	rm -rf "$root"
	mkdir -p "$root" || return 1
	if [ -n "$(find "$base" -mtime -7 -size +1M 2>/dev/null)" ]; then
		tar --extract --file "$base" --directory "$root"
	else
		bootstrap
	fi
}

# What is downloaded by then is in it, so that the next run needs no network.
keep_chroot() {
	[ -e "$base" ] || { tar --create --file "$base.new" --directory "$root" --exclude './root/*' . && mv "$base.new" "$base"; }
}

# on_network COMMAND...: in the chroot, with the network of this machine.
# shellcheck disable=SC2016 # expanded by the inner shell
on_network() {
	timeout 120 unshare --mount --propagation private sh -c 'mount --rbind /proc "$0/proc" && exec chroot "$0" "$@"' "$root" \
		env DEBIAN_FRONTEND=noninteractive LC_ALL=C "$@"
}

# From here on its network is the gateway's, and processes, bpffs and /run are its own; / is a mount,
# as on any machine. That there is a systemd is what maintainer scripts see.
# shellcheck disable=SC2016 # expanded by the inner shells
start_chroot() {
	lab_spawn program-machine "$lab_dir/machine.log" nsenter "--net=/run/netns/$lab-gw" \
		unshare --mount --uts --pid --fork --kill-child --propagation private \
		sh -c 'set -e
			mount --bind "$0" "$0"
			cd "$0"
			mount -t proc proc proc
			mount -t sysfs sysfs sys
			mount -t bpf bpf sys/fs/bpf
			mount --rbind /dev dev
			mount -t tmpfs tmpfs run
			mkdir -p run/systemd/system run/lock
			exec chroot . bash -c "echo ready >/run/ready; sleep infinity & wait"' "$root"
	program_wait machine 30 in_machine test -e /run/ready
}

in_machine() {
	in_program machine env --chdir=/ DEBIAN_FRONTEND=noninteractive LC_ALL=C "$@"
}
