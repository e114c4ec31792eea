#!/bin/bash
# SPDX-License-Identifier: MIT
# test_venue.sh - "A venue in ten minutes" of the README, typed as it stands there, up to guests who sign in.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh
# shellcheck source=tests/lab/programs.sh
source "$here/programs.sh"
# shellcheck source=tests/lab/machine.sh
source "$here/machine.sh"

venue=$lab_dir/venue
page=https://$lab_portal_name/login
press_mac=02:05:11:00:00:02

# The machine of the README: /etc, /usr/local, /var/lib and /run are its own, and so is bpffs.
# Of systemd it has nothing, so that the one service that is asked for is started by name, as its
# unit does, with the names of the lab's internet beside what the README says.
write_script() {
	{
		echo 'set -e'
		echo "mount --bind $venue/etc /etc"
		echo "mount --bind /var/lib/dpkg $venue/dpkg"
		echo 'mount -t tmpfs tmpfs /var/lib'
		echo "mkdir /var/lib/dpkg && mount --bind $venue/dpkg /var/lib/dpkg"
		echo 'mount -t tmpfs tmpfs /usr/local'
		echo 'mount -t tmpfs tmpfs /var/log'
		echo 'mount -t bpf bpf /sys/fs/bpf'
		echo 'mount -t tmpfs tmpfs /run'
		cat <<-'END'
			PATH=/usr/local/sbin:$PATH
			apt-get() {
				echo "the test installs no packages: $*" >&2
				return 1
			}
			systemctl() {
				[ "$*" = 'restart dnsmasq' ]
				printf '%s\n' no-resolv no-hosts no-ping user=root dhcp-authoritative \
					address=/#/198.18.2.80 >/etc/dnsmasq.d/lab.conf
				dnsmasq --keep-in-foreground --conf-dir=/etc/dnsmasq.d,\*.conf \
					--dhcp-leasefile=/run/leases --pid-file=/run/dnsmasq.pid &
			}
		END
		echo "cd $lab_top"
		docs_blocks README.md venue
		echo wait
	} >"$venue/script"
}

# The port of the press, and one of its laptops in the client's namespace; as lab_create_links has it.
create_press() {
	ip -n "$lab-gw" link add lan1 type veth peer name wlan1 address "$press_mac" netns "$lab-client" &&
		gw ip address add 198.18.200.1/24 dev lan1 && gw ip link set lan1 up &&
		client ip address add 198.18.200.10/24 dev wlan1 && client ip link set wlan1 up &&
		client ethtool -K wlan1 tx off >/dev/null &&
		client ip link set dev wlan1 xdpdrv obj "$lab_build/tests/pass.bpf.o" sec xdp &&
		client ip route add default via 198.18.200.1 dev wlan1 metric 1000
}

# What waits for the lab's own socket asks the venue's.
in_venue() {
	in_program venue env "PATH=/usr/local/sbin:$PATH" "$@"
}

is_venue_up() {
	in_venue xdp511 status >/dev/null 2>&1 && in_venue test -S /run/xdp511-portal/admin.sock
}

set_up() {
	lab_stop dnsmasq
	create_press || return 1
	mkdir -p "$venue/etc" "$venue/dpkg" && cp -a /etc/. "$venue/etc" && mkdir -p "$venue/etc/dnsmasq.d" &&
		sed -i -E '/^(xdp511|xdp511-portal):/d' "$venue/etc/group" "$venue/etc/passwd" \
			"$venue/etc/shadow" "$venue/etc/gshadow" && write_script || return 1
	lab_spawn program-venue "$lab_dir/venue.log" nsenter "--net=/run/netns/$lab-gw" \
		unshare --mount --uts --pid --fork --kill-child --mount-proc --propagation private \
		bash "$venue/script"
	program_wait venue 120 is_venue_up &&
		in_venue sh -c "cd /run && $(docs_blocks README.md venue-vouchers)" &&
		in_venue cat /run/vouchers.html >"$venue/vouchers.html" &&
		in_venue cat /etc/xdp511/ca.crt >"$venue/ca.crt"
}

before_each() {
	in_venue xdp511 logout --all >/dev/null
}

# The code of the sheet with this number.
code() {
	in_venue xdp511 voucher list --json | jq -r ".[$1].code // .vouchers[$1].code"
}

# ask CURL-ARGUMENT…: as the guest, who trusts the authority of the trial.
ask() {
	client curl -sS --max-time 20 --cacert "$venue/ca.crt" "$@"
}

# send_form FIELD… [-- CURL-ARGUMENT…]: fills in the form of the page; prints the status.
send_form() {
	local html token fields=()

	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		fields+=(--data-urlencode "$1")
		shift
	done
	shift $(($# > 0))
	html=$(ask "$@" "$page")
	token=$(sed -nE 's/.*name="token" value="([^"]*)".*/\1/p' <<<"$html" | head -n 1)
	[ -n "$token" ] || expect_fail "there is no form on the page" "$html"
	ask -o /dev/null -w '%{http_code}' --data-urlencode "token=$token" -d action=sign-in "${fields[@]}" "$@" "$page"
}

test_a_guest_signs_in_by_a_voucher() {
	lab_dhcp
	expect_status 511 -4 http://example.com/
	expect_eq "$(send_form method=voucher "voucher=$(code 0)")" 303
	expect_match "$(in_venue xdp511 sessions)" "^$lab_mac +default +$(code 0) "
	expect_status 200 -4 http://example.com/
	expect_json "$(ask "https://$lab_portal_name/capport")" '.captive == false and ."seconds-remaining" > 28000'
	lab_stop dhclient
	lab_set_client_addresses
}

test_a_code_that_nobody_has_is_refused() {
	expect_match "$(send_form method=voucher voucher=AAAA-BBBB-CC)" '^(200|403|400)$'
	expect_status 511 -4 http://example.com/
}

test_the_sheet_has_all_codes() {
	local codes

	codes=$(in_venue xdp511 voucher list --json | jq -r '(.vouchers? // .)[].code')
	expect_eq "$(wc -l <<<"$codes")" 20
	while read -r one; do
		grep -qF "$one" "$venue/vouchers.html" || expect_fail "the sheet hasn't $one"
	done <<<"$codes"
}

# The press has a zone of its own, where a click is enough.
test_the_press_agrees_to_the_terms() {
	local through=(--interface wlan1 --resolve "$lab_portal_name:443:198.18.1.1" --resolve example.com:80:198.18.2.80)

	expect_eq "$(http_status "${through[@]}" http://example.com/)" 511
	expect_eq "$(send_form method=click accept=1 -- "${through[@]}")" 303
	expect_match "$(in_venue xdp511 sessions)" "^$press_mac +press "
	expect_eq "$(http_status "${through[@]}" http://example.com/)" 200
}

test_nothing_of_it_runs_as_root_but_the_daemon() {
	local pid

	pid=$(in_venue pgrep -x xdp511-portal)
	expect_eq "$(in_venue ps -o user= -p "$pid" | tr -d ' ')" xdp511-portal
	expect_match "$(in_venue cat "/proc/$pid/status")" '^CapEff:[[:space:]]*0+$'
}
