#!/bin/bash
# SPDX-License-Identifier: MIT
# systemd_box.sh - a real systemd as the first process of namespaces of its own, until it is ended.
#
# systemd_box.sh DIR UNIT...: within the network namespace where it is started. Its root is that of
# this machine with a layer above that is forgotten; /run, /tmp, /dev and bpffs are new and empty. It
# knows the UNITs (files) and a few of systemd's own, so nothing else of this machine is started.
# DIR/setup, if it is there, is run with the new root as its argument before.
set -eu

# Its processes end a little after the one that was waited for.
is_empty() {
	find "$1" -depth -type d -exec rmdir {} + 2>/dev/null || true
	[ ! -d "$1" ]
}

# A control group for it; gone when it is.
outer() {
	local dir=$1 group

	mkdir -p "$dir/cgroup"
	mount -t cgroup2 cgroup2 "$dir/cgroup"
	group=$dir/cgroup/${dir//[^A-Za-z0-9]/_}
	mkdir -p "$group"
	(
		echo "$BASHPID" >"$group/cgroup.procs"
		exec unshare --mount --propagation private --pid --fork --kill-child --uts --ipc --cgroup \
			"$0" --inside "$@"
	) || true
	for _ in {1..200}; do
		if is_empty "$group"; then return; fi
		sleep 0.05
	done
}

make_dev() {
	local name

	mount -t tmpfs -o mode=0755 tmpfs "$1/dev"
	for name in null zero full random urandom tty; do
		touch "$1/dev/$name"
		mount --bind "/dev/$name" "$1/dev/$name"
	done
	mkdir "$1/dev/shm" "$1/dev/pts" "$1/dev/mqueue"
	mount -t devpts -o newinstance,ptmxmode=0666 devpts "$1/dev/pts"
	mount -t mqueue mqueue "$1/dev/mqueue"
	ln -s pts/ptmx "$1/dev/ptmx"
	ln -s /proc/self/fd "$1/dev/fd"
}

# Kernel settings outside of these namespaces are not systemd's to change here.
make_root() {
	local dir=$1 root=$1/root

	mkdir -p "$dir/layer" "$root"
	mount -t tmpfs -o mode=0755 tmpfs "$dir/layer"
	mkdir "$dir/layer/upper" "$dir/layer/work"
	mount -t overlay overlay -o "lowerdir=/,upperdir=$dir/layer/upper,workdir=$dir/layer/work" "$root"
	mount -t proc proc "$root/proc"
	mount --bind "$root/proc/sys" "$root/proc/sys"
	mount -o remount,bind,ro "$root/proc/sys"
	mount -t sysfs sysfs "$root/sys"
	mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
	mount -t bpf bpf "$root/sys/fs/bpf"
	mount -t tmpfs -o mode=0755 tmpfs "$root/run"
	mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
	make_dev "$root"
}

own_units=(basic.target sysinit.target local-fs.target network-pre.target network.target
	network-online.target nss-lookup.target shutdown.target sockets.target umount.target
	systemd-journald.service systemd-journald.socket systemd-journald-dev-log.socket -.slice system.slice)

make_units() {
	local root=$1 name

	shift
	mkdir -p "$root/units"
	for name in "${own_units[@]}"; do
		[ ! -e "/lib/systemd/system/$name" ] || cp "/lib/systemd/system/$name" "$root/units/"
	done
	cp "$@" "$root/units/"
	cat >"$root/units/box.target" <<-EOT
		[Unit]
		Requires=systemd-journald.service systemd-journald.socket
		After=systemd-journald.service systemd-journald.socket
	EOT
	mkdir -p "$root/etc/systemd"
	printf '[Journal]\nStorage=volatile\nRateLimitBurst=0\n' >"$root/etc/systemd/journald.conf"
	echo 0511051105110511051105110511cafe >"$root/etc/machine-id"
}

inside() {
	local dir=$1 root=$1/root

	shift
	make_root "$dir"
	make_units "$root" "$@"
	[ ! -x "$dir/setup" ] || "$dir/setup" "$root"
	cd "$root"
	pivot_root . mnt
	umount -l /mnt
	exec env -i container=lab SYSTEMD_UNIT_PATH=/units PATH=/usr/sbin:/usr/bin:/sbin:/bin \
		/lib/systemd/systemd --system --unit=box.target --show-status=0 --log-target=journal
}

case "$1" in
--inside) inside "${@:2}" ;;
--own-mounts) outer "${@:2}" ;;
*) exec unshare --mount --propagation private "$0" --own-mounts "$@" ;;
esac
