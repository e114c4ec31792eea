#!/bin/bash
# SPDX-License-Identifier: MIT
# lab_network.sh - the lab's namespaces, links and addresses; sourced by lab.sh, which has the picture.
# shellcheck disable=SC2154 # lab_… are set by lab.sh

lab_mount_bpffs() {
	[ "$(stat -f -c %T /sys/fs/bpf 2>/dev/null)" = bpf_fs ] || mount -t bpf bpf /sys/fs/bpf
}

# lab_build_program NAME: tests/lab/NAME.bpf.c.
lab_build_program() {
	local object=$lab_build/tests/$1.bpf.o source=$lab_top/tests/lab/$1.bpf.c

	[ ! "$object" -nt "$source" ] || return 0
	mkdir -p "$lab_build/tests"
	clang -O2 -g -target bpf -idirafter "/usr/include/$(gcc -print-multiarch)" \
		-c "$source" -o "$object.$$" && mv -f "$object.$$" "$object"
}

# No duplicate address detection: addresses are usable at once and nothing waits.
lab_create_namespaces() {
	local name

	for name in client gw web; do
		ip netns add "$lab-$name" &&
			nsenter --net="/run/netns/$lab-$name" sysctl -qw \
				net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0 &&
			ip -n "$lab-$name" link set lo up || return 1
	done
	gw sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
}

lab_create_links() {
	ip -n "$lab-gw" link add lan0 address "$lab_gw_mac" type veth \
		peer name wlan0 address "$lab_mac" netns "$lab-client" &&
		ip -n "$lab-gw" link add wan0 type veth peer name eth0 netns "$lab-web" &&
		ip -n "$lab-gw" link set lan0 up && ip -n "$lab-gw" link set wan0 up &&
		ip -n "$lab-client" link set wlan0 up && ip -n "$lab-web" link set eth0 up || return 1
	# A veth leaves TCP checksums and VLAN tags to hardware that isn't there; a Wi-Fi client doesn't.
	client ethtool -K wlan0 tx off rxvlan off txvlan off >/dev/null &&
		gw ethtool -K lan0 rxvlan off txvlan off >/dev/null &&
		lab_attach_pass_program
}

lab_attach_pass_program() {
	client ip link set dev wlan0 xdpdrv obj "$lab_build/tests/pass.bpf.o" sec xdp
}

lab_set_addresses() {
	gw ip address add 198.18.1.1/24 dev lan0 &&
		gw ip address add fd00:511:1::1/64 dev lan0 nodad &&
		gw ip address add 198.18.2.1/24 dev wan0 &&
		gw ip address add fd00:511:2::1/64 dev wan0 nodad &&
		web ip address add 198.18.2.80/24 dev eth0 &&
		web ip address add 198.18.2.90/24 dev eth0 &&
		web ip address add fd00:511:2::80/64 dev eth0 nodad &&
		web ip address add fd00:511:2::90/64 dev eth0 nodad &&
		web ip route add default via 198.18.2.1 &&
		web ip route add default via fd00:511:2::1 &&
		lab_set_client_addresses
}

# What the client has unless it takes a lease with lab_dhcp.
lab_set_client_addresses() {
	echo "nameserver 198.18.1.1" >"$lab_dir/resolv.conf"
	client ip address flush dev wlan0 scope global &&
		client ip address add 198.18.1.10/24 dev wlan0 &&
		client ip address add fd00:511:1::10/64 dev wlan0 nodad &&
		client ip route replace default via 198.18.1.1 &&
		client ip route replace default via fd00:511:1::1
}

# A real DHCP client takes a lease, and with it address, route and resolver.
lab_dhcp() {
	client ip -4 address flush dev wlan0
	echo 'timeout 40; retry 2; initial-interval 1; backoff-cutoff 2;
		request subnet-mask, routers, domain-name-servers;' >"$lab_dir/dhclient.conf"
	client timeout 60 dhclient -4 -1 -v -cf "$lab_dir/dhclient.conf" -lf "$lab_dir/dhclient.leases" \
		-pf "$lab_dir/dhclient.pid" -sf "$lab_top/tests/lab/dhclient-script" \
		-e "X511_RESOLV=$lab_dir/resolv.conf" wlan0 >"$lab_dir/dhclient.log" 2>&1 || return 1
	lab_wait_for 30 test -s "$lab_dir/dhclient.pid" && lab_record dhclient "$(<"$lab_dir/dhclient.pid")"
}
