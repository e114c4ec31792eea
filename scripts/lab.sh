#!/bin/bash
# SPDX-License-Identifier: MIT
# lab.sh - the network lab as functions; scripts/lab, scripts/demo and tests/lab/run source it.
#
#    namespace x511-client          namespace x511-gw                namespace x511-web
#   +---------------------+        +-------------------------+      +------------------------+
#   |  curl, dhclient     |        |  xdp511d  dnsmasq       |      |  nginx                 |
#   |                     |  veth  |    XDP                  | veth |                        |
#   |               wlan0 o--------o lan0 -- routing -- wan0 o------o eth0                   |
#   |  198.18.1.10        |        | 198.18.1.1   198.18.2.1 |      | 198.18.2.80  the web   |
#   |  fd00:511:1::10     |        | fd00:511:1::1           |      | fd00:511:2::80         |
#   |                     |        |         fd00:511:2::1   |      | 198.18.2.90  the portal|
#   +---------------------+        +-------------------------+      | fd00:511:2::90         |
#                                                                   +------------------------+
#
# Several labs live side by side: $X511_LAB (default x511) is the prefix of all their names.
# dnsmasq leases 198.18.1.100-200 and answers every name with the web server's addresses, but
# portal.venue.example with the gateway's own: there xdp511-portal is, if a test starts it.

lab=${X511_LAB:-x511}
lab_top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
lab_build=${X511_BUILD:-$lab_top/build}
lab_dir=/run/x511-lab.$lab
lab_pins=/sys/fs/bpf/$lab-lab # bpffs takes no dots
lab_test_pins=/sys/fs/bpf/$lab-test # for programs of the tests' own
lab_socket=$lab_dir/control.sock
lab_config=$lab_dir/xdp511.conf
lab_is_ours= # set once this process has begun to create the lab
lab_mac=02:05:11:00:00:01
lab_gw_mac=02:05:11:00:00:fe
export PATH="$PATH:/usr/sbin:/sbin"
# shellcheck source=scripts/lab_network.sh
source "$lab_top/scripts/lab_network.sh"
# shellcheck source=scripts/lab_programs.sh
source "$lab_top/scripts/lab_programs.sh"
# shellcheck source=scripts/lab_portal.sh
source "$lab_top/scripts/lab_portal.sh"
# shellcheck source=scripts/lab_download.sh
source "$lab_top/scripts/lab_download.sh"

lab_say() {
	printf '%s\n' "$*" >&2
}

# --- commands in a namespace -------------------------------------------------------------
# `ip netns exec` would mount a new /sys and hide bpffs; nsenter only changes the network.

gw() {
	nsenter --net="/run/netns/$lab-gw" "$@"
}

web() {
	nsenter --net="/run/netns/$lab-web" "$@"
}

# The client has a resolv.conf of its own, seen by the command alone.
# shellcheck disable=SC2016 # expanded by the inner shell
lab_as_client=(nsenter "--net=/run/netns/$lab-client" unshare --mount --propagation private
	sh -c 'mount --bind "$0" /etc/resolv.conf && exec "$@"' "$lab_dir/resolv.conf")

client() {
	"${lab_as_client[@]}" "$@"
}

cli() {
	gw "$lab_build/xdp511" --socket "$lab_socket" "$@"
}

# --- processes ---------------------------------------------------------------------------
# pids/NAME holds "pid starttime", so that nothing but the lab's own process is ever ended.

lab_started_at() {
	local stat

	{ stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
	read -ra stat <<<"${stat##*) }"
	[ "${stat[0]}" != Z ] && echo "${stat[19]}"
}

lab_record() {
	echo "$2 $(lab_started_at "$2")" >"$lab_dir/pids/$1"
}

lab_pid() {
	local pid started

	{ read -r pid started <"$lab_dir/pids/$1"; } 2>/dev/null || return 1
	[ -n "$started" ] && [ "$(lab_started_at "$pid")" = "$started" ] && echo "$pid"
}

lab_is_gone() {
	! lab_pid "$1" >/dev/null
}

# Asks again and again, for at most SECONDS, until the command succeeds.
lab_wait_for() {
	local deadline=$((SECONDS + $1))

	shift
	until "$@"; do
		[ "$SECONDS" -lt "$deadline" ] || return 1
		sleep 0.05
	done
}

# Starts a command in a session of its own, so that Ctrl-C reaches only the script.
lab_spawn() {
	local name=$1 log=$2

	shift 2
	(exec setsid "$@") >>"$log" 2>&1 </dev/null &
	lab_record "$name" $!
}

lab_stop() {
	local name=$1 signal=${2:-TERM} pid

	if pid=$(lab_pid "$name"); then
		kill -s "$signal" "$pid" 2>/dev/null
		if ! lab_wait_for 30 lab_is_gone "$name"; then
			kill -s KILL "$pid" 2>/dev/null
			lab_wait_for 30 lab_is_gone "$name"
		fi
	fi
	rm -f "$lab_dir/pids/$name"
}

# --- the daemon --------------------------------------------------------------------------

lab_write_config() {
	cat >"$lab_config" <<-EOF
		[gateway]
		interface      = lan0
		bpf-dir        = $lab_pins
		state-dir      = $lab_dir/state
		control        = $lab_socket
		max-sessions   = 4096
		max-guests     = 4096

		[portal]
		url            = http://198.18.2.90/login
		name           = Lab Wi-Fi

		[allow]
		prefix         = [fd00:511:2::90]:80/tcp

		[guest]
		packets        = 1000/s       ; tests ask faster than people do

		[zone press]
		vlan           = 200

		[zone stage]
		vlan           = 300.30
	EOF
}

lab_answers() {
	curl -sf --max-time 10 --unix-socket "$lab_socket" -o /dev/null http://x/v1/status
}

lab_answers_or_is_gone() {
	lab_answers || lab_is_gone daemon
}

# lab_start_daemon CONFIG: returns once its API answers.
lab_start_daemon() {
	local config=$1

	lab_is_gone daemon || return 0
	if [ ! -x "$lab_build/xdp511d" ]; then
		lab_say "lab: there is no \"$lab_build/xdp511d\"; run make first."
		return 1
	fi
	lab_spawn daemon "$lab_dir/daemon.log" nsenter "--net=/run/netns/$lab-gw" \
		"${lab_with_users[@]}" "$lab_build/xdp511d" --config "$config"
	lab_wait_for 30 lab_answers_or_is_gone
	if lab_is_gone daemon || ! lab_answers; then
		lab_say "lab: xdp511d did not come up; the end of $lab_dir/daemon.log:"
		tail -n 5 "$lab_dir/daemon.log" >&2
		return 1
	fi
}

# Takes the gate out of the kernel; without a daemon binary that can, by removing the pins.
lab_detach() {
	[ -e "/run/netns/$lab-gw" ] || return 0
	if [ -d "$lab_pins" ] && [ -x "$lab_build/xdp511d" ]; then
		gw timeout 30 "$lab_build/xdp511d" --detach --config "$lab_config" >>"$lab_dir/daemon.log" 2>&1
	fi
	rm -rf "$lab_pins"
}

# --- servers -----------------------------------------------------------------------------

lab_start_dnsmasq() {
	cat >"$lab_dir/dnsmasq.conf" <<-EOF
		interface=lan0
		except-interface=lo
		bind-interfaces
		no-resolv
		no-hosts
		no-ping
		user=root
		dhcp-authoritative
		dhcp-range=198.18.1.100,198.18.1.200,1h
		dhcp-leasefile=$lab_dir/dnsmasq.leases
		pid-file=$lab_dir/dnsmasq.pid
		log-facility=$lab_dir/dnsmasq.log
		address=/#/198.18.2.80
		address=/#/fd00:511:2::80
		address=/portal.example/198.18.2.90
		address=/portal.example/fd00:511:2::90
		address=/$lab_portal_name/198.18.1.1
		address=/$lab_portal_name/fd00:511:1::1
	EOF
	lab_run_dnsmasq
}

# It returns once its sockets are bound and its pid is written.
lab_run_dnsmasq() {
	gw dnsmasq --conf-file="$lab_dir/dnsmasq.conf" && lab_record dnsmasq "$(<"$lab_dir/dnsmasq.pid")"
}

lab_write_pages() {
	mkdir -p "$lab_dir/www" "$lab_dir/portal" "$lab_dir/tmp"
	echo "<html><body>You have reached the real web server.</body></html>" >"$lab_dir/www/index.html"
	echo "<html><body>Lab Wi-Fi: sign in here.</body></html>" >"$lab_dir/portal/index.html"
	truncate -s 1G "$lab_dir/www/big"
}

lab_start_nginx() {
	local kind temp=

	for kind in client_body proxy fastcgi uwsgi scgi; do
		temp+="${kind}_temp_path $lab_dir/tmp/$kind; "
	done
	cat >"$lab_dir/nginx.conf" <<-EOF
		user root;
		worker_processes 1;
		pid $lab_dir/nginx.pid;
		error_log $lab_dir/nginx.log;
		events { worker_connections 256; }
		http {
			access_log off;
			default_type text/html;
			$temp
			server {
				listen 198.18.2.80:80; listen [fd00:511:2::80]:80;
				listen 198.18.2.80:8080; listen [fd00:511:2::80]:8080;
				root $lab_dir/www;
				location = /big { limit_rate 1m; }
			}
			server {
				listen 198.18.2.90:80; listen [fd00:511:2::90]:80;
				root $lab_dir/portal;
				location / { try_files /index.html =404; }
			}
		}
	EOF
	# Its sockets are bound when it returns; its pid is written a little later.
	web nginx -e "$lab_dir/nginx.log" -c "$lab_dir/nginx.conf" &&
		lab_wait_for 30 test -s "$lab_dir/nginx.pid" && lab_record nginx "$(<"$lab_dir/nginx.pid")"
}

# --- the whole ---------------------------------------------------------------------------

lab_create_parts() {
	mkdir -p "$lab_dir/pids" "$lab_dir/state" && : >"$lab_dir/resolv.conf" &&
		lab_mount_bpffs &&
		lab_write_users &&
		lab_build_program pass &&
		lab_create_namespaces &&
		lab_create_links &&
		lab_set_addresses &&
		lab_write_pages &&
		lab_start_dnsmasq &&
		lab_start_nginx &&
		lab_write_config
}

# Network and servers, not yet the daemon.
lab_create() {
	if [ "$EUID" -ne 0 ]; then
		lab_say "lab: must run as root, for network namespaces."
		return 1
	fi
	if [ ! -e /etc/resolv.conf ]; then
		lab_say "lab: there is no \"/etc/resolv.conf\" for the client's own to stand in for; create one, it may be empty."
		return 1
	fi
	if ! mkdir "$lab_dir" 2>/dev/null; then
		lab_say "lab: the lab \"$lab\" is there already; enter it with \"scripts/lab shell client\" or remove it with \"scripts/lab destroy\"."
		return 1
	fi
	# shellcheck disable=SC2034 # read by whoever cleans up
	lab_is_ours=yes
	if ! lab_create_parts; then
		lab_say "lab: could not create the lab \"$lab\"; see the message above."
		lab_destroy
		return 1
	fi
}

# Removes whatever is there of the lab, also when half of it is.
lab_destroy() {
	local name

	[ -d "$lab_dir" ] || return 0
	lab_stop_programs
	for name in "$lab_dir"/pids/*; do
		lab_stop "${name##*/}"
	done
	lab_detach
	for name in client gw web; do
		[ ! -e "/run/netns/$lab-$name" ] || ip netns delete "$lab-$name"
	done
	rm -rf "$lab_dir" "$lab_test_pins"
}

# An interactive shell (or one command) in a namespace, with the CLI at hand as `xdp511`.
lab_shell() {
	local name=$1

	shift
	case "$name" in
	client | gw | web) ;;
	*)
		lab_say "lab: there is no namespace \"$name\"; choose client, gw or web."
		return 2
		;;
	esac
	if [ ! -e "/run/netns/$lab-$name" ]; then
		lab_say "lab: the lab \"$lab\" isn't there; create it with \"scripts/lab create\"."
		return 1
	fi
	if [ $# -eq 0 ]; then
		cat >"$lab_dir/bashrc" <<-EOF
			PS1='$lab-$name# '
			xdp511() { "$lab_build/xdp511" --socket "$lab_socket" "\$@"; }
		EOF
		set -- bash --rcfile "$lab_dir/bashrc" -i
	elif [ "$1" = xdp511 ]; then
		shift
		set -- "$lab_build/xdp511" --socket "$lab_socket" "$@"
	fi
	if [ "$name" = client ]; then client "$@"; else "$name" "$@"; fi
}

lab_print_picture() {
	sed -n '/^#  *namespace/,/^#$/s/^#//p' "$lab_top/scripts/lab.sh" | sed "s/x511-/$lab-/g"
}

lab_print_hints() {
	local env=

	[ "$lab" = x511 ] || env="X511_LAB=$lab "
	cat <<-EOF

		Try:
		  ${env}scripts/lab shell client curl -si http://example.com/    the page a stranger gets
		  ${env}scripts/lab shell gw                                     a shell with the CLI at hand, and in it:
		      xdp511 status
		      xdp511 login $lab_mac
		      xdp511 sessions
		      xdp511 logout $lab_mac
		      bpftool map dump pinned $lab_pins/x511_sessions
		  ${env}scripts/lab destroy                                      removes all of it
	EOF
}
