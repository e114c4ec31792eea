#!/bin/bash
# SPDX-License-Identifier: MIT
# test_package.sh - the Debian packages in a clean, small Debian: install, run, upgrade, remove, purge.
# shellcheck disable=SC2154,SC2034 # lab_… are set by scripts/lab.sh; test_seconds is read by run, lab_ca by portal.sh
# shellcheck source=tests/lab/chroot.sh
source "$here/chroot.sh"
# shellcheck source=tests/lab/portal.sh
source "$here/portal.sh"
test_seconds=900
lab_ca=$root/srv/venue/ca.crt
guest_mac=02:05:11:00:00:66
config=$root/etc/xdp511/xdp511.conf
packages=(xdp511 xdp511-portal)

# Both take a minute of one core.
set_up() {
	make_chroot >"$lab_dir/chroot.log" 2>&1 &
	make -s -C "$lab_top" deb || return 1
	wait $! || expect_fail "$(tail -n 5 "$lab_dir/chroot.log")"
	cp "$lab_build"/xdp511_*.deb "$lab_build"/xdp511-portal_*.deb "$root/root/" &&
		on_network sh -c 'apt-get install -q -y --download-only /root/*.deb' && keep_chroot &&
		"$lab_top/scripts/lab-ca" "$root/srv/venue" "$lab_portal_name" && write_newer && start_chroot &&
		list_tree >"$lab_dir/before"
}

# Each begins where the one before has ended.
before_each() {
	:
}

# The same programs in a higher version, with another conffile.
write_newer() {
	local package directory=$root/root/newer

	mkdir -p "$directory"
	for package in "${packages[@]}"; do
		dpkg-deb -R "$root/root/${package}"_[0-9]*.deb "$directory/$package" &&
			sed -i -E 's/^(Version: .*)/\1+1/; s/(xdp511(-portal)? \(= [^)]*)\)/\1+1)/' \
				"$directory/$package/DEBIAN/control" || return 1
	done
	echo '; of the newer version' >>"$directory/xdp511/etc/xdp511/xdp511.conf"
	for package in "${packages[@]}"; do
		dpkg-deb --root-owner-group -b "$directory/$package" "$directory/" >/dev/null || return 1
	done
}

# Names of all files but those that apt and dpkg change themselves, and of the packages under test.
list_tree() {
	in_machine find / -xdev \( -path /proc -o -path /sys -o -path /run -o -path /dev -o -path /root -o -path /tmp \
		-o -path /var/cache -o -path '/etc/*-' -o -path /var/log/apt -o -path /var/lib/dpkg -o -path /var/lib/apt \) -prune -o -print | sort
}

# install_packages DIRECTORY [OPTION]: what it says is left in $output.
install_packages() {
	expect_exit 0 in_machine sh -c "apt-get install -q -y -o Dpkg::Options::=--force-confold ${2-} $1/*.deb"
}

is_ready() {
	in_machine xdp511 status >/dev/null 2>&1 && in_machine test -S /run/xdp511-portal/admin.sock
}

# mode PATH: "mode owner group" in the chroot.
mode() {
	in_machine stat -c '%a %U %G' "$1"
}

test_lintian_has_nothing_to_say() {
	expect_exit 0 lintian --allow-root --fail-on error,warning "$root"/root/*.deb
}

# What `make` needs is said twice; what every Debian builder has is not said in the package.
test_build_dependencies_are_those_of_install_deps() {
	local build

	build=$(sed -n '/^build=(/,/^)/p' "$lab_top/scripts/install-deps" | tr -s ' \t' '\n' |
		grep -E '^[a-z]' | grep -vxE 'build=\(|gcc|llvm|make|linux-libc-dev|libc6-dev|python3' | sort)
	expect_eq "$(sed -n '/^Build-Depends:/,/^[^ ]*:$/p; /^Standards/q' "$lab_top/packaging/debian/control" |
		sed -nE 's/^ ([a-z0-9.+-]+).*/\1/p' | grep -vxE 'debhelper-compat|python3' | sort)" "$build"
}

test_install_starts_nothing() {
	install_packages /root
	expect_match "$output" 'nothing is started yet; edit /etc/xdp511/xdp511.conf'
	expect_exit 1 in_machine systemctl is-active xdp511d
	expect_exit 1 in_machine systemctl is-enabled xdp511d
	expect_no_match "$(ls -A "$root/var/lib")" xdp511
	for program in xdp511d xdp511 xdp511-portal; do
		expect_exit 0 in_machine "$program" --version
		expect_match "$output" "^$program [0-9]"
	done
}

test_user_and_group() {
	expect_eq "$(in_machine id -nG xdp511-portal)" 'xdp511-portal xdp511'
	expect_match "$(in_machine getent passwd xdp511-portal)" ':/nonexistent:/usr/sbin/nologin$'
	expect_eq "$(mode /etc/xdp511/xdp511.conf)" '644 root root'
	install_packages /root --reinstall
	expect_eq "$(in_machine id -nG xdp511-portal)" 'xdp511-portal xdp511'
}

# Debian's own places for them.
test_manual_and_completions() {
	local file share=$root/usr/share

	for file in man8/xdp511.8 man8/xdp511d.8 man5/xdp511.conf.5 man8/xdp511-portal.8 man7/xdp511-api.7; do
		expect_exit 0 gzip -t "$share/man/$file.gz"
	done
	for file in bash-completion/completions/xdp511 zsh/vendor-completions/_xdp511 fish/vendor_completions.d/xdp511.fish; do
		expect_exit 0 test -s "$share/$file"
	done
}

test_conffile_says_what_to_edit() {
	expect_refusal 1 "names no interface; add 'interface = NAME'" in_machine xdp511d --check
	sed -i -E 's#^;(interface|url|http|https|certificate|key) #\1 #; s#/etc/xdp511/portal\.#/srv/venue/portal.#' "$config"
	printf '\n[guest]\npackets = 0 ; of the test\n' >>"$config"
	in_machine chgrp xdp511-portal /srv/venue/portal.key && chmod 0640 "$root/srv/venue/portal.key"
	expect_exit 0 in_machine xdp511d --check
	expect_exit 0 in_machine xdp511-portal --check
}

test_guest_signs_in() {
	in_machine systemctl enable --now xdp511d
	in_machine systemctl enable --now xdp511-portal
	program_wait machine 30 is_ready
	expect_status 511 http://example.com/
	expect_page 200 '' 4 "$portal/login"
	click 303 4
	expect_status 200 http://example.com/
	expect_match "$(in_machine xdp511 sessions)" "^$lab_mac "
	expect_eq "$(mode /run/xdp511/control.sock)" '660 root xdp511'
	expect_eq "$(mode /var/lib/xdp511)" '710 root xdp511'
	expect_eq "$(mode /var/lib/xdp511-portal)" '700 xdp511-portal xdp511-portal'
}

# --- upgrade -------------------------------------------------------------------------------

traffic() {
	local where=$1 name=$2

	shift 2
	lab_spawn "$name" "$lab_dir/$name.log" nsenter "--net=/run/netns/$lab-$where" \
		/usr/bin/python3 "$lab_top/tests/lab/upgrade_traffic.py" "$@"
}

web_echoes() {
	[ "$(web ss -Hlnu 'sport = 5001' | wc -l)" -gt 0 ]
}

has_up_packets() {
	[ "$(in_machine xdp511 --json show "$lab_mac" | jq .up_packets)" -gt "$1" ]
}

start_traffic() {
	traffic gw watch watch lan0 "$guest_mac" "$lab_dir/stop"
	traffic web echo echo 5001
	lab_wait_for 30 web_echoes
	traffic client stream stream 198.18.2.80 5001 "$lab_dir/stop"
	traffic client guest guest wlan0 "$guest_mac" "$lab_gw_mac" "$lab_dir/stop"
	lab_wait_for 30 has_up_packets 200
}

stop_traffic() {
	local name

	touch "$lab_dir/stop"
	for name in stream guest watch; do
		lab_wait_for 30 lab_is_gone "$name"
	done
	lab_stop echo
}

test_upgrade_under_traffic() {
	local before sent lost

	before=$(in_machine cat /run/systemctl/xdp511d.service)
	start_traffic
	install_packages /root/newer
	program_wait machine 30 is_ready
	has_up_packets 400
	stop_traffic
	[ "$(in_machine cat /run/systemctl/xdp511d.service)" != "$before" ] || expect_fail "the daemon was not restarted"
	expect_match "$(in_machine dpkg-query -W xdp511-portal)" '\+1$'
	expect_eq "$(cat "$lab_dir/watch.log")" 0
	[ "$(cat "$lab_dir/guest.log")" -gt 1000 ] || expect_fail "the guest sent only $(cat "$lab_dir/guest.log")"
	read -r sent lost <"$lab_dir/stream.log"
	expect_eq "$lost of $((sent > 200))" '0 of 1'
	expect_status 200 http://example.com/
}

test_upgrade_keeps_the_operators_file() {
	expect_match "$(<"$config")" '^packets = 0 ; of the test'
	expect_match "$(tail -n 1 "$config.dpkg-dist")" 'of the newer version'
	rm "$config.dpkg-dist"
}

# --- the end -------------------------------------------------------------------------------

# Without its tool a machine isn't left shut.
test_remove_opens_the_gate() {
	expect_status 200 http://example.com/
	in_machine xdp511 logout "$lab_mac"
	expect_status 511 http://example.com/
	expect_exit 0 in_machine apt-get remove -q -y "${packages[@]}"
	expect_match "$output" 'the gate is out of the kernel: from now on everybody passes'
	expect_no_match "$(in_machine ls -A /sys/fs/bpf)" xdp511
	expect_exit 1 in_machine systemctl is-active xdp511d
	expect_status 200 http://example.com/
	expect_match "$(ls "$root/var/lib/xdp511" "$root/var/lib/xdp511-portal")" 'xdp511\.db'
	expect_match "$(<"$config")" '^packets = 0 ; of the test'
}

# But for the user and the groups, to whom files may belong.
test_purge_leaves_nothing() {
	expect_exit 0 in_machine apt-get purge -q -y --auto-remove "${packages[@]}"
	list_tree >"$lab_dir/after"
	expect_eq "$(diff "$lab_dir/before" "$lab_dir/after" | head -n 20)" ''
	expect_match "$(in_machine getent passwd xdp511-portal)" nologin
	expect_match "$(in_machine getent group xdp511)" xdp511-portal
}

# What the README says of the packages, on a machine that had nothing else.
test_demo_of_the_packages() {
	install_packages /root
	on_network /usr/lib/xdp511/lab/scripts/install-deps lab
	expect_exit 0 in_machine timeout 120 /usr/lib/xdp511/demo
	expect_match "$output" '^It worked: 511, sign-in, the real web, sign-out, 511\.$'
	lab_stop_program program-machine
	rm -rf "$root"
}
