#!/bin/bash
# SPDX-License-Identifier: MIT
# contenders.sh - who is measured: each in a namespace of its own, wholly on the gateway's core.
# shellcheck disable=SC2154,SC2034 # lab_… are set by lab.sh, bench_… by run; run reads the rest
#
#   namespace <lab>-client                           namespace <lab>-<contender>
#   +----------------------------+                  +---------------------------------+
#   |  load --- <if>t o--o <if>r |                  |                                 |
#   |    |             relay |   |                  |                                 |
#   |    +------------------ <if>c o---- veth ------o <if>g    xdp511d | nginx | echo |
#   |  all on core 1             |                  |  198.18.1.1   all on core 0     |
#   +----------------------------+                  +---------------------------------+
#
# Devices have 198.19.0.0/16 and fd00:511:b::/64, spoofed ones 198.18.128.0/17.

bench_names=()           # contenders, in the order of a round
declare -A bench_build   # where the xdp511d of a contender is
declare -A bench_index   # its number
declare -A bench_servers # pids that belong to it
declare -A bench_extra   # the end of its configuration, where it isn't the usual one

bench_mac() {
	printf '02:05:11:00:0b:%02x\n' "${bench_index[$1]}"
}

# Names of interfaces are unique on the machine, for threads of NAPI are named after them.
bench_interface() {
	echo "$bench_prefix${bench_index[$1]}$2"
}

# `ip netns exec` shows the namespace's own /sys; it hides bpffs, so daemons start by nsenter.
in_sysfs_of() {
	ip netns exec "$lab-$1" "${@:2}"
}

in_net_of() {
	nsenter --net="/run/netns/$lab-$1" "${@:2}"
}

bench_add_contender() {
	local name=$1 inside outside

	bench_names+=("$name")
	bench_index[$name]=${#bench_names[@]}
	inside=$(bench_interface "$name" g)
	outside=$(bench_interface "$name" c)
	ip netns add "$lab-$name" &&
		in_net_of "$name" sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0 \
			net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 &&
		ip -n "$lab-$name" link set lo up &&
		ip -n "$lab-$name" link add "$inside" address "$(bench_mac "$name")" numtxqueues 1 numrxqueues 1 \
			type veth peer name "$outside" numtxqueues 1 numrxqueues 1 netns "$lab-client" &&
		ip -n "$lab-$name" address add 198.18.1.1/24 dev "$inside" &&
		ip -n "$lab-$name" address add fd00:511:1::1/64 dev "$inside" nodad &&
		ip -n "$lab-$name" link set "$inside" up &&
		in_net_of client ethtool -K "$outside" tx off rxvlan off txvlan off >/dev/null &&
		in_net_of client sysctl -qw "net.ipv6.conf.$outside.disable_ipv6=1" &&
		ip -n "$lab-client" link set "$outside" up &&
		bench_route_devices "$name" "$inside"
}

# All devices behind one neighbour that needs no asking: no limit of neighbours is in the way.
bench_route_devices() {
	local name=$1 interface=$2

	ip -n "$lab-$name" neigh replace 198.18.1.2 lladdr 02:05:11:00:0c:01 nud permanent dev "$interface" &&
		ip -n "$lab-$name" neigh replace fd00:511:1::2 lladdr 02:05:11:00:0c:01 nud permanent dev "$interface" &&
		ip -n "$lab-$name" route add 198.19.0.0/16 via 198.18.1.2 &&
		ip -n "$lab-$name" route add 198.18.128.0/17 via 198.18.1.2 &&
		ip -n "$lab-$name" -6 route add fd00:511:b::/64 via fd00:511:1::2
}

bench_has_napi_thread() {
	[ -n "$(bench_napi_threads "$1")" ]
}

bench_napi_threads() {
	grep -l "^napi/$1-" /proc/[0-9]*/comm 2>/dev/null | cut -d/ -f3
}

# bench_belongs NAME: its processes, which run with the bench's priority; see tap.c.
bench_belongs() {
	local pid

	bench_servers[$1]="$(lab_pid "$1") $(pgrep -P "$(lab_pid "$1")" | xargs) $(
		bench_napi_threads "$(bench_interface "$1" g)" | xargs)"
	[ "$(nice)" != 0 ] || return 0
	for pid in ${bench_servers[$1]}; do
		# Empty for threads of the kernel, absent where sessions aren't weighed.
		[ -z "$(cat "/proc/$pid/autogroup" 2>/dev/null)" ] || nice >"/proc/$pid/autogroup" || return 1
	done
}

# Without a thread of its own NAPI would run, and be charged, on the generator's core.
bench_pin_napi() {
	local interface=$2 pid

	in_sysfs_of "$1" sh -c "echo 1 >/sys/class/net/$interface/threaded" &&
		lab_wait_for 5 bench_has_napi_thread "$interface" || return 1
	for pid in $(bench_napi_threads "$interface"); do
		taskset -cp "$bench_gateway_core" "$pid" >/dev/null &&
			renice -n "$(nice)" -p "$pid" >/dev/null || return 1
	done
}

# The generator's own pair, by which its frames become frames of XDP; see tap.h.
bench_add_relay() {
	local sender relay

	sender=$(bench_interface "$1" t)
	relay=$(bench_interface "$1" r)
	ip -n "$lab-client" link add "$sender" numtxqueues 1 numrxqueues 1 \
		type veth peer name "$relay" numtxqueues 1 numrxqueues 1 &&
		in_net_of client ethtool -K "$sender" tx off rxvlan off txvlan off >/dev/null &&
		in_net_of client sysctl -qw "net.ipv6.conf.$sender.disable_ipv6=1" \
			"net.ipv6.conf.$relay.disable_ipv6=1" &&
		ip -n "$lab-client" link set "$sender" up && ip -n "$lab-client" link set "$relay" up
}

# --- xdp511d -----------------------------------------------------------------------------

# The generator's few devices ask as much as all of a stadium's.
bench_no_budget="[guest]
packets = 0"

bench_write_config() {
	local name=$1

	mkdir -p "$lab_dir/$name"
	cat >"$lab_dir/$name/xdp511.conf" <<-EOF
		[gateway]
		interface      = $(bench_interface "$name" g)
		bpf-dir        = /sys/fs/bpf/$lab-$name
		state-dir      = $lab_dir/$name
		control        = $lab_dir/$name/control.sock

		[portal]
		url            = http://198.18.2.90/login
		name           = Lab Wi-Fi

		${bench_extra[$name]-$bench_no_budget}
	EOF
}

bench_daemon_answers() {
	curl -sf --max-time 2 --unix-socket "$lab_dir/$1/control.sock" -o /dev/null http://x/v1/status
}

bench_daemon_answers_or_is_gone() {
	bench_daemon_answers "$1" || lab_is_gone "$1"
}

bench_has_worker() {
	pgrep -P "$(lab_pid "$1")" >/dev/null
}

bench_start_daemon() {
	local name=$1 build=$2

	bench_build[$name]=$build
	bench_write_config "$name"
	lab_spawn "$name" "$lab_dir/$name.log" taskset -c "$bench_gateway_core" \
		nsenter "--net=/run/netns/$lab-$name" "$build/xdp511d" --config "$lab_dir/$name/xdp511.conf"
	lab_wait_for 30 bench_daemon_answers_or_is_gone "$name"
	if ! bench_daemon_answers "$name" || ! lab_wait_for 10 bench_has_worker "$name"; then
		lab_say "bench: \"$build/xdp511d\" did not come up; the end of its log:"
		tail -n 5 "$lab_dir/$name.log" >&2
		return 1
	fi
	bench_pin_napi "$name" "$(bench_interface "$name" g)" &&
		bench_belongs "$name"
}

bench_stop_daemon() {
	local name=$1

	lab_stop "$name"
	in_net_of "$name" timeout 10 "${bench_build[$name]}/xdp511d" --detach \
		--config "$lab_dir/$name/xdp511.conf" >>"$lab_dir/$name.log" 2>&1
	rm -rf "/sys/fs/bpf/$lab-$name"
}

# --- nginx behind a redirect -------------------------------------------------------------

# The signed-in devices that the redirect looks a MAC up among.
bench_print_signed_in() {
	seq -f '%06.0f' 1 1000 | sed -E 's/(..)(..)(..)/02:aa:00:\1:\2:\3/' | paste -sd,
}

bench_write_rules() {
	cat <<-EOF
		table inet portal {
			set signed_in {
				type ether_addr
				elements = { $(bench_print_signed_in) }
			}
			chain prerouting {
				type nat hook prerouting priority dstnat;
				ether saddr != @signed_in tcp dport 80 redirect to :80
			}
		}
	EOF
}

# bench_write_nginx BODY_BYTES: a body exactly as long as ours.
bench_write_nginx() {
	local kind temp=

	for kind in client_body proxy fastcgi uwsgi scgi; do
		temp+="${kind}_temp_path $lab_dir/nginx/tmp; "
	done
	mkdir -p "$lab_dir/nginx/tmp"
	cat >"$lab_dir/nginx/nginx.conf" <<-EOF
		user root;
		worker_processes 1;
		pid $lab_dir/nginx/nginx.pid;
		error_log $lab_dir/nginx/error.log;
		events { worker_connections 16384; }
		http {
			access_log off;
			default_type text/html;
			keepalive_timeout 0;
			$temp
			server {
				listen 80 backlog=4096;
				listen [::]:80 backlog=4096;
				location / { return 511 "$(head -c "$1" /dev/zero | tr '\0' x)"; }
			}
		}
	EOF
}

# A tuned kernel: long queues, and conntrack forgets what is closed before its table is full.
bench_tune_kernel() {
	in_net_of nginx sysctl -qw net.core.somaxconn=4096 net.ipv4.tcp_max_syn_backlog=4096 &&
		in_net_of nginx sysctl -qw net.netfilter.nf_conntrack_tcp_timeout_time_wait=5
}

bench_start_nginx() {
	local interface

	interface=$(bench_interface nginx g)
	bench_write_nginx "$1"
	bench_write_rules >"$lab_dir/nginx/rules.nft"
	in_net_of nginx nft -f "$lab_dir/nginx/rules.nft" && bench_tune_kernel &&
		in_sysfs_of nginx sh -c "printf '%x' $((1 << bench_gateway_core)) \
			>/sys/class/net/$interface/queues/rx-0/rps_cpus" &&
		in_net_of nginx taskset -c "$bench_gateway_core" nginx -e "$lab_dir/nginx/error.log" \
			-c "$lab_dir/nginx/nginx.conf" &&
		lab_wait_for 5 test -s "$lab_dir/nginx/nginx.pid" &&
		lab_record nginx "$(<"$lab_dir/nginx/nginx.pid")" &&
		lab_wait_for 5 bench_has_worker nginx &&
		bench_belongs nginx
}

# --- the echo ----------------------------------------------------------------------------

bench_echo_is_ready() {
	grep -q '^ready' "$lab_dir/echo.log" || lab_is_gone echo
}

bench_start_echo() {
	lab_spawn echo "$lab_dir/echo.log" ip netns exec "$lab-echo" \
		"$bench_tools/echo" "$(bench_interface echo g)" "$bench_gateway_core"
	lab_wait_for 10 bench_echo_is_ready
	if lab_is_gone echo; then
		cat "$lab_dir/echo.log" >&2
		return 1
	fi
	bench_belongs echo
}

# --- all of them -------------------------------------------------------------------------

bench_destroy() {
	local name

	[ -d "$lab_dir" ] || return 0
	for name in "${bench_names[@]}"; do
		if [ -n "${bench_build[$name]:-}" ]; then
			bench_stop_daemon "$name"
		else
			lab_stop "$name"
		fi
	done
	for name in "${bench_names[@]}" client; do
		[ ! -e "/run/netns/$lab-$name" ] || ip netns delete "$lab-$name"
	done
	venue_destroy
	rm -rf "$lab_dir"
}
