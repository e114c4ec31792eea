#!/bin/bash
# SPDX-License-Identifier: MIT
# test_check.sh - what `xdp511 check` says of the machine, where it is well and where it isn't.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh
# shellcheck source=tests/lab/check.sh
source "$here/check.sh"

# What no lab has: several queues with a table, LRO, the hardware's clock; and the state of this
# machine's clock is one or the other. Unit tests make up their facts.
unseen='rss:bad lro:bad rtc:bad time:ok time:bad'

# --- kernel and process ------------------------------------------------------------------

test_a_gateway_that_is_well() {
	run_check 0
	expect_json "$(<"$report")" 'all(has("level") and has("what") and has("finding") and has("remedy") and has("check"))'
	expect_line ok capabilities capabilities
	expect_line ok version kernel 'Linux'
	expect_line ok kernel kernel 'XDP programs'
	expect_line ok kernel kernel 'filters of tc on the way out'
	expect_line ok kernel kernel 'links to XDP'
	expect_line ok kernel kernel 'AF_XDP sockets that can be bound'
	expect_line ok memory memory
	expect_line ok bpf-dir bpf-dir
	expect_line ok state-dir state-dir
	expect_line ok clock clock 'it says 2'
	expect_line ok rtc clock
	expect_line ok database xdp511d 'no database yet'
	expect_line ok lro lan0
	expect_line ok rss lan0
	expect_line ok mode lan0 'XDP will be native; .* by copy|known once'
	expect_json "$(<"$report")" 'any(.check == "time")'
}

test_without_rights() {
	run_check 1 setpriv --bounding-set=-all --inh-caps=-all
	expect_line fail capabilities capabilities 'CAP_BPF' sudo
	run_check 0 setpriv --bounding-set=-ipc_lock prlimit --memlock=65536:65536
	expect_line warn memory memory 'only 64 KiB' ulimit
}

# In a user namespace root has every capability, and the kernel doesn't believe one of them.
test_a_kernel_that_refuses() {
	run_check 1 unshare --user --map-root-user
	expect_line fail kernel kernel 'ring buffers' linux-image
}

test_an_old_kernel() {
	run_check 0 setarch --uname-2.6
	expect_line warn version kernel '2\.6' apt-get
}

test_no_bpf_file_system() {
	# shellcheck disable=SC2016 # expanded by the inner shell
	run_check 1 unshare --mount --propagation private sh -c 'mount -t tmpfs none /sys/fs/bpf && exec "$@"' sh
	expect_line fail bpf-dir bpf-dir '' '^mount -t bpf bpf /sys/fs/bpf$'
}

# --- interfaces --------------------------------------------------------------------------

test_interface() {
	run_check 0
	expect_line ok interface lan0
	expect_line ok up lan0 "its driver is 'veth'"
	expect_line ok mtu lan0 1500
	expect_line ok queues lan0
	expect_line ok rxvlan lan0
	gateway interface nowhere0
	run_check 1
	expect_line fail interface nowhere0 '' 'ip -br link'
}

test_interface_that_is_down_and_too_large() {
	gw ip link add big0 mtu 9000 numrxqueues 128 numtxqueues 128 type veth peer name big1
	gateway interface big0
	run_check 1
	expect_line warn up big0 '' '^ip link set dev big0 up$'
	expect_line fail mtu big0 9000 '^ip link set dev big0 mtu 1500$'
	expect_line fail queues big0 128 '^ethtool -L big0 combined'
	gw ip link set dev big0 up
	run_check 1
	expect_line warn up big0 'without a carrier'
	gw ip link del big0
}

test_vlan_offload() {
	gw ethtool -K lan0 rxvlan on txvlan on >/dev/null
	run_check 0
	expect_line warn rxvlan lan0 '' '^ethtool -K lan0 rxvlan off$'
	gw ethtool -K lan0 rxvlan off txvlan off >/dev/null
	run_check 0
	expect_line ok rxvlan lan0
}

# Not every kernel has VLAN interfaces, but all have bridges.
test_vlans() {
	local remedy

	run_check 0
	expect_line warn vlan lan0 'VLAN 200' 'ip link add link lan0 name lan0.200 type vlan id 200'
	gw ip link add br0 type bridge
	gw ip link set dev lan0 master br0
	run_check 0
	expect_line ok vlan lan0 press
	expect_line ok vlan lan0 stage
	expect_line ok forwarding IPv4 bridged
	gw ip link set dev lan0 nomaster
	gw ip link del br0
	gw ip link add link lan0 name probe0 type vlan id 7 2>/dev/null || return 0
	gw ip link del probe0
	# The remedies, as they stand there.
	run_check 0
	while remedy=$(jq -re 'map(select(.check == "vlan" and .remedy))[0].remedy' "$report"); do
		gw sh -c "$remedy"
		run_check 0
	done
	expect_line ok vlan lan0 press
	gw ip link set dev lan0.200 down
	run_check 0
	expect_line warn vlan lan0 '200 is down' '^ip link set dev lan0.200 up$'
	gw ip link del lan0.200
	gw ip link del lan0.300
}

# Before Linux 6.3 no driver says so.
test_driver_without_native_xdp() {
	gw ip link add ifb0 type ifb
	gw ip link set dev ifb0 up
	gateway interface ifb0
	run_check 0
	if jq -e 'any(.check == "mode" and (.finding | test("known once")))' "$report" >/dev/null; then
		echo "mode:bad" >>"$seen"
	else
		expect_line warn mode ifb0 "doesn't have native" 'xdp-mode = generic'
		gateway xdp-mode native
		run_check 1
		expect_line fail mode ifb0 '' 'xdp-mode = auto'
	fi
	gw ip link del ifb0
}

test_foreign_programs() {
	run_check 0
	expect_line ok xdp lan0 'no XDP program'
	expect_line ok egress lan0
	expect_line ok filters lan0
	gw ip link set dev lan0 xdp obj "$lab_build/tests/pass.bpf.o" sec xdp
	gw tc qdisc add dev lan0 ingress
	run_check 1
	expect_line fail xdp lan0 'already runs' '^ip link set dev lan0 xdp off$'
	expect_line fail egress lan0 '' '^tc qdisc del dev lan0 ingress$'
	gw ip link set dev lan0 xdp off
	gw tc qdisc del dev lan0 ingress
	gw tc qdisc add dev lan0 clsact
	gw tc filter add dev lan0 ingress pref 7 u32 match u32 0 0 flowid 1:1
	run_check 0
	expect_line warn filters lan0 '1 tc filter of others, the first at ingress' '^tc filter del dev lan0 ingress pref 7$'
	gw tc qdisc del dev lan0 clsact
}

# --- sysctls -----------------------------------------------------------------------------

test_sysctls_of_a_router() {
	run_check 0
	expect_line ok forwarding IPv4
	expect_line ok forwarding IPv6
	expect_line ok somaxconn sockets
	expect_line ok conntrack conntrack
	expect_line ok rp-filter IPv4
	gw sysctl -qw net.ipv4.ip_forward=0 net.ipv6.conf.all.forwarding=0 net.core.somaxconn=128
	gateway max-sessions 4000000
	run_check 0
	expect_line warn forwarding IPv4 '' '^sysctl -w net.ipv4.ip_forward=1$'
	expect_line warn forwarding IPv6 '' '^sysctl -w net.ipv6.conf.all.forwarding=1$'
	expect_line warn somaxconn sockets 128 '^sysctl -w net.core.somaxconn=4096$'
	gw sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 net.core.somaxconn=4096
	if gw test -e /proc/sys/net/netfilter/nf_conntrack_max; then
		expect_line warn conntrack conntrack '' '^sysctl -w net.netfilter.nf_conntrack_max='
	else
		echo conntrack:bad >>"$seen"
	fi
}

test_ways_out() {
	gw sysctl -qw net.ipv6.conf.wan0.accept_ra=1
	run_check 0
	expect_line warn accept-ra wan0 '' '^sysctl -w net.ipv6.conf.wan0.accept_ra=2$'
	gw ip -6 route add default via fd00:511:2::80
	gw ip link add wan1 type veth peer name wan2
	gw ip link set dev wan2 up
	gw ip link set dev wan1 up
	gw ip route add default via 198.18.2.80
	gw ip route add default dev wan1 metric 5
	gw sysctl -qw net.ipv4.conf.wan1.rp_filter=1 net.ipv4.conf.all.rp_filter=0
	run_check 0
	expect_line ok accept-ra IPv6 'a default route'
	expect_line warn rp-filter wan1 '' '^sysctl -w net.ipv4.conf.wan1.rp_filter=2$'
	gw ip link del wan1
	gw ip -6 route del default
	gw ip route del default
}

# The host's own limits are seen by the host alone, so they are made up.
test_limits_of_the_host() {
	mkdir -p "$lab_dir/neigh/default" "$lab_dir/core"
	echo 1024 >"$lab_dir/neigh/default/gc_thresh3"
	echo 0 >"$lab_dir/core/bpf_jit_enable"
	run_check 0 "${with_directory[@]}" "$lab_dir/neigh" /proc/sys/net/ipv4/neigh
	expect_line warn neighbours IPv4 'at most 1024' 'net.ipv4.neigh.default.gc_thresh3='
	echo 8192 >"$lab_dir/neigh/default/gc_thresh3"
	run_check 0 "${with_directory[@]}" "$lab_dir/neigh" /proc/sys/net/ipv4/neigh
	expect_line ok neighbours IPv4 'up to 8192'
	run_check 0 "${with_directory[@]}" "$lab_dir/core" /proc/sys/net/core
	expect_line warn jit kernel '' '^sysctl -w net.core.bpf_jit_enable=1$'
	echo 1 >"$lab_dir/core/bpf_jit_enable"
	run_check 0 "${with_directory[@]}" "$lab_dir/core" /proc/sys/net/core
	expect_line ok jit kernel 'are compiled'
}

# --- clock, disks, databases, files ------------------------------------------------------

test_a_program_of_the_future() {
	local program=$lab_dir/xdp511.future

	cp "$lab_build/xdp511" "$program"
	touch -d '+1 year' "$program"
	run_check 1
	expect_line fail clock clock 'before this program' timedatectl
	rm "$program"
}

# shellcheck disable=SC2016 # expanded by the inner shell
test_disks() {
	local on_disk=(unshare --mount --propagation private sh -c
		'mount -t tmpfs -o "size=$1" none "$0" && shift && exec "$@"' "$lab_dir/disk")

	run_check 0 "${on_disk[@]}" 1g
	gateway state-dir "$lab_dir/disk"
	run_check 0 "${on_disk[@]}" 1g
	expect_line warn disk disk 'after a reboot' '^df -h'
	run_check 1 "${on_disk[@]}" 64k
	expect_line fail disk disk 'left' '^df -h'
	gateway state-dir "$lab_build/state"
	printf '[log]\ndirectory = %s/disk/log\n' "$lab_dir" >>"$conf"
	run_check 1 "${on_disk[@]}" 64k
	expect_line fail disk 'log disk' 'left' '^df -h'
	sed -i '/^\[log\]/,$d' "$conf"
	gateway state-dir "$conf/state"
	run_check 1
	expect_line fail state-dir state-dir 'Not a directory' "^install -d -m 0710 -g xdp511 "
	# A disk that stays: the one that the programs were built on.
	gateway state-dir "$lab_build/state"
	run_check 0
	jq -e 'any(.check == "disk" and (.finding | test("memory|only")))' "$report" || expect_line ok disk disk 'left'
	echo disk:ok >>"$seen"
}

test_databases() {
	gateway state-dir "$lab_dir/disk"
	sqlite3_make "$lab_dir/disk/xdp511.db"
	run_check 0
	expect_line ok database xdp511d 'is whole'
	expect_eq "$(ls "$lab_dir/disk")" xdp511.db # and nothing was made beside it
	dd if=/dev/urandom of="$lab_dir/disk/xdp511.db" bs=512 seek=1 count=7 conv=notrunc status=none
	run_check 1
	expect_line fail database xdp511d "can't be used" '^mv '
	rm "$lab_dir/disk/xdp511.db"
}

sqlite3_make() {
	/usr/bin/python3 -c 'import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("pragma journal_mode = wal")
db.execute("create table t (a primary key)")
db.commit()' "$1"
}

test_every_check_of_the_machine_was_seen_both_ways() {
	local all check

	mapfile -t all < <(sed -nE 's/^\tX\([A-Z0-9_]+, "([a-z0-9-]+)".*/\1/p' "$lab_top/user/preflight/checks.h")
	[ "${#all[@]}" -ge 30 ] || expect_fail "too few checks: ${all[*]}"
	for check in "${all[@]}"; do
		[[ " $checks_of_services " == *" $check "* ]] || expect_seen "$check"
	done
}
