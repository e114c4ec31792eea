#!/bin/bash
# SPDX-License-Identifier: MIT
# machine.sh - commands of the documentation, run as they stand there on a machine of their own; sourced by tests.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh

# A block that tests run has a line "<!-- run: NAME -->" before its fence; `scripts/lint blocks` knows that, too.
# docs_blocks FILE NAME...: what stands in these blocks, in the order they are asked for.
docs_blocks() {
	local file=$lab_top/$1 name

	shift
	for name in "$@"; do
		awk -v mark="<!-- run: $name -->" '
			{ line = $0; indent = match(line, /[^ ]/) - 1; sub(/^ */, "", line) }
			line == mark { is_next = 1; next }
			line ~ /^```/ { is_block = !is_block; is_wanted = is_block && is_next; is_next = 0; cut = indent; next }
			is_wanted { print substr($0, cut + 1); is_found = 1 }
			END { exit !is_found }' "$file" || { echo "$file has no block \"$name\"" >&2; return 1; }
	done
}

# What a machine of the documentation has beside its commands. Of systemd it has nothing: services are
# started as their units do, those of files in /etc/systemd/system by their ExecStart. The internet's
# names are the lab's.
# shellcheck disable=SC2016 # expanded by the machine
machine_functions='
apt() { echo "the tests install no packages: $*" >&2; return 1; }
apt-get() { apt "$@"; }
xdp511() { # a lab may lack what a venue has
	[ "$1" != check ] || { command xdp511 "$@" || echo "check: $?"; return 0; }
	command xdp511 "$@"
}
wait_for() { local i; for i in {1..600}; do ! "$@" >/dev/null 2>&1 || return 0; sleep 0.05; done; return 1; }
run_service() {
	local name=$1
	shift
	setsid "$@" >>"/run/$name.log" 2>&1 </dev/null &
	echo $! >"/run/$name.service-pid"
}
stop_service() {
	local pid
	[ -e "/run/$1.service-pid" ] || return 0
	pid=$(<"/run/$1.service-pid")
	! kill "$pid" 2>/dev/null || wait_for eval "! kill -0 $pid" || kill -KILL "$pid"
	rm -f "/run/$1.service-pid"
}
start_service() {
	local command
	case "$1" in
	nftables) nft -f /etc/nftables.conf ;;
	dnsmasq)
		printf "%s\n" no-resolv no-hosts no-ping user=root dhcp-authoritative address=/#/198.18.2.80 \
			address=/#/fd00:511:2::80 >/etc/dnsmasq.d/lab.conf
		run_service dnsmasq dnsmasq --keep-in-foreground --conf-file=/dev/null \
			--conf-dir=/etc/dnsmasq.d,\*.conf --dhcp-leasefile=/run/leases --pid-file=/run/dnsmasq.pid
		wait_for test -s /run/dnsmasq.pid ;;
	kea-dhcp4-server)
		mkdir -p /run/kea /run/lock/kea /var/lib/kea
		run_service kea-dhcp4-server kea-dhcp4 -c /etc/kea/kea-dhcp4.conf
		wait_for grep -q DHCP4_STARTED /run/kea-dhcp4-server.log ;;
	keepalived) run_service keepalived keepalived --dont-fork --log-console --use-file /etc/keepalived/keepalived.conf ;;
	xdp511d) run_service xdp511d xdp511d && wait_for xdp511 status ;;
	xdp511-portal) run_service xdp511-portal xdp511-portal && wait_for test -S /run/xdp511-portal/admin.sock ;;
	*)
		command=$(sed -n "s/^ExecStart=//p" "/etc/systemd/system/$1.service") && [ -n "$command" ] || return 1
		run_service "$1" $command ;;
	esac
}
systemctl() {
	local action=$1 unit
	shift
	[ "${1-}" != --now ] || shift
	for unit in "$@"; do
		unit=${unit%.service}
		case "$action" in
		daemon-reload) ;;
		restart | start | enable) stop_service "$unit" && start_service "$unit" || return 1 ;;
		stop) stop_service "$unit" ;;
		*) return 1 ;;
		esac
	done
}
'

# machine_start NAME [NAMESPACE]: with a network of its own that ends with it, unless it is to have one
# that is there. /etc, /usr/local, /var/lib, /run and bpffs are its own; the programs are
# those that were built, and it has their user and group.
machine_start() {
	local name=$1 dir=$lab_dir/machine-$1 network=(nsenter "--net=/run/netns/${2-}")

	[ $# -gt 1 ] || network=(unshare --net)
	mkdir -p "$dir/etc" "$dir/dpkg" || return 1
	printf '%s\n' "PATH=/usr/local/sbin:/usr/local/bin:\$PATH" "$machine_functions" >"$dir/functions"
	cat >"$dir/script" <<-END
		set -e
		mount -t tmpfs -o mode=0755 tmpfs "$dir/etc"
		cp -a /etc/. "$dir/etc"
		cp "$dir/functions" "$dir/etc/machine-functions"
		mount --bind "$dir/etc" /etc
		sed -i -E '/^(xdp511|xdp511-portal):/d' /etc/group /etc/passwd /etc/shadow /etc/gshadow
		mkdir -p /etc/dnsmasq.d /etc/keepalived /etc/kea /etc/xdp511 /etc/systemd/system
		rm -f /etc/resolv.conf
		echo 'nameserver 127.0.0.1' >/etc/resolv.conf
		mount --bind /var/lib/dpkg "$dir/dpkg"
		mount -t tmpfs tmpfs /var/lib
		mkdir /var/lib/dpkg
		mount --bind "$dir/dpkg" /var/lib/dpkg
		mount -t tmpfs tmpfs /usr/local
		mkdir -p /usr/local/sbin /usr/local/bin
		ln -s "$lab_build"/xdp511* /usr/local/bin/
		mount -t tmpfs tmpfs /var/log
		mount -t bpf bpf /sys/fs/bpf
		mount -t tmpfs -o mode=0755 tmpfs /run
		mkdir -p /run/netns
		: >/run/machine-is-up
		sleep infinity &
		wait # and for whatever has lost its parent
	END
	lab_spawn "program-$name" "$lab_dir/$name.log" "${network[@]}" \
		unshare --mount --uts --pid --fork --kill-child --mount-proc --propagation private bash "$dir/script"
	program_wait "$name" 30 in_program "$name" test -e /run/machine-is-up
}

# on_machine NAME COMMAND...: with the functions above, in the directory of the sources.
# shellcheck disable=SC2016 # expanded by the inner shell
on_machine() {
	local name=$1

	shift
	in_program "$name" env BASH_ENV=/etc/machine-functions bash -c 'cd "$0" && "$@"' "$lab_top" "$@"
}

# machine_types NAME FILE BLOCK...: types these blocks, and stops at the first command that fails.
machine_types() {
	local name=$1 commands

	commands=$(docs_blocks "${@:2}") && on_machine "$name" eval "set -e; $commands" >>"$lab_dir/$name.log" 2>&1 </dev/null && return
	echo "$name: could not run ${*:3} of $2; the end of the log:"
	tail -n 20 "$lab_dir/$name.log"
	return 1
}

# What a package of the product would have made, and a certificate of the trial's authority.
machine_prepare() {
	on_machine "$1" eval 'groupadd --system xdp511 &&
		useradd --system --no-create-home --groups xdp511 xdp511-portal' >>"$lab_dir/$1.log" 2>&1 &&
		on_machine "$1" scripts/lab-ca --group xdp511-portal /etc/xdp511 "${@:2}" >>"$lab_dir/$1.log" 2>&1
}

# guest_signs_in MACHINE [CURL-ARGUMENT...]: from shut in to signed in, by the form of the portal's page.
guest_signs_in() {
	local machine=$1 page=https://$lab_portal_name/login html token

	shift
	on_machine "$machine" cat /etc/xdp511/ca.crt >"$lab_dir/ca.crt"
	expect_status 511 "$@" http://example.com/
	html=$(client curl -sS --max-time 20 --cacert "$lab_dir/ca.crt" "$@" "$page")
	token=$(sed -nE 's/.*name="token" value="([^"]*)".*/\1/p' <<<"$html" | head -n 1)
	[ -n "$token" ] || expect_fail "there is no form on the page" "$html"
	expect_eq "$(http_status --cacert "$lab_dir/ca.crt" "$@" --data-urlencode "token=$token" -d action=sign-in \
		-d method=click -d accept=1 "$page")" 303
	expect_status 200 "$@" http://example.com/
}
